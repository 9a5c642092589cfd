"""A workbook that was read, checked: every finding with the sheet and cell it points at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nianbao.check import Beside, check, contact_findings
from nianbao.errors import Finding, ordered
from nianbao.form import cells
from nianbao.layout import layout_of, template_digest
from nianbao.reading.read import Reading
from nianbao.words import Common


def examine(
    reading: Reading, common: Common, beside: Beside | None = None, also: Iterable[Finding] = ()
) -> tuple[Finding, ...]:
    """Return the findings on a workbook's form and figures, errors first, each with its place.

    ``beside`` is what the report is checked against; without it, what the workbook itself
    carries of last year. ``also`` are further findings on the report (C09), to be placed.
    A figure that could not be told (C08) is not reported as blank as well.
    """
    against = reading.beside if beside is None else beside
    figures = check(reading.report, reading.edition, common.catalogue, against)
    told = [f for f in figures if f.rule not in cells.UNFILLED or f.field not in reading.lost]
    form = [*reading.findings, *_other_template(reading, common), *_people(reading, common)]
    return ordered(placed([*form, *also, *told], reading, common))


def placed(findings: Iterable[Finding], reading: Reading, common: Common) -> Iterator[Finding]:
    """Give each finding the cell of its field; without a field, the cover of the workbook."""
    unit = reading.report.unit
    layout = layout_of(reading.edition, common.sheets, unit.level, unit.power)
    return layout.located(findings, reading.places)


def _people(reading: Reading, common: Common) -> Iterator[Finding]:
    """Yield N16 where a cell of the people is blank; of one that cannot be told, C08 speaks."""
    for finding in contact_findings(reading.report, common.contact_needed, common.catalogue):
        if finding.field in reading.places:
            yield finding


def _other_template(reading: Reading, common: Common) -> Iterator[Finding]:
    if not reading.copied and reading.template != template_digest(reading.edition):
        yield common.catalogue["C08-template"].finding(actual=reading.template[:20])
