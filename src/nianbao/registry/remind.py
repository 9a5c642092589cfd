"""Reminders: a text for each unit that owes its report or must correct it, ready to be pasted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nianbao.events import Event, Reminded, Returned, closed, of_kind
from nianbao.form import Severity
from nianbao.history import reminded, returned
from nianbao.local import options, to_call
from nianbao.merge import Summary
from nianbao.office import dates, files
from nianbao.office.against import Against
from nianbao.office.documents import PROGRAM
from nianbao.office.filing import Inbox
from nianbao.office.journal import Journal
from nianbao.office.messages import SUFFIX, file_of, listed, text_of
from nianbao.office.owned import Origin, owned
from nianbao.office.status import Looked
from nianbao.report import LONGEST_GAP
from nianbao.roster import RosterEntry
from nianbao.turnout import DONE, Account
from nianbao.words import Common


LIST = ".nianbao-催报.json"


@dataclass(frozen=True)
class Remind:
    """A round of reminding: where to look for what came in, where the texts go."""

    paths: tuple[Path, ...]
    year: int | None
    out: Path
    force: bool = False

    def inbox(self, against: Against) -> Inbox:
        """Return where to look, without what is no input though it may lie among it."""
        return Inbox(self.paths, self.year, (*against.material.paths, self.out))


@dataclass(frozen=True)
class Reminder:
    """What a unit is told: ``lines`` of the text, and the name of its file.

    ``earlier`` are the reminders that the unit had before; ``sent`` is the one of today that says
    the same.
    """

    account: Account
    entry: RosterEntry
    file: str
    lines: tuple[str, ...]
    earlier: tuple[Event, ...] = ()

    @property
    def what(self) -> Reminded:
        """What is to be recorded."""
        missing = self.account.state == "missing"
        return Reminded(
            unit=self.entry.unit.code,
            owes="missing" if missing else "correct",
            text=text_of(self.lines),
            deadline=self.account.due,
        )

    @property
    def sent(self) -> Event | None:
        """The reminder that told just this on the same day."""
        return next(said_before(self.what, self.earlier), None)


@dataclass(frozen=True)
class Round:
    """What was written: the reminders, and the units of which the officer must decide first.

    ``edited`` are the names of texts that are due no longer but were edited since; ``recorded``
    says of how many it was recorded now, None where there is no ledger.
    """

    year: int
    today: dt.date
    reminders: tuple[Reminder, ...]
    undecided: tuple[Account, ...]
    edited: tuple[str, ...] = ()
    recorded: int | None = None


def said_before(what: Reminded, events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events by which a unit was told just this; as a text bears its day, on that day."""
    return (event for event, before in of_kind(events, Reminded) if before == what)


def remind(request: Remind, looked: Looked, against: Against, journal: Journal) -> Round:
    """Write the texts, then record them; what an earlier round wrote is replaced, or removed.

    Raises:
        NianbaoError: the year is closed, a file that is not ours exists and ``force`` is not
            given, or one cannot be written.

    """
    filing, turnout = looked.filing, looked.turnout
    common = against.context.common
    if seal := closed(filing.events):
        raise common.refuse("remind-sealed", year=filing.year, at=dates.written(seal.at.date()))
    found = tuple(_reminders(looked, against.below()))
    edited = _written(request, found, common, [one.standing.unit.code for one in turnout.accounts])
    undecided = tuple(one for one in turnout.accounts if one.state == "undecided")
    recorded = _recorded(found, looked, journal) if journal.kept else None
    return Round(filing.year, turnout.today, found, undecided, tuple(edited), recorded)


def _reminders(looked: Looked, against: Against) -> Iterator[Reminder]:
    """Yield the reminders of the units that must do something, in the order of the roster."""
    events, accounts = looked.filing.events, looked.turnout.accounts
    names = {one.standing.unit.code: one.standing.unit.name for one in accounts}
    files_of = files.distinct_names(names)
    before, back = reminded(events), returned(events)
    for one in accounts:
        code = one.standing.unit.code
        if one.state in DONE or one.state == "undecided":
            continue
        text = _Text(one, back.get(code, ()), against, looked.summary)
        yield Reminder(
            one,
            against.entries[code],
            f"{files_of[code]}{SUFFIX}",
            tuple(text.lines()),
            before.get(code, ()),
        )


