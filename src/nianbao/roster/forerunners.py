"""The column 前身: the units from which one came, and what of it makes no sense."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from nianbao.codes import FaultCode
from nianbao.roster.entries import Fault, Roster, RosterEntry, folded


MOST, LONGEST = 30, 60
"""Units from which one may come, and characters of the code or name of each."""

_BETWEEN = re.compile(r"[、,，;；|\r\n]+")


def listed(cell: str) -> tuple[str, ...]:
    """Return the codes or names that a cell lists."""
    return tuple(text for part in _BETWEEN.split(cell) if (text := part.strip()))


def fault(said: Sequence[str]) -> FaultCode | None:
    """Return what is wrong with what one cell lists."""
    if len(said) > MOST or any(len(text) > LONGEST for text in said):
        return "roster-before-long"
    if not all(text.isprintable() for text in said):
        return "roster-before-control"
    return "roster-before-twice" if len(set(map(folded, said))) < len(said) else None


def faults(entries: Sequence[RosterEntry]) -> Iterator[Fault]:
    """Yield the units that came from each other in a ring: last year's figures would swap.

    A unit that names itself, too, goes on: then figures are shared, and nothing goes round.
    """
    rows = _rows(entries)
    came = {
        one.unit.code: [rows[key].unit.code for key in map(folded, one.predecessors) if key in rows]
        for one in entries
    }
    onward = {code: [] if code in before else before for code, before in came.items()}
    for one in entries:
        if one.unit.code in _behind(one.unit.code, onward):
            yield Fault(one.line, "roster-before-ring", {"said": one.predecessors[0]})


def above(roster: Roster) -> Iterator[Fault]:
    """Yield the units that came from the one that sums them up, or it from one of them."""
    codes = {one.unit.code for one in roster.below}
    rows = _rows(roster.units)
    for one in roster.units:
        head = one.unit.code not in codes
        for said in one.predecessors:
            other = rows.get(folded(said))
            if other is not None and other is not one and head is (other.unit.code in codes):
                yield Fault(one.line, "roster-before-above", {"said": said})


def _rows(entries: Sequence[RosterEntry]) -> Mapping[str, RosterEntry]:
    return {folded(one.unit.name): one for one in entries} | {
        folded(one.unit.code): one for one in entries
    }


def _behind(code: str, came: Mapping[str, Sequence[str]]) -> set[str]:
    """Return all from which a unit came, directly or not."""
    found: set[str] = set()
    due = list(came[code])
    while due:
        if (one := due.pop()) not in found:
            found.add(one)
            due += came[one]
    return found
