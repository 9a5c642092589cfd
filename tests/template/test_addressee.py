"""Every unit reads the name of the body it reports to, nowhere that of another."""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
from dataclasses import replace

import openpyxl
import pytest

from desk import Desk, complete, figures, write_text
from drawn import drawn
from helpers import common, editions
from nianbao import cli
from nianbao.book.order import Order
from nianbao.book.parts import unzip
from nianbao.check import Beside, check
from nianbao.layout import IDENTITY, OPTIONAL
from nianbao.office.examine import examine
from nianbao.reading.read import read
from nianbao.report import Report, Unit, from_document, to_document
from nianbao.template.sent_back import ToSend, sent_back
from nianbao.template.stamp import Stamp
from nianbao.template.workbook import workbook


UNITS = {
    "township": (Unit("1", "甲镇", "township"), "县里"),
    "street": (Unit("2", "乙街道", "street"), "县里"),
    "department of a county": (Unit("3", "丙局", "department"), "县里"),
    "department of a city": (Unit("4", "丁局", "department", "prefecture"), "市里"),
    "department of a province": (Unit("5", "戊厅", "department", "province"), "省里"),
    "office of a city": (Unit("6", "己办", "department", "prefecture", "prefecture"), "市里"),
    "town of a city": (Unit("7", "庚镇", "township", "prefecture"), "市里"),
    "county": (Unit("8", "辛县", "county"), "市里"),
    "district of a municipality": (Unit("9", "壬区", "county", "province"), "省里"),
    "city": (Unit("10", "癸市", "prefecture"), "省里"),
    "province": (Unit("11", "子省", "province"), "国办"),
}
TERM = re.compile("县里|市里|省里|国办(?!公开办|函|发|文件)")
FORMS = [
    pytest.param(edition, unit, term, id=f"{edition.id}-{name}")
    for edition in editions().values()
    for name, (unit, term) in UNITS.items()
]


