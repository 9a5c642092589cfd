"""Last year's reports, from whatever the officer has of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nianbao.context import Context
from nianbao.errors import FileProblem, Finding
from nianbao.office import intake
from nianbao.office.engine import BOUNDS, Bounds, OpenedFile, opened
from nianbao.reading.read import Reading
from nianbao.report import Report, Unit, from_document
from nianbao.validate import load_document, structure


@dataclass(frozen=True)
class Previous:
    """Reports of earlier years by unit code; ``notes`` say which files could not be used."""

    reports: Mapping[tuple[str, int], Report] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def any(self, unit: Unit, year: int) -> Report | None:
        """Return the unit's report of the year before ``year``; None where there is none."""
        return self.reports.get((unit.code, year - 1))

    def of(self, unit: Unit, year: int) -> Report | None:
        """Return the same, to be compared with: none that is provisional."""
        last = self.any(unit, year)
        return None if last is None or last.provisional else last


def load_previous(
    path: Path | None, context: Context, password: str | None = None, bounds: Bounds = BOUNDS
) -> Previous:
    """Read a report document, a workbook, a 汇总.json, or a folder or zip of them.

    Raises:
        NianbaoError: the path does not exist, or nothing in it is a report.

    """
    if path is None:
        return Previous()
    if not path.exists():
        raise context.common.refuse("previous-missing", path=path)
    found: dict[tuple[str, int], Report] = {}
    notes = []
    for came in opened(intake.entries([path], context.catalogue), context, password, bounds):
        try:
            for report in _reports(came, context):
                found[report.unit.code, report.year] = report
        except FileProblem as problem:
            why = problem.finding.message
            notes.append(context.common.fault("previous-unused", name=came.name, why=why))
    if not found:
        why = "；".join(notes[:3]) or context.common.fault("previous-nothing")
        raise context.common.refuse("previous-useless", path=path, why=why)
    return Previous(found, tuple(notes))


def _reports(came: OpenedFile, context: Context) -> Iterable[Report]:
    match came.content:
        case Finding():
            raise FileProblem(came.content)
        case Reading():
            return [came.content.report]
        case data:
            document = load_document(data, context.catalogue)
            return [_report(one, context) for one in _documents(document)]


def _report(document: Mapping[str, Any], context: Context) -> Report:
    edition = context.editions.get(str(document.get("edition")))
    if edition is None:
        why = context.catalogue.fault("document-no-edition")
        raise FileProblem(context.catalogue["F06"].finding(why=why))
    for finding in structure(dict(document), edition, context.common):
        raise FileProblem(finding)
    return from_document(document)


def _documents(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Yield a report document itself, or those a 汇总.json holds: the summary's and the units'."""
    if "units" not in document:
        yield document
        return
    units = document["units"]
    held = (
        [one.get("report") for one in units if isinstance(one, dict)]
        if isinstance(units, list)
        else []
    )
    yield from (one for one in (summed(document), *held) if isinstance(one, dict))


def summed(document: Mapping[str, Any]) -> Any:
    """Return the report that a 汇总.json holds; a provisional one names who is missing."""
    report = document.get("report")
    if isinstance(report, dict) and report.get("complete") is False:
        return {"gaps": [], **report}
    return report
