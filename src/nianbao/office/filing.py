"""What was filed for a year: what lies in the folders and what the ledger knows, as one."""

from __future__ import annotations

import collections
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nianbao.context import Context
from nianbao.decisions import Decisions
from nianbao.errors import NianbaoError
from nianbao.events import Event, Head, Received
from nianbao.history import History, histories, new_receipts
from nianbao.office import dates, intake
from nianbao.office.against import Against
from nianbao.office.arrival import Found, Gate, InboxFile, sorted_out
from nianbao.office.collect import identified
from nianbao.office.journal import Journal
from nianbao.office.progress import Progress, counted, unwatched
from nianbao.office.receive import Arrived, arrivals, of_unit, receipt
from nianbao.provenance import Waived
from nianbao.report import Report
from nianbao.standing import Submission
from nianbao.versions import Version


@dataclass(frozen=True)
class Inbox:
    """Where to look for what came in: files, folders and archives, and for which year.

    ``apart`` is no input, though it may lie among the paths. ``year`` is that of most files where
    none is given.
    """

    paths: tuple[Path, ...] = ()
    year: int | None = None
    apart: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Filing:
    """What was filed for a year, as far as a moment.

    ``submissions`` are those of units: what counts, or of which it must be decided which counts;
    ``strangers`` are files of no unit of the roster. ``sure`` says that the year is told by files
    or by who asked.
    """

    year: int
    sure: bool
    events: tuple[Event, ...]
    decisions: Decisions
    histories: Mapping[str, History]
    submissions: tuple[Submission, ...] = ()
    strangers: tuple[Submission, ...] = ()
    waived: tuple[Waived, ...] = ()
    absent: tuple[str, ...] = ()
    """The names of counted files that lie in no folder any more: they are in the archive."""


def filed(
    request: Inbox, against: Against, journal: Journal, progress: Progress = unwatched
) -> Filing:
    """Look at everything that came in, record what is new, and tell what was filed.

    Raises:
        NianbaoError: a path does not exist, the files leave the year open, or the ledger cannot
            be used.

    """
    common = against.context.common
    paths = intake.existing(journal.inputs(request.paths), common)
    found = intake.entries(paths, common.catalogue, (*request.apart, *journal.paths))
    light = (one.light for one in arrivals(found, against, journal))
    came = list(counted(light, intake.about(paths), progress))
    return of_arrivals(came, request.year, against, journal)


def of_arrivals(
    came: Sequence[Arrived], year: int | None, against: Against, journal: Journal
) -> Filing:
    """Record what is new of what came in, and tell what was filed; see ``filed``."""
    told = year or _one(majority(came), against.context)
    own = told or dates.collected()
    receipts = (receipt(one, of_unit(one, own, against)) for one in came)
    events = recorded(journal, own, [one for one in receipts if one is not None])
    decisions = journal.decisions(own, events, dates.today())
    filing = Filing(own, told is not None, events, decisions, histories(events, decisions, own))
    return chosen(filing, against, journal, came)


def chosen(
    filing: Filing, against: Against, journal: Journal, came: Sequence[Arrived] = ()
) -> Filing:
    """Return the filing with the submissions of its versions, read from what came or was kept."""
    return _Chosen(filing, against, journal, came).told()


def recorded(journal: Journal, year: int, receipts: Iterable[Received]) -> tuple[Event, ...]:
    """Record what is new of what came in; return the events of the year."""
    came = list(receipts)
    before = journal.events(year)
    done = journal.ledger.record(year, lambda known: new_receipts(known, came), journal.by, before)
    journal.notes = (*journal.notes, *done.notes)
    if not done.events:
        return before
    last = Head(year, done.events[0].number - 1, done.events[0].previous)
    behind = before[-1].number if before else 0
    return (*before, *done.events) if last.number == behind else journal.events(year)


def majority(came: Iterable[Arrived]) -> tuple[int, ...]:
    """Return the year that most of the readable files are of, or those that are as frequent."""
    reports = (one.submission.report for one in came)
    years = collections.Counter(report.year for report in reports if report is not None)
    most = max(years.values(), default=0)
    return tuple(year for year, count in years.items() if count == most)


def _one(years: Sequence[int], context: Context) -> int | None:
    """Return the year; None where there is none."""
    if len(years) > 1:
        raise context.common.refuse("summary-years", one=years[0], other=years[1])
    return years[0] if years else None


# --- which of them counts ---------------------------------------------------------------------


