"""Last year's reports, from whatever the officer has of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nianbao.context import Context
from nianbao.errors import FileProblem, Finding
from nianbao.lineage import Origin, Past, Units, origins, past
from nianbao.office import held, intake
from nianbao.office.arrival import LIMITS
from nianbao.office.engine import BOUNDS, Bounds, OpenedFile, opened
from nianbao.reading.read import Reading
from nianbao.report import Report, Unit, from_document
from nianbao.roster import Roster
from nianbao.validate import structure


LARGEST = 1_000_000_000
"""Bytes of a document that the officer names as last year's."""


@dataclass(frozen=True)
class Previous:
    """Reports of earlier years by unit code; ``notes`` say which files could not be used.

    ``units`` are those of the roster with what it says they came from. ``mark`` is another one
    where the reports are others; "" where there are none.
    """

    reports: Mapping[tuple[str, int], Report] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    context: Context | None = None
    units: Units = field(default_factory=dict)
    mark: str = ""
    _known: dict[int, tuple[Mapping[str, Report], Mapping[str, Origin]]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def following(self, roster: Roster | None) -> Previous:
        """Return the same, where units came from others as the roster says."""
        entries = roster.units if roster else ()
        units = {one.unit.code: (one.unit, one.predecessors) for one in entries}
        return replace(self, units=units)

    def past(self, unit: Unit, year: int) -> Past:
        """Return the unit's figures of the year before ``year``, of its predecessors if need be."""
        if self.context is None:
            return Past()
        last, came = self._year(year - 1)
        origin = came.get(unit.code, Origin((unit.code,)))
        return past(unit, origin, last, self.context.editions, self.context.catalogue)

    def any(self, unit: Unit, year: int) -> Report | None:
        """Return the report of ``past``; None where there is none."""
        return self.past(unit, year).report

    def of(self, unit: Unit, year: int) -> Report | None:
        """Return the same, to be compared with: none that is provisional."""
        last = self.any(unit, year)
        return None if last is None or last.provisional else last

    def _year(self, year: int) -> tuple[Mapping[str, Report], Mapping[str, Origin]]:
        if year not in self._known:
            last = {code: one for (code, when), one in self.reports.items() if when == year}
            self._known[year] = last, origins(self.units, last)
        return self._known[year]


def load_previous(
    path: Path | None, context: Context, password: str | None = None, bounds: Bounds = BOUNDS
) -> Previous:
    """Read a report document, a workbook, a 汇总.json, or a folder or zip of them.

    Raises:
        NianbaoError: the path does not exist, or nothing in it is a report.

    """
    if path is None:
        return Previous(context=context)
    if not path.exists():
        raise context.common.refuse("previous-missing", path=path)
    found: dict[tuple[str, int], Report] = {}
    notes, marks = [], []
    inbox = intake.entries([path], context.catalogue, limits=replace(LIMITS, document=LARGEST))
    for came in opened(inbox, context, password, bounds):
        marks.append(came.sha256)
        try:
            for report in _reports(came, context):
                found[report.unit.code, report.year] = report
        except FileProblem as problem:
            why = problem.finding.message
            notes.append(context.common.fault("previous-unused", name=came.name, why=why))
    if not found:
        why = "；".join(notes[:3]) or context.common.fault("previous-nothing")
        raise context.common.refuse("previous-useless", path=path, why=why)
    return Previous(found, tuple(notes), context, mark=" ".join(marks))


def _reports(came: OpenedFile, context: Context) -> Iterable[Report]:
    match came.content:
        case Finding():
            raise FileProblem(came.content)
        case Reading():
            return [came.content.report]
        case data:
            return reports_of(data, context)


def reports_of(data: bytes, context: Context) -> list[Report]:
    """Return the reports of a document: itself, or those that a 汇总.json holds.

    Raises:
        FileProblem: it is no document that can be used.

    """
    return [_report(one, context) for one in held.documents(data, context.catalogue)]


def _report(document: Mapping[str, Any], context: Context) -> Report:
    edition = context.editions.get(str(document.get("edition")))
    if edition is None:
        why = context.catalogue.fault("document-no-edition")
        raise FileProblem(context.catalogue["F06"].finding(why=why))
    for finding in structure(dict(document), edition, context.common):
        raise FileProblem(finding)
    return from_document(document)
