"""Cells and areas, and how formulas and files spell them. Nothing else spells an address. Pure."""

from __future__ import annotations

from typing import NamedTuple

from nianbao.form import Box


class Place(NamedTuple):
    """A cell of a workbook; a plain tuple, as thousands are compared."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The cell as Excel shows it, e.g. ``D7``."""
        return cell_at(self.row, self.column)

    @property
    def fixed(self) -> str:
        """The reference for a formula on the same sheet, e.g. ``$D$7``."""
        return f"${letters(self.column)}${self.row}"

    @property
    def absolute(self) -> str:
        """The reference for a formula on any sheet, e.g. ``'三、依申请公开'!$D$7``."""
        return f"{quoted(self.sheet)}!{self.fixed}"

    @property
    def target(self) -> str:
        """The reference that a link on any sheet leads to, e.g. ``'三、依申请公开'!D7``."""
        return f"{quoted(self.sheet)}!{self.cell}"


def letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_at(row: int, column: int) -> str:
    """Return a cell as Excel shows it, e.g. ``D7``."""
    return f"{letters(column)}{row}"


def quoted(sheet: str) -> str:
    """Return a sheet name as a formula needs it."""
    return "'" + sheet.replace("'", "''") + "'"


def start(sheet: str) -> Place:
    """Return the first cell of a sheet."""
    return Place(sheet, 1, 1)


def across(row: int, right: int, left: int = 1) -> Box:
    """Return the cells of a row from one column to another."""
    return Box(row, left, row, right)


def reference(box: Box) -> str:
    """Return a box as ``A1`` or ``A1:C3``."""
    first = cell_at(box.top, box.left)
    return first if box.single else f"{first}:{cell_at(box.bottom, box.right)}"


def fixed_column(column: int, row: int) -> str:
    """Return a cell whose row follows the cell that asks, e.g. ``$D7``."""
    return f"${letters(column)}{row}"


def down(column: int, first: int, last: int) -> str:
    """Return a column's cells for a formula on the same sheet, e.g. ``$D$7:$D$9``."""
    return f"${letters(column)}${first}:${letters(column)}${last}"


def so_far(column: int, first: int, row: int) -> str:
    """Return a column's cells down to the row that asks, e.g. ``$D$7:$D9``."""
    return f"${letters(column)}${first}:{fixed_column(column, row)}"


def area(sheet: str, column: int, first: int, last: int) -> str:
    """Return a column's cells for a formula on any sheet, e.g. ``'校验'!$D$7:$D$9``."""
    return f"{quoted(sheet)}!{down(column, first, last)}"


def rows(first: int, last: int) -> str:
    """Return whole rows, e.g. ``2:4``: what is printed on every page."""
    return f"{first}:{last}"


def columns(first: int, last: int) -> str:
    """Return whole columns, e.g. ``A:D``."""
    return f"{letters(first)}:{letters(last)}"