def _written(
    request: Remind, reminders: Sequence[Reminder], common: Common, units: Sequence[str]
) -> list[str]:
    """Write the texts; return the names of those that are due no longer but were edited."""
    own = owned(request.out, common, LIST)
    outputs = {one.file: file_of(one.lines) for one in reminders}
    own.refuse_foreign([request.out / name for name in outputs], force=request.force)
    given = tuple(str(path.resolve()) for path in request.paths)
    origins = {one.file: Origin("", one.entry.unit.code, given) for one in reminders}
    if outputs:
        own = own.write_each(outputs, origins)
    return own.tidy(outputs, Origin("", "", given), set(units))


def _recorded(reminders: Sequence[Reminder], looked: Looked, journal: Journal) -> int:
    """Record what was told, but for what was told before; return of how many."""

    def new(known: Sequence[Event]) -> list[Reminded]:
        before = reminded(known)
        return [
            one.what
            for one in reminders
            if not any(said_before(one.what, before.get(one.entry.unit.code, ())))
        ]

    filing = looked.filing
    done = journal.ledger.record(filing.year, new, journal.by, filing.events)
    journal.notes = (*journal.notes, *done.notes)
    return len(done.events)


# --- the text ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Text:
    """What one unit is told."""

    account: Account
    back: Sequence[Event]
    against: Against
    summary: Summary

    @property
    def common(self) -> Common:
        return self.against.context.common

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        account = self.account
        above = self.common.superior(account.standing.unit).term
        yield self._said(
            account.state,
            name=account.standing.unit.name,
            year=self.summary.report.year,
            file="、".join(one.file for one in account.standing.submissions),
        )
        if account.state == "missing":
            yield self._said("fill", above=above)
        else:
            yield from self._to_mend()
        yield self._said(
            "deadline",
            day=dates.written(account.due),
            today=dates.short(account.today),
            left=left((account.due - account.today).days, self.common),
        )
        own = options(self.against.options.text, self.common)
        yield self._said("call", whom=to_call(own) or above)

    def _to_mend(self) -> Iterator[str]:
        """Yield what is wrong, and where it is to be mended."""
        standing = self.account.standing
        found = self.account.open
        yield from listed(found)
        if any(one.severity is Severity.WARNING for one in found):
            yield self._said("explain")
        report = standing.counted
        if report is not None and report.provisional:
            yield self._said("gaps", gaps="、".join(report.gaps)[:LONGEST_GAP])
        came = {one.sha256 for one in standing.submissions}
        sent = [pair for pair in of_kind(self.back, Returned) if pair[1].of in came]
        if sent and sent[-1][1].book:
            event, what = sent[-1]
            yield self._said("returned", day=dates.short(event.at.date()), file=what.file)
        elif self.account.state != "unreadable":
            yield self._said("mend")

    def _said(self, key: str, **values: object) -> str:
        return self.common.reminding[key].format_map(values)


def left(days: int, common: Common) -> str:
    """Return how far away a deadline is: so many days left, the last day, or past."""
    key = "due" if not days else "left" if days > 0 else "over"
    return common.reminding[key].format_map({"days": abs(days)})


# --- for programs -----------------------------------------------------------------------------


def document(done: Round) -> Mapping[str, Any]:
    """Return what ``remind --json`` prints."""
    return {
        "program": PROGRAM,
        "year": done.year,
        "today": done.today.isoformat(),
        "reminders": [_document(one) for one in done.reminders],
        "undecided": [one.standing.unit.document() for one in done.undecided],
        "edited": list(done.edited),
        "recorded": done.recorded,
    }


def _document(one: Reminder) -> dict[str, Any]:
    account, what = one.account, one.what
    return {
        **one.entry.unit.document(),
        "group": account.group,
        "state": account.state,
        "owes": what.owes,
        "due": account.due.isoformat(),
        "days": (account.due - account.today).days,
        "contact": one.entry.contact or None,
        "phone": one.entry.phone or None,
        "file": one.file,
        "text": what.text,
        "earlier": [event.at.isoformat() for event in one.earlier],
        "repeated": one.sent is not None,
    }
