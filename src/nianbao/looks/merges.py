"""Merged areas of a sheet: which cells lie under them, where nobody sees what they hold."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from nianbao.form import Box, column_number


_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_SPAN = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
_LAST_ROW = 1_048_576
_SMALL, _MOST_COVERED, _MOST_AREAS = 4_096, 200_000, 1_000
"""Cells of a merged area up to which each is kept by itself; of all; areas kept whole."""

Cell = tuple[int, int]
"""Row and column."""


@dataclass(frozen=True, eq=False)
class Merges:
    """Merged areas: by the cell that each covers, by the first cell, and those too vast for it."""

    under: Mapping[Cell, Box] = field(default_factory=dict)
    first: Mapping[Cell, Box] = field(default_factory=dict)
    vast: tuple[Box, ...] = ()

    def cover(self, at: Cell) -> Box | None:
        """Return the area under which a cell lies; None for its first, which is seen."""
        found = self.under.get(at)
        if found is None and self.vast:
            areas = (box for box in self.vast if within(box, at))
            found = next((box for box in areas if at != (box.top, box.left)), None)
        return found

    def covered(self, cells: Mapping[Cell, object]) -> list[Cell]:
        """Return which of the cells lie under an area."""
        if self.vast:
            return [at for at in cells if self.cover(at)]
        if self.under.keys().isdisjoint(cells.keys()):
            return []
        return [at for at in self.under if at in cells]


def merges(boxes: Iterable[Box]) -> Merges:
    """Return merged areas; of hostile numbers of them, only so many."""
    under: dict[Cell, Box] = {}
    first, vast = dict[Cell, Box](), list[Box]()
    for box in boxes:
        first.setdefault((box.top, box.left), box)
        size = (box.bottom - box.top + 1) * (box.right - box.left + 1)
        if size > _SMALL or len(under) + size > _MOST_COVERED:
            vast.append(box)
        else:
            under |= dict.fromkeys(itertools.islice(box, 1, None), box)
    return Merges(under, first, tuple(vast[:_MOST_AREAS]))


def boxes(areas: str) -> Iterator[Box]:
    """Yield the areas of a list such as ``A1 C3:D5``."""
    for area in areas.split()[:10_000]:
        if match := _AREA.fullmatch(area):
            left, top = column_number(match[1]), int(match[2])
            right, bottom = column_number(match[3] or match[1]), int(match[4] or match[2])
            yield Box(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
        elif match := _SPAN.fullmatch(area):
            yield Box(1, column_number(match[1]), _LAST_ROW, column_number(match[2]))


def within(box: Box, at: Cell) -> bool:
    """Return whether a cell lies in an area."""
    return box.top <= at[0] <= box.bottom and box.left <= at[1] <= box.right
