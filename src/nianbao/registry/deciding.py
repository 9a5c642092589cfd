"""What the officer decides: recorded, undone, listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nianbao import values
from nianbao.decisions import in_force
from nianbao.events import Act, Decided, Event, Undone, of_kind
from nianbao.office import dates
from nianbao.registry.premises import Office
from nianbao.versions import SHORT


@dataclass(frozen=True)
class Decide:
    """A decision as it is said: ``target`` is a unit, or the fingerprint of a file.

    ``rule`` and ``field`` are for accept and waive, ``unit`` for correct; ``until`` a day as people
    write it.
    """

    act: Act
    target: str
    why: str
    rule: str = ""
    field: str = ""
    unit: str = ""
    until: str = ""


State = Literal["in force", "undone", "expired"]


@dataclass(frozen=True)
class Line:
    """A decision in the list: what it says, and whether it still holds."""

    event: Event
    what: Decided
    state: State


def decide(request: Decide, office: Office) -> Event:
    """Record a decision.

    Raises:
        NianbaoError: no such unit, file or rule; no reason; the year is closed.

    """
    common = office.context.common
    if not request.why.strip():
        raise common.refuse("decide-why")
    until = values.day(request.until, office.year + 1) if request.until else None
    if request.until and until is None:
        raise common.refuse("decide-until", name=request.until[:20], year=office.year + 2)
    if until is not None and until < dates.today():
        raise common.refuse("decide-past", name=request.until)
    (event,) = office.journal.record(office.year, [_said(request, until, office)])
    return event


def _said(request: Decide, until: dt.date | None, office: Office) -> Decided:
    why = " ".join(request.why.split())
    if request.act in {"accept", "waive"}:
        rule = _rule(request.rule, office)
        field = _field(request.field, office)
        unit = office.unit(request.target).code
        return Decided(act=request.act, why=why, unit=unit, rule=rule, field=field, until=until)
    digest = office.content(request.target)
    unit = office.unit(request.unit).code if request.act == "correct" else ""
    return Decided(act=request.act, why=why, sha256=digest, unit=unit)


def _rule(said: str, office: Office) -> str:
    """Return the id of a rule, in any case; refuse one that nothing is called."""
    context = office.context
    rules = {rule.id for rule in context.edition_for(office.year).rules}
    known = rules | {one.rule for one in context.catalogue.values()}
    found = {one.casefold(): one for one in known}.get(said.strip().casefold())
    if found is None:
        own = said.strip().upper()
        if own.startswith("N18-"):  # a point of the county's own
            return own
        raise context.common.refuse("decide-rule", name=said)
    return found


def _field(said: str, office: Office) -> str:
    edition = office.context.edition_for(office.year)
    if said and said not in edition.figures and said not in edition.text_keys:
        raise office.context.common.refuse("decide-field", name=said)
    return said


def undo(number: int, why: str, office: Office, year: int = 0) -> Event:
    """Record that a decision (of ``year``, where that is an earlier one) holds no more.

    Raises:
        NianbaoError: there is no such decision, or no reason.

    """
    common = office.context.common
    if not why.strip():
        raise common.refuse("decide-why")
    of = year or office.year
    events = office.journal.events(of)
    if not any(event.number == number for event, _ in of_kind(events, Decided)):
        raise common.refuse("ledger-undo", year=of, number=number)
    said = Undone(number=number, why=" ".join(why.split()), year=0 if of == office.year else of)
    (event,) = office.journal.record(office.year, [said])
    return event


def listed(office: Office) -> Iterator[Line]:
    """Yield the decisions of the year, and those of earlier years that reach into it."""
    journal, year = office.journal, office.year
    events = (*journal.earlier(year), *office.events)
    holding = {one.hash for one in in_force(events, year, dates.today()).events}
    undone = {(what.year or event.year, what.number) for event, what in of_kind(events, Undone)}
    for event, what in of_kind(events, Decided):
        gone = (event.year, event.number) in undone
        state: State = "in force" if event.hash in holding else "undone" if gone else "expired"
        if event.year == year or state == "in force":
            yield Line(event, what, state)


def told(what: Decided, office: Office) -> str:
    """Return a decision in words: what, on whom or which file."""
    common = office.context.common
    said = common.making
    act, mark = common.acts[what.act], what.sha256[:SHORT]
    if what.act in {"accept", "waive"}:
        field = f" {what.field}" if what.field else ""
        unit = office.name(what.unit)
        return said["of_rule"].format(act=act, unit=unit, rule=what.rule, field=field)
    file = office.files.get(what.sha256, mark)
    key = "of_unit" if what.act == "correct" else "of_file"
    return said[key].format(act=act, file=file, mark=mark, unit=office.name(what.unit))
