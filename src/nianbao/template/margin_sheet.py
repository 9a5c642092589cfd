"""The margin of a table's sheet: last year's and the registers' figures beside the inputs.

It stands right of the official grid and is not printed. Where there are no such figures it
is empty.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from openpyxl.worksheet.worksheet import Worksheet

from nianbao import expr
from nianbao.book.draw import formula
from nianbao.book.order import Order
from nianbao.form import Table
from nianbao.layout import GRID, MARGIN, SOURCES, Place, letters


WIDTH = 48


def write(sheet: Worksheet, order: Order, table: Table) -> None:
    """Write the margin of a table: a heading, and a line for each row that has figures."""
    lines = {p: refs for p, refs in order.layout.margin.items() if p.sheet == table.sheet}
    if not lines:
        return
    column = next(iter(lines)).column
    cells = [order.layout.beside[ref].absolute for ref in itertools.chain(*lines.values())]
    known = ",".join(dict.fromkeys(cells))
    formula(sheet, GRID, column, f'IF(COUNT({known})=0,"","{MARGIN}")', "旁注")
    for place, refs in lines.items():
        formula(sheet, place.row, column, _line(order, table, place, refs), "旁注")
    sheet.column_dimensions[letters(column)].width = WIDTH


def _line(order: Order, table: Table, place: Place, refs: Iterable[expr.Ref]) -> str:
    """Return the formula of a line: the figures row by row, each row's heading once."""
    rows = itertools.groupby(refs, key=lambda ref: (ref.source, ref.key.rpartition(".")[0]))
    return "&".join(
        _row(order, f"{SOURCES[source]}{_of(order, table, place, row)}", list(group))
        for (source, row), group in rows
    )


def _row(order: Order, heading: str, refs: list[expr.Ref]) -> str:
    cells = [order.layout.beside[ref].absolute for ref in refs]
    labels = [order.edition.fields[ref.key].column.label.text for ref in refs]
    said = "&".join(
        f'IF(ISNUMBER({cell}),"{label} "&{cell}&"　","")'
        for label, cell in zip(labels, cells, strict=True)
    )
    return f'IF(COUNT({",".join(cells)})=0,"","{heading}："&{said})'


def _of(order: Order, table: Table, place: Place, row: str) -> str:
    """Return which row the figures are of, "" where it is the only one that stands there."""
    here = {
        f"{table.key}.{field.row.key}"
        for key, field in table.fields.items()
        if order.layout.fields[key].row == place.row
    }
    if here == {row}:
        return ""
    named = {f"{one.key}.{r.key}": r.label.text for one in order.edition.tables for r in one.rows}
    return f"“{named[row]}”"
