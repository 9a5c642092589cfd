"""Write a workbook: a locked template for a unit, blank or holding a report."""

from __future__ import annotations

import datetime as dt
from importlib import metadata

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from nianbao.book import style
from nianbao.book.computed import MADE, finished
from nianbao.book.draw import address, put
from nianbao.book.lock import lock_sheet, lock_structure
from nianbao.book.order import Order
from nianbao.layout import template_digest
from nianbao.template import (
    cell_sheet,
    check_sheet,
    counts,
    cover_sheet,
    gather_sheet,
    highlight,
    narrative_sheet,
    side_sheets,
    table_sheet,
)


def workbook(order: Order, made: dt.datetime = MADE) -> bytes:
    """Return the workbook as the bytes of an .xlsx file, which says that it was ``made`` then."""
    return finished(draw(order), made)


def draw(order: Order) -> Workbook:
    """Draw every sheet, name every place, lock everything but the inputs."""
    book = Workbook()
    book.remove(book.worksheets[0])
    style.add_styles(book)
    for table in order.edition.tables:
        table_sheet.write(book, order, table)
    narrative_sheet.write(book, order)
    check_sheet.write(book, order)
    side_sheets.write_compare(book, order)
    side_sheets.write_findings(book, order)
    side_sheets.write_guide(book, order)
    cell_sheet.write(book, order)
    counts.write(book, order)
    made_by = f"nianbao {metadata.version('nianbao')}"
    digest = template_digest(order.edition)
    side_sheets.write_identity(book, order, template=digest, generator=made_by)
    gather_sheet.write(book, order)
    cover_sheet.write(book, order)
    _explain(book, order)
    address(book, order.above)
    _names(book, order)
    for sheet in book.worksheets:
        lock_sheet(sheet, order.password)
    lock_structure(book, order.password)
    book.active = 0
    book.properties.creator = "nianbao"
    book.properties.title = order.edition.title
    return book


def _names(book: Workbook, order: Order) -> None:
    for name, place in order.layout.names(list(order.common.contact)).items():
        book.defined_names[name] = DefinedName(name, attr_text=place.absolute)
    for sheet in (cell_sheet, check_sheet, counts, highlight):  # what conditional formats look up
        for name, area in sheet.ranges(order).items():
            book.defined_names[name] = DefinedName(name, attr_text=area)


def _explain(book: Workbook, order: Order) -> None:
    """Put the report's reasons beside the lines they explain."""
    if order.report is None:
        return
    for place, subject in order.layout.reasons.items():
        reason = order.report.reason(*subject)
        if reason:
            put(book[place.sheet], place.row, place.column, reason, "填短文")
