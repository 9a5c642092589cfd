"""A thousand characters of a text can be read without touching a row; of more the sheet speaks."""

from __future__ import annotations

import io
import re
import subprocess

import openpyxl
import pytest

from drawn import drawn
from helpers import change, changed, common, editions
from libreoffice import converted
from nianbao.book.order import Order
from nianbao.book.parts import unzip
from nianbao.check import Beside
from nianbao.layout import layout_of
from nianbao.report import Unit
from sheets import sheets
from shown import lines_needed


HIGHEST = 409.5
"""Points that a row of Excel can be high."""

EM = 11 * 96 / 72
FORMS = [pytest.param(one, level, id=f"{one.id}-{level}")
         for one in editions().values() for level in ("township", "county")]  # fmt: skip


def written(edition, level, texts=None):
    report = changed(edition, change({"level": level, "text": texts})) if texts else None
    unit = report.unit if report else Unit("65-T01", "甲乡", level)
    return drawn(Order(edition, common(), unit, edition.first_year, report))


def rows(edition, level, data):
    """Each text's row: its height in points, and the pixels that a line of it has."""
    sheet = openpyxl.load_workbook(io.BytesIO(data))[common().sheets["narrative"]]
    room = int(sheet.column_dimensions["B"].width * 7 + 5) - 6
    layout = layout_of(edition, common().sheets, level)
    return {key: (sheet.row_dimensions[p.row].height, room) for key, p in layout.texts.items()}


def needed(text, room):
    return lines_needed(text, room, 11, latin=0.62) * EM * 1.2 * 72 / 96


@pytest.mark.parametrize(("edition", "level"), FORMS)
def test_a_thousand_characters_fit_into_every_text_of_a_blank_form(edition, level):
    for key, (height, room) in rows(edition, level, written(edition, level)).items():
        assert needed("公" * 1000, room) <= height <= HIGHEST, key


def test_what_is_filled_in_fits_as_far_as_a_row_can_be_high():
    edition = editions()["2021"]
    for count in (3, 1000, 1400):
        text = "公开" * (count // 2)
        data = written(edition, "township", {"problems": text})
        height, room = rows(edition, "township", data)["problems"]
        assert needed(text, room) <= height <= HIGHEST
    data = written(edition, "township", {"problems": "公开" * 4000})
    assert rows(edition, "township", data)["problems"][0] <= HIGHEST


def test_nobody_chose_the_heights_so_that_rows_grow_with_their_text():
    edition = editions()["2021"]
    parts = unzip(written(edition, "township"))
    titles = openpyxl.load_workbook(io.BytesIO(written(edition, "township"))).sheetnames
    number = titles.index(common().sheets["narrative"]) + 1
    part = parts[f"xl/worksheets/sheet{number}.xml"].decode()
    for place in layout_of(edition, common().sheets, "township").texts.values():
        (row,) = re.findall(rf'<row r="{place.row}"[^>]*>', part)
        assert " ht=" in row
        assert "customHeight" not in row


@pytest.mark.parametrize(("text", "over"), [
    ("公" * 1000, False), ("公" * 1700, False), ("公" * 2000, True),
    ("行\n" * 20, False), ("行\n" * 30, True),
], ids=["1000", "1700", "2000", "20 lines", "30 lines"])  # fmt: skip
def test_what_no_row_can_show_is_said_beside_it(text, over):
    edition = editions()["2021"]
    sheet = sheets(edition, "township")
    report = changed(edition, change({"text": {"problems": text}}))
    typed = {key: said or "" for key, said in report.narrative.items()}
    sheet.type_in(report, Beside(), frozenset(), typed)
    place = sheet.layout.texts["problems"]
    assert ("太长" in sheet.value(place.sheet, place.row, 4)) == over


@pytest.mark.libreoffice
def test_a_thousand_characters_are_printed_whole(tmp_path):
    edition = editions()["2021"]
    text = "".join(chr(0x4E00 + number) for number in range(1000))
    data = written(edition, "township", {"problems": text, "overview.proactive": text})
    (printed,) = converted(tmp_path, {"texts": data}, "pdf").values()
    said = subprocess.run(["pdftotext", "-raw", "-", "-"], input=printed, capture_output=True,
                          check=True).stdout.decode()  # fmt: skip
    assert "".join(said.split()).count(text[:20]) == 2
    assert "".join(said.split()).count(text[-20:]) == 2
