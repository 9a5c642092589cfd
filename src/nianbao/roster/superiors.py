"""Who in a roster reports to whom: stated in its lines, or told by the row of the level above.

What is stated counts: the column 上级, a 类别 such as 市级部门. Else the row that is alone on the
highest level sums the others up; without one, the level above the highest that they report to.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nianbao.errors import Finding
from nianbao.report import Unit
from nianbao.roster.entries import Fault, Roster, RosterEntry, folded
from nianbao.words import DEPARTMENT, STATE, Common


_LISTED = 5
"""Names that a finding on many units gives."""


def stated(entries: Sequence[RosterEntry], common: Common) -> list[RosterEntry | Fault]:
    """Return the entries with the level above that their lines state, or what is wrong there."""
    levels = written(common)
    rows = {
        folded(said): one.unit.level for one in entries for said in (one.unit.code, one.unit.name)
    }
    return [_stated(one, rows | levels, common) for one in entries]


def written(common: Common) -> dict[str, str]:
    """Return the level of a body for every way of writing it."""
    return {
        folded(name): key
        for key in common.governments
        for level, body in [(common.levels[key], common.superiors[key])]
        for name in (key, level.label, *level.names, *body.names)
    }


def _stated(one: RosterEntry, known: Mapping[str, str], common: Common) -> RosterEntry | Fault:
    unit, said = one.unit, one.superior
    if one.speaks and unit.level != DEPARTMENT:
        return Fault(one.line, "roster-speaks")
    if not said:
        return one
    key = known.get(folded(said), "")
    if key not in common.governments:
        return Fault(one.line, "roster-superior", {"said": said[:20]})
    if common.levels[key].rank <= common.levels[unit.level].rank:
        return Fault(one.line, "roster-superior-low", {"said": said[:20]})
    if unit.under not in {"", key}:
        values = {"said": said[:20], "kind": common.kind(unit)}
        return Fault(one.line, "roster-superior-other", values)
    return replace(one, unit=replace(unit, under=key))


@dataclass(frozen=True)
class _Order:
    """The entries, the row that sums up if there is one, and the level that it is on."""

    entries: tuple[RosterEntry, ...]
    head: RosterEntry | None
    level: str
    common: Common

    def settled(self, one: RosterEntry) -> RosterEntry:
        """Return the entry with the level above it, and the government it speaks for."""
        unit = one.unit
        up = self.common.levels[unit.level].up
        inside = one is not self.head and self.direct(unit)
        under = unit.under or (self.level if inside else up)
        body = self.common.superiors[under]
        speaks = one.speaks or (one.speaks is None and body.rules and self._is_office(unit))
        return replace(
            one,
            unit=replace(
                unit,
                under="" if under == up else under,
                speaks_for=under if speaks and unit.level == DEPARTMENT else "",
            ),
        )

    def direct(self, unit: Unit) -> bool:
        """Whether nobody of the roster stands between a unit and the one that sums up."""
        up = self.common.levels[unit.level].up
        return unit.level == DEPARTMENT or up not in self.between

    @functools.cached_property
    def between(self) -> frozenset[str]:
        """The levels of those that are summed up."""
        return frozenset(one.unit.level for one in self.entries if one is not self.head)

    def _is_office(self, unit: Unit) -> bool:
        return unit.name.endswith(self.common.roster_names["office"])


def divided(entries: Sequence[RosterEntry], doubts: Sequence[Finding], common: Common) -> Roster:
    """Return the roster: who sums up, who is summed, each with the level above it."""
    order = _order(tuple(entries), common)
    settled = {one.line: order.settled(one) for one in entries}
    below = tuple(settled[one.line] for one in entries if one is not order.head)
    head = settled[order.head.line].unit if order.head else None
    above = head or _unnamed(entries, order.level, common)
    found = (*doubts, *_elsewhere(below, order), *_guessed(below, common))
    return Roster(tuple(settled.values()), found, above, below)


def _order(entries: tuple[RosterEntry, ...], common: Common) -> _Order:
    def rank(key: str) -> int:
        return common.levels[key].rank

    def up(unit: Unit) -> str:
        return unit.under or common.levels[unit.level].up

    top = max(rank(one.unit.level) for one in entries)
    heads = [one for one in entries if rank(one.unit.level) == top]
    others = [one for one in entries if one is not heads[0]]
    named = [one.unit.under for one in others if one.unit.under]
    if len(heads) == 1 and others and all(rank(key) <= top for key in named):
        return _Order(entries, heads[0], heads[0].unit.level, common)
    return _Order(entries, None, max((up(one.unit) for one in entries), key=rank), common)


def _unnamed(entries: Sequence[RosterEntry], level: str, common: Common) -> Unit:
    """Return the unit above where the roster has no row for it."""
    code = _common([one.unit.code for one in entries]) or level
    return Unit(code, f"{common.levels[level].label}汇总", level)


def _common(codes: Sequence[str]) -> str:
    """Return what all codes begin with, up to the last hyphen if there is one."""
    alike = itertools.takewhile(lambda column: len(set(column)) == 1, zip(*codes, strict=False))
    start = "".join(column[0] for column in alike)
    return start.rpartition("-")[0] if "-" in start else start


def _elsewhere(below: Sequence[RosterEntry], order: _Order) -> Iterator[Finding]:
    """Yield A10: units of the roster whose figures another level sums up."""
    common = order.common
    names = [
        one.unit.name for one in below if common.superior(one.unit).key not in {order.level, STATE}
    ]
    if names:
        why, label = "、".join(names[:_LISTED]), common.levels[order.level].label
        if len(names) > _LISTED:
            why = common.fault("names-more", names=why, count=len(names))
        yield common.catalogue["A10"].finding(level=label, why=why)


def _guessed(below: Sequence[RosterEntry], common: Common) -> Iterator[Finding]:
    """Yield A11: an office that is taken, by its name, to speak for a city or province."""
    for one in below:
        if one.unit.speaks_for and one.speaks is None:
            body = common.superiors[one.unit.speaks_for]
            wording = common.catalogue["A11"]
            yield wording.finding(name=one.unit.name, government=body.government)
