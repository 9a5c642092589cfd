"""A report put into a fresh template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nianbao.book.order import Order
from nianbao.context import Context
from nianbao.office import files
from nianbao.office.previous import Previous, load_previous
from nianbao.office.report_file import load_report
from nianbao.report import Report
from nianbao.template.workbook import workbook


@dataclass(frozen=True)
class Fill:
    """A report document to be filled in; ``out`` is a workbook, or the folder for one."""

    report: Path
    out: Path
    previous: Path | None = None
    force: bool = False


def fill(request: Fill, context: Context) -> Path:
    """Write the workbook, whatever the figures are; return where it stands.

    Raises:
        NianbaoError: the document is none, or the workbook cannot be written.

    """
    report = load_report(request.report, context)
    data = filled(report, context, load_previous(request.previous, context))
    out = request.out
    if out.suffix.lower() != ".xlsx":
        out /= f"{files.safe_name(report.unit.name)}.xlsx"
    files.write_whole(out, data, context.common, force=request.force)
    return out


def filled(report: Report, context: Context, previous: Previous | None = None) -> bytes:
    """Return a fresh template that holds a report."""
    before = previous.of(report.unit, report.year) if previous else None
    edition = context.editions[report.edition]
    return workbook(Order(edition, context.common, report.unit, report.year, report, before))
