"""What a summary shows of how it was made: versions, decisions, what was waived."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import openpyxl
import pytest
from lxml import html

from helpers import common, editions
from ledgers import at, by, came, digest
from made_again import made as made_up
from making import JANUARY, MADE, events, provenance, waiver, whole
from nianbao.context import context
from nianbao.events import Decided
from nianbao.form import Severity
from nianbao.office.against import Against
from nianbao.office.documents import BOARD, BOOK, DATA, UPWARD, of_summary
from nianbao.office.results import results
from nianbao.publish.making import MOST_UNITS, Making, told, warned
from nianbao.publish.summary_making import WIDTHS
from nianbao.reading.read import read
from nianbao.report import Unit, from_document
from nianbao.standing import Submission
from shown import lines_needed
from summing import came as filed
from summing import report, summed


SHEET = common().making["sheet"]
RECEIVED, GRANTED = "requests.received.individual", "requests.granted.individual"
WHO = "张三"


def unit(number: int):
    return filed(report(str(number), "township", {RECEIVED: 3, GRANTED: 3}))


def short(name: str) -> str:
    return digest(name)[:12]


def outputs(summary) -> dict[str, bytes]:
    return results(summary, Against(context()))


def sheet(data: bytes, title: str):
    return openpyxl.load_workbook(io.BytesIO(data))[title]


@pytest.fixture(scope="module")
def summary():
    return made_up()


@pytest.fixture(scope="module")
def out(summary):
    return outputs(summary)


def making(summary) -> Making:
    made = told(summary)
    assert made
    return Making(summary, made, common())


# --- the words --------------------------------------------------------------------------------


def test_what_the_summary_as_a_whole_came_from(summary):
    said = dict(making(summary).basis())
    form, made = editions()["2021"], summary.made
    assert said == {
        "汇总时间": "2027-01-12 10:30",
        "汇总编号": made.id,
        "台账": f"第 14 条，指纹 {made.head.hash}",
        "程序": "nianbao 9.9.9",
        "格式": f"2021 版（{form.title}），指纹 {form.digest}",
        "计入": "名册 4 个单位，计入 2 个；用的文件见下面的“二”",
        "核对": common().making["again_said"],
    }
    assert len(made.head.hash) == 64


def test_each_version_stands_with_what_became_of_it_and_why(summary):
    came_in = "2027-01-{:02} 09:00".format
    why, unread = "这一份是决定用的：电话核实（第 13 条，张三）", "打不开，或读不出"
    assert making(summary).versions() == [
        ("单位1", "单位1(1).xlsx", short("单位1改.xlsx"), came_in(6), "计入", why),
        ("单位1", "单位1.xlsx", short("单位1.xlsx"), came_in(5), "留存", "另一份是决定用的"),
        ("单位2", "单位2.xlsx", short("单位2.xlsx"), came_in(6), "计入", "另外的不用，或读不出"),
        ("单位2", "=单位2<b>.xlsx", short("单位2改.xlsx"), came_in(7), "读不出", unread),
        ("单位3", "单位3.xlsx", short("单位3.xlsx"), came_in(7), "读不出", unread),
        ("单位4", "甲.xlsx", short("甲.xlsx"), came_in(8), "没有计入",
         "另外的不用，或读不出；未报，数没有计入；决定是这个单位的（第 14 条）"),
        ("单位4", "乙.xlsx", short("乙.xlsx"), came_in(8), "不用", "草稿（第 12 条，张三）"),
        ("（认不出单位）", "生人.xlsx", short("生人.xlsx"), came_in(8), "没有计入",
         "认不出是哪个单位的"),
        ("77", "外单位.xlsx", short("外单位.xlsx"), came_in(8), "没有计入",
         "只报来这一份；单位不在名册里"),
    ]  # fmt: skip


def of_unit_1(*came_, **more):
    """The versions of unit 1 from these events."""
    one = summed(unit(1))
    return making(replace(one, made=provenance(events(*came_), **more))).versions()


@pytest.mark.parametrize(
    ("second", "ground"),
    [
        ({"saved": at(5)}, "文件自己的日期较新的"),
        ({"answers": short("a")}, "按退回表改后重报的"),
        ({"saved": at(4)}, "后来收到的"),
    ],
)
def test_why_one_of_two_versions_counts(second, ground):
    first = (by(5), came("甲.xlsx", "a", "1", saved=at(4)))
    newer, older = of_unit_1(first, (by(7), came("乙.xlsx", "b", "1", **second)))
    assert (newer[1], newer[4], newer[5]) == ("乙.xlsx", "计入", f"这一份是{ground}")
    assert (older[1], older[4], older[5]) == ("甲.xlsx", "留存", f"另一份是{ground}")


def test_of_two_versions_whose_order_nobody_knows_none_counts():
    first = (by(5), came("甲.xlsx", "a", "1", saved=at(4)))
    found = of_unit_1(first, (by(7), came("乙.xlsx", "b", "1", saved=at(3))))
    rival = ("未定", "与另外几份先后不能确定，请决定用哪一份")
    assert {row[4:] for row in found} == {rival}


def test_one_content_that_came_twice_is_one_version_under_both_names():
    twice = [(by(5), came("甲.xlsx", "a", "1")), (by(6), came("甲(1).xlsx", "a", "1"))]
    assert of_unit_1(*twice) == [
        ("单位1", "甲.xlsx、甲(1).xlsx", short("a"), "2027-01-05 09:00", "计入",
         "只报来这一份；来过 2 次"),
    ]  # fmt: skip


def test_the_decisions_stand_with_who_when_why_and_until(summary):
    at_nine = "2027-01-{:02} 09:00".format
    mark = f"（指纹 {short('甲.xlsx')}）"
    assert making(summary).decisions() == [
        ("第 10 条", "不作要求：单位2 T1-01", WHO, at_nine(9), "本年度", "历史遗留，已报市里同意"),
        ("第 11 条", "认可说明：单位1 N12（五、存在的主要问题及改进情况）", "李四", at_nine(9),
         "2028-12-31", "受县里委托"),
        ("第 12 条", f"不用：乙.xlsx（指纹 {short('乙.xlsx')}）", WHO, at_nine(9),
         "本年度", "草稿"),
        ("第 13 条", f"选用：单位1(1).xlsx（指纹 {short('单位1改.xlsx')}）", WHO, at_nine(10),
         "本年度", "电话核实"),
        ("第 14 条", f"更正单位：甲.xlsx{mark}是单位4的", WHO, at_nine(10), "本年度", "名称打错"),
    ]  # fmt: skip


def test_a_decision_of_an_earlier_year_names_its_year(summary):
    (old,) = (e for e in events(*JANUARY) if isinstance(e.what, Decided) and e.what.until)
    older = replace(summary, made=replace(summary.made, decisions=(replace(old, year=2022),)))
    assert making(older).decisions()[0][0] == "2022年度第 11 条"


def test_a_field_or_unit_that_nobody_knows_stands_as_it_was_said(summary):
    what = Decided(act="accept", why="说明", unit="不在册", rule="N12", field="没有.这一格")
    other = replace(summary, made=provenance(events((by(9), what))))
    assert making(other).decisions()[0][1] == "认可说明：不在册 N12（没有.这一格）"


def test_who_is_left_out_stands_with_the_reason(summary):
    (broken, missing) = making(summary).left_out()
    assert broken[:2] == ("单位3", "单位3.xlsx")
    assert broken[3:5] == ("2027-01-07 09:00", "读不出")
    assert broken[5].startswith("不是能读的工作簿")
    assert (missing[0], missing[1], missing[4], missing[5]) == ("单位4", "", "未报", "")


def test_of_many_faults_the_first_are_told_and_how_many_there_are():
    four = {
        RECEIVED: "三",
        GRANTED: -1,
        "disputes.review.upheld": 0.5,
        "disclosure.rules.issued": 2,
    }
    faulty = filed(report("1", "township", four))
    errors = [one for one in faulty.findings if one.severity is Severity.ERROR]
    (row,) = making(replace(summed(faulty), made=provenance())).left_out()
    assert len(errors) > 3
    assert row[5].endswith(f"；等 {len(errors)} 处，见“问题清单”")
    assert row[5].count("；") == 3


def test_what_was_waived_stands_with_the_decision(summary):
    fault = "本年制发件数不应大于现行有效件数（制发 2，现行有效 1）"
    decided = "第 10 条，张三：历史遗留，已报市里同意"
    assert making(summary).waived() == [("单位2", fault, "T1-01", "表一 C5", "错误", decided)]


# --- the sheet --------------------------------------------------------------------------------


def rows(data: bytes) -> list[list[object]]:
    return [[c.value for c in row] for row in sheet(data, SHEET).iter_rows()]


def test_the_sheet_holds_all_of_it(summary, out):
    told_, shown = making(summary), rows(out[BOOK])
    whole_ = [list(row) for row in shown]
    for listed in (told_.left_out(), told_.versions(), told_.decisions(), told_.waived()):
        for row in listed:
            assert [value or None for value in row] in whole_
    assert [[label, text] for label, text in told_.basis()] == [row[:2] for row in whole_[2:9]]


def test_without_a_ledger_there_is_no_such_sheet_and_no_such_key(summary):
    for bare in (None, replace(summary.made, id="", waived=())):
        without = replace(summary, made=bare)
        made = outputs(without)
        assert SHEET not in openpyxl.load_workbook(io.BytesIO(made[BOOK])).sheetnames
        said = json.loads(made[DATA])
        assert not {"id", "ledger", "decisions", "waived"} & said.keys()
        assert not any("versions" in one for one in said["units"])


def test_lists_with_nothing_in_them_say_so():
    made = outputs(replace(summed(unit(1)), made=provenance()))
    said = {row[0] for row in rows(made[BOOK])}
    none = [common().making[f"{name}_none"] for name in
            ("left_out", "versions", "decisions", "waived")]  # fmt: skip
    assert said >= set(none)
    assert [row[1] for row in rows(made[BOOK]) if row[0] == "台账"] == ["还没有记"]


LONG = "因历史原因，" * 700
NAME = "自治县人民政府" * 30


def long_named(one: Unit) -> Unit:
    return replace(one, name=f"{NAME}{one.name}")


def stressed():
    """Of seventy units with long names each had an error waived, for a long reason."""
    units = [unit(number) for number in range(1, 71)]
    one = summed(*units)
    named = tuple(replace(s, unit=long_named(s.unit)) for s in one.standings)
    decided = [
        (by(9), Decided(act="waive", why=LONG, unit=s.unit.code, rule="T1-01")) for s in named
    ]
    of = events(*decided, (by(4), came("长" * 200 + ".xlsx", "a", "1")))
    waived = [waiver(s.unit, event, message=LONG) for s, event in zip(named, of, strict=False)]
    return replace(one, standings=named, made=provenance(of, waived))


def test_every_row_shows_all_of_its_text_and_is_one_that_a_workbook_can_have():
    crowd = stressed()
    data = outputs(crowd)[BOOK]
    shown = sheet(data, SHEET)
    merged = {area.coord.split(":")[0]: area for area in shown.merged_cells.ranges}
    for row in shown.iter_rows():
        high = shown.row_dimensions[row[0].row].height or 15
        assert high <= 409
        for cell in row:
            if cell.value is None:
                continue
            area = merged.get(cell.coordinate)
            room = sum(WIDTHS[cell.column - 1 : area.max_col if area else cell.column]) * 7
            needed = lines_needed(str(cell.value), room, 11, latin=0.5) * 14.5
            assert needed <= high, (cell.coordinate, needed, high)
    text = "".join(str(row[5]) for row in rows(data) if row[5])
    assert text.count(LONG) == 140  # of each decision, and of what it took away
    face = sheet(data, "汇总情况")
    assert all((one.height or 0) <= 409 for one in face.row_dimensions.values())
    assert "等 70 个单位" in face["A3"].value


def test_names_and_reasons_from_outside_are_neither_formulas_nor_markup(out, summary):
    evil = '=HYPERLINK("http://x")<script>'
    of = events((by(9), Decided(act="waive", why=evil, unit="2", rule=evil)))
    two = Unit("2", evil, "township")
    named = tuple(replace(s, unit=two) if s.unit.code == "2" else s for s in summary.standings)
    spoilt = replace(summary, standings=named)
    made = outputs(replace(spoilt, made=provenance(of, [waiver(two, of[0], evil, message=evil)])))
    for cell in (c for row in sheet(made[BOOK], SHEET).iter_rows() for c in row):
        assert cell.data_type != "f", cell.coordinate
    page = made[BOARD].decode()
    assert "<script" not in page
    assert "HYPERLINK" in page
    assert any(c.data_type == "s" for row in sheet(out[BOOK], SHEET).iter_rows() for c in row)


# --- the face ---------------------------------------------------------------------------------


LINE = "1 处错误经决定不作要求、仍计入（单位：单位2）"


def complete():
    """Two units, both in order once an error of the second is waived."""
    both = summed(unit(1), unit(2))
    assert both.complete
    return whole(both)


def test_an_error_waived_into_the_sum_is_said_on_its_face():
    made = outputs(complete())
    face = sheet(made[BOOK], "汇总情况")
    assert face["A2"].value == "✓ 2 个单位已全部计入"
    assert face["A3"].value == f"⚠ {LINE}"
    table = sheet(made[BOOK], editions()["2021"].tables[0].sheet)
    said = [c.value for row in table.iter_rows(max_row=4) for c in row if c.value]
    assert "✓ 2 个单位已全部计入；1 处错误经决定不作要求、仍计入，见“汇总情况”" in said
    lines = html.fromstring(made[BOARD]).xpath("//p[contains(@class, 'line')]")
    assert [one.text_content() for one in lines] == ["✓ 名册 2 个单位已全部计入", f"⚠ {LINE}"]


def test_without_such_an_error_nothing_is_said():
    bare = complete()
    warning = replace(bare.made.waived[0].finding, severity=Severity.WARNING)
    for waived in ((), (replace(bare.made.waived[0], finding=warning),)):
        made = outputs(replace(bare, made=replace(bare.made, waived=waived)))
        assert sheet(made[BOOK], "汇总情况")["A3"].value is None
        assert "⚠" not in made[BOARD].decode()


def test_an_error_of_a_unit_that_is_not_counted_is_not_in_the_sum(summary):
    three = next(one.unit for one in summary.standings if one.unit.code == "3")
    only = provenance(events(*JANUARY), [waiver(three, events(*JANUARY)[9])])
    assert warned(replace(summary, made=only), common()) == ""


def test_of_many_units_the_first_are_named_and_how_many_there_are():
    crowd = summed(*(unit(number) for number in range(1, MOST_UNITS + 2)))
    of = events(*JANUARY)
    made = provenance(of, [waiver(s.unit, of[9]) for s in crowd.standings for _ in range(2)])
    said = warned(replace(crowd, made=made), common())
    assert said.startswith(f"{2 * MOST_UNITS + 2} 处错误")
    assert said.endswith(f"、单位{MOST_UNITS}等 {MOST_UNITS + 1} 个单位）")


# --- what goes up -----------------------------------------------------------------------------


GAP = "单位2（错误经决定不作要求、仍计入：T1-01）"


def test_what_goes_up_is_whole_and_says_what_it_holds():
    made = outputs(complete())
    cover = sheet(made[UPWARD], common().sheets["cover"])
    assert cover["A4"].value == f"有错误经决定不作要求、仍计入的：{GAP}"
    assert "暂定数" not in str([c.value for row in cover.iter_rows() for c in row])
    said = json.loads(made[DATA])
    assert (said["complete"], said["gaps"], said["report"]["gaps"]) == (True, [GAP], [GAP])


@pytest.mark.parametrize("name", [UPWARD, DATA])
def test_the_level_above_is_told_and_says_so_on_its_own_face(name):
    data = outputs(complete())[name]
    if name == UPWARD:
        reading = read(data, editions(), common())
        got, found = reading.report, reading.findings
        (one,) = (f for f in found if f.rule == "A08")
        assert one.severity is Severity.WARNING
        assert GAP in one.message
        assert (one.sheet, one.cell) == (common().sheets["cover"], "A2")
    else:
        got = from_document(json.loads(data)["report"])
    assert not got.provisional
    assert got.gaps == (GAP,)
    county = replace(got, unit=Unit("1", "单位1", "county"))
    above = summed(Submission("上报.xlsx", "x", (), county))
    assert above.complete
    assert above.gaps(common().gaps) == (f"单位1：{GAP}",)
    assert warned(above, common()) == "1 个单位报来的数里有错误经决定不作要求、仍计入（单位1）"


# --- the data ---------------------------------------------------------------------------------


def test_the_data_hold_the_same_for_programs(summary):
    said = of_summary(summary, context())
    made = summary.made
    assert (said["made"], said["id"]) == (MADE.isoformat(), made.id)
    assert said["ledger"] == {"number": 14, "hash": made.head.hash}
    assert [(one["number"], one["act"], one["who"]) for one in said["decisions"]] == [
        (10, "waive", WHO), (11, "accept", "李四"), (12, "exclude", WHO), (13, "prefer", WHO),
        (14, "correct", WHO),
    ]  # fmt: skip
    accept = said["decisions"][1]
    assert (accept["unit"], accept["rule"], accept["field"]) == ("1", "N12", "problems")
    assert (accept["until"], accept["at"]) == ("2028-12-31", at(9).isoformat())
    (waived,) = said["waived"]
    assert (waived["unit"]["code"], waived["rule"], waived["severity"]) == ("2", "T1-01", "error")
    assert waived["decision"] == {"year": 2023, "number": 10}


def test_the_data_hold_the_versions_of_each_unit(summary):
    one, two, three, four = (u["versions"] for u in of_summary(summary, context())["units"])
    assert one[0] == {
        "file": "单位1(1).xlsx",
        "files": ["单位1(1).xlsx"],
        "sha256": digest("单位1改.xlsx"),
        "received": at(6).isoformat(),
        "saved": None,
        "made_with": None,
        "dated": None,
        "answers": short("单位1.xlsx"),
        "state": "counted",
        "ground": "prefer",
        "decision": {"year": 2023, "number": 13},
    }
    assert (one[1]["state"], one[1]["saved"]) == ("older", at(4).isoformat())
    assert [v["state"] for v in two] == ["counted", "unreadable"]
    assert [v["state"] for v in three] == ["unreadable"]
    assert [v["state"] for v in four] == ["counted", "excluded"]
