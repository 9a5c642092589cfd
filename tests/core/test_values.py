"""What stands in a cell and what it is read as: ``cases/values.toml``, through real workbooks."""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from altered import untouched
from helpers import CASES, common, data, edition_for, editions
from nianbao import values
from nianbao.form import cells
from nianbao.layout import layout_of
from nianbao.office.examine import examine
from nianbao.reading.read import read
from oox import Book, M


FIELDS = {
    "count": ("2021", "requests.received.individual"),
    "amount": ("2021", "disclosure.fees.amount_wan"),
    "yuan": ("2021", "processing_fee.yuan"),
    "change": ("2019", "disclosure.licensing.change"),
}
SECTION_7 = ("/", "-", "无", "减4", "+19", "251000元", "22（其中修订16件）", "0件")
TABLE = data(CASES / "values.toml")
ALL = [
    pytest.param(kind, case, id=f"{kind}-{case.get('is', case.get('raw', 'nothing'))!r}-{number}")
    for kind, group in TABLE.items()
    for number, case in enumerate(group["cases"])
]


def styled(book: Book, code: str) -> str:
    """A cell format of the workbook with this number format; its index."""
    root = etree.fromstring(book.parts["xl/styles.xml"])
    formats = root.find(f"{M}numFmts")
    if formats is None:
        formats = etree.Element(f"{M}numFmts")
        root.insert(0, formats)
    etree.SubElement(formats, f"{M}numFmt", numFmtId="399", formatCode=code)
    cells = root.find(f"{M}cellXfs")
    etree.SubElement(cells, f"{M}xf", numFmtId="399", applyNumberFormat="1")
    book.parts["xl/styles.xml"] = etree.tostring(root)
    return str(len(cells) - 1)


def inside(case: dict) -> tuple[str, str]:
    """What the case puts into the cell's XML, and the cell's type."""
    if "raw" in case:
        return case["raw"], case.get("type", "")
    match case.get("is"):
        case None:
            return "", ""
        case str(text):
            escaped = text.replace("&", "&amp;").replace("<", "&lt;")
            return f'<is><t xml:space="preserve">{escaped}</t></is>', "inlineStr"
        case number:
            return f"<v>{number!r}</v>", ""


@pytest.mark.parametrize(("kind", "case"), ALL)
def test_a_value(kind, case):
    edition, key = FIELDS[kind]
    form = editions()[edition]
    level = "township"
    place = layout_of(form, common().sheets, level).place(key)
    book = Book(untouched(edition, level))
    style = styled(book, case["format"]) if "format" in case else ""
    book.set(place.sheet, place.cell, *inside(case), style)
    reading = read(book.data(), editions(), common())
    got = reading.report.figures.get(key)
    assert got == expected(case)
    found = [
        one for one in examine(reading, common()) if one.place == f"{place.sheet}!{place.cell}"
    ]
    said = {one.rule for one in found if one.rule.startswith("C")}
    assert said == set(case.get("says", ()))
    assert all(one.message and one.remedy for one in found)


def expected(case: dict) -> object:
    if case.get("blank"):
        return None
    if "read" in case:
        return case["read"]
    return case["is"].strip() if isinstance(case["is"], str) else case["is"]


def test_every_real_case_of_the_format_has_its_line():
    known = {case.get("is") for group in TABLE.values() for case in group["cases"]}
    assert known >= set(SECTION_7)


COLUMN = editions()["2021"].fields["requests.received.individual"].column


@given(st.text(max_size=30))
def test_no_text_becomes_a_number_unless_its_digits_say_so(text):
    value, dressed = values.figure(text, COLUMN)
    if isinstance(value, int | float):
        assert dressed
        narrow = text.translate(values._NARROW)
        digits = "".join(c for c in narrow if c in "0123456789.eE+-")
        assert math.isclose(float(digits), value)
    else:
        assert not dressed


