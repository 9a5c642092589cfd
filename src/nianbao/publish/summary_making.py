"""The sheet 说明 of 汇总.xlsx: what the summary was made from, and what was decided."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.book import style
from nianbao.book.draw import height, label, lines, put, widths
from nianbao.form import Box
from nianbao.layout import across
from nianbao.layout.summary import MADE_GAP, MADE_LABEL, MADE_TEXT, MADE_TITLE
from nianbao.merge import Summary
from nianbao.publish.making import Making, Row, told
from nianbao.words import Common


WIDTHS = (24, 44, 15, 18, 12, 52)
COLUMNS = len(WIDTHS)
CENTRED = {3, 4, 5}

MOST_LINES = 24
"""Lines of a row; what is longer goes on in the next: a row of Excel is at most 409 points high."""

SECTIONS = {
    "left_out": ("unit", "file", "mark", "received", "status", "why"),
    "versions": ("unit", "file", "mark", "received", "fate", "why"),
    "decisions": ("number", "what", "who", "decided_at", "until", "why"),
    "waived": ("unit", "finding", "rule", "place", "severity", "decided"),
}
"""The lists, each with the words of its headings."""


def write(book: Workbook, summary: Summary, common: Common) -> None:
    """Draw the sheet, where there is something to tell."""
    made = told(summary)
    if made is None:
        return
    making = Making(summary, made, common)
    sheet = book.create_sheet(making.say("sheet"))
    widths(sheet, WIDTHS)
    label(sheet, across(MADE_TITLE, COLUMNS), making.say("title"), "标题")
    height(sheet, MADE_TITLE, 1, least=34)
    row = _basis(sheet, making, MADE_TITLE + 1)
    for name, heads in SECTIONS.items():
        row = _section(sheet, making, row + MADE_GAP, (name, heads))
    style.page(sheet, landscape=True)


def _basis(sheet: Worksheet, making: Making, row: int) -> int:
    for head, text in making.basis():
        row += 1
        put(sheet, row, MADE_LABEL, head, "项目")
        label(sheet, Box(row, MADE_TEXT, row, COLUMNS), text, "项目")
        height(sheet, row, lines(text, sum(WIDTHS[MADE_TEXT - 1 :])))
    return row


def _section(sheet: Worksheet, making: Making, row: int, section: tuple[str, Sequence[str]]) -> int:
    """Write one list below its heading; return its last row."""
    name, heads = section
    listed: list[Row] = getattr(making, name)()
    heading = making.say(f"{name}_heading", count=len(listed))
    label(sheet, across(row, COLUMNS), heading, "分栏")
    height(sheet, row, 1, least=24)
    if not listed:
        label(sheet, across(row + 1, COLUMNS), making.say(f"{name}_none"), "说明文字")
        return row + 1
    row += 1
    for column, head in enumerate(heads, MADE_LABEL):
        put(sheet, row, column, making.say(head), "表头")
    for values in listed:
        for part in _parts(values):
            row += 1
            _line(sheet, row, part)
    return row


def _line(sheet: Worksheet, row: int, values: Row) -> None:
    for column, value in enumerate(values, MADE_LABEL):
        put(sheet, row, column, value or None, "项目居中" if column in CENTRED else "项目")
    height(sheet, row, max(map(lines, values, WIDTHS)))


def _parts(values: Row) -> Iterator[Row]:
    """Yield the rows that a line of the list takes: what does not fit into one goes on."""
    cut = [_pieces(value, room) for value, room in zip(values, WIDTHS, strict=True)]
    yield from itertools.zip_longest(*cut, fillvalue="")


def _pieces(text: str, room: float) -> list[str]:
    pieces = []
    while lines(text, room) > MOST_LINES:
        ends = range(1, len(text) + 1)
        end = bisect.bisect_right(ends, MOST_LINES, key=lambda end: lines(text[:end], room))
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text]
