"""A report put into a fresh template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nianbao.book.order import Order
from nianbao.context import Context
from nianbao.office import files
from nianbao.office.previous import Previous, load_previous
from nianbao.report import Report, from_document
from nianbao.template.workbook import workbook
from nianbao.validate import load_document, structure


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


def load_report(path: Path, context: Context) -> Report:
    """Read a report document; its figures may be wrong, its structure may not.

    Raises:
        NianbaoError: it is no report document of a known edition.

    """
    document = load_document(files.read_bytes(path, context.common), context.catalogue)
    edition = context.editions.get(str(document.get("edition")))
    if edition is None:
        known = "、".join(context.editions)
        said = document.get("edition")
        raise context.common.refuse("fill-edition", path=path, name=said, known=known)
    for finding in structure(document, edition, context.common):
        why = f"{finding.message}。{finding.remedy}"
        raise context.common.refuse("fill-structure", path=path, why=why)
    return from_document(document)
