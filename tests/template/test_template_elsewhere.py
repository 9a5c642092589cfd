"""The template in other programs' hands: an Open XML validator, LibreOffice opening and saving.

LibreOffice 7.4 does not read the lock of a workbook's structure, and gives an input rule of its
own to each run of cells; all else must be there again.
"""

from __future__ import annotations

import io
import re
import subprocess

import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries
from openxml_audit import OpenXmlValidator

from desk import book, complete
from helpers import beside, change, changed, common, editions
from libreoffice import converted
from nianbao.book.order import Order
from nianbao.book.parts import unzip, zipped
from nianbao.office.examine import examine
from nianbao.reading.read import read
from nianbao.report import Unit
from nianbao.template.stamp import Stamps
from nianbao.template.workbook import workbook
from pictures import states
from shown import unlocked


PAGES = 19
"""Of a township's workbook on A4; a page more where a text runs over its page."""


def blank(edition, level="township") -> Order:
    return Order(edition, common(), Unit("65-T01", "甲乡", level), edition.first_year)


def filled(edition) -> Order:
    report, held = changed(edition, change({})), beside(edition)
    return Order(edition, common(), report.unit, report.year, report, held.previous)


BOOKS = {
    f"{kind}-{edition.id}": make
    for edition in editions().values()
    for kind, make in (
        ("blank", lambda edition=edition: workbook(blank(edition))),
        ("stamped", lambda edition=edition: Stamps().workbook(blank(edition, "department"))),
        ("filled", lambda edition=edition: workbook(filled(edition))),
    )
}


@pytest.mark.parametrize("name", BOOKS)
def test_an_independent_validator_finds_no_fault_in_the_open_xml(name, tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(BOOKS[name]())
    said = OpenXmlValidator().validate(str(path)).errors
    strings = "inline-string cell(s)"  # Excel moves them into a table when it saves; no repair
    assert [str(one) for one in said if strings not in str(one)] == []


def test_the_validator_would_find_a_fault(tmp_path):
    parts = unzip(BOOKS["blank-2021"]())
    parts["xl/styles.xml"] = re.sub(rb"<b (.*?)/>(.*?)</font>", rb"\2<b \1/></font>",
                                    parts["xl/styles.xml"], count=1)  # fmt: skip
    path = tmp_path / "book.xlsx"
    path.write_bytes(zipped(parts))
    assert any(
        "Unexpected element 'b'" in str(e) for e in OpenXmlValidator().validate(str(path)).errors
    )


# --- LibreOffice ------------------------------------------------------------------------------


def without_heights(data: bytes) -> bytes:
    """The workbook with no row heights, so that whoever opens it has to find them."""
    parts = unzip(data)
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(rb' (customHeight|ht)="[^"]*"', b"", part)
    return zipped(parts)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    books = {name: make() for name, make in BOOKS.items() if not name.startswith("stamped")}
    tall = {f"tall-{name}": without_heights(data) for name, data in books.items()}
    return books, converted(tmp_path_factory.mktemp("office"), books | tall)


def rules(sheet) -> dict[str, tuple]:
    """What each cell's input rule is, whatever cells a rule of the file joins."""
    found = {}
    for one in sheet.data_validations.dataValidation:
        high = one.formula2 if one.operator == "between" and one.type != "list" else None
        said = (one.type, one.formula1, high, one.showErrorMessage, one.prompt, one.error)
        for area in str(one.sqref).split():
            left, top, right, bottom = range_boundaries(area)
            cells = (
                (row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
            )
            found |= dict.fromkeys(cells, said)
    return found


def formats(sheet) -> set[str]:
    """The conditions of a sheet's conditional formats, spaces and the equals sign apart."""
    areas = sheet.conditional_formatting
    return {text.replace(" ", "") for area in areas for rule in area.rules for text in rule.formula}


def names(opened) -> set[str]:
    return {name for name in opened.defined_names if not name.startswith("_xlnm")}


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", [name for name in BOOKS if not name.startswith("stamped")])
def test_what_libreoffice_saves_has_every_lock_rule_format_and_name(saved, name):
    before, after = (openpyxl.load_workbook(io.BytesIO(one[name])) for one in saved)
    assert after.sheetnames == before.sheetnames
    assert names(after) == names(before)
    assert unlocked(after) == unlocked(before)
    for sheet in before:
        other = after[sheet.title]
        kept = "hidden" if sheet.sheet_state == "veryHidden" else sheet.sheet_state
        assert other.sheet_state == kept  # LibreOffice knows one way of hiding
        mine, theirs = sheet.protection, other.protection
        assert (theirs.sheet, theirs.algorithmName, theirs.hashValue, theirs.saltValue) == (
            mine.sheet, mine.algorithmName, mine.hashValue, mine.saltValue,
        )  # fmt: skip
        assert rules(other) == rules(sheet), sheet.title
        assert len(formats(other)) == len(formats(sheet)), sheet.title


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", [name for name in BOOKS if not name.startswith("stamped")])
def test_what_libreoffice_saves_is_read_as_before(saved, name):
    before, after = (read(one[name], editions(), common()) for one in saved)
    assert after.report == before.report
    assert after.beside == before.beside
    mine, theirs = (examine(one, common()) for one in (before, after))
    assert theirs == mine


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", [name for name in BOOKS if not name.startswith("stamped")])
def test_rows_are_as_high_as_libreoffice_makes_them_at_least(saved, name):
    """Labels and texts in one cell; LibreOffice leaves merged ones out of account."""
    given = openpyxl.load_workbook(io.BytesIO(saved[0][name]))
    needed = openpyxl.load_workbook(io.BytesIO(saved[1][f"tall-{name}"]))
    looked = 0
    for sheet in given:
        if sheet.sheet_state != "visible":
            continue
        for row, dimension in needed[sheet.title].row_dimensions.items():
            high = sheet.row_dimensions[row].height or 15
            if dimension.height and sheet.row_dimensions[row].height:
                looked += 1
                assert dimension.height <= high + 1, (sheet.title, row)
    assert looked > 100


@pytest.mark.libreoffice
def test_printed_pages_hold_every_label_and_no_number_is_too_wide(tmp_path):
    """The workbook of each state: its pages, and what stands on them."""
    edition = editions()["2021"]
    for name, data in converted(tmp_path, states("township"), "pdf").items():
        to_text = ["pdftotext", "-layout", "-", "-"]
        said = subprocess.run(to_text, input=data, check=True, capture_output=True)
        pages = said.stdout.decode().split("\f")[:-1]
        assert len(pages) == PAGES, name
        assert [page for page in pages if "###" in page] == [], name
        assert [page for page in pages if "Err:" in page or "#NAME" in page] == [], name
        text = "".join("".join(pages).split())
        for table in edition.tables:
            for one in (*table.rows, *table.columns):
                letters = "".join(one.label.text.split())
                assert letters[:6] in text, (name, one.label.text)


def test_a_filled_example_is_among_what_is_saved():
    """The workbook a unit sends is of the same make as those above."""
    parts = unzip(book(complete("65-T01", "甲乡")))
    assert set(parts) == set(unzip(BOOKS["filled-2021"]()))
