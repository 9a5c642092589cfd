"""Two years of a county: units merged, renamed and split; last year's files of any size."""

from __future__ import annotations

import dataclasses
import json
import zipfile

import openpyxl
import pytest

from desk import YEAR, Desk, book, complete
from helpers import common
from nianbao import cli
from nianbao.book.order import Order
from nianbao.context import context
from nianbao.layout.summary import CHANGES_FROM, CHANGES_HEADS
from nianbao.office import held, previous
from nianbao.office.engine import HERE
from nianbao.office.previous import load_previous
from nianbao.report import Unit
from nianbao.template.workbook import workbook
from nianbao.validate import LARGEST


STOCK = "disclosure.normative.in_force"


def stock(code: str, name: str, in_force: int, *, carried: int = 0, year: int = YEAR, **more):
    """A report with a stock of documents, and applications carried out to the next year."""
    given = {
        "disclosure__normative__issued": 0,
        "disclosure__normative__in_force": in_force,
        "requests__received__individual": 5 * carried,
        "requests__granted__individual": 4 * carried,
        "requests__carried_out__individual": carried,
    }
    one = complete(code, name, **given | more)
    said = {key: text and text.replace(str(YEAR), str(year)) for key, text in one.narrative.items()}
    return dataclasses.replace(one, year=year, narrative=said)


LAST = [
    stock("659900-T1", "甲乡", 7, carried=2, year=YEAR - 1),
    stock("659900-T2", "乙镇", 265, carried=3, year=YEAR - 1),
    stock("659900-T3", "丙乡", 30, year=YEAR - 1),
    stock("659900-T4", "丁乡", 11, year=YEAR - 1),
]
"""Last year: 甲乡 and 乙镇 are now 新镇; 丙乡 is 丙镇 with another code; 丁乡 is two streets."""

ROSTER = """代码,名称,类别,前身
659900,示例县,县级,
659900-T9,新镇,乡镇,甲乡、659900-T2
659900-T8,丙镇,乡镇,659900-T3
659900-S1,东街道,街道,丁乡
659900-S2,西街道,街道,659900-T4
"""

NOW = [
    stock("659900-T9", "新镇", 272, carried=0, requests__carried_in__individual=5,
          requests__granted__individual=5),
    stock("659900-T8", "丙镇", 30),
    stock("659900-S1", "东街道", 6),
    stock("659900-S2", "西街道", 5),
]  # fmt: skip


@pytest.fixture(scope="module")
def summed(tmp_path_factory) -> bytes:
    """Last year's 汇总.json."""
    before = Desk(tmp_path_factory.mktemp("去年")).enrol(*LAST).receive(*LAST)
    assert before.merge() == 0
    return (before.out / "汇总.json").read_bytes()


@pytest.fixture
def last(tmp_path, summed):
    path = tmp_path / "去年汇总.json"
    path.write_bytes(summed)
    return path


@pytest.fixture
def two_years(tmp_path, last):
    (tmp_path / "今年").mkdir()
    now = Desk(tmp_path / "今年")
    (now.folder / "units.csv").write_text(ROSTER, encoding="utf-8")
    return last, now


def checked(now, last, capsys) -> dict[str, list[str]]:
    """The rules of each unit's findings."""
    capsys.readouterr()
    words = ["check", str(now.inbox), "--units", now.roster, "--previous", str(last), "--json"]
    cli.main(words)
    files = json.loads(capsys.readouterr().out)["files"]
    return {one["unit"]["name"]: [f["rule"] for f in one["findings"]] for one in files}


def levelled(report, level: str):
    return dataclasses.replace(report, unit=dataclasses.replace(report.unit, level=level))


def receive(now, *reports):
    for one in reports:
        street = one.unit.code.startswith("659900-S")
        now.receive(levelled(one, "street") if street else one)


def test_every_unit_is_held_to_the_figures_that_are_its_own(two_years, capsys):
    last, now = two_years
    receive(now, *NOW)
    found = checked(now, last, capsys)
    across = {"T2-02", "T3-04", "T3-04b", "T4-04"}
    assert not any(across & set(rules) for rules in found.values())
    assert {name: [r for r in rules if r.startswith("A1")] for name, rules in found.items()} == {
        "新镇": ["A14"], "丙镇": ["A14"], "东街道": ["A13"], "西街道": ["A13"],
    }  # fmt: skip


