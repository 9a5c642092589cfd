"""The very hidden sheet 汇集: where every name stands, and what the button reads in one go.

Excel takes its time for each question it is asked, so a press asks few. One row per name: key,
place (``SHEET_STEP``, ``ROW_STEP``), the formula of a figure that holds one, and the
value of a place on a sheet that the button would otherwise read for the sake of a few cells.
"""

from __future__ import annotations

from openpyxl.workbook import Workbook

from nianbao.book.order import Order
from nianbao.layout import ROW_STEP, SHEET_STEP, Place
from nianbao.layout.hidden import (
    GATHERED_FORMULA,
    GATHERED_KEY,
    GATHERED_VALUE,
    GATHERED_WHERE,
)


def write(book: Workbook, order: Order) -> None:
    """Write the sheet; a name that Excel no longer knows becomes an error value."""
    sheet = book.create_sheet(order.common.sheets["gather"])
    read_whole = whole_sheets(order)
    names = order.layout.names(list(order.common.contact))
    figures = {order.layout.name_of(key) for key in order.edition.figures}
    for row, (key, place) in enumerate(gathered(order).items(), 1):
        one = key if key in names else place.absolute
        sheet.cell(row, GATHERED_KEY, key)
        at = f"ROW({one})*{ROW_STEP}+COLUMN({one})"
        here = f"_xlfn.SHEET({one})*{SHEET_STEP}+" if key in names else ""
        sheet.cell(row, GATHERED_WHERE, f"={here}{at}")
        if key in figures:
            text = f'=IF(_xlfn.ISFORMULA({one}),_xlfn.FORMULATEXT({one}),"")'
            sheet.cell(row, GATHERED_FORMULA, text)
        if place.sheet not in read_whole:
            sheet.cell(row, GATHERED_VALUE, f'=IF(ISBLANK({one}),"",{one})')
    sheet.sheet_state = "veryHidden"


def gathered(order: Order) -> dict[str, Place]:
    """Return the places the sheet collects, a row each."""
    return order.layout.gathered(list(order.common.contact))


def whole_sheets(order: Order) -> set[str]:
    """Return the sheets that the button reads whole: the tables and the texts."""
    tables = {table.sheet for table in order.edition.tables}
    return {*tables, order.common.sheets["narrative"]}
