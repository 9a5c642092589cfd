"""Read a completed workbook back into a report: identity, figures, texts, and what was altered.

Totals are recomputed and compared with what stands in the cell, never trusted. No formula or
macro of the file is run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nianbao.check import Beside, upward_findings
from nianbao.errors import Finding
from nianbao.form import Edition
from nianbao.layout import Place
from nianbao.opening.opened import open_package, plain
from nianbao.opening.package import LIMITS, Limits, Package
from nianbao.reading.drawn_over import DrawnOver
from nianbao.reading.facts import facts
from nianbao.reading.figures import Figures
from nianbao.reading.foreign_macros import foreign_macros
from nianbao.reading.identity import Form, stated
from nianbao.reading.input_rules import InputRules
from nianbao.reading.locate import Located, locate
from nianbao.reading.remarks import Remarks
from nianbao.reading.second_tables import SecondTables
from nianbao.reading.shown_figures import ShownFigures
from nianbao.reading.shown_identity import Shown
from nianbao.reading.totals import Totals
from nianbao.report import Report
from nianbao.versions import Facts
from nianbao.words import Common


@dataclass(frozen=True)
class Reading:
    """What a workbook says: the report, what was wrong with its form, and where figures stand.

    ``findings`` are those on the form (C06 to C09); the figures are still to be checked.
    ``beside`` holds last year's and registers' figures that the workbook carries. ``lost`` are
    the figures that could not be told (each has its C08 finding). ``copied`` says that only the
    visible sheets were there: unit and year are what the cover shows. ``deadline`` is the day set
    for this workbook, "" for none. ``facts`` is what the file says of itself.
    """

    report: Report
    edition: Edition
    findings: tuple[Finding, ...]
    places: Mapping[str, Place]
    beside: Beside
    sha256: str
    template: str
    lost: frozenset[str] = field(default_factory=frozenset)
    copied: bool = False
    deadline: str = ""
    facts: Facts = Facts("")  # noqa: RUF009 - frozen


def read(
    data: bytes,
    editions: Mapping[str, Edition],
    common: Common,
    limits: Limits = LIMITS,
    password: str | None = None,
) -> Reading:
    """Read a workbook of any format; ``password`` opens an encrypted one.

    Raises:
        FileProblem: it cannot be read, or is no workbook of ours.

    """
    content = plain(data, common.catalogue, password)
    package = open_package(content, common.catalogue, limits)
    reading = read_package(package, editions, common)
    macros = foreign_macros(content, common.catalogue, package.archive)
    found = (*reading.findings, macros) if macros else reading.findings
    return replace(reading, sha256=hashlib.sha256(data).hexdigest(), findings=found)


def read_package(package: Package, editions: Mapping[str, Edition], common: Common) -> Reading:
    """Read an opened workbook; see ``read``."""
    return _Workbook(package, Form(stated(package, editions, common), editions, common)).reading()


@dataclass
class _Workbook:
    """Reads one workbook; ``found`` are the findings in the order in which they are told."""

    package: Package
    form: Form
    found: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.layout, self.identity = self.form.layout, self.form.identity
        self.catalogue = self.form.catalogue
        self.sight = ShownFigures(self.package, self.form.edition, self.form.common.catalogue)

    def reading(self) -> Reading:
        """Return what the workbook says."""
        edition = self.form.edition
        located = locate(self.package, self.layout, self.catalogue)
        self._look_around(located)
        remarks = Remarks(self.package, self.layout, self.form.common, located.sheets, self.sight)
        report = self._totalled(self._report(located, remarks), located)
        places = {**located.places, **remarks.places}
        self._unseen(report, places)
        beside = remarks.beside(report)
        lost = {key for key in edition.fields if key not in located.places}
        return Reading(
            report, edition, (*self.found, *remarks.taken()), places, beside,
            "", self.identity.said["template"], frozenset(self.sight.unseen | lost),
            self.identity.copied, self.identity.deadline,
            facts(self.package, report, self.form.common),
        )  # fmt: skip

    def _look_around(self, located: Located) -> None:
        """Find what is wrong with the form, and what is seen besides the cells of the tables."""
        self.found += self.form.findings(formulas=self.package.formulas)
        unnamed = self.catalogue["C08-unnamed"].text  # of a copy it is said once, as C21
        copied = self.identity.copied
        self.found += (f for f in located.findings if not (copied and f.message == unnamed))
        self.found += Shown(
            self.package, self.layout, self.form.common, self.identity.said, located.sheets
        ).findings()
        for look in (SecondTables, DrawnOver, InputRules):
            self.found += look(self.package, self.layout, self.catalogue, located).findings()

    def _report(self, located: Located, remarks: Remarks) -> Report:
        """Return what the cells say; the totals as they are stated."""
        switches = remarks.switches()
        self.found += remarks.taken()
        figures = Figures(self.package, self.form.edition, self.catalogue, self.sight)
        read = figures.read(located)
        narrative, contact = remarks.narrative(), remarks.contact()
        report = Report(
            edition=self.form.edition.id,
            year=self.identity.year,
            unit=self.form.unit,
            figures=read | remarks.figures(),
            narrative=narrative,
            contact=contact,
            nil_returns=frozenset(key for key, kind in switches.items() if kind == "nil"),
            blanks_are_zero=frozenset(key for key, kind in switches.items() if kind == "blanks"),
            explanations=remarks.explanations(),
            provenance=self.identity.provenance,
        )
        self.found += (*figures.findings, *remarks.taken())
        said = self.layout.cover.standing
        upward = upward_findings(report, self.catalogue)
        self.found += (one.at(said.sheet, said.cell) for one in upward)
        return report

    def _totalled(self, report: Report, located: Located) -> Report:
        totals = Totals(
            self.package, self.layout, self.catalogue, located.places,
            self.sight.unseen, self.identity.copied,
        )  # fmt: skip
        settled = totals.settled(report)
        self.found += totals.findings
        return settled

    def _unseen(self, report: Report, places: Mapping[str, Place]) -> None:
        """Find what stands where nobody sees it: hidden rows, columns and sheets, under merges."""
        cover = self.form.common.sheets["cover"]
        self.sight.elsewhere(places, report.figures, cover)
        self.found += self.sight.findings
