"""The sheets that nobody sees: 标识, 逐格, 汇集; and what tells templates apart. Pure."""

from __future__ import annotations

import hashlib

from nianbao.form import Edition
from nianbao.layout.places import Place, area, letters


# --- 标识 -----------------------------------------------------------------------------------------

IDENTITY = (
    "kind", "edition", "year", "code", "name", "level", "template", "generator", "complete",
    "under", "speaks_for", "local", "gaps", "deadline",
)  # fmt: skip
"""What the hidden sheet says of the workbook, one row each: key and value."""

OPTIONAL = IDENTITY[9:]
"""What of it may be missing: workbooks made before there was such a thing have none."""

IDENTITY_KEY, IDENTITY_VALUE = 1, 2

KIND = "nianbao"
"""The value of the identity ``kind``: this is a workbook of ours."""


def identity_places(sheet: str) -> dict[str, Place]:
    """Return the cells of the identity; they are found before the edition is known."""
    return {key: Place(sheet, row, IDENTITY_VALUE) for row, key in enumerate(IDENTITY, 1)}


REVISION = "5"
"""Counts changes of the workbook's layout; part of the template digest."""


def template_digest(edition: Edition) -> str:
    """Return what tells templates apart: the edition file's content and the layout's revision."""
    return hashlib.sha256(f"{edition.digest}:{REVISION}".encode()).hexdigest()[:16]


# --- 逐格: a row for each cell that is judged; beside them one for each part of the form ----------

CELL_KEY, CELL_NAME, CELL_STATE, CELL_RANK, CELL_TARGET = range(1, 6)

PART = CELL_TARGET + 2
"""The column of the parts' keys; from the next on, what is counted of each."""

COUNTS = ("need", "empty", "blank", "wrong", "fail", "warn", "explained", "pass", "open", "todo")
"""What is counted, a column each: cells and texts that must be filled; those empty; the cells among
them; cells filled wrongly; checks by what they say (``open``: something is blank); and what must
be mended before the workbook can be sent: blank and wrong cells, and failed checks."""


def count_column(what: str) -> int:
    """Return the column in which something is counted."""
    return PART + 1 + COUNTS.index(what)


def sum_of_parts(what: str, parts: int) -> str:
    """Return the range over which the last row adds what is counted of the parts."""
    letter = letters(count_column(what))
    return f"{letter}1:{letter}{parts}"


def cell_states(sheet: str, first: int, last: int) -> str:
    """Return the states of cells as a range for a formula on any sheet."""
    return area(sheet, CELL_STATE, first, last)


# --- xlwings.conf ---------------------------------------------------------------------------------

SETTING_KEY, SETTING_VALUE = 1, 2

# --- 汇集 -----------------------------------------------------------------------------------------

GATHERED_KEY, GATHERED_WHERE, GATHERED_FORMULA, GATHERED_VALUE = range(1, 5)

SHEET_STEP, ROW_STEP = 10**10, 10**4
"""How the hidden sheet 汇集 says where a name stands: sheet, row and column in one number."""
