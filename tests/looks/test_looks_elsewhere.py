"""Looks in .xls and .ods: what these formats hide is a finding on the cell."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path

import pytest

from altered import base, understood
from dressing import merging, row, styled
from helpers import common, editions
from mutations import SHEETS, mutate
from nianbao.looks import ods, xls
from nianbao.reading.read import read
from oox import Book
from otherwise_saved import saved


FORMATS = {
    "D7": (1071, "0"), "E7": (3, "0%"), "F7": (120_000, "#,##0,"), "G7": (5200, '0.00"万元"'),
    "H7": (1, '"TRUE";"TRUE";"FALSE"'), "I7": (1, ";;;"),
    "D8": (5200, "#,##0"), "E8": (1, '0"0"'), "F8": (3, "aaaa"),
}  # fmt: skip
DUE = {
    "E7": "C13", "F7": "C13", "G7": "C13", "H7": "C02", "I7": "C13", "E8": "C13", "F8": "C02",
    "D9": "C18", "E9": "C18", "F9": "C18", "E10": "C12", "D12": "C18",
}  # fmt: skip
SHOWN = {"E7": "300%", "F7": "120", "G7": "5200.00万元", "E8": "10"}


def dressed() -> bytes:
    """A whole workbook whose requests are shown as other numbers, struck, invisible, hidden."""
    steps = [
        {"do": "formatted", "sheet": "requests", "cell": cell, "value": value, "code": code}
        for cell, (value, code) in FORMATS.items()
    ]
    book = Book(mutate(base("2021")[0], steps))
    title = SHEETS["requests"]
    for cell, style in (
        ((9, 4), {"font": '<color rgb="FFFFFFF0"/>'}),
        ((9, 5), {"font": "<strike/><sz val='11'/>"}),
        ((9, 6), {"font": '<color rgb="FFFFFFFF"/>', "fill": "<patternFill/>"}),
    ):
        book.cells(title)[cell].set("s", styled(book, **style))
    row(12, hidden="1")(book)
    merging("D10:E10")(book)
    return book.data()


@functools.cache
def converted(kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(dressed())
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        words = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir"]
        subprocess.run([*words, f"{folder}/out", str(path)], check=True, capture_output=True)
        return (Path(folder) / "out" / f"a.{kind}").read_bytes()


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_another_format_hides_is_said_of_the_cell(kind):
    found = {
        one.cell: one
        for one in understood(converted(kind)).findings
        if one.sheet == SHEETS["requests"] and one.rule in {"C02", "C12", "C13", "C18"}
    }
    assert {cell: one.rule for cell, one in found.items()} == DUE
    for cell, text in SHOWN.items():
        assert f"“{text}”" in found[cell].message


@pytest.mark.parametrize(
    "kind",
    ["xlsb", *(pytest.param(k, marks=pytest.mark.libreoffice) for k in ("xls", "ods", "xlsx"))],
)
def test_a_correct_workbook_has_no_finding_on_its_looks(kind):
    rules = [one.rule for one in read(saved("complete", kind), editions(), common()).findings]
    looked = [rule for rule in rules if rule in {"C12", "C13", "C18", "C19"}]
    assert looked == (["C19"] if kind == "xlsb" else [])  # of which nothing is seen


@pytest.mark.libreoffice
@pytest.mark.parametrize(("kind", "reader"), [("xls", xls.OldLooks), ("ods", ods.OdsLooks)])
def test_looks_that_cannot_be_read_are_said(monkeypatch, kind, reader):
    def broken(*_):
        raise ValueError

    monkeypatch.setattr(reader, "sheet", broken)
    found = read(saved("complete", kind), editions(), common()).findings
    (one,) = (one for one in found if one.rule == "C19")
    assert SHEETS["requests"] in one.message


CONTENT = """<office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>
<style:style style:name="a" style:family="table-cell" style:data-style-name="N1"/>
</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="t">
<table:table-row table:number-rows-repeated="1000000000"><table:table-cell
 table:number-columns-repeated="900000000" table:style-name="a" office:value-type="float"
 office:value="3"><office:annotation><text:p>说明</text:p></office:annotation>
<text:p>3<text:s/>0</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_an_open_document_is_read_within_bounds_and_without_its_notes():
    cells, _ = ods.OdsLooks(CONTENT.encode(), None).sheet("t")
    assert len(cells) <= 1_000_000
    assert cells[1, 1].shown == "3 0"


def test_an_open_document_with_entities_is_refused():
    with pytest.raises(ValueError, match="document type"):
        ods.OdsLooks(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', None)


def test_any_bytes_are_looks_or_refused():
    for data in (
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99,
    ):
        with pytest.raises(ValueError, match="looks"):
            xls.OldLooks(data)
