"""A warning with a reason is explained: nobody need mend it, nobody sends it back, all can read it.

The unit writes the reason on 校验; the county reads it in ``check``, 汇总.json and 汇总.xlsx.
"""

from __future__ import annotations

import dataclasses
import io
import json

import openpyxl
import pytest

from desk import Desk, book, complete
from helpers import beside, change, changed, common, editions
from nianbao import button, cli
from nianbao.book.order import Order
from nianbao.check import Beside, check
from nianbao.layout import VERDICT, layout_of, letters
from nianbao.office.examine import examine
from nianbao.publish.summary_reasons import COLUMNS, REASONS
from nianbao.reading.read import read
from nianbao.report import reason_key
from nianbao.template.workbook import workbook
from press_books import listed
from sheets import sheets
from shown import mend_list


LICENSES = "disclosure.licensing.decisions"
PENALTIES = "disclosure.penalty.decisions"
REASON = "县里委托我乡实施，共五千件"


def township(code="659900-T01", name="示例县甲乡", *, reasons=(), **changes):
    """A report that is right but for licences that a township seldom issues (T2-08)."""
    given = {"disclosure__licensing__decisions": 5000, **changes}
    report = complete(code, name, **given)
    return dataclasses.replace(report, explanations=dict(reasons))


def found(report, rule="T2-08"):
    edition = editions()[report.edition]
    return [f for f in check(report, edition, common().catalogue) if f.rule == rule]


# --- what counts as a reason ------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "counts"), [
    ("", False), ("无", False), ("已核对", False), (" 已 核　对\n", False), ("///", False),
    ("县已授权", True), ("经县政府授权", True),
])  # fmt: skip
def test_four_characters_are_a_reason(reason, counts):
    (finding,) = found(township(reasons={"T2-08": reason}))
    assert (finding.explained, finding.reason) == (counts, reason if counts else "")
    assert ("太短" in finding.remedy) == (bool(reason) and not counts)


def test_a_reason_for_one_place_leaves_the_others_of_its_rule():
    reasons = {reason_key("T2-08", LICENSES): REASON}
    report = township(disclosure__penalty__decisions=3000, reasons=reasons)
    assert {f.field: f.explained for f in found(report)} == {LICENSES: True, PENALTIES: False}
    assert {f.explained for f in found(township(reasons={"T2-08": REASON}))} == {True}


def test_an_error_cannot_be_explained():
    report = complete("1", "甲乡", disclosure__rules__issued=2)
    explained = dataclasses.replace(report, explanations={"T2-03": "上级要求这样填报"})
    assert found(explained, "T2-03") == found(report, "T2-03") != []
    assert not any(f.explained for f in found(explained, "T2-03"))


# --- in the workbook --------------------------------------------------------------------------


def test_the_sheet_takes_it_off_its_list_and_counts_it_apart():
    edition = editions()["2021"]
    sheet = sheets(edition, "township")
    figures = {LICENSES: 5000, PENALTIES: 7000}
    texts = {}

    def shown(**reasons):
        report = changed(edition, change({"figures": figures, "reasons": reasons}))
        texts.update({key: text or "" for key, text in report.narrative.items()})
        sheet.type_in(report, Beside(), frozenset(), texts)
        rows = [line for line in sheet.layout.lines if line.check.rule.id == "T2-08"]
        results = sheet.results()
        words = [results[line.row] for line in rows]
        return words, sheet.verdict(), [line for line in mend_list(sheet) if "乡镇" in line]

    words, verdict, listed = shown()
    assert (words, len(listed)) == (["请核对", "请核对", "通过"], 2)
    assert verdict == "✓ 可以上报（有 2 处提醒，请核对或写明原因）"
    words, verdict, listed = shown(**{reason_key("T2-08", PENALTIES): REASON})
    assert (words, len(listed)) == (["请核对", "已说明", "通过"], 1)
    assert verdict == "✓ 可以上报（有 1 处提醒，请核对或写明原因；1 处提醒已说明）"
    words, verdict, listed = shown(**{"T2-08": REASON})
    assert (words, listed) == (["已说明", "已说明", "通过"], [])
    assert verdict == "✓ 可以上报（2 处提醒已说明）"


def test_each_row_keeps_its_reason_through_a_workbook():
    edition = editions()["2021"]
    reasons = {reason_key("T2-08", LICENSES): REASON, "T2-01": "当年制发当年即废止"}
    report = changed(edition, change({"figures": {LICENSES: 5000}, "reasons": reasons}))
    held = beside(edition)
    order = Order(edition, common(), report.unit, report.year, report, held.previous, held.register)
    reading = read(workbook(order), editions(), common())
    assert reading.report.explanations == reasons
    told = {f.field: f.reason for f in examine(reading, common()) if f.explained}
    assert told[LICENSES] == REASON