def test_and_what_is_wrong_in_the_sum_is_found(two_years, capsys):
    """265 of 272 documents, 3 of 5 applications: each right for one predecessor alone."""
    last, now = two_years
    wrong = stock("659900-T9", "新镇", 265, requests__carried_in__individual=3,
                  requests__granted__individual=3)  # fmt: skip
    receive(now, wrong, stock("659900-T8", "丙镇", 29), *NOW[2:])
    found = checked(now, last, capsys)
    assert {"T2-02", "T3-04", "T3-04b"} <= set(found["新镇"])
    assert "T2-02" in found["丙镇"]
    assert "T2-02" not in found["东街道"]


def test_the_county_is_compared_though_no_part_of_it_can_be(two_years):
    """313 documents last year and this; with 6 in 西街道 instead of 5, one too many."""
    last, now = two_years
    receive(now, *NOW)
    assert now.merge("--previous", str(last)) == 0
    assert "T2-02" not in [one["rule"] for one in now.summary["findings"]]
    receive(now, stock("659900-S2", "西街道", 6))
    now.merge("--previous", str(last), "--force")
    (one,) = [one for one in now.summary["findings"] if one["rule"] == "T2-02"]
    assert (one["expected"], one["actual"]) == (313, 314)


def test_a_carried_over_sum_that_is_short_is_found_above(two_years):
    last, now = two_years
    short = stock("659900-T9", "新镇", 272, requests__carried_in__individual=3,
                  requests__granted__individual=3)  # fmt: skip
    receive(now, short, *NOW[1:])
    now.merge("--previous", str(last), "--provisional")
    rules = {one["rule"]: one for one in now.summary["findings"]}
    assert (rules["A05"]["expected"], rules["A05"]["actual"]) == (5, 3)


def compared(path) -> dict[str, float | None]:
    """上年对照 of a template: what it calls a figure, and last year's."""
    sheet = openpyxl.load_workbook(path)[common().sheets["compare"]]
    return {row[0].value: row[1].value for row in sheet.iter_rows(min_row=4)}


def test_templates_are_filled_with_the_figures_that_are_a_units_own(two_years, tmp_path, capsys):
    last, now = two_years
    out = tmp_path / "下发"
    words = ["template", "--year", str(YEAR), "--units", now.roster, "-o", str(out)]
    assert cli.main([*words, "--previous", str(last)]) == 0
    said = capsys.readouterr().err
    assert "“新镇”：上年数取自：甲乡、乙镇" in said
    assert "“东街道”：几个单位同出于“丁乡”" in said
    name = context().edition_for(YEAR).name(STOCK)
    assert compared(out / "新镇.xlsx")[name] == 272
    assert compared(out / "丙镇.xlsx")[name] == 30
    assert set(compared(out / "东街道.xlsx").values()) == {None}
    carried = openpyxl.load_workbook(out / "新镇.xlsx")
    sheet = carried[context().edition_for(YEAR).table["requests"].sheet]
    assert 5 in [cell.value for row in sheet.iter_rows() for cell in row]


def test_a_sum_that_holds_a_provisional_year_is_not_filled_in_nor_held(two_years, tmp_path, capsys):
    last, now = two_years
    document = json.loads(last.read_text(encoding="utf-8"))
    (unit,) = [one for one in document["units"] if one["name"] == "乙镇"]
    unit["report"] |= {"complete": False, "gaps": ["戊村（未报）"]}
    last.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    out = tmp_path / "下发"
    words = ["template", "--year", str(YEAR), "--units", now.roster, "-o", str(out)]
    assert cli.main([*words, "--previous", str(last)]) == 0
    assert "上年报来的是暂定数，没有填进上年对照：新镇" in capsys.readouterr().err
    assert set(compared(out / "新镇.xlsx").values()) == {None}
    receive(now, stock("659900-T9", "新镇", 1))
    found = checked(now, last, capsys)["新镇"]
    assert {"A08", "A14"} <= set(found)
    assert not {"T2-02", "T3-04"} & set(found)


