"""What a workbook is to hold: the order that every sheet is drawn from."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from nianbao import local
from nianbao.book.lock import PASSWORD
from nianbao.check import year_before
from nianbao.form import Edition
from nianbao.layout import Layout, Place, layout_of
from nianbao.report import Cell, Report, Unit
from nianbao.words import Common


@dataclass(frozen=True)
class Order:
    """One workbook: edition, unit, year, and what is to stand in it.

    ``report`` fills it; ``previous`` and ``register`` give the figures to check against
    (field key -> number). ``deadline`` is what the county sets, "" for the day the law sets.
    """

    edition: Edition
    common: Common
    unit: Unit
    year: int
    report: Report | None = None
    previous: Report | None = None
    register: Mapping[str, float] = field(default_factory=dict)
    password: str = PASSWORD
    deadline: str = ""

    @property
    def complete(self) -> bool:
        """Whether the report is final; a summary with a unit missing is not."""
        return self.report is None or not self.report.provisional

    @property
    def gaps(self) -> tuple[str, ...]:
        """Who is missing from a provisional sum, or faulty in it; of a whole one, what it holds."""
        return self.report.gaps if self.report is not None else ()

    @property
    def due(self) -> str:
        """The deadline that the body above sets; "" where it leaves that to the law."""
        return self.deadline or local.deadline(
            self.edition, self.unit.level, self.year, self.common
        )

    @property
    def above(self) -> str:
        """What the unit calls the body that it reports to, e.g. 县里."""
        return self.common.superior(self.unit).term

    @functools.cached_property
    def layout(self) -> Layout:
        """Where everything stands."""
        return layout_of(self.edition, self.common.sheets, self.unit.level, self.unit.power)

    def figure(self, key: str) -> Cell:
        """Return what a figure's cell is to hold: the report's, or what last year's settles."""
        if self.report is not None:
            return self.report.figures.get(key)
        before = self.edition.prefilled.get(key)
        return self.before(before.key) if before else None

    def before(self, key: str) -> int | float | None:
        """Return last year's figure, None where there is none to compare with."""
        return year_before(key, self.previous, self.edition)

    @functools.cached_property
    def contacts(self) -> dict[str, Place]:
        """The cells of the people to ask, by the field of a finding on them."""
        return self.layout.contact_fields(list(self.common.contact))

    def place(self, field: str) -> Place | None:
        """Return the cell that a finding on a field points at."""
        return self.layout.place(field) or self.contacts.get(field)

    def identity(self, key: str) -> str:
        """Return a formula's reference to a cell of the hidden sheet."""
        return self.layout.identity[key].absolute
