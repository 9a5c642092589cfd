"""openpyxl's reader, which adds up borders for each cell of each merged area: half of its time.

What a cell wears follows from the first cell of its area and the edges it lies on. So it is worked
out once for each such pair of a workbook, by openpyxl itself.
"""

from __future__ import annotations

import copy
from typing import Any

from openpyxl.cell import MergedCell
from openpyxl.worksheet._reader import WorksheetReader
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.merge import MergedCellRange


EDGES = "top", "left", "right", "bottom"


def quicken() -> None:
    """Let openpyxl read merged areas so; what it reads is the same."""
    WorksheetReader.bind_merged_cells = _bind


def _bind(reader: Any) -> None:
    if not reader.parser.merged_cells:
        return
    sheet = reader.ws
    worn = sheet.parent.__dict__.setdefault("worn under merges", {})
    areas = [_read(sheet, one.ref, worn) for one in reader.parser.merged_cells.mergeCell]
    sheet.merged_cells = MultiCellRange(areas)


def _read(sheet: Any, ref: str, worn: dict[Any, Any]) -> MergedCellRange:
    area = MergedCellRange(sheet, ref)  # borders of the last cell go to the first
    first = (area.min_row, area.min_col)
    start, edges = tuple(sheet._cells[first]._style), [set(getattr(area, one)) for one in EDGES]
    keys = {at: (start, at == first, *(at in cells for cells in edges)) for at in area.cells}
    if not worn.keys() >= set(keys.values()):
        sheet._clean_merge_range(area)
        worn.update((key, sheet._cells[at]._style) for at, key in keys.items())
    for at, key in keys.items():
        if at != first:
            sheet._cells[at] = MergedCell(sheet, *at)
        sheet._cells[at]._style = copy.copy(worn[key])
    return area
