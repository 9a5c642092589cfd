"""What submissions are checked against: the roster, last year's reports, local requirements."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from nianbao.check import Beside
from nianbao.context import Context
from nianbao.narrative import Neighbours
from nianbao.office.engine import BOUNDS, Bounds
from nianbao.office.material import Material
from nianbao.office.previous import Previous, load_previous
from nianbao.office.rosters import OwnOptions, load_options, load_roster
from nianbao.report import Report, Unit
from nianbao.roster import Roster, RosterEntry


@dataclass(frozen=True)
class Against:
    """What submissions are checked against.

    ``entries`` are the units by code whose reports are due; without any, every unit's are.
    ``bounds`` are what one file may take.
    """

    context: Context
    material: Material = field(default_factory=Material)
    roster: Roster | None = None
    previous: Previous = field(default_factory=Previous)
    options: OwnOptions = field(default_factory=OwnOptions)
    entries: Mapping[str, RosterEntry] = field(default_factory=dict)
    bounds: Bounds = BOUNDS

    @functools.cached_property
    def units(self) -> dict[str, Unit]:
        """The units by code whose reports are due."""
        return {code: one.unit for code, one in self.entries.items()}

    @functools.cached_property
    def neighbours(self) -> Neighbours:
        """The units of the roster as those whose names another's text should not hold."""
        return neighbours(self.roster.units if self.roster else (), self.context)

    def below(self) -> Against:
        """Return the same, where only reports that are summed up are due."""
        due = self.roster.below if self.roster else ()
        return replace(self, entries={one.unit.code: one for one in due})

    def known(self, report: Report) -> Report:
        """Return the report; whom its unit reports to and speaks for is the roster's to say."""
        entry = self.entries.get(report.unit.code)
        if entry is None:
            return report
        said = {"under": entry.unit.under, "speaks_for": entry.unit.speaks_for}
        return replace(report, unit=replace(report.unit, **said))

    def beside(self, report: Report, carried: Beside) -> Beside:
        """Return what one report is checked against; given files win over what it carries."""
        previous = self.previous.any(report.unit, report.year) or carried.previous
        entry = self.entries.get(report.unit.code)
        register = {**carried.register, **(entry.register if entry else {})}
        return Beside(previous, register)


def neighbours(entries: Iterable[RosterEntry], context: Context) -> Neighbours:
    """Return the units of a roster as neighbours of each other."""
    names = context.common.roster_names
    return Neighbours(tuple(one.unit for one in entries), names["bodies"], names["mentioned"])


def load(material: Material, context: Context, bounds: Bounds = BOUNDS) -> Against:
    """Load what submissions are checked against.

    Raises:
        NianbaoError: a part cannot be read, or is wrong.

    """
    roster = load_roster(material.roster, context) if material.roster else None
    previous = load_previous(material.previous, context, material.password, bounds)
    options = load_options(material.local, material.roster, context)
    entries = {one.unit.code: one for one in roster.units} if roster else {}
    return Against(context, material, roster, previous, options, entries, bounds)
