"""The summary of a roster's units: for reading, for programs, for sending up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from nianbao.changes import Changes, Years, changes
from nianbao.check import Beside
from nianbao.errors import Finding
from nianbao.form import Severity
from nianbao.merge import Summary, Task, merge, to_write
from nianbao.office import intake
from nianbao.office.against import Against
from nianbao.office.documents import UPWARD
from nianbao.office.engine import opened
from nianbao.office.filing import Filing, Inbox, filed
from nianbao.office.journal import Journal
from nianbao.office.past_years import remembering
from nianbao.office.report_file import load_report
from nianbao.reading.read import Reading
from nianbao.report import Report, Unit
from nianbao.standing import Submission


@dataclass(frozen=True)
class Summarise:
    """What is to be summed up: files, folders and archives of a year (that of most files).

    ``out`` is the folder of the results: no input, but for the text of an earlier 上报.xlsx.
    ``provisional`` counts units with errors; ``published`` is the report to compare with.
    """

    paths: tuple[Path, ...]
    year: int | None = None
    out: Path | None = None
    provisional: bool = False
    published: Path | None = None

    def inbox(self, against: Against) -> Inbox:
        """Return where to look, without what is no input though it may lie among it."""
        own = [path for path in (self.out, self.published) if path is not None]
        return Inbox(self.paths, self.year, (*against.material.paths, *own))


@dataclass(frozen=True)
class Own:
    """What the unit above has itself: its text and people, its report as published."""

    words: Report | None = None
    published: Report | None = None


def own_of(request: Summarise, year: int, against: Against) -> Own:
    """Return what the unit above has itself for a year.

    Raises:
        NianbaoError: the published report cannot be read.

    """
    if against.roster is None:
        raise against.context.common.refuse("summary-roster")
    words = None
    if request.out is not None:
        words = _words(_written(request.out / UPWARD, against.roster.above, year, against))
    published = load_report(request.published, against.context) if request.published else None
    return Own(words, published)


def _words(report: Report | None) -> Report | None:
    """Return what is kept of an earlier summary: what people wrote; None where they did not."""
    if report is None:
        return None
    narrative, contact = (
        {key: text for key, text in said.items() if text}
        for said in (report.narrative, report.contact)
    )
    if not (narrative or contact or report.explanations):
        return None
    return Report(
        report.edition, report.year, report.unit, narrative=narrative, contact=contact,
        explanations=report.explanations,
    )  # fmt: skip


def summarise(request: Summarise, against: Against, journal: Journal) -> Summary:
    """Look at what came in, record it, and merge what counts.

    Raises:
        NianbaoError: a path does not exist, the files leave the year open, or the ledger cannot
            be used.

    """
    below = remembering(against.below(), journal, request.year)
    filing = filed(request.inbox(against), below, journal)
    own = own_of(request, filing.year, below)
    return summed_up(filing, below, own, provisional=request.provisional)


def summed_up(
    filing: Filing,
    against: Against,
    own: Own,
    *,
    provisional: bool,
    known: tuple[Finding, ...] | None = None,
) -> Summary:
    """Merge what was filed: a function of its arguments, whose ``against`` are the units below.

    ``known`` is as for ``merge.Task``.
    """
    task = replace(_task(filing, against, own, provisional=provisional), known=known)
    spoken = {one.unit for one in filing.submissions}
    theirs: list[Submission] = []
    others: list[Submission] = []
    for one in filing.strangers:
        late = one.report is not None and one.report.unit.code in spoken
        (others if late else theirs).append(one)
    catalogue = against.context.catalogue
    summary = merge(task, [*filing.submissions, *theirs], catalogue)
    unsure = [] if filing.sure else [catalogue["A09"].finding(actual=filing.year)]
    doubtful = against.roster.findings if against.roster else ()
    return replace(
        summary,
        strangers=(*summary.strangers, *others),
        findings=(*summary.findings, *doubtful, *unsure),
        changes=_changes(summary, against) if known is None else Changes(),
    )


def _changes(summary: Summary, against: Against) -> Changes:
    """Return what changed from last year, with the units that changed it."""
    previous, year = against.previous, summary.report.year
    units = [
        Years(one.unit, one.counted, previous.any(one.unit, year)) for one in summary.standings
    ]
    above = summary.report.unit
    return changes(Years(above, summary.report, previous.any(above, year)), units, summary.edition)


def _task(filing: Filing, against: Against, own: Own, *, provisional: bool) -> Task:
    if against.roster is None:
        raise against.context.common.refuse("summary-roster")
    above, year = against.roster.above, filing.year
    before = against.previous.past(above, year)
    return Task(
        above,
        tuple(against.units.values()),
        year,
        against.context.edition_for(year),
        provisional,
        Beside(before.report, lineage=before.finding),
        own.published,
        own.words,
        filing.histories,
    )


def _written(path: Path, unit: Unit, year: int, against: Against) -> Report | None:
    """Return what stands in an earlier 上报.xlsx of the unit and year: its text is not lost."""
    if not path.exists():
        return None
    inbox = intake.entries([path], against.context.catalogue)
    for came in opened(inbox, against.context, bounds=against.bounds):
        report = came.content.report if isinstance(came.content, Reading) else None
        if report is not None and (report.unit.code, report.year) == (unit.code, year):
            return report
    return None


# --- what it comes to ----------------------------------------------------------------------------


def clean(summary: Summary) -> bool:
    """Return whether everything is in, and nothing to be mended."""
    fine = all(one.status == "ok" for one in summary.standings)
    serious = [f for f in summary.findings if f.severity is not Severity.NOTE]
    return fine and not serious and not summary.strangers


def unwritten(summary: Summary, against: Against) -> Finding | None:
    """Return that 上报.xlsx has no text yet; None where it has."""
    told = to_write(summary.edition, against.context.catalogue)
    return told if told in summary.findings else None
