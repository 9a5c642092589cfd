"""The sheets of 汇总.xlsx: its face, each unit's figures, its lists. Pure.

The official tables stand on it as in a unit's workbook (``grid``).
"""

from __future__ import annotations


# --- 汇总情况 -------------------------------------------------------------------------------------

FACE_TITLE, FACE_STANDING, FACE_WARNING, FACE_HEADS = range(1, 5)
"""The rows: title, whether it is final, what must not be missed, the headings of who stands how."""

FACE_KIND, FACE_COUNT, FACE_TEXT = 1, 2, 3
"""The columns."""

# --- 各单位 ---------------------------------------------------------------------------------------

UNITS_TITLE, UNITS_TABLE, UNITS_ROW, UNITS_COLUMN, SUMS, UNITS_FROM = range(1, 7)
"""The rows: title; of each figure its table, row and column; the sums; the first unit."""

NUMBER, CODE, NAME, STATUS = LEAD_COLUMNS = range(1, 5)
"""The columns before the figures."""

LEAD = len(LEAD_COLUMNS)

# --- 报送情况, 问题清单, 提醒说明 -----------------------------------------------------------------

HEADS, LISTED_FROM = 1, 2
"""The rows of a list: its headings, and the first line."""

FIRST = 1
"""The first column of a list."""

CHANGES_SAID, CHANGES_HEADS, CHANGES_FROM = range(1, 4)
"""The rows of 同比: what is compared, the headings, the first figure."""

ROSTER_FROZEN = 4
"""The first column of 报送情况 that is scrolled."""

# --- 说明 -----------------------------------------------------------------------------------------

MADE_TITLE = 1
"""The row of its title; below it the labels and texts of the whole, then its lists."""

MADE_LABEL, MADE_TEXT = 1, 2
"""The columns of the labels, in which the lists begin, and of the texts, which go to the last."""

MADE_GAP = 2
"""Rows from the end of one part to the heading of the next: one is free."""
