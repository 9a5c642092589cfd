"""A provisional sum: so it stays at every level above, by name, and is held to no other year."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import openpyxl
import pytest
from lxml import html

from desk import YEAR, Desk, book, complete, figures, write_text
from helpers import common, edition_for, editions, with_fee
from nianbao import cli
from nianbao.check import Beside, check, rule_findings
from nianbao.layout import IDENTITY
from nianbao.merge import Task, merge
from nianbao.reading.read import read
from nianbao.report import MOST_GAPS, Unit, from_document, to_document
from nianbao.standing import Submission


A = complete("659900-T1", "甲乡")
B = complete("659900-T2", "乙镇")
WRONG = figures(complete("659900-T3", "丙乡"), disclosure__rules__issued=2)
CITY = "code,name,level\n6599,示例市,市级\n659900,示例县,县级\n"
PROVINCE = "code,name,level\n6599,示例市,市级\n"


def last_year(report):
    now, before = str(report.year), str(report.year - 1)
    said = {key: text and text.replace(now, before) for key, text in report.narrative.items()}
    return dataclasses.replace(report, year=report.year - 1, narrative=said)


def up(folder: Path, source: Path, roster: str, *more: str) -> tuple[int, dict]:
    """The level above takes the sum in: exit status and 汇总.json."""
    folder.mkdir()
    (folder / "units.csv").write_text(roster, encoding="utf-8")
    words = ["merge", str(source), "--units", str(folder / "units.csv"), "-o", str(folder)]
    status = cli.main([*words, *more])
    return status, json.loads((folder / "汇总.json").read_text(encoding="utf-8"))


@pytest.fixture
def county(tmp_path):
    """A county with one unit in order, one missing, one faulty."""
    desk = Desk(tmp_path).enrol(A, B, WRONG).receive(A, WRONG)
    assert desk.merge() == 1
    write_text(desk.out / "上报.xlsx")
    assert desk.merge("--force") == 1
    return desk


GAPS = ["乙镇（未报）", "丙乡（有错误）"]


def rules(found) -> list[str]:
    return [one["rule"] for one in found]


def test_who_is_missing_or_faulty_stands_in_what_goes_up(county):
    assert county.summary["gaps"] == county.summary["report"]["gaps"] == GAPS
    up_book = openpyxl.load_workbook(county.out / "上报.xlsx")
    cover = up_book[common().sheets["cover"]]
    assert cover["A4"].value == f"没有计入或含有错误的：{'、'.join(GAPS)}"
    assert "收齐后重新汇总才能上报" in cover["A3"].value
    hidden = up_book[common().sheets["identity"]]
    assert {r[0].value: r[1].value for r in hidden.iter_rows()}["gaps"] == "\n".join(GAPS)


@pytest.mark.parametrize("sent", ["上报.xlsx", "汇总.json"])
def test_the_level_above_is_provisional_too_and_names_them(county, tmp_path, capsys, sent):
    capsys.readouterr()
    status, city = up(tmp_path / "市", county.out / sent, CITY)
    assert status == 1
    assert city["complete"] is False
    assert city["units"][0]["status"] == "provisional"
    assert city["units"][0]["counted"] is True
    below = [f"示例县：{gap}" for gap in GAPS]
    assert city["gaps"] == below
    said = capsys.readouterr().out
    assert "暂定数" in said
    assert "已收齐" not in said
    assert "乙镇（未报）、丙乡（有错误）" in said
    page = html.fromstring((tmp_path / "市" / "看板.html").read_bytes()).text_content()
    assert "✗ 暂定数" in page
    assert "示例县：乙镇（未报）" in page
    face = openpyxl.load_workbook(tmp_path / "市" / "汇总.xlsx").worksheets[0]
    assert face["A2"].value.startswith("✗ 暂定数：1 个单位报来的是暂定数")
    assert "乙镇（未报）" in str([cell.value for row in face.iter_rows() for cell in row])


def test_two_levels_up_it_still_is_and_still_names_them(county, tmp_path):
    _, _ = up(tmp_path / "市", county.out / "上报.xlsx", CITY)
    write_text(tmp_path / "市" / "上报.xlsx", "prefecture")
    status, province = up(tmp_path / "省", tmp_path / "市" / "上报.xlsx", PROVINCE)
    assert status == 1
    assert province["complete"] is False
    assert province["gaps"] == [f"示例市：示例县：{gap}" for gap in GAPS]


def test_a_whole_sum_is_whole_above(tmp_path):
    county = Desk(tmp_path).enrol(A, B).receive(A, B)
    assert county.merge() == 0
    assert county.summary["gaps"] == []
    write_text(county.out / "上报.xlsx")
    status, city = up(tmp_path / "市", county.out / "上报.xlsx", CITY)
    assert (status, city["complete"], city["units"][0]["status"]) == (0, True, "ok")


def test_status_names_who_is_missing_below(county, tmp_path, capsys):
    (tmp_path / "市.csv").write_text(CITY, encoding="utf-8")
    capsys.readouterr()
    words = ["status", str(county.out / "上报.xlsx"), "--units", str(tmp_path / "市.csv")]
    assert cli.main(words) == 1
    said = capsys.readouterr().out
    assert "要改 1" in said
    assert "要改（暂定数）" in said
    assert "示例县：乙镇（未报）" in said


def test_check_says_who_is_missing_with_the_cell(county, capsys):
    capsys.readouterr()
    assert cli.main(["check", str(county.out / "上报.xlsx"), "--json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)["files"]
    (found,) = [f for f in one["findings"] if f["rule"] == "A08"]
    assert (found["severity"], found["cell"]) == ("warning", "A2")
    assert "乙镇（未报）、丙乡（有错误）" in found["message"]


def test_a_sum_from_before_the_names_were_carried_is_provisional_all_the_same(county, tmp_path):
    opened = openpyxl.load_workbook(county.out / "上报.xlsx")
    hidden = opened[common().sheets["identity"]]
    later = IDENTITY[IDENTITY.index("gaps") :]
    hidden.delete_rows(len(IDENTITY) - len(later) + 1, len(later))
    for key in later:
        del opened.defined_names[f"nianbao.{key}"]
    path = tmp_path / "旧.xlsx"
    opened.save(path)
    reading = read(path.read_bytes(), editions(), common())
    assert reading.report.provisional
    assert [f.rule for f in reading.findings if f.severity.value == "error"] == []
    _, city = up(tmp_path / "市", path, CITY)
    assert city["gaps"] == ["示例县（暂定数）"]


def test_very_many_gaps_are_bounded_and_counted():
    edition = edition_for(YEAR)
    units = [Unit(f"659900-{n}", f"第{n}" + "很长的名字" * 40, "township") for n in range(300)]
    county = Unit("659900", "示例县", "county")
    summary = merge(Task(county, units, YEAR, edition), [], common().catalogue)
    gaps = summary.gaps(common().statuses)
    assert len(gaps) == MOST_GAPS
    assert max(map(len, gaps)) <= 120
    assert gaps[-1] == "……共 300 处"


# --- no comparison across years ---------------------------------------------------------------


def stock(code: str, name: str, in_force: int, year: int = YEAR):
    one = complete(
        code, name, disclosure__normative__issued=0, disclosure__normative__in_force=in_force,
        requests__received__individual=0, requests__granted__individual=0,
        requests__carried_out__individual=0,
    )  # fmt: skip
    return dataclasses.replace(one, year=year)


@pytest.fixture
def two_years(tmp_path):
    """A county whose last year's stock was 265 + 7; this year only the 7 came in."""
    for year in ("去年", "今年"):
        (tmp_path / year).mkdir()
    before, now = Desk(tmp_path / "去年"), Desk(tmp_path / "今年")
    one, other = stock("659900-T1", "甲乡", 7), stock("659900-T2", "乙镇", 265)
    before.enrol(one, other).receive(last_year(one), last_year(other))
    now.enrol(one, other).receive(one)
    return before, now, other


