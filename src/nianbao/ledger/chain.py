"""Whether the rows of a year are as they were written: the first that is not, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nianbao.events import Event, Head
from nianbao.ledger.codec import Row, UnknownKindError, event_of, hash_of


@dataclass(frozen=True)
class Fault:
    """What was done to the ledger afterwards: the number of the event, or of the two swapped."""

    what: Literal["changed", "removed", "inserted", "swapped", "unknown"]
    number: int
    other: int = 0


def first_fault(rows: Sequence[Row], head: Head, before: Head | None = None) -> Fault | None:
    """Return the first fault of rows in the order of their numbers; None where there is none.

    ``head`` is what the ledger says its last event is, ``before`` the one the rows begin after.
    """
    number, previous = (before.number, before.hash) if before else (0, "")
    for at, row in enumerate(rows):
        number += 1
        if row.number != number:
            return Fault("removed", number)
        if hash_of(row) != row.hash:
            return _rewritten(rows, at)
        if row.previous != previous:
            return _unlinked(rows, at)
        previous = row.hash
    return _at_the_end(head, number, previous)


def _rewritten(rows: Sequence[Row], at: int) -> Fault:
    """Name the fault of a row whose hash is not that of what it says."""
    row = rows[at]
    own = _true_number(row, len(rows) + 1)
    if own is None:
        return _replaced(rows, at)
    if own < row.number and at and row.previous != rows[at - 1].hash:
        return Fault("inserted", own)
    if any(one.hash == row.previous for one in rows[at:]):
        return Fault("swapped", row.number, own)
    return Fault("removed", row.number)


def _replaced(rows: Sequence[Row], at: int) -> Fault:
    """Name the fault of a row that never was as it is."""
    row, after = rows[at], rows[at + 1 : at + 2]
    if after and _true_number(after[0], len(rows)) == row.number:
        return Fault("inserted", row.number)
    for one in rows[at + 1 :]:
        said = replace(row, at=one.at, who=one.who, kind=one.kind, body=one.body)
        if hash_of(said) == row.hash:
            return Fault("swapped", row.number, one.number)
    return Fault("changed", row.number)


def _true_number(row: Row, most: int) -> int | None:
    """Return under which other number a row was written."""
    numbers = range(1, most + 1)
    return next((n for n in numbers if hash_of(replace(row, number=n)) == row.hash), None)


def _unlinked(rows: Sequence[Row], at: int) -> Fault:
    """Name the fault where a row is whole but does not follow the one before it."""
    return Fault("changed", rows[at - 1].number if at else rows[at].number)


def _at_the_end(head: Head, number: int, previous: str) -> Fault | None:
    if head.number > number:
        return Fault("removed", number + 1)
    if head.number < number:
        return Fault("inserted", head.number + 1)
    return Fault("changed", number) if head.hash != previous else None


def understood(rows: Sequence[Row]) -> tuple[Event, ...] | Fault:
    """Return the events of rows, or the first of them that this program does not understand."""
    events = []
    for row in rows:
        try:
            events.append(event_of(row))
        except UnknownKindError:
            return Fault("unknown", row.number)
    return tuple(events)
