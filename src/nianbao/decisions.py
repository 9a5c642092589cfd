"""What an officer decided, as far as it holds: read from the events. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nianbao.errors import Finding, ordered
from nianbao.events import Act, Decided, Event, Undone, of_kind
from nianbao.form import Severity


@dataclass(frozen=True)
class Settled:
    """A version's findings after the decisions on its unit.

    ``findings`` are those that stand, with reasons accepted; ``waived`` are those that a decision
    took away, each with the event: they must be said wherever the figures are shown.
    """

    findings: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Event], ...] = ()

    @property
    def arithmetic(self) -> tuple[tuple[Finding, Event], ...]:
        """The waived errors: a sum that holds them must say so on its face."""
        return tuple(pair for pair in self.waived if pair[0].severity is Severity.ERROR)


@dataclass(frozen=True)
class Decisions:
    """The decisions in force for a year's reports on a day, in the order in which they fell."""

    events: tuple[Event, ...] = ()

    def of(self, *acts: Act) -> Iterator[tuple[Event, Decided]]:
        """Yield those of some acts."""
        return ((event, what) for event, what in of_kind(self.events, Decided) if what.act in acts)

    def excluded(self, sha256: str) -> Event | None:
        """Return the event by which a file does not count."""
        return self._last("exclude", sha256)

    def corrected(self, sha256: str) -> str | None:
        """Return the code of the unit that a file was decided to be of."""
        event = self._last("correct", sha256)
        return event.what.unit if event and isinstance(event.what, Decided) else None

    def settle(self, unit: str, findings: Iterable[Finding]) -> Settled:
        """Return a unit's findings with its decisions applied."""
        mine = [(event, what) for event, what in self.of("accept", "waive") if what.unit == unit]
        if not mine:
            return Settled(tuple(findings))
        left, waived = [], []
        for one in findings:
            waiver = next((event for event, what in mine if _binds(what, "waive", one)), None)
            if waiver is not None:
                waived.append((one, waiver))
                continue
            reasons = [what.why for _, what in mine if _binds(what, "accept", one)]
            open_ = one.severity is Severity.WARNING and not one.explained
            left.append(replace(one, reason=reasons[-1]) if reasons and open_ else one)
        return Settled(ordered(left), tuple(waived))

    def _last(self, act: Act, sha256: str) -> Event | None:
        found = None
        for event, what in self.of(act):
            found = event if what.sha256 == sha256 else found
        return found


def _binds(what: Decided, act: Act, finding: Finding) -> bool:
    return (
        what.act == act
        and what.rule == finding.rule
        and what.field in {"", finding.field}
        and finding.severity is not Severity.NOTE
    )


def in_force(events: Iterable[Event], year: int, today: dt.date) -> Decisions:
    """Return the decisions that hold for the reports of a year on a day.

    ``events`` may be those of several years: of an earlier one there holds what was decided until
    a day that has not passed. What was decided on a file holds in its own year only.
    """
    known = list(events)
    undone = {(what.year or event.year, what.number) for event, what in of_kind(known, Undone)}
    return Decisions(
        tuple(
            event
            for event, what in of_kind(known, Decided)
            if (event.year, event.number) not in undone and _holds(event.year, what, year, today)
        )
    )


def _holds(own: int, what: Decided, year: int, today: dt.date) -> bool:
    if own == year:
        return what.until is None or today <= what.until
    carried = what.act in {"accept", "waive"} and what.until is not None
    return own < year and carried and what.until is not None and today <= what.until


def undoable(events: Iterable[Event], what: Undone, year: int) -> bool:
    """Return whether there is such a decision, not undone yet."""
    known = list(events)
    of = (what.year or year, what.number)
    there = any((event.year, event.number) == of for event, _ in of_kind(known, Decided))
    gone = {(one.year or event.year, one.number) for event, one in of_kind(known, Undone)}
    return there and of not in gone
