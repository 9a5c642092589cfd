"""The grid of an official table, as template and summary both draw it: labels, and the page."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from nianbao.book import style
from nianbao.book.draw import height, label, lines
from nianbao.book.order import Order
from nianbao.form import Box, Label, Table
from nianbao.layout import HEADING, LEFT, cell_at, grid_of, on_sheet, reference, rows


def draw_labels(sheet: Worksheet, order: Order, table: Table) -> None:
    """Draw every printed label of the official grid, merged as in the official form."""
    for one, box in order.layout.labels(table):
        _printed(sheet, table, one, box)


def _printed(sheet: Worksheet, table: Table, one: Label, box: Box) -> None:
    label(sheet, box, one.text, _style_of(table, one))
    room = sum(table.widths[box.left - 1 : box.right])
    high = box.bottom - box.top + 1
    needed = lines(one.text, room)
    for row in range(box.top, box.bottom + 1):
        height(sheet, row, -(-needed // high), least=21)


def _style_of(table: Table, one: Label) -> str:
    if one.band:
        return "分栏"
    beside = any(one is row.label for row in table.rows)
    above = min(field.box.top for field in table.fields.values())
    if one.boxes[0].top < above or any(one is c.label for c in table.columns) or not one.key:
        return "表头" if not beside or one.boxes[0].bottom < above else "项目"
    return "项目" if beside else "项目居中"


def set_up_page(sheet: Worksheet, table: Table) -> None:
    """Set the page up, and freeze the headings of a long table."""
    first = min(on_sheet(field.box) for field in table.fields.values())
    tall = table.height > 20
    if tall:
        sheet.freeze_panes = cell_at(first.top, first.left)
    titles = rows(HEADING, first.top - 1) if tall else None
    style.page(sheet, landscape=table.landscape, titles=titles)
    last = grid_of(table)
    sheet.print_area = reference(Box(HEADING, LEFT, last.bottom, last.right))
