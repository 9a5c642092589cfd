"""The summary's figures: an independent sum, its workbook's formulas, its page."""

from __future__ import annotations

import io
import json
import re
import shutil
from fractions import Fraction

import openpyxl
import pytest
from lxml import html

from desk import Desk, book, complete, example, figures
from helpers import common, editions
from libreoffice import converted
from nianbao.layout import layout_of


EDITION = editions()["2021"]
A = complete("659900-T1", "甲乡", disclosure__fees__amount_wan=0.1)
B = complete("659900-T2", "乙镇", disclosure__fees__amount_wan=0.2)
C = figures(
    example("659900-D03"), disclosure__normative__issued=1, disclosure__normative__in_force=0
)
UNITS = (A, B, C)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("县")).enrol(*UNITS).receive(*UNITS)
    assert desk.merge() == 1  # C has a warning
    return desk


def independent_sums() -> dict[str, Fraction]:
    return {
        key: sum((Fraction(str(unit.figures[key])) for unit in UNITS), Fraction(0))
        for key in EDITION.fields
    }


def flat(tables: dict) -> dict:
    return {
        f"{t}.{r}.{c}": value
        for t, rows in tables.items()
        for r, cells in rows.items()
        for c, value in cells.items()
    }


def cells_of(data: bytes) -> dict:
    places = layout_of(EDITION, common().sheets, "county").fields
    opened = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {key: opened[at.sheet].cell(at.row, at.column).value for key, at in places.items()}


def test_every_figure_is_the_sum_of_the_units(desk):
    got = {k: Fraction(str(v)) for k, v in flat(desk.summary["report"]["tables"]).items()}
    assert got == independent_sums()
    assert got["disclosure.fees.amount_wan"] > Fraction("0.3")  # 0.1 + 0.2 without its noise


def test_the_workbook_shows_the_same_figures_without_being_recalculated(desk):
    cells = cells_of((desk.out / "汇总.xlsx").read_bytes())
    assert cells == pytest.approx(flat(desk.summary["report"]["tables"]))


def test_every_figure_of_the_workbook_is_a_formula_that_reaches_the_units(desk):
    opened = openpyxl.load_workbook(desk.out / "汇总.xlsx")
    for key, at in layout_of(EDITION, common().sheets, "county").fields.items():
        text = opened[at.sheet].cell(at.row, at.column).value
        assert text.startswith("="), key
        assert ("各单位" in text) == (key in EDITION.inputs), key


def test_the_table_labels_are_the_official_ones(desk):
    opened = openpyxl.load_workbook(desk.out / "汇总.xlsx")
    for table in EDITION.tables:
        for label, box in layout_of(EDITION, common().sheets, "county").labels(table):
            assert opened[table.sheet].cell(box.top, box.left).value == label.text


@pytest.mark.libreoffice
def test_libreoffice_recalculates_the_same_figures(desk, tmp_path):
    opened, buffer = openpyxl.load_workbook(desk.out / "汇总.xlsx"), io.BytesIO()
    opened.save(buffer)  # loses every cached value
    assert set(cells_of(buffer.getvalue()).values()) == {None}
    cells = cells_of(converted(tmp_path, {"汇总": buffer.getvalue()})["汇总"])
    assert cells == pytest.approx(flat(desk.summary["report"]["tables"]))


def test_each_unit_stands_with_its_file_and_fingerprint(desk):
    import hashlib

    for unit in desk.summary["units"]:
        data = (desk.inbox / unit["file"]).read_bytes()
        assert unit["sha256"] == hashlib.sha256(data).hexdigest()
    assert [unit["warnings"] for unit in desk.summary["units"]] == [0, 0, 1]


HOSTILE = "<script>alert(1)</script>=HYPERLINK(1)"


