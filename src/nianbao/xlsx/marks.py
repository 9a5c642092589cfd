"""How a cell that the button listed is coloured: a conditional format looks the list up.

So no press writes to a locked cell, unprotects a sheet or loses a format of the user's.
"""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from nianbao.form import Severity
from nianbao.layout import FINDINGS_FROM, FINDINGS_ROWS, Place, quoted
from nianbao.xlsx import style
from nianbao.xlsx.order import Order


def listed(order: Order, severity: Severity, here: str) -> str:
    """Return the formula that counts the listed findings of a severity at ``sheet!cell``."""
    word = order.common.severities[severity.value]
    return f'COUNTIFS({_column(order, "F")},{here},{_column(order, "A")},"{word}")'


def here(sheet: Worksheet, first: str) -> str:
    """Return the formula of ``sheet!cell`` for each cell of an area that begins at ``first``."""
    return f'"{sheet.title}!"&ADDRESS(ROW({first}),COLUMN({first}),4)'


def mark(sheet: Worksheet, order: Order, places: list[Place]) -> None:
    """Let single cells show what is listed for them."""
    for place in places:
        at = f'"{place.sheet}!{place.cell}"'
        for severity, look in ((Severity.ERROR, "wrong"), (Severity.WARNING, "warn")):
            rule = style.colour_rule(f"{listed(order, severity, at)}>0", look)
            sheet.conditional_formatting.add(place.cell, rule)


def _column(order: Order, letter: str) -> str:
    last = FINDINGS_FROM + FINDINGS_ROWS - 1
    name = quoted(order.common.sheets["findings"])
    return f"{name}!${letter}${FINDINGS_FROM}:${letter}${last}"
