"""What the sheets of a template show, let in, and have room for."""

from __future__ import annotations

import itertools

from helpers import common
from nianbao.layout import Place


PIXELS = 96 / 72


def unlocked(book) -> set[Place]:
    """The cells that can be written to; of a merged one its first, which stands for all."""
    found = set()
    for sheet in book:
        inside = {
            (row, column)
            for area in sheet.merged_cells.ranges
            for row, column in itertools.product(
                range(area.min_row, area.max_row + 1), range(area.min_col, area.max_col + 1)
            )
            if (row, column) != (area.min_row, area.min_col)
        }
        cells = (cell for row in sheet.iter_rows() for cell in row)
        found |= {
            Place(sheet.title, cell.row, cell.column)
            for cell in cells
            if not cell.protection.locked and (cell.row, cell.column) not in inside
        }
    return found


def lines_needed(text: str, room: float, size: float, *, latin: float) -> int:
    """Lines of a text wrapped anywhere, 中文 an em wide, other characters a part of it."""
    em, used, count = size * PIXELS, 0.0, 1
    for letter in text:
        step = em if ord(letter) > 0x2E7F or letter in "“”…—、。；：（）" else em * latin
        if letter == "\n" or used + step > room:
            count, used = count + 1, 0.0
        used += step
    return count


def mend_list(sheet) -> list[str]:
    top = next(
        r
        for r in range(1, 40)
        if sheet.value(common().sheets["cover"], r, 1) == "先改这些（点击前往）"
    )
    return [sheet.value(common().sheets["cover"], row, 1) for row in range(top + 1, top + 7)]
