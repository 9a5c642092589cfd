"""How a cell that the button listed is coloured: a conditional format looks the list up.

So no press writes to a locked cell, unprotects a sheet or loses a format of the user's.

Excel 2007 drops the conditional formats of a sheet where one names another sheet, and later
versions write such rules elsewhere: what they look up on other sheets has a defined name.
"""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from nianbao.book import style
from nianbao.book.order import Order
from nianbao.form import Severity
from nianbao.layout import FINDINGS_FROM, FINDINGS_ROWS, Place, area
from nianbao.layout.lists import FINDING_PLACE, FINDING_SEVERITY


LISTED_SEVERITIES, LISTED_PLACES = "nianbao.listed.severity", "nianbao.listed.place"


def listed(order: Order, severity: Severity, here: str) -> str:
    """Return the formula that counts the listed findings of a severity at ``sheet!cell``."""
    word = order.common.severities[severity.value]
    return f'COUNTIFS({LISTED_PLACES},{here},{LISTED_SEVERITIES},"{word}")'


def here(sheet: Worksheet, first: str) -> str:
    """Return the formula of ``sheet!cell`` for each cell of an area that begins at ``first``."""
    return f"{_on(sheet.title)}&ADDRESS(ROW({first}),COLUMN({first}),4)"


def at(place: Place) -> str:
    """Return the formula of ``sheet!cell`` for a single cell."""
    return f'{_on(place.sheet)}&"{place.cell}"'


def _on(title: str) -> str:
    return f'"{title}"&CHAR(33)'  # a plain "!" looks like a reference to another sheet


def mark(sheet: Worksheet, order: Order, places: list[Place]) -> None:
    """Let single cells show what is listed for them."""
    for place in places:
        for severity, look in ((Severity.ERROR, "wrong"), (Severity.WARNING, "warn")):
            rule = style.colour_rule(f"{listed(order, severity, at(place))}>0", look)
            sheet.conditional_formatting.add(place.cell, rule)


def ranges(order: Order) -> dict[str, str]:
    """Return the defined names of what is looked up on 校验结果."""
    last = FINDINGS_FROM + FINDINGS_ROWS - 1
    sheet = order.common.sheets["findings"]
    return {
        name: area(sheet, column, FINDINGS_FROM, last)
        for name, column in (
            (LISTED_SEVERITIES, FINDING_SEVERITY),
            (LISTED_PLACES, FINDING_PLACE),
        )
    }