def test_a_unit_whose_predecessors_report_is_missing_is_told_which(two_years, capsys):
    last, now = two_years
    document = json.loads(last.read_text(encoding="utf-8"))
    document["units"] = [one for one in document["units"] if one["name"] != "乙镇"]
    last.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    receive(now, NOW[0])
    capsys.readouterr()
    words = ["check", str(now.inbox), "--units", now.roster, "--previous", str(last), "--json"]
    cli.main(words)
    (one,) = json.loads(capsys.readouterr().out)["files"]
    (note,) = [f for f in one["findings"] if f["rule"] == "A12"]
    assert (note["severity"], "659900-T2" in note["message"]) == ("note", True)
    assert "T3-04" not in [f["rule"] for f in one["findings"]]


def test_what_a_split_unit_carries_from_before_is_not_held_against_it(two_years, capsys):
    """丁乡's own 11 documents stood in a template that was sent out before the roster said so."""
    last, now = two_years
    one = levelled(stock("659900-T4", "东街道", 6), "street")
    form = context().edition_for(YEAR)
    order = Order(form, common(), one.unit, YEAR, one, LAST[3])
    (now.inbox / "东街道.xlsx").write_bytes(workbook(order))
    roster = ROSTER.replace("659900-S1,东街道,街道,丁乡", "659900-T4,东街道,街道,")
    (now.folder / "units.csv").write_text(roster.replace("659900-S2", "659900-S9"), "utf-8")
    found = checked(now, last, capsys)["东街道"]
    assert "A13" in found
    assert "T2-02" not in found
    alone = ROSTER.splitlines()[1] + "\n659900-T4,东街道,街道,\n"
    (now.folder / "units.csv").write_text(f"代码,名称,类别,前身\n{alone}", "utf-8")
    assert "T2-02" in checked(now, last, capsys)["东街道"]


# --- the sheet 同比 ------------------------------------------------------------------------------


def changed(now):
    sheet = openpyxl.load_workbook(now.out / "汇总.xlsx")[common().changes["sheet"]]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_what_changed_stands_in_both_results_what_stands_out_first(two_years):
    last, now = two_years
    more = stock("659900-T8", "丙镇", 30, carried=40, disclosure__penalty__decisions=12)
    receive(now, NOW[0], more, *NOW[2:])
    now.merge("--previous", str(last), "--provisional")
    rows = now.summary["changes"]["rows"]
    first = rows[0]
    assert now.summary["changes"]["why"] is None
    assert (first["key"], first["last"], first["now"]) == ("requests.received.individual", 25, 200)
    assert (first["difference"], first["ratio"], first["stands_out"]) == (175, 8, True)
    assert first["units"][0] == {
        "code": "659900-T8", "name": "丙镇", "last": 0, "now": 200, "difference": 200,
    }  # fmt: skip
    sheet = changed(now)
    words = common().changes
    assert sheet[CHANGES_HEADS - 1][0] == words["marked"]
    lines = sheet[CHANGES_FROM - 1 :]
    stands_out = [one for one in rows if one["stands_out"]]
    assert [line[0] for line in lines[: len(stands_out) + 1]] == ["突出"] * len(stands_out) + [None]
    assert lines[0][1:5] == [first["name"], 25, 200, 175]
    assert "丙镇 0→200（+200）" in lines[0][6]
    penalty = next(line for line in lines if line[1].startswith("行政处罚"))
    assert penalty[5] == words["new"]
    shown = [one for one in rows if one["last"] or one["now"]]
    assert len(lines) == len(shown)


def test_a_provisional_or_missing_year_is_not_compared_and_the_sheet_says_so(two_years):
    last, now = two_years
    receive(now, *NOW[:2])
    now.merge("--previous", str(last))
    assert now.summary["changes"] == {"why": common().changes["this_provisional"], "rows": []}
    ((said, *_),) = [row for row in changed(now) if any(row)]
    assert said == common().changes["this_provisional"]
    now.merge("--force")
    assert now.summary["changes"]["why"] == common().changes["missing"]