def test_a_reason_is_asked_for_and_a_short_one_refused():
    edition = editions()["2021"]
    report = changed(edition, change({}))
    data = workbook(Order(edition, common(), report.unit, report.year))
    sheet = openpyxl.load_workbook(io.BytesIO(data))[common().sheets["checks"]]
    (rule,) = sheet.data_validations.dataValidation
    layout = layout_of(edition, common().sheets, "township")
    assert all(place.cell in rule.sqref for place in layout.reasons)
    assert (rule.type, rule.operator, rule.formula1) == ("textLength", "greaterThanOrEqual", "4")
    assert rule.showErrorMessage
    assert "至少4个字" in rule.prompt


# --- at the county ----------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path):
    explained = township(reasons={"T2-08": REASON})
    plain = township("659900-T02", "示例县乙乡")
    return Desk(tmp_path).enrol(explained, plain).receive(explained, plain)


def json_of(capsys):
    return json.loads(capsys.readouterr().out)


def test_a_file_with_nothing_left_to_mend_is_clean_and_not_sent_back(desk, capsys):
    path, back = str(desk.inbox / "示例县甲乡.xlsx"), desk.folder / "退回"
    assert cli.main(["check", path, "--json", "--annotate", str(back)]) == 0
    (file,) = json_of(capsys)["files"]
    assert file["status"] == "ok"
    (finding,) = file["findings"]
    assert (finding["rule"], finding["severity"]) == ("T2-08", "warning")
    assert (finding["explained"], finding["reason"]) == (True, REASON)
    assert file["returned"] == []
    assert not list(back.glob("*"))


def test_check_prints_the_reason_where_the_remedy_would_stand(desk, capsys):
    assert cli.main(["check", str(desk.inbox / "示例县甲乡.xlsx")]) == 0
    said = capsys.readouterr().out
    assert "合格（1 处提醒已说明）" in said
    assert "已说明 T2-08" in said
    assert f"单位说明：{REASON}" in said
    assert "改法：" not in said


def test_what_goes_back_for_another_fault_asks_no_more_for_what_is_explained(tmp_path):
    report = township(reasons={"T2-08": REASON}, disclosure__rules__issued=2)
    path, back = tmp_path / "甲.xlsx", tmp_path / "退回"
    path.write_bytes(book(report))
    assert cli.main(["check", str(path), "--annotate", str(back)]) == 1
    message = (back / "示例县甲乡.txt").read_text(encoding="utf-8-sig")
    fresh = read((back / "示例县甲乡.xlsx").read_bytes(), editions(), common())
    sheet = openpyxl.load_workbook(back / "示例县甲乡.xlsx")[common().sheets["returned"]]
    told = " ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
    for text in (message, told):
        assert "规章" in text
        assert "委托" not in text
    assert fresh.report.explanations == {"T2-08": REASON}


def test_the_county_counts_it_and_reads_the_reasons_as_a_list(desk):
    assert desk.merge() == 1  # 乙乡 gave none
    first, second = desk.summary["units"]
    assert (first["status"], first["warnings"], first["explained"]) == ("ok", 0, 1)
    assert (second["status"], second["warnings"], second["explained"]) == ("warning", 1, 0)
    assert [f["reason"] for f in first["findings"]] == [REASON]
    sheet = openpyxl.load_workbook(desk.out / "汇总.xlsx")[REASONS]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == tuple(COLUMNS)
    (row,) = rows
    place = layout_of(editions()["2021"], common().sheets, "township").fields[LICENSES]
    assert row[:5] == ("示例县甲乡", "示例县甲乡.xlsx", "T2-08", place.sheet, place.cell)
    assert row[-1] == REASON
    faults = openpyxl.load_workbook(desk.out / "汇总.xlsx")["问题清单"]
    units = [row[0].value for row in faults.iter_rows(2)]
    assert units == ["示例县乙乡"]


def test_what_goes_back_follows_a_reason_written_there(desk):
    back = desk.folder / "退回"
    assert cli.main(["check", str(desk.inbox / "示例县乙乡.xlsx"), "--annotate", str(back)]) == 1
    sheet = openpyxl.load_workbook(back / "示例县乙乡.xlsx")[common().sheets["returned"]]
    layout = layout_of(editions()["2021"], common().sheets, "township")
    (row,) = {p.row for p, one in layout.reasons.items() if one == ("T2-08", LICENSES)}
    now = [str(c.value) for line in sheet.iter_rows() for c in line if "校验" in str(c.value)]
    assert any(text.endswith(f"!${letters(VERDICT)}${row}") for text in now)


# --- the button -------------------------------------------------------------------------------


def test_the_button_says_what_the_sheet_says(excel):
    opened = excel.app.books.put(book(township(reasons={"T2-08": REASON})))
    assert button.attach() == "校验通过，可以上报（1 处提醒已说明）。"
    assert listed(opened) == []
    assert opened.value("首页!A3") == "✓ 可以上报（1 处提醒已说明）"
