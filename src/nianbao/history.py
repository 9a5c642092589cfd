"""The versions of each unit's report, in order, and which of them counts: from the events. Pure.

What is certain is told with its reason; what is not is asked, with the command that answers it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nianbao.decisions import Decisions
from nianbao.errors import Catalogue, Finding
from nianbao.events import Event, Merged, Received, Reminded, Returned, of_kind
from nianbao.versions import SHORT, Facts, Ground, Order, Version, described


@dataclass(frozen=True)
class History:
    """A unit's versions, oldest first, and the one that counts (None: none, or undecided).

    ``older`` are those that a newer one replaced, with the ground; ``excluded`` those that an
    event took out; ``rivals`` those of which nobody knows which is the newest; ``broken`` those
    that cannot be read and are not certainly older than the one that counts; ``same`` those that
    say what the one that counts says, so that nobody need know which of them is the newest.
    """

    unit: str
    versions: tuple[Version, ...]
    counted: Version | None = None
    older: tuple[tuple[Version, Ground], ...] = ()
    excluded: tuple[tuple[Version, Event], ...] = ()
    rivals: tuple[Version, ...] = ()
    broken: tuple[Version, ...] = ()
    same: tuple[Version, ...] = ()

    def agreed(self) -> History:
        """Return the history where the rivals are known to say the same: the last one counts."""
        *others, last = self.rivals
        return replace(self, counted=last, rivals=(), same=tuple(others))

    @property
    def first(self) -> Version | None:
        """What came first, of what was not taken out."""
        out = {one.sha256 for one, _ in self.excluded}
        mine = (one for one in self.versions if one.sha256 not in out)
        return min(mine, key=lambda one: one.first.at, default=None)

    @property
    def filed(self) -> dt.datetime | None:
        """When the unit filed first; a correction later does not make it late."""
        return self.first.first.at if self.first else None

    def findings(self, name: str, catalogue: Catalogue) -> Iterator[Finding]:
        """Yield what is to be said of the choice; an error where it must be decided."""
        if self.rivals:
            why = "；".join(map(described, self.rivals))
            short = self.rivals[-1].sha256[:SHORT]
            said = {"name": name, "actual": len(self.rivals), "why": why, "command": short}
            yield catalogue["L02"].finding(**said)
        if self.same and self.counted:
            alike = (*self.same, self.counted)
            why = "；".join(map(described, alike))
            yield catalogue["L05-same"].finding(name=name, actual=len(alike), why=why)
        for version, ground in self.older:
            newer = described(self.counted) if self.counted else ""
            yield catalogue[_CODES[ground]].finding(name=name, why=described(version), actual=newer)
        for version, event in self.excluded:
            why, who = getattr(event.what, "why", ""), event.who
            yield catalogue["L04"].finding(name=name, actual=described(version), why=why, who=who)
        yield from self._warnings(name, catalogue)

    def _warnings(self, name: str, catalogue: Catalogue) -> Iterator[Finding]:
        if self.broken and self.counted:
            why = "；".join(map(described, self.broken))
            yield catalogue["L03"].finding(name=name, why=why, actual=described(self.counted))
        if self.counted and self.counted.unchanged:
            yield catalogue["L06"].finding(name=name, actual=described(self.counted))
        for one in self.versions:
            if len(one.files) > 1:
                yield catalogue["L05"].finding(name=name, why="、".join(one.files))


_CODES: Mapping[Ground, Literal["L01-answers", "L01-prefer", "L01-dates", "L01-arrival"]] = {
    "answers": "L01-answers",
    "prefer": "L01-prefer",
    "dates": "L01-dates",
    "arrival": "L01-arrival",
}


# --- from events to versions ------------------------------------------------------------------


def histories(events: Sequence[Event], decisions: Decisions, year: int) -> dict[str, History]:
    """Return the history of every unit by code; "" holds the files of no known unit."""
    of_unit: dict[str, list[Version]] = {}
    for version in versions(events, decisions):
        of_unit.setdefault(version.facts.unit, []).append(version)
    return {
        unit: History(unit, tuple(came)) if not unit else _history(unit, came, decisions, year)
        for unit, came in of_unit.items()
    }


def versions(events: Sequence[Event], decisions: Decisions) -> Iterator[Version]:
    """Yield every content that came in, in order of first arrival.

    What is recorded of a file that came already under that name is what a later reading could
    tell of it (with its password, by a newer program): no arrival, but it counts.
    """
    came: dict[str, list[Event]] = {}
    said: dict[str, Facts] = {}
    last: dict[str, str] = {}
    for event, what in of_kind(events, Received):
        if last.get(what.file) != what.sha256:
            came.setdefault(what.sha256, []).append(event)
        said[what.sha256], last[what.file] = _facts(what), what.sha256
    issued = {what.book for _, what in of_kind(events, Returned) if what.book}
    for digest, arrivals in came.items():
        unit = decisions.corrected(digest) or said[digest].unit
        own = replace(said[digest], unit=unit)
        yield Version(digest, own, tuple(arrivals), digest in issued)


def _facts(what: Received) -> Facts:
    return Facts(what.unit, what.readable, what.saved, what.made_with, what.dated, what.answers)


def _history(unit: str, came: Sequence[Version], decisions: Decisions, year: int) -> History:
    taken = [(one, event) for one in came if (event := decisions.excluded(one.sha256))]
    out = {one.sha256 for one, _ in taken}
    contest = [one for one in came if one.sha256 not in out and one.facts.readable]
    broken = [one for one in came if one.sha256 not in out and not one.facts.readable]
    order = Order(tuple(came), year, _preferred(contest, decisions))
    newest = order.newest(contest)
    sole = newest[0] if len(newest) == 1 else None
    return History(
        unit,
        tuple(sorted(came, key=lambda one: (order.rank(one), one.first.number))),
        sole,
        tuple(order.older(sole, contest)) if sole else (),
        tuple(taken),
        () if sole else newest,
        tuple(one for one in broken if sole is None or not order.newer(sole, one)),
    )


def _preferred(came: Sequence[Version], decisions: Decisions) -> tuple[str, int] | None:
    """Return the version preferred last, and the number of the event."""
    mine = {one.sha256 for one in came}
    found = None
    for event, what in decisions.of("prefer"):
        if what.sha256 in mine:
            found = what.sha256, event.number
    return found


# --- what else the events tell ----------------------------------------------------------------


def new_receipts(events: Iterable[Event], came: Iterable[Received]) -> tuple[Received, ...]:
    """Return what is to be recorded: not what the last receipt under that name already says.

    Nor is a file that lies where it lay (name, content and time of the disk are the same) come
    again, when another folder is looked at meanwhile. What could not be read and now can, or now
    is known whose it is, is recorded again.
    """
    last, seen = dict[str, Received](), set[tuple[str, str, dt.datetime | None]]()
    for _, what in of_kind(events, Received):
        last[what.file] = what
        seen.add(_lying(what))
    return tuple(one for one in came if _tells(one, last.get(one.file), _lying(one) in seen))


def _lying(one: Received) -> tuple[str, str, dt.datetime | None]:
    return one.file, one.sha256, one.mtime


def _tells(one: Received, last: Received | None, seen: bool) -> bool:  # noqa: FBT001
    if last is None or last.sha256 != one.sha256:
        return not seen
    return not last.readable and (one.readable or (bool(one.unit) and not last.unit))


def reminded(events: Iterable[Event]) -> dict[str, tuple[Event, ...]]:
    """Return the reminders of each unit, by code."""
    return _by_unit((what.unit, event) for event, what in of_kind(events, Reminded))


def returned(events: Iterable[Event]) -> dict[str, tuple[Event, ...]]:
    """Return what went back to each unit, by code."""
    return _by_unit((what.unit, event) for event, what in of_kind(events, Returned))


def merges(events: Iterable[Event]) -> dict[str, Event]:
    """Return the last merge event of each merge id."""
    return {what.id: event for event, what in of_kind(events, Merged)}


def last_merge(events: Iterable[Event]) -> tuple[Event, Merged] | None:
    """Return the last merge of a year, with which alone it can be closed; None without one."""
    return max(of_kind(events, Merged), key=lambda pair: pair[0].number, default=None)


def _by_unit(pairs: Iterable[tuple[str, Event]]) -> dict[str, tuple[Event, ...]]:
    found: dict[str, tuple[Event, ...]] = {}
    for unit, event in pairs:
        found[unit] = (*found.get(unit, ()), event)
    return found