@dataclass
class _Chosen:
    """The choice among what came in, for each unit of the roster."""

    filing: Filing
    against: Against
    journal: Journal
    came: Sequence[Arrived]
    waived: list[Waived] = field(default_factory=list)

    def told(self) -> Filing:
        """Return the filing with its submissions."""
        by_content: dict[str, list[Arrived]] = {}
        for one in self.came:
            by_content.setdefault(one.submission.sha256, []).append(one)
        of_units = self.filing.histories
        candidates = [one for unit in self.against.units for one in speaking(of_units.get(unit))]
        absent = [one for one in candidates if one.sha256 not in by_content]
        for one in self._from_archive(absent):
            by_content.setdefault(one.submission.sha256, []).append(one)
        reports = {digest: came[0].submission.report for digest, came in by_content.items()}
        self.filing = replace(self.filing, histories=settled(of_units, reports))
        submissions = tuple(
            self._submission(unit, version, by_content.get(version.sha256, ()))
            for unit in self.against.units
            for version in speaking(self.filing.histories.get(unit))
        )
        return replace(
            self.filing,
            submissions=submissions,
            strangers=tuple(self._strangers()),
            waived=tuple(self.waived),
            absent=tuple(dict.fromkeys(one.files[-1] for one in absent)),
        )

    def _submission(self, unit: str, version: Version, came: Sequence[Arrived]) -> Submission:
        """Return what a version says, under the name under which it came last."""
        if not came:  # neither in a folder nor, whole, in the archive
            contents = self.journal.contents
            lost = tuple(contents.faults([version.sha256])) if contents else ()
            return Submission(version.files[-1], version.sha256, lost, unit=unit)
        named = [one for one in came if one.submission.file == version.files[-1]]
        arrived = (named or came)[0]
        filed = arrived.filed
        renamed = replace(filed.submission, file=version.files[-1], unit=unit)
        own = replace(filed, submission=self._corrected(renamed, version))
        whole = identified(own, self.filing.year, self.against).submission
        judged = self.filing.decisions.settle(unit, whole.findings)
        known = self.against.units[unit]
        self.waived += [Waived(known, finding, event) for finding, event in judged.waived]
        return replace(whole, findings=judged.findings)

    def _corrected(self, submission: Submission, version: Version) -> Submission:
        """Return a file as of the unit that it was decided to be of: whose it is, is settled."""
        code, report = self.filing.decisions.corrected(version.sha256), submission.report
        unit = self.against.units.get(code or "")
        if unit is None or report is None:
            return submission
        left = tuple(one for one in submission.findings if one.rule not in IDENTITY)
        return replace(submission, report=replace(report, unit=unit), findings=left)

    def _strangers(self) -> Iterator[Submission]:
        """Yield what is of no unit: of another year, not on the roster, no form at all."""
        ours = {
            version.sha256
            for unit in self.against.units
            for version in _versions(self.filing.histories.get(unit))
        }
        for one in self.came:
            if one.submission.sha256 in ours and one.submission.sha256:
                continue
            if self.filing.decisions.excluded(one.submission.sha256):
                continue
            yield identified(one.filed, self.filing.year, self.against).submission

    def _from_archive(self, versions: Iterable[Version]) -> Iterator[Arrived]:
        catalogue = self.against.context.catalogue
        files = (
            file
            for version in versions
            for file in archived(version, self.journal, Gate(catalogue))
        )
        yield from arrivals(files, self.against, self.journal)


IDENTITY = frozenset({"C09", "C11", "N15"})
"""The rules by which a file is not the unit's that it says: a decision overrules them."""


def speaking(history: History | None) -> tuple[Version, ...]:
    """Return the versions that speak for a unit: the one that counts, else all that may."""
    if history is None:
        return ()
    if history.counted is not None:
        return (history.counted,)
    return history.rivals or history.broken


def settled(
    of_units: Mapping[str, History], reports: Mapping[str, Report | None]
) -> dict[str, History]:
    """Return the histories; where all rivals say the same, by their reports, one of them counts."""
    return {
        unit: history.agreed() if _alike(history.rivals, reports) else history
        for unit, history in of_units.items()
    }


def _alike(versions: Sequence[Version], reports: Mapping[str, Report | None]) -> bool:
    said = [reports.get(one.sha256) for one in versions]
    return bool(said) and said[0] is not None and all(one == said[0] for one in said)


def _versions(history: History | None) -> tuple[Version, ...]:
    return history.versions if history else ()


def archived(version: Version, journal: Journal, gate: Gate) -> Iterator[InboxFile]:
    """Yield the file of a version out of the archive, as it would have come in; none if lost."""
    if journal.contents is None:
        return
    try:
        data = journal.contents.get(version.sha256)
    except NianbaoError:
        return
    found = Found(version.files[-1], lambda: io.BytesIO(data), lambda: data, lambda: iter(()), gate)
    yield from sorted_out(found)
