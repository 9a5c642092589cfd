"""The templates of a roster: one locked workbook for each unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nianbao.book.lock import PASSWORD
from nianbao.book.order import Order
from nianbao.check import listed
from nianbao.form import Edition
from nianbao.local import localised
from nianbao.office import files
from nianbao.office.against import Against
from nianbao.office.progress import Progress, told, unwatched
from nianbao.roster import RosterEntry
from nianbao.template.stamp import Stamps


@dataclass(frozen=True)
class Issue:
    """The workbooks of a year that are to lie in ``out``.

    ``macro`` gives a workbook the button; ``deadline`` is a day as sheets show it, "" for the day
    the law sets; ``resume`` leaves those that are there.
    """

    year: int
    out: Path
    macro: Callable[[bytes], bytes] | None = None
    password: str = PASSWORD
    deadline: str = ""
    resume: bool = False
    force: bool = False


@dataclass(frozen=True)
class Issued:
    """How many workbooks were written and left; what of last year was not used, and why."""

    written: int
    left: int
    notes: tuple[str, ...]


def issue(request: Issue, against: Against, progress: Progress = unwatched) -> Issued:
    """Write a workbook for each unit below, one by one: the memory of one is needed.

    Raises:
        NianbaoError: no edition covers the year, or a workbook exists or cannot be written.

    """
    context = against.context
    edition = localised(context.edition_for(request.year), against.options.text, context.common)
    entries = against.roster.below if against.roster else ()
    paths = _paths(request, entries)
    due = [one for one in entries if not (request.resume and paths[one.unit.code].exists())]
    wanted = (paths[one.unit.code] for one in due)
    files.refuse_existing(wanted, context.common, force=request.force)
    stamps = Stamps(request.macro)
    for entry in told(due, progress):
        data = stamps.workbook(_order(entry, request, against, edition))
        files.write_whole(paths[entry.unit.code], data, context.common, force=request.force)
    notes = (*against.previous.notes, *_unused(due, against, request.year))
    return Issued(len(due), len(entries) - len(due), notes)


def _paths(request: Issue, entries: Sequence[RosterEntry]) -> Mapping[str, Path]:
    suffix = ".xlsm" if request.macro else ".xlsx"
    names = files.distinct_names({one.unit.code: one.unit.name for one in entries})
    return {code: request.out / f"{name}{suffix}" for code, name in names.items()}


def _order(entry: RosterEntry, request: Issue, against: Against, edition: Edition) -> Order:
    return Order(
        edition,
        against.context.common,
        entry.unit,
        request.year,
        previous=against.previous.of(entry.unit, request.year),
        register=entry.register,
        password=request.password,
        deadline=request.deadline,
    )


def _unused(entries: Sequence[RosterEntry], against: Against, year: int) -> Iterator[str]:
    """Yield which figures of last year were not filled in, and which are those of predecessors."""
    last = [(one.unit, against.previous.past(one.unit, year)) for one in entries]
    names = [unit.name for unit, past in last if past.report and past.report.provisional]
    if names:
        yield against.context.catalogue.fault("previous-provisional", names=listed(names))
    for unit, past in last:
        if past.finding is not None:
            yield f"“{unit.name}”：{past.finding.message}。"
