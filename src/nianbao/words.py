"""What all editions share, as values: levels, who reports to whom, the words of findings. Pure.

``catalog.load_common`` reads it from ``schemas/common.toml``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from nianbao.codes import Code, FaultCode, RefusalCode
from nianbao.errors import Catalogue, NianbaoError, Wording
from nianbao.report import Unit


STATE, DEPARTMENT = "state", "department"
"""Above the provinces; the level of units that every government has."""


@dataclass(frozen=True)
class Level:
    """A level of reporting bodies; ``up`` is the level that sums it.

    ``suffixes`` are the endings of the names of its units.
    """

    key: str
    label: str
    rank: int
    up: str
    names: tuple[str, ...]
    suffixes: tuple[str, ...] = ()
    dates: tuple[Date, ...] = ()

    @property
    def deadline(self) -> str:
        """The day of the next year by which its units report, e.g. 1月31日."""
        return self.dates[0].day


@dataclass(frozen=True)
class Date:
    """What is due by a day of the next year; ``kind`` is law, office or practice."""

    levels: tuple[str, ...]
    day: str
    text: str
    source: str
    kind: str


@dataclass(frozen=True)
class Superior:
    """A body that units report to: ``term`` is what they call it, ``body`` who that is.

    ``departments`` and ``names`` are how a roster says that a unit reports to it; ``rules`` whether
    it may make 规章 (《立法法》).
    """

    key: str
    term: str
    body: str
    government: str
    departments: tuple[str, ...]
    rules: bool
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Common:
    """What all editions share: ``schemas/common.toml``; equal only to itself."""

    levels: Mapping[str, Level]
    superiors: Mapping[str, Superior]
    roster: Mapping[str, tuple[str, ...]]
    roster_optional: Mapping[str, tuple[str, ...]]
    roster_answers: Mapping[str, tuple[str, ...]]
    roster_names: Mapping[str, tuple[str, ...]]
    reading: Mapping[str, tuple[str, ...]]
    contact: Mapping[str, str]
    form: Mapping[str, tuple[str, ...]]
    sheets: Mapping[str, str]
    words: Mapping[str, str]
    severities: Mapping[str, str]
    statuses: Mapping[str, str]
    states: Mapping[str, str]
    reminding: Mapping[str, str]
    chronicle: Mapping[str, str]
    acts: Mapping[str, str]
    fates: Mapping[str, str]
    grounds: Mapping[str, str]
    making: Mapping[str, str]
    changes: Mapping[str, str]
    authorities: Mapping[str, str]
    phrases: Mapping[str, tuple[str, ...]]
    findings: tuple[Wording, ...]
    refusals: Mapping[str, str]
    system: Mapping[str, str]
    faults: Mapping[str, str]

    @property
    def gaps(self) -> dict[str, str]:
        """The words by which a sum says what is wrong with it: see ``standing.gaps``."""
        return {**self.statuses, "waived": self.making["waived_gap"]}

    def refuse(self, code: RefusalCode, /, **values: object) -> NianbaoError:
        """Return the error that says why the program cannot go on, and what to do."""
        return NianbaoError(self.refusals[code].format_map(values))

    def why(self, error: OSError) -> str:
        """Return why the system refuses, where that is known, else the number of its error."""
        said = self.system.get(str(error.errno), self.system["other"])
        return said.format(number=error.errno)

    def fault(self, code: FaultCode, /, **values: object) -> str:
        """Return a clause, see ``Catalogue.fault``."""
        return self.catalogue.fault(code, **values)

    @functools.cached_property
    def catalogue(self) -> Catalogue:
        """The findings by key, as whoever reads them whose superior is not known."""
        return self._addressed(self.words["above"])

    @functools.cached_property
    def catalogues(self) -> Mapping[str, Catalogue]:
        """The findings as units read them, by the superior whom they report to."""
        return {key: self._addressed(one.term) for key, one in self.superiors.items()}

    def _addressed(self, above: str) -> Catalogue:
        wordings = {cast("Code", one.key): one.addressed(above) for one in self.findings}
        return Catalogue(wordings, self.faults)

    @property
    def contact_needed(self) -> dict[str, str]:
        """The people whom a workbook must name, with their labels."""
        return {key: self.contact[key] for key in self.form["contact"]}

    @property
    def governments(self) -> tuple[str, ...]:
        """The levels of the bodies that units may report to or speak for."""
        return tuple(key for key in self.superiors if key in self.levels)

    def superior(self, unit: Unit) -> Superior:
        """Return whom a unit reports to; a province has no level above it."""
        key = unit.under or self.levels[unit.level].up
        return self.superiors[STATE if key == unit.level else key]

    def catalogue_of(self, unit: Unit) -> Catalogue:
        """Return the words of findings as a unit reads them."""
        return self.catalogues[self.superior(unit).key]

    def kind(self, unit: Unit) -> str:
        """Return what sort of unit it is: 乡镇, 市级部门（代表市（州）政府）."""
        label = self.levels[unit.level].label
        if unit.level == DEPARTMENT:
            label = f"{self.levels[self.superior(unit).key].label}{label}"
        government = self.superiors[unit.speaks_for].government if unit.speaks_for else ""
        return f"{label}（代表{government}）" if government else label

    def level_of(self, name: str) -> str:
        """Return the level that the longest ending of a unit's name tells, "" for none."""
        endings = [
            (len(end), key)
            for key, level in self.levels.items()
            for end in level.suffixes
            if name.endswith(end)
        ]
        return max(endings)[1] if endings else ""

    @functools.cached_property
    def kinds(self) -> Mapping[str, Unit]:
        """What a unit of each sort is, by what ``kind`` calls it; without code and name."""
        units = [Unit("", "", level) for level in self.levels]
        for under in self.governments:
            own = Unit("", "", DEPARTMENT, under=under)
            units += (own, replace(own, speaks_for=under))
        return {self.kind(unit): unit for unit in units}
