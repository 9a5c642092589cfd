"""The tests read merged areas with openpyxl in a quicker way, and the same out of them."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.worksheet import _reader

import merged
from desk import book, complete


@pytest.fixture
def slow(monkeypatch):
    """What openpyxl does of itself."""

    def bind(self):
        for one in getattr(self.parser.merged_cells, "mergeCell", ()):
            self.ws.merge_cells(one.ref)

    return lambda: monkeypatch.setattr(_reader.WorksheetReader, "bind_merged_cells", bind)


def test_every_cell_of_a_merged_area_wears_what_openpyxl_gives_it(slow):
    data = book(complete("659900-T1", "甲乡"))
    assert _reader.WorksheetReader.bind_merged_cells is merged._bind
    quick = openpyxl.load_workbook(io.BytesIO(data))
    slow()
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        assert sheet.merged_cells == quick[sheet.title].merged_cells
        assert looks(sheet) == looks(quick[sheet.title])
        assert not sheet.merged_cells or len(set(looks(sheet).values())) > 1


def looks(sheet):
    cells = (sheet.cell(*at) for area in sheet.merged_cells for at in area.cells)
    return {
        (cell.coordinate, type(cell)): repr((cell.border, cell.protection, cell.font, cell.fill))
        for cell in cells
    }
