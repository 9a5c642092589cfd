"""The totals of a workbook: recomputed, and compared with what stands in their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nianbao import expr
from nianbao.check import recomputed
from nianbao.codes import Code
from nianbao.errors import Catalogue, Finding
from nianbao.layout import Layout, Place
from nianbao.opening.package import Content, Package
from nianbao.reading.total_formulas import TotalFormulas
from nianbao.report import Cell, Report


@dataclass
class Totals:
    """Settles the totals of a report; ``findings`` are on those that are not what is due.

    ``unseen`` are the figures that are not used, as nobody sees them; ``copied`` is whether the
    visible sheets were copied, which makes values of formulas.
    """

    package: Package
    layout: Layout
    catalogue: Catalogue
    places: Mapping[str, Place]
    unseen: set[str]
    copied: bool
    findings: list[Finding] = field(default_factory=list)

    def settled(self, report: Report) -> Report:
        """Return the report with each total: what its inputs give, unless a number took its place.

        A number that is stated in place of the formula stays, and is a finding.
        """
        figures = dict(report.figures)
        settled = replace(report, figures=figures)  # sees each total as it is settled
        intact = self.layout.totals
        formulas = TotalFormulas(self.package, self.layout, self.catalogue, self.places)
        for key in self.layout.edition.total_order:
            place = self.places.get(key)
            due = recomputed(settled, self.layout.edition, key)
            if place is None or key in self.unseen:
                figures[key] = None
                continue
            stated, content = figures[key], self.package.at(place)
            figures[key] = due if self._computed(content, stated, due) else stated
            finding = self._finding(key, content, stated, due)
            text = content.formula
            if finding is None and text is not None and text != intact[key]:
                finding = formulas.finding(key, text, settled)
            if finding is not None:
                self.findings.append(finding.at(place.sheet, place.cell))
        return settled

    def _computed(self, content: Content, stated: Cell, due: float | None) -> bool:
        """Whether a total is the formula's; unseen ones may show an open total as 0."""
        if content.formula is not None:
            return True
        return not self.package.formulas and due is None and stated == 0

    def _finding(
        self, key: str, content: Content, stated: Cell, due: float | None
    ) -> Finding | None:
        if self._computed(content, stated, due) and due is None:
            return None  # still open: what it adds is not all there
        if content.formula is None and stated is None:
            return None if due is None else self._c07("C07", key, None, due)
        if stated is None:
            return None  # a formula without a cached value
        if isinstance(stated, str) or due is None or abs(stated - due) > 10**-expr.DECIMALS:
            return self._c07("C07", key, stated, due)
        if content.formula is not None or not self.package.formulas or self.copied:
            return None
        return self._c07("C07-constant", key, stated, due)

    def _c07(self, wording: Code, key: str, actual: Cell, due: float | None) -> Finding:
        wording, name = "C07-open" if due is None else wording, self.layout.edition.name(key)
        return self.catalogue[wording].finding(name=name, field=key, actual=actual, expected=due)
