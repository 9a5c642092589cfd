"""A merge that can be made again: what went into it is kept, its id is the hash of all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from nianbao.decisions import Decisions
from nianbao.events import (
    KEPT,
    Decided,
    Event,
    Happening,
    Head,
    Member,
    Merged,
    Received,
    Returned,
    Undone,
    merge_id,
)
from nianbao.history import histories, merges
from nianbao.merge import Summary
from nianbao.office.against import Against, load
from nianbao.office.documents import DATA, PROGRAM
from nianbao.office.files import digest
from nianbao.office.filing import Filing, chosen, filed
from nianbao.office.journal import Journal
from nianbao.office.material import Material
from nianbao.office.past_years import remembering
from nianbao.office.previous import Previous
from nianbao.office.results import results
from nianbao.office.rosters import OwnOptions
from nianbao.office.summarise import Own, Summarise, own_of, summed_up
from nianbao.provenance import Provenance
from nianbao.report import Report
from nianbao.standing import Submission


@dataclass(frozen=True)
class Made:
    """A summary, the bytes of its files by name, and the event that tells of it (None: no ledger).

    ``again`` says that it was made before from the same: the files are the same, byte for byte.
    """

    summary: Summary
    outputs: Mapping[str, bytes]
    filing: Filing
    event: Event | None = None
    again: bool = False


def make(request: Summarise, against: Against, journal: Journal) -> Made:
    """Look at what came in, merge what counts, and record the merge.

    Raises:
        NianbaoError: a path does not exist, the files leave the year open, the ledger cannot be
            used, or the year is closed.

    """
    below = remembering(against.below(), journal, request.year)
    filing = filed(request.inbox(below), below, journal)
    given = _Given(below, own_of(request, filing.year, below), filing.strangers, filing.year - 1)
    if not journal.kept:
        summary = summed_up(filing, below, given.own, provisional=request.provisional)
        return Made(summary, results(summary, below), filing)
    return _Making(given.normal(), filing, journal, provisional=request.provisional).made()


# --- what goes in -----------------------------------------------------------------------------

_ENCODER = msgspec.json.Encoder(order="deterministic")


def _encoded(value: Any) -> bytes:
    return _ENCODER.encode(value)


@dataclass(frozen=True)
class _Given:
    """What a merge is given besides the versions: as values, and as the contents kept of them."""

    against: Against
    own: Own
    strangers: tuple[Submission, ...]
    past: int
    """The year with which it is compared."""

    @property
    def contents(self) -> dict[str, bytes]:
        """What is kept, by the names of ``events.KEPT``."""
        against, own = self.against, self.own
        told: dict[str, Any] = {
            "previous": sorted(
                (one for one in against.previous.reports.values() if one.year == self.past),
                key=_by_unit,
            ),
            "published": own.published,
            "words": own.words,
            "others": list(self.strangers),
        }
        found = {name: _encoded(value) for name, value in told.items() if value}
        if against.options.text:
            found["local"] = against.options.text.encode()
        return found

    def normal(self) -> _Given:
        """Return what comes out of the contents: so the first merge and any later are the same."""
        return restored(self.contents, self.against, self.past)


def _by_unit(report: Report) -> tuple[str, int]:
    return report.unit.code, report.year


def restored(contents: Mapping[str, bytes], against: Against, past: int) -> _Given:
    """Return what the contents of a merge say; ``against`` has its roster."""

    def told(name: str, kind: Any) -> Any:
        return msgspec.json.decode(contents[name], type=kind) if name in contents else None

    reports = {_by_unit(one): one for one in told("previous", list[Report]) or ()}
    previous = Previous(reports, context=against.context).following(against.roster)
    options = OwnOptions(contents["local"].decode() if "local" in contents else "")
    own = Own(told("words", Report), told("published", Report))
    strangers = tuple(told("others", list[Submission]) or ())
    return _Given(replace(against, previous=previous, options=options), own, strangers, past)


# --- what comes out ---------------------------------------------------------------------------

_KNOWN = (Received, Returned, Decided, Undone)
"""The events of which a summary tells; the others come after it."""


def basis(events: Sequence[Event]) -> Head:
    """Return the last event that a summary knows, of the events of a year."""
    for event in reversed(events):
        if isinstance(event.what, _KNOWN):
            return Head(event.year, event.number, event.hash)
    return Head(events[0].year if events else 0)


@dataclass(frozen=True)
class _Making:
    """A merge under way."""

    given: _Given
    filing: Filing
    journal: Journal
    provisional: bool

    def made(self) -> Made:
        """Make the files, and record them where that has not been done."""
        before = merges(self.filing.events).get(self.id)
        if before is not None:
            return self.made_at(before.at, before)
        by = self.journal.by
        made = self.made_at(by.at)
        self._keep(made.outputs[DATA])
        what = self._event(made.outputs)
        done = self.journal.ledger.record(self.filing.year, lambda _: [what], by)
        return replace(made, event=done.events[0], again=False)

    def made_at(self, at: dt.datetime, event: Event | None = None) -> Made:
        """Return the summary and its files, made at a time."""
        summary = self.summary(at)
        outputs = results(summary, self.given.against)
        return Made(summary, outputs, self.filing, event, again=event is not None)

    def _keep(self, data: bytes) -> None:
        """Keep what went in, and what comes out for programs: next year asks for it."""
        for name, content in self.given.contents.items():
            self.journal.keep(content, digest(content), f"{name}.json")
        self.journal.keep(self._roster, digest(self._roster), self._roster_name)
        self.journal.keep(data, digest(data), DATA)

    @property
    def parts(self) -> dict[str, str]:
        """The hashes of what goes in besides versions and decisions."""
        kept = {name: digest(data) for name, data in self.given.contents.items()}
        edition = self.given.against.context.edition_for(self.filing.year)
        head = basis(self.filing.events)
        return {
            **kept,
            "roster": digest(self._roster),
            "edition": edition.digest,
            "events": f"{head.number} {head.hash}",
            "provisional": str(self.provisional),
            "year": f"{self.filing.year} {self.filing.sure}",
        }

    @property
    def members(self) -> tuple[Member, ...]:
        """The versions of the units: those that count, or of which it must be decided."""
        return tuple(Member(one.unit, one.sha256) for one in self.filing.submissions)

    @property
    def id(self) -> str:
        """The hash of all that the summary is a function of."""
        decisions = [one.hash for one in self.filing.decisions.events]
        return merge_id(self.members, self.parts, decisions, PROGRAM)

    def summary(self, at: dt.datetime) -> Summary:
        """Return the summary, made at a time."""
        filing, against = self.filing, self.given.against
        filing = replace(filing, strangers=self.given.strangers)
        summary = summed_up(filing, against, self.given.own, provisional=self.provisional)
        made = Provenance(
            at, PROGRAM, self.id, basis(filing.events), filing.decisions.events, filing.waived,
            {code: one for code, one in filing.histories.items() if code in against.units},
        )  # fmt: skip
        return replace(summary, made=made)

    def _event(self, outputs: Mapping[str, bytes]) -> Happening:
        return Merged(
            id=self.id,
            members=self.members,
            program=PROGRAM,
            decisions=tuple(one.hash for one in self.filing.decisions.events),
            parts=self.parts,
            outputs={name: digest(data) for name, data in outputs.items()},
            provisional=self.provisional,
        )

    @property
    def _roster(self) -> bytes:
        return self.given.against.roster_bytes

    @property
    def _roster_name(self) -> str:
        path = self.given.against.material.roster
        return path.name if path else "units.csv"


# --- made again -------------------------------------------------------------------------------


def again(event: Event, journal: Journal) -> Made:
    """Make the files of a recorded merge from the archive alone, nothing cached.

    Raises:
        NianbaoError: a content that it needs is not there any more, or not as it was.

    """
    what, contents = event.what, journal.contents
    if not isinstance(what, Merged) or contents is None:
        raise TypeError(event)
    kept = {name: contents.get(one) for name, one in what.parts.items() if name in KEPT}
    against = load(Material(contents.path(what.parts["roster"])), journal.context).below()
    given = restored(kept, against, event.year - 1)
    filing = chosen(_as_it_was(event, what, journal), given.against, journal.uncached())
    making = _Making(given, filing, journal, provisional=what.provisional)
    return making.made_at(event.at, event)


def _as_it_was(event: Event, what: Merged, journal: Journal) -> Filing:
    """Return what had been filed, as the events up to a merge say."""
    number = int(what.parts["events"].partition(" ")[0])
    whole = journal.events(event.year)
    events = tuple(one for one in whole if one.number <= number)
    known = (*journal.earlier(event.year), *whole)
    decisions = Decisions(tuple(one for one in known if one.hash in what.decisions))
    sure = what.parts["year"].endswith("True")
    told = histories(events, decisions, event.year)
    return Filing(event.year, sure, events, decisions, told)