# --- last year's documents, whatever their size ---------------------------------------------------


def grown(last, units: int, bom: bytes = b""):
    """A real 汇总.json with as many units more."""
    document = json.loads(last.read_text(encoding="utf-8"))
    one = document["units"][0]
    for number in range(units):
        unit = {"code": f"X{number}", "name": f"第{number}乡"}
        report = {**one["report"], "unit": {**one["report"]["unit"], **unit}}
        document["units"].append({**one, **unit, "report": report})
    last.write_bytes(bom + json.dumps(document, ensure_ascii=False, indent=1).encode())
    return last


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_a_summary_of_more_than_20_mb_is_last_years_as_any_other(last, bom):
    small = load_previous(last, context(), bounds=HERE)
    grown(last, 3_500, bom)
    assert last.stat().st_size > LARGEST
    large = load_previous(last, context(), bounds=HERE)
    assert large.notes == ()
    assert len(large.reports) == len(small.reports) + 3_500
    assert {key: large.reports[key] for key in small.reports} == dict(small.reports)
    x = Unit("X3499", "第3499乡", "township")
    assert large.of(x, YEAR).figures == small.reports["659900-T1", YEAR - 1].figures


def test_it_may_lie_in_a_folder_or_a_zip(last):
    grown(last, 3_500)
    packed = last.with_name("上年.zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(last, "汇总.json")
    assert len(load_previous(packed, context(), bounds=HERE).reports) > 3_500


def test_a_large_provisional_sum_is_provisional(last):
    document = json.loads(grown(last, 3_500).read_text(encoding="utf-8"))
    document["report"] |= {"complete": False}
    last.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    found = load_previous(last, context(), bounds=HERE)
    county = Unit("659900", "示例县", "county")
    assert found.any(county, YEAR).provisional
    assert found.of(county, YEAR) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"units": [' + b" " * LARGEST + b"}", "不是 JSON（第 1 行第"),
        (b'{"x": "' + b"x" * LARGEST + b'"}', "文件有 20 MB"),
        (b'{"units": [], "x": ' + b"[" * LARGEST + b"}", "嵌套太深"),
        (b'{"units": [{"report": 7}, 8], "report": 9, "x": "' + b"x" * LARGEST + b'"}', "没有"),
    ],
    ids=["no JSON", "no summary", "deep", "nothing in it"],
)
def test_a_large_document_that_is_none_is_refused(data, said, tmp_path, capsys):
    path = tmp_path / "汇总.json"
    path.write_bytes(data)
    assert cli.main(["check", str(tmp_path), "--previous", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_a_workbook_keeps_its_bounds_and_so_does_what_is_returned(two_years, tmp_path, capsys):
    last, now = two_years
    path = tmp_path / "上报.xlsx"
    path.write_bytes(book(LAST[0]) + b"\0" * LARGEST)
    assert cli.main(["check", str(now.inbox), "--previous", str(path)]) == 2
    assert "超过 20 MB" in capsys.readouterr().err
    (now.inbox / "汇总.json").write_bytes(grown(last, 3_500).read_bytes())
    words = ["check", str(now.inbox), "--units", now.roster, "--json"]
    cli.main(words)
    (one,) = json.loads(capsys.readouterr().out)["files"]
    assert [f["rule"] for f in one["findings"]] == ["F05"]


def test_more_than_what_is_believed_of_a_document_is_refused(last, monkeypatch):
    monkeypatch.setattr(previous, "LARGEST", last.stat().st_size - 1)
    with pytest.raises(Exception, match="超过 0 MB"):
        load_previous(last, context(), bounds=HERE)


def test_a_report_is_copied_alone(two_years, monkeypatch):
    """Of a large document one report at a time is taken out: never the whole as objects."""
    last, _ = two_years
    sizes = []
    load = held.load_document
    monkeypatch.setattr(
        held, "load_document", lambda data, known: sizes.append(len(data)) or load(data, known)
    )
    data = grown(last, 3_500).read_bytes()
    assert sum(1 for _ in held.documents(data, common().catalogue)) > 3_500
    assert max(sizes) < 100_000
