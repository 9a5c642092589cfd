"""Where a unit stands, told by its files: what is wrong with them, and who is then missing."""

from __future__ import annotations

import pytest

from helpers import common
from nianbao.errors import Finding
from nianbao.form import Severity
from nianbao.report import Report, Unit
from nianbao.standing import CLEAN, Standing, Submission, by_unit, gaps


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
UNIT = Unit("1", "甲乡", "township")
REPORT = Report("2021", 2023, UNIT)


def finding(rule, severity, **more) -> Finding:
    return Finding(rule, severity, "不符", "请改", **more)


def file(*findings, report=REPORT, name="甲乡.xlsx") -> Submission:
    return Submission(name, "a", findings, report)


@pytest.mark.parametrize(
    ("rule", "severity", "disputed"),
    [("C11", ERROR, True), ("C11", WARNING, False), ("C11", NOTE, False), ("C09", ERROR, False)],
)
def test_whose_figures_a_file_holds_is_disputed_by_an_error_of_identity(rule, severity, disputed):
    assert file(finding("T3-01", ERROR), finding(rule, severity)).disputed is disputed


def test_what_is_to_be_mended_is_counted_by_severity():
    explained = finding("T3-06", WARNING, reason="县里委托")
    one = file(finding("T3-01", ERROR), finding("T3-02", ERROR), finding("N12", WARNING), explained)
    assert (one.count(ERROR), one.count(WARNING), one.count(NOTE)) == (2, 1, 0)
    assert one.explained == (explained,)


@pytest.mark.parametrize(
    ("findings", "report", "status"),
    [
        ((), REPORT, "ok"),
        ((finding("N12", WARNING),), REPORT, "warning"),
        ((finding("T3-01", ERROR),), REPORT, "error"),
        ((finding("F01", ERROR),), None, "unreadable"),
    ],
)
def test_a_file_stands_by_the_worst_that_is_found(findings, report, status):
    assert file(*findings, report=report).status == status


def test_only_who_is_not_clean_is_a_gap():
    words = common().statuses
    for status in words:
        told = gaps([Standing(UNIT, status)], words)
        clean = status in {"ok", "warning", "provisional"}
        assert told == (() if clean else (f"甲乡（{words[status]}）",)), status
    assert {"ok", "warning"} == CLEAN


def test_a_broken_file_is_of_the_unit_it_names_where_nothing_else_came_of_it():
    other = Unit("2", "乙镇", "township")
    broken = [file(report=None, name=name) for name in ("甲乡(1).xlsx", "乙镇.xlsx", "扫描.xlsx")]
    of_unit, strangers = by_unit([UNIT, other], [file(), *broken])
    assert of_unit == {"1": [file()], "2": [broken[1]]}
    assert strangers == [broken[0], broken[2]]