def strings(data: bytes):
    """Every text of a workbook: cells, formulas, input rules, notes."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    yield cell.value
                if cell.comment:
                    yield cell.comment.text
        for rule in sheet.data_validations.dataValidation:
            yield from (one for one in (rule.prompt, rule.error, rule.promptTitle) if one)


@functools.cache
def template(edition, unit) -> bytes:
    return drawn(Order(edition, common(), unit, edition.first_year))


def terms(texts) -> set[str]:
    found = {match for text in texts for match in TERM.findall(text)}
    assert not [text for text in texts if "{above}" in text]
    return found


@pytest.mark.parametrize(("edition", "unit", "term"), FORMS)
def test_no_word_of_another_addressee_stands_in_a_workbook(edition, unit, term):
    assert terms(list(strings(template(edition, unit)))) == {term}


@pytest.mark.parametrize(("edition", "unit", "term"), FORMS)
def test_nor_in_what_goes_back_to_the_unit(edition, unit, term):
    figures_ = dict.fromkeys(edition.inputs, "无")
    report = Report(edition.id, edition.first_year, unit, figures_)
    found = check(report, edition, common().catalogue_of(unit))
    others = [
        one.of(edition).finding(**dict.fromkeys(WANTED, "甲"))
        for one in common().catalogue_of(unit).values()
    ]
    back = sent_back(ToSend(report, edition, Beside(), (*found, *others)), unit, common())
    data = back.workbook("甲.xlsx", "0" * 64, dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    assert terms(list(strings(data))) == {term}


WANTED = {
    name
    for one in common().catalogue.values()
    for name in re.findall(r"{(\w+)}", one.text + one.remedy)
}
"""Whatever the wordings are filled in with."""


def test_without_a_unit_the_words_are_neutral():
    texts = [f"{one.text}{one.remedy}" for one in common().catalogue.values()]
    assert terms(texts) == set()
    assert any("请使用上级下发的填报表" in text for text in texts)


def test_the_message_to_a_city_department_names_the_city(tmp_path, capsys):
    unit = Unit("6206-D1", "教育局", "department", "prefecture")
    edition = editions()["2021"]
    order = Order(edition, common(), unit, 2023)
    book = openpyxl.load_workbook(io.BytesIO(workbook(order)))
    book[common().sheets["identity"]]["B3"] = 1999
    inbox = tmp_path / "收到"
    inbox.mkdir()
    book.save(inbox / "教育局.xlsx")
    assert cli.main(["check", str(inbox), "--annotate", str(tmp_path / "退回")]) == 1
    (text,) = (tmp_path / "退回").glob("*.txt")
    said = text.read_text(encoding="utf-8-sig")
    assert "请用市里下发给本单位的原表" in said
    assert terms([said, capsys.readouterr().out]) == {"市里"}


# --- dates ------------------------------------------------------------------------------------


def cover(edition, unit, **changes):
    order = Order(edition, common(), unit, edition.first_year, **changes)
    sheet = openpyxl.load_workbook(io.BytesIO(drawn(order)))[common().sheets["cover"]]
    return [sheet[cell].value for cell in ("B9", "B10", "F10")]


def test_the_first_sheet_says_what_it_is_by_when_and_to_whom():
    edition = editions()["2021"]
    assert cover(edition, UNITS["department of a city"][0]) == [
        "市级部门",
        "2022年1月31日",
        "市里（市（州、盟、地区）政府信息公开工作主管部门）",
    ]
    assert cover(edition, UNITS["county"][0])[1] == "2022年2月20日"
    assert cover(edition, UNITS["city"][0])[1:] == [
        "2022年3月10日",
        "省里（省（自治区、直辖市）政府信息公开工作主管部门）",
    ]
    assert cover(edition, UNITS["province"][0])[2] == "国办（国务院办公厅）"
    assert cover(edition, UNITS["office of a city"][0])[0] == "市级部门（代表市（州）政府）"


def calendar(unit) -> list[tuple[str, str, str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(template(editions()["2021"], unit)))[
        common().sheets["guide"]
    ]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    start = next(n for n, row in enumerate(rows) if str(row[0]).startswith("什么时候报"))
    end = next(n for n, row in enumerate(rows[start:], start) if row[0] is None)
    return [row[1:4] for row in rows[start + 1 : end]]


def test_each_date_has_its_own_source_and_publication_where_the_law_says_so():
    words = common().authorities
    law = f"{words['law']}：《政府信息公开条例》第四十九条"
    office = f"{words['office']}：国办公开办函〔2019〕60号、〔2021〕30号"
    assert calendar(UNITS["department of a city"][0])[1:] == [
        ("1月31日前", "市级部门：报给市里，并向社会公布", law),
        ("3月10日前", "市级：各部门、下级政府的年报汇总后，报给上级", office),
        ("3月31日前", "市级：向社会公布本级政府的年报", law),
        ("3月31日前", "省级：各部门、下级政府的年报汇总后，报给上级", office),
        ("3月31日前", "省级：向社会公布本级政府的年报", law),
    ]
    sources = {unit: calendar(UNITS[unit][0])[1] for unit in ("township", "street", "county")}
    assert sources["township"][2] == office
    assert sources["street"][2] == "各地口径不一，按县里要求：各地做法"
    assert sources["county"] == (
        "2月20日前",
        "县级：各部门、下级政府的年报汇总后，报给市里",
        office,
    )


# --- carried in the workbook and in the document ----------------------------------------------


@pytest.mark.parametrize("name", UNITS)
def test_a_workbook_and_a_document_carry_it(name):
    unit = UNITS[name][0]
    data = template(editions()["2021"], unit)
    assert read(data, editions(), common()).report.unit == unit
    assert from_document(to_document(Report("2021", 2023, unit))).unit == unit


def test_older_workbooks_and_documents_stay_valid():
    unit = UNITS["township"][0]
    assert to_document(Report("2021", 2023, unit))["unit"] == {
        "code": "1", "name": "甲镇", "level": "township",
    }  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(template(editions()["2021"], unit)))
    sheet = book[common().sheets["identity"]]
    sheet.delete_rows(len(IDENTITY) - len(OPTIONAL) + 1, len(OPTIONAL))
    for key in OPTIONAL:
        del book.defined_names[f"nianbao.{key}"]
    buffer = io.BytesIO()
    book.save(buffer)
    reading = read(buffer.getvalue(), editions(), common())
    assert reading.report.unit == unit
    assert [finding.rule for finding in reading.findings if finding.rule != "C08"] == []


@pytest.mark.parametrize(("key", "said"), [("under", "state"), ("speaks_for", "村")])
def test_a_level_that_there_is_not_is_a_finding_and_gives_no_power(key, said):
    unit = UNITS["department of a county"][0]
    book = openpyxl.load_workbook(io.BytesIO(template(editions()["2021"], unit)))
    book[common().sheets["identity"]].cell(IDENTITY.index(key) + 1, 2).value = said
    buffer = io.BytesIO()
    book.save(buffer)
    reading = read(buffer.getvalue(), editions(), common())
    assert reading.report.unit == unit
    assert "C09" in {finding.rule for finding in examine(reading, common())}


@pytest.mark.parametrize("name", ["department of a city", "office of a city", "county"])
def test_stamped_workbooks_are_the_built_ones(name):
    unit = UNITS[name][0]
    one = Order(editions()["2021"], common(), unit, 2023)
    other = replace(one, unit=replace(unit, code="x", name="别的单位"))
    assert unzip(Stamp(other).workbook(one)) == unzip(workbook(one))
    with pytest.raises(ValueError, match="kind"):
        Stamp(one).workbook(replace(one, unit=replace(unit, under="province")))


# --- the city's sum ---------------------------------------------------------------------------

RULES = {
    "disclosure__rules__issued": 2,
    "disclosure__rules__repealed": 2,
    "disclosure__rules__in_force": 3,
}


@pytest.fixture
def city(tmp_path):
    office = complete("6206-D01", "武威市人民政府办公室", "department")
    bureau = complete("6206-D02", "武威市教育局", "department")
    county = complete("620621", "民勤县", "county")
    desk = Desk(tmp_path).receive(figures(office, **RULES), bureau, county)
    (tmp_path / "units.csv").write_text(
        "代码,名称,类别\n6206,武威市,市级\n6206-D01,武威市人民政府办公室,部门\n"
        "6206-D02,武威市教育局,市级部门\n620621,民勤县,县级\n",
        encoding="utf-8",
    )
    return desk


def test_a_citys_rules_go_up_without_provisional(city, capsys):
    assert city.merge() == 0
    assert "代表本级政府" in capsys.readouterr().err
    summary = city.summary
    assert summary["complete"] is True
    assert summary["report"]["unit"] == {"code": "6206", "name": "武威市", "level": "prefecture"}
    assert summary["report"]["tables"]["disclosure"]["rules"] == {
        "issued": 2, "repealed": 2, "in_force": 3,
    }  # fmt: skip
    up = city.out / "上报.xlsx"
    assert terms(list(strings(up.read_bytes()))) == {"省里"}
    write_text(up, "prefecture")
    assert cli.main(["check", str(up)]) == 0


def test_the_roster_says_who_may_not_the_file(city, capsys):
    roster = city.folder / "units.csv"
    text = roster.read_text(encoding="utf-8").replace("类别\n", "类别,代表本级政府\n")
    roster.write_text(text.replace("室,部门", "室,部门,否"), encoding="utf-8")
    own = complete("6206-D02", "武威市教育局", "department")
    claims = replace(own, unit=replace(own.unit, under="prefecture", speaks_for="prefecture"))
    city.receive(figures(claims, **RULES))
    assert city.merge() == 1
    assert "代表本级政府" not in capsys.readouterr().err
    status = {unit["name"]: unit["status"] for unit in city.summary["units"]}
    assert status == {"武威市人民政府办公室": "error", "武威市教育局": "error", "民勤县": "ok"}
