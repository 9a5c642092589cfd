"""The events of an office: read whole and verified, appended in turn, never changed."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from nianbao.codes import Code, RefusalCode
from nianbao.decisions import undoable
from nianbao.errors import Finding
from nianbao.events import (
    Decided,
    Event,
    Happening,
    Head,
    Merged,
    Reopened,
    Returned,
    Sealed,
    Undone,
    closed,
    head_of,
    set_back,
)
from nianbao.ledger.chain import Fault, first_fault, understood
from nianbao.ledger.codec import By, Row, chained, event_of
from nianbao.ledger.faults import LedgerError, explained, refused
from nianbao.ledger.opening import Opened, Opening, by_url, in_file, in_memory, snapshot, writing
from nianbao.ledger.tables import EVENTS, HEADS
from nianbao.words import Common


__all__ = ["Appended", "BehindError", "By", "Ledger", "LedgerError", "Opening", "open_ledger"]

_SHUT = (Decided, Undone, Merged, Returned, Sealed)
"""What a closed year takes no more of."""


class BehindError(Exception):
    """Somebody appended since the head that was given: what was to be appended may be moot."""


@dataclass(frozen=True)
class Appended:
    """The events that were appended, and what is to be said of them (a clock set back)."""

    events: tuple[Event, ...] = ()
    notes: tuple[Finding, ...] = ()


class Ledger:
    """An open ledger; ``notes`` are what is to be said of where it stands."""

    def __init__(self, opened: Opened, common: Common) -> None:
        self._engine, self._common = opened.engine, common
        self.name, self.notes = opened.name, opened.notes
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def years(self) -> tuple[int, ...]:
        """Return the years of which there are events."""
        query = sa.select(EVENTS.c.year).distinct().order_by(EVENTS.c.year)
        with self._reading() as connection:
            return tuple(connection.scalars(query))

    def head(self, year: int) -> Head:
        """Return the last event of a year, as it was written with it."""
        with self._reading() as connection:
            return _head(connection, year)

    def events(self, year: int, after: Head | None = None) -> tuple[Event, ...]:
        """Return the events of a year in order, or those after one.

        Raises:
            LedgerError: the ledger cannot be read, or was changed by hand (the first place is
                named), or a newer program wrote in it.

        """
        rows, head = self._rows(year, after)
        found = first_fault(rows, head, after) or understood(rows)
        if isinstance(found, Fault):
            raise self._broken(found)
        return found

    def append(
        self, year: int, what: Iterable[Happening], by: By, given: Head | None = None
    ) -> Appended:
        """Append what happened, all of it or nothing.

        Raises:
            BehindError: the year's last event is not that of ``given``.
            LedgerError: the ledger cannot be written, the year is closed, or there is nothing
                to undo.

        """
        happened = tuple(what)
        if not happened:
            return Appended()
        with self._writing() as connection:
            head = _head(connection, year)
            if given is not None and given != head:
                raise BehindError
            self._refuse(connection, year, happened)
            last = _last(connection, year)
            if (last.number, last.hash) != (head.number, head.hash):
                raise self._broken(Fault("changed", min(last.number, head.number) or 1))
            rows = list(chained(head, happened, by))
            connection.execute(EVENTS.insert(), [dataclasses.asdict(one) for one in rows])
            _set_head(connection, head, rows[-1])
            before = _previous_event(connection, year, head.number)
        events = tuple(map(event_of, rows))
        return Appended(events, self._late(before, events))

    def record(
        self,
        year: int,
        propose: Callable[[Sequence[Event]], Iterable[Happening]],
        by: By,
        known: Sequence[Event] | None = None,
    ) -> Appended:
        """Append what is proposed on the events of a year, anew where somebody was quicker.

        So the same command run again records nothing twice, and of two officers at once none is
        lost. ``known`` are the events as far as they are loaded.

        Raises:
            LedgerError: as ``append`` and ``events``.

        """
        events = list(self.events(year) if known is None else known)
        while True:
            head = head_of(year, events)
            with contextlib.suppress(BehindError):
                return self.append(year, propose(events), by, head)
            events += self.events(year, head)

    def verify(self, year: int, heads: Iterable[Head] = ()) -> tuple[Finding, ...]:
        """Return what was done to a year's events afterwards; the first place is named.

        ``heads`` are those that earlier outputs bear: a ledger written anew has them not.
        """
        rows, head = self._rows(year)
        events = first_fault(rows, head) or understood(rows)
        found = [self._finding(events)] if isinstance(events, Fault) else []
        hashes = {one.number: one.hash for one in rows}
        catalogue = self._common.catalogue
        found += [
            catalogue["L10-head"].finding(actual=one.number, why=one.hash[:12])
            for one in heads
            if one.year == year and one.number and hashes.get(one.number) != one.hash
        ]
        if not isinstance(events, Fault):
            found += self._clock(set_back(events))
        return tuple(found)

    # --- within ---

    def _rows(self, year: int, after: Head | None = None) -> tuple[list[Row], Head]:
        since = after.number if after else 0
        query = sa.select(EVENTS).where(EVENTS.c.year == year, EVENTS.c.number > since)
        with self._reading() as connection:
            rows = [Row(*one) for one in connection.execute(query.order_by(EVENTS.c.number))]
            return rows, _head(connection, year)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._turn, explained(self._common, self.name), snapshot(self._engine) as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._turn, explained(self._common, self.name), writing(self._engine) as connection:
            yield connection

    def _refuse(self, connection: sa.Connection, year: int, what: Sequence[Happening]) -> None:
        kinds = ("sealed", "reopened", "decided", "undone")
        query = sa.select(EVENTS).where(EVENTS.c.year == year, EVENTS.c.kind.in_(kinds))
        if not any(isinstance(one, (*_SHUT, Reopened)) for one in what):
            return
        rows = connection.execute(query.order_by(EVENTS.c.number))
        events = [event_of(Row(*one)) for one in rows]
        seal = closed(events)
        for one in what:
            if seal is not None and isinstance(one, _SHUT):
                when = seal.at
                raise refused(self._common, "ledger-sealed", year=year, at=f"{when:%Y-%m-%d}")
            if (
                isinstance(one, Undone)
                and one.year in {0, year}
                and not undoable(events, one, year)
            ):
                raise refused(self._common, "ledger-undo", year=year, number=one.number)

    def _late(self, before: Event | None, events: Sequence[Event]) -> tuple[Finding, ...]:
        together = events if before is None else (before, *events)
        return tuple(self._clock(set_back(together)))

    def _clock(self, pairs: Iterable[tuple[Event, Event]]) -> list[Finding]:
        wording = self._common.catalogue["L07"]
        return [
            wording.finding(
                actual=later.number, why=f"{later.at:%Y-%m-%d %H:%M}",
                expected=f"{before.at:%Y-%m-%d %H:%M}",
            )
            for later, before in pairs
        ]  # fmt: skip

    def _finding(self, fault: Fault) -> Finding:
        wording = self._common.catalogue[_FAULTS[fault.what]]
        return wording.finding(actual=fault.number, expected=fault.other)

    def _broken(self, fault: Fault) -> LedgerError:
        found = self._finding(fault)
        code: RefusalCode = "ledger-kind" if fault.what == "unknown" else "ledger-edited"
        return refused(self._common, code, name=self.name, why=found.message)


_FAULTS: Mapping[str, Code] = {
    "changed": "L10-changed",
    "removed": "L10-removed",
    "inserted": "L10-inserted",
    "swapped": "L10-swapped",
    "unknown": "L10-unknown",
}


def open_ledger(where: Path | str | None, opening: Opening) -> Ledger:
    """Open a ledger: a file, a database by URL, or (None) one in memory.

    Raises:
        LedgerError: it cannot be opened.

    """
    match where:
        case None:
            opened = in_memory(opening)
        case str() if "://" in where:
            opened = by_url(where, opening)
        case _:
            opened = in_file(Path(where), opening)
    return Ledger(opened, opening.common)


def _head(connection: sa.Connection, year: int) -> Head:
    found = connection.execute(sa.select(HEADS).where(HEADS.c.year == year)).one_or_none()
    return Head(year) if found is None else Head(year, found.number, found.hash)


def _last(connection: sa.Connection, year: int) -> Head:
    query = sa.select(EVENTS.c.number, EVENTS.c.hash).where(EVENTS.c.year == year)
    found = connection.execute(query.order_by(EVENTS.c.number.desc()).limit(1)).one_or_none()
    return Head(year) if found is None else Head(year, found.number, found.hash)


def _previous_event(connection: sa.Connection, year: int, number: int) -> Event | None:
    query = sa.select(EVENTS).where(EVENTS.c.year == year, EVENTS.c.number == number)
    found = connection.execute(query).one_or_none()
    return None if found is None else event_of(Row(*found))


def _set_head(connection: sa.Connection, before: Head, last: Row) -> None:
    values = {"number": last.number, "hash": last.hash}
    if before.number:
        connection.execute(sa.update(HEADS).where(HEADS.c.year == last.year), values)
    else:
        connection.execute(HEADS.insert(), {"year": last.year, **values})
