"""Small helpers with which every sheet is drawn: cells in named styles, merged boxes, heights."""

from __future__ import annotations

import copy
import itertools
import math
import unicodedata
import weakref
from collections.abc import Iterable
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.errors import ABOVE
from nianbao.form import Box
from nianbao.layout import letters, reference
from nianbao.report import UNFIT


LINE = 15.5
"""Points that a line of 11-point 宋体 takes."""

UNIT, HALF = 7, 11 * 96 / 72 / 2
"""Pixels of a unit of column width, and of half a 中文 letter of 11 points."""


_DRESSES: weakref.WeakKeyDictionary[Workbook, dict[str, Any]] = weakref.WeakKeyDictionary()
"""The named styles that a workbook's cells wear: openpyxl seeks them by name, for each cell."""


def dressed(sheet: Worksheet, row: int, column: int, style: str) -> Any:
    """Return a cell, in a named style."""
    cell: Any = sheet.cell(row, column)
    worn = _DRESSES.setdefault(cell.parent.parent, {})
    if style in worn:
        cell._style = copy.copy(worn[style])  # noqa: SLF001 - what setting its name does
    else:
        cell.style = style
        worn[style] = copy.copy(cell._style)  # noqa: SLF001
    return cell


def put(sheet: Worksheet, row: int, column: int, value: object, style: str) -> None:
    """Write a value in a named style; text stays text, whatever it begins with."""
    cell = dressed(sheet, row, column, style)
    if value is None:
        return
    if isinstance(value, str):
        cell.value = UNFIT.sub("", value)
        cell.data_type = "s"
    else:
        cell.value = value


def formula(sheet: Worksheet, row: int, column: int, text: str, style: str) -> None:
    """Write a formula (given without ``=``) in a named style."""
    dressed(sheet, row, column, style).value = f"={text}"


def spread(sheet: Worksheet, box: Box, style: str) -> None:
    """Give every cell of a box the style, and merge it where it is more than one cell."""
    if not box.single:
        _merge(sheet, box)
    for row, column in box:
        dressed(sheet, row, column, style)


def _merge(sheet: Worksheet, box: Box) -> None:
    if (box.top, box.left) in sheet._cells:  # noqa: SLF001
        sheet.merge_cells(reference(box))  # spreads the borders of what is drawn: slow
    else:
        sheet.merged_cells.add(CellRange(reference(box)))


def label(sheet: Worksheet, box: Box, text: str, style: str) -> None:
    """Write text into a (merged) box."""
    spread(sheet, box, style)
    put(sheet, box.top, box.left, text, style)


def link(sheet: Worksheet, row: int, column: int, text: str, target: str) -> None:
    """Write text that leads to a defined name or cell of the same workbook."""
    put(sheet, row, column, text, "链接")
    cell = sheet.cell(row, column)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target, display=text)
    cell.style = "链接"  # openpyxl puts its own on a link


def widths(sheet: Worksheet, values: Iterable[float]) -> None:
    """Set the columns' widths in characters of the default font, from A on."""
    for column, width in enumerate(values, 1):
        sheet.column_dimensions[letters(column)].width = width


def wide(text: str) -> int:
    """Return how many half-width characters a text takes; 中文 takes two each."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of that width."""
    room = max((width * UNIT - 2) / HALF, 2)  # 2 pixels less than what Excel leaves
    return sum(max(1, math.ceil(wide(part) / room)) for part in text.split("\n"))


def height(sheet: Worksheet, row: int, count: int, *, least: float = 20) -> None:
    """Make a row high enough for that many lines; never lower than it is."""
    now = sheet.row_dimensions[row].height or 0
    sheet.row_dimensions[row].height = max(now, least, count * LINE + 5)


def address(book: Workbook, above: str) -> None:
    """Have all texts of a workbook call the body that the unit reports to by its name.

    What a unit types is left alone.
    """
    for sheet in book.worksheets:
        if sheet.sheet_state == "veryHidden":
            continue
        for cell in itertools.chain.from_iterable(sheet.iter_rows()):
            if isinstance(cell.value, str) and ABOVE in cell.value and cell.style[0] != "填":
                cell.value, kind = cell.value.replace(ABOVE, above), cell.data_type
                cell.data_type = kind
        for rule in sheet.data_validations.dataValidation:
            rule.prompt, rule.error = (
                said and said.replace(ABOVE, above) for said in (rule.prompt, rule.error)
            )
