"""What submissions are checked against: the roster, last year's reports, local requirements."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from nianbao.check import Beside
from nianbao.context import Context
from nianbao.lineage import Past
from nianbao.names import UnitNames
from nianbao.narrative import Neighbours
from nianbao.office import files
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
    def names(self) -> UnitNames:
        """The names of these units, as those of files hold them."""
        return UnitNames(self.units.values())

    @functools.cached_property
    def neighbours(self) -> Neighbours:
        """The units of the roster as those whose names another's text should not hold."""
        return neighbours(self.roster.units if self.roster else (), self.context)

    @functools.cached_property
    def roster_bytes(self) -> bytes:
        """The file of the roster, b"" where there is none."""
        path = self.material.roster
        return files.read_bytes(path, self.context.common) if path else b""

    @functools.cached_property
    def depends(self) -> tuple[str, ...]:
        """All that a reading depends on besides the file, the editions and the program.

        Where a unit is shown and whom to ask there is not among it.
        """
        units = self.roster.units if self.roster else ()
        judged = [list(map(_judged, known)) for known in (self.entries.values(), units)]
        above = self.roster.above if self.roster else None
        return repr((above, judged)), self.previous.mark, self.options.text

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
        before = self.previous.past(report.unit, report.year)
        previous = carried.previous if before == Past() else before.report
        entry = self.entries.get(report.unit.code)
        register = {**carried.register, **(entry.register if entry else {})}
        return Beside(previous, register, before.finding)


def _judged(entry: RosterEntry) -> RosterEntry:
    """Return an entry without what is only shown."""
    return replace(entry, line=0, group="", contact="", phone="")


def neighbours(entries: Iterable[RosterEntry], context: Context) -> Neighbours:
    """Return the units of a roster as neighbours of each other."""
    names = context.common.roster_names
    return Neighbours(tuple(one.unit for one in entries), names["bodies"], names["mentioned"])


def load(material: Material, context: Context, bounds: Bounds = BOUNDS) -> Against:
    """Load what submissions are checked against.

    Raises:
        NianbaoError: a part cannot be read, or is wrong.

    """
    roster = (
        load_roster(material.roster, context, material.password, bounds)
        if material.roster
        else None
    )
    previous = load_previous(material.previous, context, material.password, bounds)
    previous = previous.following(roster)
    options = load_options(material.local, material.roster, context)
    entries = {one.unit.code: one for one in roster.units} if roster else {}
    return Against(context, material, roster, previous, options, entries, bounds)
