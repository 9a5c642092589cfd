"""Two versions of a unit's report, read out of the archive and compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from nianbao.compared import Change, Difference, Side, compare
from nianbao.errors import NianbaoError
from nianbao.events import Event, Returned, of_kind
from nianbao.form import Edition, Severity
from nianbao.history import History, histories
from nianbao.local import localised
from nianbao.office import dates
from nianbao.office.against import Against
from nianbao.office.arrival import Gate
from nianbao.office.documents import PROGRAM, of_finding
from nianbao.office.filing import Filing, archived, chosen
from nianbao.office.journal import Journal
from nianbao.office.past_years import remembering
from nianbao.office.receive import arrivals
from nianbao.registry.meant import Pairing, unit_meant
from nianbao.report import Report, Unit
from nianbao.roster import RosterEntry
from nianbao.standing import Submission
from nianbao.versions import Version, described
from nianbao.words import Common


@dataclass(frozen=True)
class Diff:
    """What is to be compared: a unit by code or name, two versions by how their hash begins.

    Without them: the one that counts, or the newest of those that may, and the one before it.
    """

    unit: str
    year: int | None = None
    older: str | None = None
    newer: str | None = None


State = Literal["counted", "rival", "excluded", "unreadable", "older"]


@dataclass(frozen=True)
class Shown:
    """A version, what is made of it, and what it says."""

    version: Version
    state: State
    submission: Submission

    @property
    def side(self) -> Side:
        """It as one side of a comparison."""
        return Side(self.submission.report, self.submission.findings)


@dataclass(frozen=True)
class Compared:
    """Two versions and how they differ; ``returned`` is when the older one was last sent back."""

    unit: Unit
    year: int
    older: Shown
    newer: Shown
    difference: Difference
    returned: Event | None
    notes: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing changed unasked, and nothing is to be mended any more."""
        found = self.difference
        mend = [one for one in (*found.left, *found.new) if one.severity is not Severity.NOTE]
        return not found.unasked and not mend


def compared(request: Diff, against: Against, journal: Journal) -> Compared:
    """Compare two versions of a unit's report; records nothing.

    Raises:
        NianbaoError: the ledger knows no such unit, year or version, the archive has not what it
            should have, or there is nothing to compare.

    """
    year = journal.year(request.year)
    below = remembering(against.below(), journal, year)
    events = journal.events(year)
    decisions = journal.decisions(year, events, dates.today())
    filing = Filing(year, True, events, decisions, histories(events, decisions, year))  # noqa: FBT003
    return _Comparing(filing, below, journal).made(request)


