"""What happened, in words: one line for an event of the ledger."""

from __future__ import annotations

from nianbao.events import (
    Decided,
    Event,
    Merged,
    Received,
    Reminded,
    Reopened,
    Returned,
    Sealed,
    Undone,
)
from nianbao.registry import deciding
from nianbao.registry.premises import Office
from nianbao.versions import SHORT


def told(event: Event, office: Office) -> str:
    """Return an event as the officer reads it."""
    said = office.context.common.chronicle
    match event.what:
        case Received() as one:
            who = office.name(one.unit) if one.unit else said["nobody"]
            key = "received" if one.readable else "unreadable"
            return said[key].format(file=one.file, unit=who, mark=one.sha256[:SHORT])
        case Returned() as one:
            return said["returned"].format(
                unit=office.name(one.unit), file=one.file, count=len(one.asked)
            )
        case Reminded() as one:
            return said[one.owes].format(unit=office.name(one.unit))
        case Decided() as one:
            return said["decided"].format(what=deciding.told(one, office), why=one.why)
        case Undone() as one:
            year = f"{one.year}年度" if one.year else ""
            return said["undone"].format(number=f"{year}第 {one.number} 条", why=one.why)
        case Merged() as one:
            return said["merged"].format(count=len(one.members), id=one.id[:SHORT])
        case Sealed() as one:
            return said["sealed"].format(id=one.id[:SHORT])
        case Reopened() as one:
            return said["reopened"].format(why=one.why)
