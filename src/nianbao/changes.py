"""What changed from last year to this: every figure of a summary, what stands out first. Pure.

A figure stands out that changed by ``LEAST`` or more and is at least twice or at most half of
what it was; new from nothing, or down to nothing, is that, too. The further apart last year and
this are for their size, the earlier it stands (difference by the root of the larger one, which
tells chance from change in what is counted); the rest follows in the order of the form.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nianbao import expr
from nianbao.check import year_before
from nianbao.form import Edition
from nianbao.report import Report, Unit


LEAST, FOLD = 10, 2
"""What a change is at least in the figure's own unit (件, 万元, 元), and how many times."""

MOST_MOVERS = 5
"""Units that are named for one figure."""

Number = int | float | None
Reason = Literal["", "missing", "last_provisional", "this_provisional"]


@dataclass(frozen=True)
class Mover:
    """A unit's part in a change; ``last`` is None where nothing of last year can be held to it."""

    unit: Unit
    last: Number
    now: Number

    @property
    def difference(self) -> int | float:
        """By how much it moved the figure: all of it where it has no last year."""
        return round((self.now or 0) - (self.last or 0), expr.DECIMALS)


@dataclass(frozen=True)
class Change:
    """A figure of last year and this, each None where it is unknown; ``movers`` moved it most."""

    key: str
    name: str
    last: Number
    now: Number
    movers: tuple[Mover, ...] = ()

    @property
    def difference(self) -> Number:
        """The difference to last year's; None where either is unknown."""
        if self.last is None or self.now is None:
            return None
        return round(self.now - self.last, expr.DECIMALS)

    @property
    def ratio(self) -> float | None:
        """The share of last year's; None where that is nothing or unknown."""
        return None if not self.last or self.now is None else round(self.now / self.last, 4)

    @property
    def stands_out(self) -> bool:
        """Whether it changed much, and much for its size."""
        if self.last is None or self.now is None or not self.difference:
            return False
        low, high = sorted((abs(self.last), abs(self.now)))
        return abs(self.difference) >= LEAST and (high >= FOLD * low or self.last * self.now < 0)

    @property
    def weight(self) -> float:
        """How far it stands out: more the larger the change, and the smaller what changed."""
        size = max(abs(self.last or 0), abs(self.now or 0))
        return abs(self.difference or 0) / math.sqrt(size) if size else 0


@dataclass(frozen=True)
class Changes:
    """The figures, what stands out first; or why two years cannot be compared."""

    rows: tuple[Change, ...] = ()
    why: Reason = ""


@dataclass(frozen=True)
class Years:
    """A unit's reports of this year and last; None for one that there is not."""

    unit: Unit
    now: Report | None
    last: Report | None

    def figures(self, key: str, edition: Edition) -> tuple[Number, Number]:
        """Return last year's figure, unless it is provisional or counts something else, and now."""
        last = None if self.last is None or self.last.provisional else self.last
        return year_before(key, last, edition), self.now.figure(key) if self.now else None


def changes(whole: Years, units: Sequence[Years], edition: Edition) -> Changes:
    """Return what changed in a whole; ``units`` are its parts, ``edition`` this year's."""
    if whole.now is None or whole.last is None:
        return Changes(why="missing")
    if whole.now.provisional or whole.last.provisional:
        return Changes(why="this_provisional" if whole.now.provisional else "last_provisional")
    found = list(_all(whole, units, edition))
    first = sorted((one for one in found if one.stands_out), key=lambda one: -one.weight)
    return Changes((*first, *(one for one in found if not one.stands_out)))


def _all(whole: Years, units: Sequence[Years], edition: Edition) -> Iterator[Change]:
    for key in edition.figures:
        one = Change(key, edition.name(key), *whole.figures(key, edition))
        if not one.stands_out:
            yield one
            continue
        parts = (Mover(each.unit, *each.figures(key, edition)) for each in units if each.now)
        yield Change(one.key, one.name, one.last, one.now, _most(parts, one.difference or 0))


def _most(parts: Iterable[Mover], difference: float) -> tuple[Mover, ...]:
    """Return the parts that moved the whole its way, most first."""
    own = [one for one in parts if one.difference * difference > 0]
    return tuple(sorted(own, key=lambda one: -abs(one.difference))[:MOST_MOVERS])