def test_names_from_outside_never_become_markup_or_formulas(tmp_path):
    evil = complete("659900-T9", HOSTILE)
    desk = Desk(tmp_path).enrol(evil)
    (desk.inbox / "x.xlsx").write_bytes(book(evil))
    (desk.inbox / "=1+1 <b>.docx").write_bytes(b"")
    desk.merge()
    page = (desk.out / "看板.html").read_bytes()
    assert b"<script" not in page
    assert not html.fromstring(page).xpath("//script | //b[contains(., 'docx')]")
    opened = openpyxl.load_workbook(desk.out / "汇总.xlsx")
    texts = [c for sheet in opened for row in sheet.iter_rows() for c in row if c.value]
    formulas = [c.value for c in texts if c.data_type == "f"]
    bare = [re.sub(r"'[^']*'", "", text) for text in formulas]
    assert {name for text in bare for name in re.findall(r"\w+(?=\()", text)} == {"SUM", "ROUND"}
    assert [text for text in bare if not re.fullmatch(r"=[\w()!$:,+-]+", text)] == []
    assert len(bare) > 100
    assert HOSTILE in {c.value for c in texts if c.data_type == "s"}


def test_the_page_says_what_the_json_says(desk):
    page = html.fromstring((desk.out / "看板.html").read_bytes())
    text = page.text_content()
    total = desk.summary["report"]["tables"]["requests"]["received"]["total"]
    assert str(total) in text
    for unit in desk.summary["units"]:
        assert unit["name"] in text
    assert page.xpath("//*[@src or @href]") == []


def test_merging_again_gives_the_same_outputs(desk, tmp_path):
    first = {p.name: p.read_bytes() for p in desk.out.iterdir()}
    shutil.copytree(desk.out, tmp_path / "again")
    assert desk.merge("--force") == 1
    for name in ("汇总.xlsx", "看板.html", "上报.xlsx"):
        assert (desk.out / name).read_bytes() == first[name]
    before, after = json.loads(first["汇总.json"]), desk.summary
    assert {**before, "made": ""} == {**after, "made": ""}


# --- the lists, whatever their length ---------------------------------------------------------


@pytest.fixture(scope="module", params=[1, 30, 300])
def lists(request, tmp_path_factory):
    """The summary of that many units, of which one is counted, one cannot be read."""
    units = [
        complete(f"659900-T{number:03}", f"第{number}号示例镇人民政府")
        for number in range(request.param)
    ]
    desk = Desk(tmp_path_factory.mktemp("县")).enrol(*units).receive(units[0])
    if units[1:]:
        (desk.inbox / f"{units[1].unit.name}.xlsx").write_bytes(b"PK\x03\x04")
    desk.merge()
    return [one.unit.name for one in units], openpyxl.load_workbook(desk.out / "汇总.xlsx")


def texts(sheet) -> str:
    return "|".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None)


def test_every_unit_is_named_on_every_list(lists):
    names, opened = lists
    for title in ("汇总情况", "各单位", "报送情况"):
        said = texts(opened[title])
        assert [name for name in names if name not in said] == []


def test_no_row_is_higher_than_excel_shows_and_no_text_longer_than_its_row(lists):
    from nianbao.book.draw import lines

    _, opened = lists
    for title in ("汇总情况", "报送情况", "问题清单"):
        sheet = opened[title]
        merged = {cell for box in sheet.merged_cells.ranges for row in box.rows for cell in row}
        for row in sheet.iter_rows(min_row=2):
            high = sheet.row_dimensions[row[0].row].height or 20
            assert high <= 409
            for cell in row:
                if isinstance(cell.value, str) and (cell.row, cell.column) not in merged:
                    wide = sheet.column_dimensions[cell.column_letter].width
                    assert lines(cell.value, wide) * 15.5 <= high, (title, cell.coordinate)


def test_a_file_that_cannot_be_read_stands_in_the_list_under_its_unit(lists):
    names, opened = lists
    rows = [[cell.value for cell in row] for row in opened["问题清单"].iter_rows(min_row=2)]
    assert [row[0] for row in rows] == names[1:2]