@dataclass(frozen=True)
class _Comparing:
    """A comparison under way."""

    filing: Filing
    against: Against
    journal: Journal

    @property
    def common(self) -> Common:
        return self.against.context.common

    def made(self, request: Diff) -> Compared:
        code = unit_meant(request.unit, self.against.units, self.filing.histories, self.common)
        history = self.filing.histories.get(code)
        known = self.against.units.get(code)
        name = known.name if known else code
        if history is None:
            raise self.common.refuse("diff-nothing", name=name, year=self.filing.year)
        history = self._settled(history)
        pair = Pairing(history, name, self.filing.year, self.common).of(
            request.older, request.newer
        )
        older, newer = (self._shown(one, history) for one in pair)
        said = newer.submission.report or older.submission.report
        unit = known or (said.unit if said else Unit(code, code, ""))
        returned = _returned(pair[0], self.filing.events)
        found, notes = self._difference(older, newer, returned)
        return Compared(unit, self.filing.year, older, newer, found, returned, tuple(notes))

    def _settled(self, history: History) -> History:
        """Return the history, of whose rivals one counts where all are read to say the same."""
        if not history.rivals:
            return history
        filing = replace(self.filing, histories={history.unit: history})
        against = self._with(history.unit, history.rivals[-1])
        return chosen(filing, against, self.journal).histories[history.unit]

    def _shown(self, version: Version, history: History) -> Shown:
        contents = self.journal.contents
        try:
            if contents is not None:
                contents.get(version.sha256)
        except NianbaoError as error:
            raise self.common.refuse("diff-lost", known=described(version), why=error) from error
        single = History(history.unit, (version,), version)
        filing = replace(self.filing, histories={history.unit: single})
        against = self._with(history.unit, version)
        (submission,) = chosen(filing, against, self.journal).submissions
        return Shown(version, state(version, history), submission)

    def _with(self, code: str, version: Version) -> Against:
        """Return what it is checked against; who is not on the roster is who it says it is."""
        if code in self.against.entries:
            return self.against
        files = archived(version, self.journal, Gate(self.common.catalogue))
        came = next(arrivals(files, self.against, self.journal), None)
        report = came.submission.report if came else None
        unit = report.unit if report and report.unit.code == code else Unit(code, code, "")
        entries = {**self.against.entries, code: RosterEntry(unit, 0)}
        return replace(self.against, entries=entries)

    def _difference(
        self, older: Shown, newer: Shown, returned: Event | None
    ) -> tuple[Difference, list[str]]:
        """Return how two versions differ, as far as that can be told, and what limits it."""
        asked = returned.what.asked if returned and isinstance(returned.what, Returned) else None
        known = [self._edition(one.submission.report) for one in (older, newer)]
        now = known[1] or known[0] or self.against.context.edition_for(self.filing.year)
        found = compare(older.side, newer.side, now, asked)
        notes = [self._asked(returned)]
        if known[1] is None:
            notes.append(self.common.fault("diff-newer-unread"))
        elif known[0] is None:
            notes.append(self.common.fault("diff-older-unread"))
        elif known[0].id != known[1].id:
            both = {"older": known[0].id, "newer": known[1].id}
            notes.append(self.common.fault("diff-editions", **both))
            found = _within(found, known[0])
        return found, notes

    def _asked(self, returned: Event | None) -> str:
        if returned is None or not isinstance(returned.what, Returned):
            return self.common.fault("diff-not-asked")
        at, count = returned.at, len(returned.what.asked)
        return self.common.fault("diff-asked", month=at.month, day=at.day, count=count)

    def _edition(self, report: Report | None) -> Edition | None:
        if report is None:
            return None
        edition = self.against.context.editions[report.edition]
        return localised(edition, self.against.options.text, self.common)


def _within(found: Difference, edition: Edition) -> Difference:
    """Return a difference without what an edition has not."""
    known = {*edition.typed, *edition.text_keys}

    def kept(changes: Iterable[Change]) -> tuple[Change, ...]:
        return tuple(one for one in changes if one.key in known)

    return replace(found, figures=kept(found.figures), texts=kept(found.texts))


def _returned(version: Version, events: Iterable[Event]) -> Event | None:
    """Return when a version was last sent back."""
    found = None
    for event, what in of_kind(events, Returned):
        found = event if what.of == version.sha256 else found
    return found


def state(version: Version, history: History) -> State:
    """Return what is made of a version."""
    if history.counted is not None and version.sha256 == history.counted.sha256:
        return "counted"
    if version.sha256 in {one.sha256 for one, _ in history.excluded}:
        return "excluded"
    if not version.facts.readable:
        return "unreadable"
    return "rival" if version in history.rivals else "older"


# --- as a document ----------------------------------------------------------------------------


def of_compared(found: Compared) -> dict[str, Any]:
    """Return a comparison in the shape of ``diff --json``."""
    changes = found.difference
    returned = found.returned.what if found.returned else None
    asked = returned.asked if isinstance(returned, Returned) else None
    return {
        "program": PROGRAM,
        "year": found.year,
        "unit": found.unit.document(),
        "from": _version(found.older),
        "to": _version(found.newer),
        "asked": None if asked is None else [{"rule": a.rule, "field": a.field} for a in asked],
        "notes": list(found.notes),
        "unasked": len(changes.unasked),
        "figures": list(map(_change, changes.figures)),
        "texts": list(map(_change, changes.texts)),
        "cleared": list(map(of_finding, changes.cleared)),
        "left": list(map(of_finding, changes.left)),
        "new": list(map(of_finding, changes.new)),
    }


def _version(shown: Shown) -> Mapping[str, Any]:
    version, facts = shown.version, shown.version.facts
    report = shown.submission.report
    return {
        "sha256": version.sha256,
        "files": list(version.files),
        "received": version.first.at.isoformat(),
        "saved": facts.saved.isoformat() if facts.saved else None,
        "dated": facts.dated.isoformat() if facts.dated else None,
        "state": shown.state,
        "status": shown.submission.status,
        "edition": report.edition if report else None,
    }


def _change(one: Change) -> Mapping[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "before": one.before,
        "after": one.after,
        "asked": one.asked,
    }
