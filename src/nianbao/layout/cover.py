"""The first sheet 首页: its lines from the top, its two blocks, and who stands in them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nianbao.layout.places import Place


WHO = {"name": "单位名称", "code": "单位代码", "year": "报告年度", "level": "单位类别"}
"""What the cover shows of the identity, a line each: key and label."""

PROVISIONAL = "【暂定数："
"""How the cover's second line begins where a unit is missing from a sum."""

TITLE, STANDING, SUM_UP, GAPS, BLOCKS, WHO_FROM = range(1, 7)
"""The rows: title; whether it is provisional; whether it can be sent; who is missing; the headings
of the two blocks; the first line of each."""

DUE = WHO_FROM + len(WHO)
"""The line of the deadline, and of whom the unit reports to."""

BUTTONS = DUE + 1
"""The free row that the buttons stand on, and the one below it."""

PROGRESS_FROM = BUTTONS + 2
"""The headings of the table of progress."""

LABEL, VALUE, VALUE_TO = 1, 2, 3
"""The columns of the block on the unit."""

PERSON_LABEL, PERSON = 5, 6
"""The columns of the block on the people to ask."""

WIDTH = PERSON


class Cover(NamedTuple):
    """The cells of the first sheet that are read or pointed at."""

    sheet: str

    def at(self, row: int, column: int = LABEL) -> Place:
        """Return a cell of the sheet."""
        return Place(self.sheet, row, column)

    @property
    def standing(self) -> Place:
        """The line that says whether the workbook is a provisional sum."""
        return self.at(STANDING)

    @property
    def unit(self) -> Place:
        """The heading of the block on the unit."""
        return self.at(BLOCKS)

    @property
    def who(self) -> dict[str, Place]:
        """The cells that show the identity."""
        return {key: self.at(row, VALUE) for row, key in enumerate(WHO, WHO_FROM)}

    def people(self, keys: Sequence[str]) -> dict[str, Place]:
        """Return the cells of the people to ask."""
        return {key: self.at(row, PERSON) for row, key in enumerate(keys, WHO_FROM)}