def summary_rules(desk) -> list[tuple[str, str]]:
    return [(one["rule"], one["severity"]) for one in desk.summary["findings"]]


def test_a_provisional_sum_is_not_held_to_last_years_whole(two_years, capsys):
    before, now, other = two_years
    assert before.merge() == 0
    assert now.merge("--previous", str(before.out / "汇总.json")) == 1
    assert "T2-02" not in rules(now.summary["findings"])
    assert ("A08", "note") in summary_rules(now)
    assert "本年的数是暂定数，没有与上年比较" in capsys.readouterr().out
    words = ["check", str(now.out / "上报.xlsx"), "--previous", str(before.out / "汇总.json")]
    cli.main([*words, "--json"])
    (one,) = json.loads(capsys.readouterr().out)["files"]
    assert rules(one["findings"]).count("A08") == 2  # that it is provisional, that nothing is held
    assert "T2-02" not in rules(one["findings"])
    now.receive(other)
    assert now.merge("--previous", str(before.out / "汇总.json"), "--force") == 0
    assert ("A08", "note") not in summary_rules(now)


def test_nor_is_a_whole_sum_held_to_last_years_provisional_one(two_years, capsys):
    before, now, other = two_years
    (before.inbox / "乙镇.xlsx").unlink()
    assert before.merge() == 1
    now.receive(other)
    previous = str(before.out / "汇总.json")
    assert now.merge("--previous", previous) == 0
    assert "T2-02" not in rules(now.summary["findings"])
    assert "上年的数是暂定数，没有与上年比较" in capsys.readouterr().out
    compared = openpyxl.load_workbook(now.out / "上报.xlsx")[common().sheets["compare"]]
    assert {row[1].value for row in compared.iter_rows(min_row=4)} == {None}


