"""The summary of a roster's units: for reading, for programs, for sending up."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nianbao.book.order import Order
from nianbao.check import Beside
from nianbao.errors import Finding
from nianbao.form import Severity
from nianbao.merge import Summary, Task, merge, to_write
from nianbao.office import dates, files, intake
from nianbao.office.against import Against
from nianbao.office.collect import Filed, collect, identified
from nianbao.office.documents import of_summary, to_bytes, with_gaps
from nianbao.office.engine import opened
from nianbao.office.fill import load_report
from nianbao.publish.board import board
from nianbao.publish.summary import summary_workbook
from nianbao.reading.read import Reading
from nianbao.report import Report, Unit
from nianbao.template.workbook import workbook
from nianbao.words import Common


BOOK, DATA, BOARD, UPWARD = "汇总.xlsx", "汇总.json", "看板.html", "上报.xlsx"


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

    def apart(self, against: Against) -> list[Path]:
        """Return what is no input, though it may lie among them."""
        own = [path for path in (self.out, self.published) if path is not None]
        return [*against.material.paths, *own]


def summarise(request: Summarise, against: Against) -> Summary:
    """Collect, check and merge.

    Raises:
        NianbaoError: a path does not exist, or the files leave the year open.

    """
    came = collect(request.paths, against.below(), request.apart(against))
    return summed_up(came, request, against)


def summed_up(came: Iterable[Filed], request: Summarise, against: Against) -> Summary:
    """Merge what was collected; see ``summarise``."""
    below, context = against.below(), against.context
    filed = list(came)
    year = request.year or majority(filed, below.context.common)
    task = _task(request, below, year or dates.collected())
    submissions = [identified(one, task.year, below).submission for one in filed]
    summary = merge(task, submissions, context.catalogue)
    unsure = [] if year else [context.catalogue["A09"].finding(actual=task.year)]
    doubtful = against.roster.findings if against.roster else ()
    return replace(summary, findings=(*summary.findings, *doubtful, *unsure))


def _task(request: Summarise, against: Against, year: int) -> Task:
    if against.roster is None:
        raise against.context.common.refuse("summary-roster")
    above, context = against.roster.above, against.context
    return Task(
        above,
        tuple(against.units.values()),
        year,
        context.edition_for(year),
        request.provisional,
        Beside(against.previous.any(above, year)),
        load_report(request.published, context) if request.published else None,
        _written(request.out / UPWARD, above, year, against) if request.out else None,
    )


def majority(filed: Sequence[Filed], common: Common) -> int | None:
    """Return the year that most of the readable files are of; None where there are none.

    Raises:
        NianbaoError: two years are equally frequent.

    """
    years = collections.Counter(
        one.submission.report.year for one in filed if one.submission.report is not None
    )
    first = years.most_common(2)
    if len(first) == 2 and first[0][1] == first[1][1]:
        raise common.refuse("summary-years", one=first[0][0], other=first[1][0])
    return first[0][0] if first else None


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


# --- what is made of it -----------------------------------------------------------------------


def refuse_existing(out: Path, common: Common, *, force: bool) -> None:
    """Refuse to overwrite an earlier summary.

    Raises:
        NianbaoError: a file exists and ``force`` is not given.

    """
    files.refuse_existing([out / name for name in OUTPUTS], common, force=force)


def results(summary: Summary, against: Against) -> dict[str, bytes]:
    """Return the files of a summary by name."""
    return {name: make(summary, against) for name, make in OUTPUTS.items()}


def upward(summary: Summary, against: Against) -> bytes:
    """Return the summary as a standard workbook one level up, with the text written so far."""
    report, common = summary.report, against.context.common
    before = against.previous.of(report.unit, report.year) if summary.complete else None
    own = with_gaps(summary, against.context)
    return workbook(Order(summary.edition, common, report.unit, report.year, own, before))


OUTPUTS: Mapping[str, Callable[[Summary, Against], bytes]] = {
    BOOK: lambda summary, against: summary_workbook(summary, against.context.common),
    DATA: lambda summary, against: to_bytes(of_summary(summary, against.context)),
    BOARD: lambda summary, against: board(summary, against.context.common),
    UPWARD: upward,
}
"""What is made of a summary: the name of a file, and who makes it."""


def clean(summary: Summary) -> bool:
    """Return whether everything is in, and nothing to be mended."""
    fine = all(one.status == "ok" for one in summary.standings)
    serious = [f for f in summary.findings if f.severity is not Severity.NOTE]
    return fine and not serious and not summary.strangers


def unwritten(summary: Summary, against: Against) -> Finding | None:
    """Return that 上报.xlsx has no text yet; None where it has."""
    told = to_write(summary.edition, against.context.catalogue)
    return told if told in summary.findings else None
