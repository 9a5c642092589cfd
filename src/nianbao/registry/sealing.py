"""A year that is closed (封账), and opened again: each an event with its reason."""

from __future__ import annotations

import json
from typing import Any

from nianbao.events import Event, Head, Merged, Reopened, Sealed, closed
from nianbao.history import last_merge
from nianbao.office.documents import DATA
from nianbao.office.merging import basis
from nianbao.registry.premises import Office


def stale(merged: Merged, office: Office) -> bool:
    """Return whether something came or was decided since a merge."""
    head: Head = basis(office.events)
    return merged.parts.get("events") != f"{head.number} {head.hash}"


def document(merged: Merged, office: Office) -> dict[str, Any]:
    """Return the 汇总.json of a merge, out of the archive.

    Raises:
        NianbaoError: it is not there any more, or not as it was.

    """
    contents = office.journal.contents
    if contents is None:
        raise TypeError(merged)
    said: dict[str, Any] = json.loads(contents.get(merged.outputs[DATA]))
    return said


def seal(why: str, office: Office) -> Event:
    """Close the year with its last merge.

    Raises:
        NianbaoError: there is no merge, or not of what is there now; it is not complete and no
            reason is given; the year is closed already.

    """
    common, year = office.context.common, office.year
    shut = closed(office.events)
    if shut is not None:
        raise common.refuse("ledger-sealed", year=year, at=f"{shut.at:%Y-%m-%d}")
    found = last_merge(office.events)
    if found is None:
        raise common.refuse("seal-nothing", year=year)
    event, merged = found
    if stale(merged, office):
        raise common.refuse("seal-stale", year=year, at=f"{event.at:%Y-%m-%d %H:%M}")
    if not document(merged, office)["complete"] and not why.strip():
        raise common.refuse("seal-incomplete", year=year)
    (sealed,) = office.journal.record(year, [Sealed(id=merged.id, why=" ".join(why.split()))])
    return sealed


def reopen(why: str, office: Office) -> Event:
    """Open a closed year again.

    Raises:
        NianbaoError: it is not closed, or no reason is given.

    """
    common = office.context.common
    if closed(office.events) is None:
        raise common.refuse("seal-open", year=office.year)
    if not why.strip():
        raise common.refuse("decide-why")
    (event,) = office.journal.record(office.year, [Reopened(why=" ".join(why.split()))])
    return event