def test_the_same_difference_between_two_whole_sums_is_a_finding(two_years):
    before, now, _ = two_years
    assert before.merge() == 0
    now.receive(stock("659900-T2", "乙镇", 100))
    now.merge("--previous", str(before.out / "汇总.json"), "--provisional")
    assert "T2-02" in rules(now.summary["findings"])


def test_a_template_is_not_prefilled_from_a_provisional_year(two_years, tmp_path, capsys):
    before, _, _ = two_years
    (before.inbox / "乙镇.xlsx").unlink()
    before.merge()
    (tmp_path / "市.csv").write_text(CITY, encoding="utf-8")
    out, previous = tmp_path / "下发", str(before.out / "上报.xlsx")
    words = ["template", "--year", str(YEAR), "--units", str(tmp_path / "市.csv"), "-o", str(out)]
    assert cli.main([*words, "--previous", previous]) == 0
    assert "示例县" in capsys.readouterr().err
    (path,) = out.iterdir()
    compared = openpyxl.load_workbook(path)[common().sheets["compare"]]
    assert {row[1].value for row in compared.iter_rows(min_row=4)} == {None}


@pytest.mark.parametrize("which", ["this", "last"])
def test_no_rule_across_years_speaks_of_a_provisional_report(which):
    report = stock("659900", "示例县", 7)
    last = last_year(stock("659900", "示例县", 265))
    whole = {"complete": False, "gaps": ["乙镇（未报）"]}
    edition, catalogue = edition_for(YEAR), common().catalogue
    assert "T2-02" in {f.rule for f in check(report, edition, catalogue, Beside(last))}
    if which == "this":
        report = dataclasses.replace(report, provenance=whole)
    else:
        last = dataclasses.replace(last, provenance=whole)
    found = check(report, edition, catalogue, Beside(last))
    assert "T2-02" not in {f.rule for f in found}
    assert [f.severity.value for f in found if f.rule == "A08"] == ["note"]
    assert "T2-02" not in {f.rule for f in rule_findings(report, edition, Beside(last))}


