"""Whether the formula of a total is still the template's: by what it works out, not by its text."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nianbao import expr
from nianbao.check import quoted, recomputed
from nianbao.errors import Catalogue, Finding
from nianbao.form import Edition
from nianbao.layout import Layout, Place
from nianbao.opening import formula
from nianbao.opening.formula_tree import Beyond
from nianbao.opening.package import Package
from nianbao.report import Report


@dataclass
class TotalFormulas:
    """Judges the formulas of a workbook's totals where the figures were found."""

    package: Package
    layout: Layout
    catalogue: Catalogue
    places: Mapping[str, Place]

    @functools.cached_property
    def _key(self) -> dict[Place, str]:
        return {place: key for key, place in self.places.items()}

    def finding(self, key: str, text: str, report: Report) -> Finding | None:
        """Return what is to be said of a total's formula, which is not spelled as the template's.

        It may be spelled anew and move with its cells; what counts is what it adds. A formula
        that adds something else, but shows the due total as things stand, is a warning.
        """
        if not self._all_found(key):
            return None  # it has its finding (C08)
        edition = self.layout.edition
        probe = _probe(report, edition)
        if self._shows(key, text, probe) == recomputed(probe, edition, key):
            return None
        due, shown = recomputed(report, edition, key), self._shows(key, text, report)
        if shown is None and self.package.slow:
            return None  # spelled in the words of the Excel that is open
        said = {"name": edition.name(key), "field": key, "actual": quoted(f"={text}")}
        if due is not None and shown is not None and abs(shown - due) < 10**-expr.DECIMALS:
            return self.catalogue["C14-same"].finding(**said)
        told = self.catalogue.fault("total-unknown") if shown is None else expr.plain(shown)
        return self.catalogue["C14"].finding(**said, shown=told, expected=due)

    def _all_found(self, key: str) -> bool:
        parts = (ref.key for ref in self.layout.edition.totals[key].refs)
        return key in self.places and all(part in self.places for part in parts)

    def _shows(self, key: str, text: str, report: Report) -> float | None:
        """Return what a formula shows with a report's figures; None where it shows no number."""
        own = self.places[key].sheet

        def cell(sheet: str, row: int, column: int) -> Any:
            place = Place(sheet or own, row, column)
            known = self._key.get(place)
            if known is not None:
                return report.figures.get(known)
            if place.sheet not in self.package.titles:
                raise Beyond(sheet)
            return None if self.package.slow else self.package.at(place).value

        try:
            shown = formula.worked_out(text, cell)
        except Beyond:
            return None
        return None if isinstance(shown, str | bool) else shown


def _probe(report: Report, edition: Edition) -> Report:
    """Return a report of which every figure is another number, and no sum of others."""
    numbers = {key: 3 * number**2 + 1 for number, key in enumerate(edition.fields, 1)}
    return replace(report, figures=numbers, nil_returns=frozenset())
