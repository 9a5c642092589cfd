"""空格按零: a table with a few figures needs no zeros typed, once the unit declares it.

A blank is never 0 without that; workbooks of the time when the switch had two positions are read.
"""

from __future__ import annotations

import dataclasses
import json

import pytest

from desk import Desk, book, complete
from helpers import change, changed, common, editions
from nianbao import button
from nianbao.check import Beside
from nianbao.layout import FORMER_SWITCH_LABELS, SWITCH, layout_of, switch_label_from
from nianbao.office.examine import examine
from nianbao.reading.read import read
from nianbao.report import from_document, to_document
from nianbao.validate import structure
from oox import Book
from sheets import sheets


EDITION = editions()["2021"]
TYPED = {"requests.received.individual": 26, "requests.granted.individual": 26}


def two_figures(code="659900-T01", name="示例县甲乡", *, declared=("requests",)):
    """An office with 26 applications: two figures typed, the other 142 cells left blank."""
    report = complete(code, name)
    figures = {
        key: TYPED.get(key) if key.startswith("requests.") else value
        for key, value in report.figures.items()
    }
    return dataclasses.replace(report, figures=figures, blanks_are_zero=frozenset(declared))


def errors(data):
    found = examine(read(data, editions(), common()), common())
    return [finding for finding in found if finding.severity.value == "error"]


def test_two_figures_are_enough_where_the_unit_says_that_blanks_are_zero():
    assert errors(book(two_figures())) == []
    blank = errors(book(two_figures(declared=())))
    assert {finding.rule for finding in blank} == {"C01"}
    assert len(blank) == 142


def test_the_sheet_computes_totals_and_rules_over_the_blanks():
    sheet = sheets(EDITION, "township")
    for declared, total, verdict in (("requests", 26, "✓"), ("", "", "✗ 还有 142 处")):
        report = changed(
            EDITION, change({"figures": TYPED, "zero": [declared] if declared else []})
        )
        figures = {
            key: TYPED.get(key) if key.startswith("requests.") and key in EDITION.inputs else value
            for key, value in report.figures.items()
        }
        report = dataclasses.replace(report, figures=figures)
        texts = {key: text or "" for key, text in report.narrative.items()}
        sheet.type_in(report, Beside(), frozenset(), texts)
        assert sheet.at(sheet.layout.fields["requests.received.total"]) == total
        assert sheet.verdict().startswith(verdict)
        above = sheet.value(EDITION.table["requests"].sheet, 3, 1)
        assert above.startswith("✓ 本表已填全（空格按零）" if declared else "○ 还有 142 格没有填")


def test_the_document_says_so_and_the_blanks_stay_blank():
    report = read(book(two_figures()), editions(), common()).report
    document = json.loads(json.dumps(to_document(report)))
    assert document["blanks_are_zero"] == ["requests"]
    assert "nil_returns" not in document
    assert document["tables"]["requests"]["received"]["enterprise"] is None
    assert list(structure(document, EDITION, common())) == []
    again = from_document(document)
    assert again == report
    assert again.figure("requests.received.enterprise") == 0
    assert read(book(again), editions(), common()).report.blanks_are_zero == {"requests"}


def test_the_county_adds_it_up(tmp_path):
    desk = Desk(tmp_path)
    units = [two_figures(), two_figures("659900-T02", "示例县乙乡")]
    desk.enrol(*units).receive(*units).merge()
    assert desk.summary["complete"]
    requests = desk.summary["report"]["tables"]["requests"]
    assert requests["received"] == {
        "individual": 52, "enterprise": 0, "research": 0, "public_interest": 0,
        "legal_service": 0, "other_org": 0, "total": 52,
    }  # fmt: skip
    assert desk.summary["units"][0]["report"]["blanks_are_zero"] == ["requests"]


@pytest.mark.parametrize(("said", "nil"), [("是", {"requests"}), ("否", set())])
def test_a_workbook_with_two_positions_is_still_read(said, nil):
    form = Book(book(two_figures(declared=())))
    layout = layout_of(EDITION, common().sheets, "township")
    place, table = layout.nil["requests"], EDITION.table["requests"]
    column = switch_label_from(table)
    former = f"<is><t>{FORMER_SWITCH_LABELS[0]}</t></is>"
    form.set(place.sheet, place._replace(row=SWITCH, column=column).cell, former, "inlineStr")
    form.set(place.sheet, place.cell, f"<is><t>{said}</t></is>", "inlineStr")
    reading = read(form.data(), editions(), common())
    assert reading.findings == ()
    assert (reading.report.nil_returns, reading.report.blanks_are_zero) == (nil, set())


def test_the_button_fills_them_in_where_the_unit_says_so(excel):
    opened = excel.app.books.put(book(two_figures()))
    assert "表三填了 142 个 0" in button.attach("fill_zeros")
    opened.calculate()
    report = read(opened.saved, editions(), common()).report
    assert [key for key in EDITION.inputs if report.figures[key] is None] == []
    assert {key: value for key, value in report.figures.items() if value == 26} == {
        **TYPED, "requests.received.total": 26, "requests.granted.total": 26,
        "requests.total.individual": 26, "requests.total.total": 26,
    }  # fmt: skip
