"""The rules on a summary, A02 to A07, each at work: ``cases/merge/<RULE>.toml``.

``units`` are the figures that each unit's complete report changes, ``previous`` those of last
year's summary; ``says`` are field, what stands there and what should. A04 and A08 have their
tests where the command line is (test_command_line.py).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers import CASES, data
from nianbao.check import Beside, check
from nianbao.context import context
from nianbao.merge import Task, merge
from nianbao.report import Report, Unit
from nianbao.roster import read_roster
from nianbao.standing import Submission
from nianbao.tally import Tally
from summing import CATALOGUE, FORM, TEXTS, report


FOLDER = CASES / "merge"
RULES = ["A02", "A03", "A05", "A06", "A07"]
ALL = [
    pytest.param(rule, kind, case, id=f"{rule}-{kind}-{number}")
    for rule in RULES
    for kind, group in data(FOLDER / f"{rule}.toml").items()
    for number, case in enumerate(group, 1)
]


def merged(case: dict, monkeypatch) -> list:
    level = case.get("level", "county")
    below = "county" if level == "prefecture" else "township"
    reports = [report(str(n), below, one) for n, one in enumerate(case["units"], 1)]
    came = [Submission(f"{r.unit.code}.xlsx", r.unit.code, check(r, FORM, CATALOGUE), r)
            for r in reports]  # fmt: skip
    before = report("0", level, case["previous"], 2022) if "previous" in case else None
    if "tampered" in case:
        true, key = Tally.number, case["tampered"]
        monkeypatch.setattr(Tally, "number", lambda self, k: true(self, k) + (k == key))
    units = [one.unit for one in reports]
    task = Task(Unit("0", "示例县", level), units, 2023, FORM,
                case.get("provisional", False), Beside(before))  # fmt: skip
    return list(merge(task, came, CATALOGUE).findings)


def of_roster(case: dict) -> list:
    return list(read_roster(f"code,name,level\n{case['roster']}".encode(), context(), "u").findings)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_case_that_passes_fails_and_is_blank(rule):
    assert set(data(FOLDER / f"{rule}.toml")) == {"pass", "fail", "blank"}


@pytest.mark.parametrize(("rule", "kind", "case"), ALL)
def test_a_case(rule, kind, case, monkeypatch):
    found = of_roster(case) if rule == "A03" else merged(case, monkeypatch)
    mine = [one for one in found if one.rule == rule]
    if kind != "fail":
        assert mine == []
        return
    assert {one.severity.value for one in mine} <= {case.get("severity", mine[0].severity.value)}
    if rule == "A03":
        assert all(text in one.message for one, text in zip(mine, case["says"], strict=True))
        return
    told = [[one.field, one.actual, one.expected] for one in mine]
    assert told == [[key, a or None, e if key else None] for key, a, e in case["says"]]


# --- the summary's own text -----------------------------------------------------------------------


def summary_of(words: Report | None = None):
    one = report("1", "township", {})
    task = Task(Unit("0", "示例县", "county"), [one.unit], 2023, FORM, words=words)
    return merge(task, [Submission("1.xlsx", "1", (), one)], CATALOGUE)


def test_a_summary_without_text_says_once_that_it_is_to_be_written():
    findings = summary_of().findings
    assert [one.rule for one in findings] == ["A06", "N08"]
    assert {one.severity.value for one in findings} == {"note"}


def test_text_that_was_written_before_stands_in_the_summary_and_nothing_is_said():
    words = replace(report("0", "county", {}), explanations={"T3-04": "职能划转"})
    summary = summary_of(words)
    assert [one.rule for one in summary.findings] == ["A06"]
    assert summary.report.narrative == TEXTS
    assert summary.report.explanations == {"T3-04": "职能划转"}
    assert check(summary.report, FORM, CATALOGUE) == ()
