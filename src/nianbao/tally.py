"""Exact sums of reports, in any grouping: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from nianbao.form import Edition
from nianbao.report import Report


Exact = int | Decimal
"""A sum without rounding: whole numbers need no decimals."""


@dataclass(frozen=True)
class Tally:
    """Sums so far: field key -> exact sum, how many units had a number there."""

    units: int = 0
    sums: Mapping[str, Exact] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: Tally) -> Tally:
        """Return both together; associative and commutative."""
        sums, given = dict(self.sums), dict(self.given)
        for key, value in other.sums.items():
            sums[key] = sums[key] + value if key in sums else value
            given[key] = given.get(key, 0) + other.given[key]
        return Tally(self.units + other.units, sums, given)

    def number(self, key: str) -> int | float | None:
        """Return a sum as a number; None where no unit had one."""
        if not self.given.get(key):
            return None
        value = self.sums[key]
        if isinstance(value, int):
            return value
        return int(value) if value == value.to_integral_value() else float(value)


def tally(report: Report, edition: Edition) -> Tally:
    """Return the tally of one report: of all that it fills in."""
    values = {key: report.figure(key) for key in edition.typed}
    sums = {key: _exact(value) for key, value in values.items() if value is not None}
    return Tally(1, sums, dict.fromkeys(sums, 1))


def _exact(value: float) -> Exact:
    """Return a figure as it is written, without what a binary fraction adds to it."""
    return value if isinstance(value, int) else Decimal(f"{value:.15g}")