AMOUNT = editions()["2021"].fields["disclosure.fees.amount_wan"].column
YUAN = editions()["2021"].figures["processing_fee.yuan"].column
EDGES = [
    # (content, a count, an amount in 万元, an amount in 元), each with whether it was normalised
    (7, (7, False), (7, False), (7, False)),
    (True, ("TRUE", False), ("TRUE", False), ("TRUE", False)),
    (False, ("FALSE", False), ("FALSE", False), ("FALSE", False)),
    (dt.date(2024, 1, 2), *[("2024-01-02（日期）", False)] * 3),
    (float("inf"), *[("inf", False)] * 3),
    (3.0, (3, False), (3, False), (3, False)),
    (1e15, (10**15, False), (10**15, False), (10**15, False)),
    (2.0**60, *[(1.15292150460685e18, False)] * 3),  # as Excel shows it
    (2 - 9e-7, (2, True), (1.9999991, False), (1.9999991, False)),
    (2 - 2e-6, (1.999998, False), (1.999998, False), (1.999998, False)),
    (0.25 + 5e-10, (0.2500000005, False), (0.25, True), (0.25, True)),
    (0.25 + 2e-9, (0.250000002, False), (0.250000002, False), (0.250000002, False)),
    (0.123456, (0.123456, False), (0.123456, False), (0.123456, False)),
    ("1" * 18, *[(int("1" * 18), True)] * 3),
    ("1" * 19, *[("1" * 19, False)] * 3),
    ("0." + "1" * 12, *[(0.111111111111, True)] * 3),
    ("0." + "1" * 13, *[("0." + "1" * 13, False)] * 3),
    ("1,234,567", *[(1234567, True)] * 3),
    ("1,2345", *[("1,2345", False)] * 3),
    ("1234,567", *[("1234,567", False)] * 3),
    ("1.5e3", *[(1500, True)] * 3),
    ("12.5e3", *[("12.5e3", False)] * 3),
    ("-8", *[(-8, True)] * 3),
    ("5件", (5, True), ("5件", False), ("5件", False)),
    *[(f"5{unit}", (5, True), (f"5{unit}", False), (f"5{unit}", False)) for unit in "项个条次份"],
    ("~5", *[("~5", False)] * 3),  # about five
    ("5万元", ("5万元", False), (5, True), ("5万元", False)),
    ("5元", ("5元", False), ("5元", False), (5, True)),
    ("¥5", ("¥5", False), ("¥5", False), (5, True)),
    ("￥5", ("￥5", False), ("￥5", False), (5, True)),
    ("件", *[("件", False)] * 3),
    ("  ’ ", *[(None, False)] * 3),
    ("长" * 200, *[("长" * 200, False)] * 3),
    ("长" * 201, *[("长" * 60 + "…", False)] * 3),
    (" 无 ", *[("无", False)] * 3),
]


@pytest.mark.parametrize(("content", "count", "wan", "yuan"), EDGES, ids=range(len(EDGES)))
def test_a_content_at_an_edge(content, count, wan, yuan):
    said = [values.figure(content, column) for column in (COLUMN, AMOUNT, YUAN)]
    assert said == [count, wan, yuan]
    assert [type(value) for value, _ in said] == [type(one[0]) for one in (count, wan, yuan)]


def test_a_long_text_is_kept_and_quoted_short():
    from nianbao.check import quoted

    text = "情况说明" * 30
    value, _ = values.figure(text, COLUMN)
    assert value == text
    assert cells.state(value, COLUMN.kind) == "C02"
    assert len(quoted(value)) < 70


HUGE = [1e308, -1e308, 10**308, 10**400, 123456789012345678, 1e15]


@pytest.mark.parametrize("value", HUGE, ids=range(len(HUGE)))
def test_a_huge_number_is_short_in_every_message(value):
    from nianbao.expr import plain

    for key, borrowing in common().catalogue.items():
        wording = borrowing.of(edition_for(2023))
        names = re.findall(r"{(\w+)}", wording.text + wording.remedy)
        message = wording.finding(**dict.fromkeys(names, value)).message
        assert len(message) < len(wording.text) + 60, key
    assert len(plain(value)) < 12


def test_a_huge_number_in_a_workbook_is_short_in_all_that_is_said(tmp_path, capsys):
    from desk import book, complete, figures
    from nianbao import cli

    huge = figures(complete("1", "甲乡"), requests__received__individual=1e308)
    (tmp_path / "甲乡.xlsx").write_bytes(book(huge))
    assert cli.main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "1E+308" in said
    assert max(map(len, said.splitlines())) < 300