def test_a_report_that_is_merely_not_whole_is_held_to_last_year():
    document = to_document(A) | {"complete": False}
    assert not from_document(document).provisional
    assert from_document(document | {"gaps": []}).provisional


# --- the summary's own findings ---------------------------------------------------------------


def submitted(*reports) -> list[Submission]:
    return [Submission(f"{one.unit.name}.xlsx", one.unit.code, (), one) for one in reports]


def summed(reports, **task):
    units = [one.unit for one in (A, B)]
    whole = Task(Unit("659900", "示例县", "county"), units, YEAR, edition_for(YEAR), **task)
    return merge(whole, submitted(*reports), common().catalogue)


def said(summary, rule) -> list[str]:
    return [one.message for one in summary.findings if one.rule == rule]


def test_a04_a_published_figure_that_differs_from_the_sum():
    own = summed([A, B]).report
    assert said(summed([A, B], published=own), "A04") == []
    other = figures(own, requests__received__individual=9, requests__granted__individual=7)
    found = said(summed([A, B], published=other), "A04")
    assert "“一、本年新收政府信息公开申请数量·自然人”公布数 9 与各单位之和 6 不一致" in found
    assert len(found) > 2  # its totals too


def test_published_on_the_command_line(tmp_path):
    desk = Desk(tmp_path).enrol(A, B).receive(A, B)
    assert desk.merge() == 0
    own = desk.summary["report"]
    path = tmp_path / "公布.json"
    path.write_text(json.dumps(own, ensure_ascii=False), encoding="utf-8")
    assert desk.merge("--published", str(path), "--force") == 0
    own["tables"]["disclosure"]["normative"]["in_force"] = 99
    path.write_text(json.dumps(own, ensure_ascii=False), encoding="utf-8")
    assert desk.merge("--published", str(path), "--force") == 1
    (found,) = [one for one in desk.summary["findings"] if one["rule"] == "A04"]
    assert (found["actual"], found["expected"]) == (99, 14)


def test_a08_names_the_missing_the_faulty_and_the_blank(tmp_path, capsys):
    assert said(summed([A, B]), "A08") == []
    assert said(summed([A]), "A08") == ["缺 1 个单位，汇总数是暂定数"]
    blank = dataclasses.replace(B, figures={**B.figures, "requests.received.individual": None})
    found = said(summed([A, blank]), "A08")
    assert found == ["“乙镇”有 1 格没有数，汇总数里没有它们"]
    desk = Desk(tmp_path).enrol(A, WRONG).receive(A, WRONG)
    desk.merge("--provisional")
    messages = [one["message"] for one in desk.summary["findings"] if one["rule"] == "A08"]
    assert messages == ["有错误的 1 个单位暂时计入：丙乡"]
    assert "有错误的 1 个单位暂时计入：丙乡" in capsys.readouterr().out


def test_the_fee_is_summed_and_only_who_is_counted_is_listed_as_counted(tmp_path):
    one, other = (with_fee(r, cases=1, yuan=2.5) for r in (A, B))
    desk = Desk(tmp_path).enrol(one, other).receive(one, other)
    desk.merge()
    assert desk.summary["report"]["processing_fee"] == {"cases": 2, "yuan": 5}
    (desk.inbox / "乙镇.xlsx").write_bytes(book(WRONG)[:5000])
    desk.merge("--force", "--no-ledger")  # with one, what came first would still count
    sheet = openpyxl.load_workbook(desk.out / "汇总.xlsx")["各单位"]
    names = [row[2].value for row in sheet.iter_rows(min_row=6)]
    assert names[0] == "甲乡"
    assert sheet["A5"].value == "合计（1 个单位）"
    assert "乙镇" in names[2:]
