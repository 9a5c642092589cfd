"""Whose workbook it is and of which year: what the hidden sheet says, and what of it is wrong.

Of a form whose visible sheets were copied, it is what the sheets show: see ``copied_sheets``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nianbao.codes import FaultCode
from nianbao.errors import Catalogue, FileProblem, Finding, NianbaoError
from nianbao.form import Edition
from nianbao.layout import KIND, NO, OPTIONAL, Cover, Layout, Place, layout_of
from nianbao.local import LARGEST, localised
from nianbao.opening.package import Package
from nianbao.reading import anchors, copied_sheets
from nianbao.report import LONGEST_GAP, MOST_GAPS, Unit
from nianbao.words import Common


LONGEST_SAID = 120
"""Characters of what the hidden sheet says that are believed."""

_LONGER = {"local": LARGEST + 1, "gaps": MOST_GAPS * LONGEST_GAP}
"""Of what says more."""

_DAY = re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日")


@dataclass(frozen=True)
class Identity:
    """What a workbook says of itself, by the keys of ``layout.IDENTITY``.

    What cannot be told is "", and ``altered`` says so. ``copied`` is whether the visible sheets
    said it.
    """

    said: Mapping[str, str]
    altered: tuple[Finding, ...]
    copied: bool = False

    @property
    def year(self) -> int:
        """The year of the report, 0 where none is said."""
        text = self.said["year"]
        return int(text) if text.isdecimal() and len(text) == 4 else 0

    @property
    def deadline(self) -> str:
        """The day set for the workbook, "" for none."""
        day = self.said["deadline"]
        return day if _DAY.fullmatch(day) else ""

    @property
    def provenance(self) -> dict[str, object]:
        """What a provisional sum says of itself, or one that holds waived errors; else {}."""
        gaps = [one[:LONGEST_GAP] for one in self.said["gaps"].split("\n") if one]
        whole = self.said["complete"] != NO
        return {} if whole and not gaps else {"complete": whole, "gaps": gaps[:MOST_GAPS]}


def stated(package: Package, editions: Mapping[str, Edition], common: Common) -> Identity:
    """Return what a workbook says of itself.

    Raises:
        FileProblem: it is none of ours (F04).

    """
    hidden = _hidden(package, common)
    return hidden if hidden.said["kind"] == KIND else _copied(package, editions, common)


def _hidden(package: Package, common: Common) -> Identity:
    said, found = {}, []
    for key, anchor in anchors.identity(common.sheets["identity"]).items():
        one = anchors.find(package, anchor)
        value = package.at(one.place).value if one.place else None
        longest = _LONGER.get(key, LONGEST_SAID)
        said[key] = "" if value is None else str(value).strip()[:longest]
        if one.place is None and not (key in OPTIONAL and anchor.name not in package.names):
            wording = common.catalogue["C09-identity"]
            found.append(_on(Cover(common.sheets["cover"]).unit, wording.finding(why=f"“{key}”")))
    return Identity(said, tuple(found))


def _copied(package: Package, editions: Mapping[str, Edition], common: Common) -> Identity:
    hidden = common.sheets["identity"] in package.titles
    said = None if hidden else copied_sheets.identity(package, editions, common)
    if said is None:
        raise FileProblem(common.catalogue["F04"].finding())
    code = said["code"] or common.fault("identity-no-code")
    who = common.fault("identity-who", name=said["name"], code=code, year=said["year"])
    finding = common.catalogue["C21"].finding(actual=who).at(common.sheets["cover"], "")
    return Identity(said, (finding,), copied=True)


@dataclass
class Form:
    """The form that a workbook is, as far as its identity tells: edition, unit, layout.

    Where it does not, it is read as the first level's, without the county's own options.

    Raises:
        FileProblem: there is no such edition (C08).

    """

    identity: Identity
    editions: Mapping[str, Edition]
    common: Common
    edition: Edition = field(init=False)
    unit: Unit = field(init=False)
    layout: Layout = field(init=False)
    options_lost: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        said, levels = self.identity.said, self.common.levels
        level = said["level"] if said["level"] in levels else next(iter(levels))
        self.edition = self._localised(self._edition())
        bodies = {key: self._body(key) for key in ("under", "speaks_for")}
        self.unit = Unit(said["code"], said["name"], level, **bodies)
        self.layout = layout_of(self.edition, self.common.sheets, level, self.unit.power)

    def _edition(self) -> Edition:
        said = self.identity.said
        edition = self.editions.get(said["edition"])
        if edition is None:
            wording, known = self.common.catalogue["C08-edition"], "、".join(self.editions)
            year, actual = said["year"][:20], said["edition"][:20]
            raise FileProblem(wording.finding(year=year, expected=known, actual=actual))
        return edition

    def _localised(self, edition: Edition) -> Edition:
        """Return the edition with the county's own options, unless they cannot be told."""
        try:
            return localised(edition, self.identity.said["local"], self.common)
        except NianbaoError:
            self.options_lost = True
            return edition

    def _body(self, key: str) -> str:
        """Return a level of government that the hidden sheet names, "" for none that there is."""
        said = self.identity.said[key]
        return said if said in self.common.governments else ""

    @property
    def catalogue(self) -> Catalogue:
        """The words of findings as the unit reads them."""
        return self.common.catalogue_of(self.unit)

    def findings(self, *, formulas: bool) -> Iterator[Finding]:
        """Yield what is wrong with the identity; ``formulas`` is whether the format keeps them."""
        catalogue, cover = self.catalogue, self.layout.cover
        yield from self.identity.altered
        if not formulas:
            yield catalogue["C08-format"].finding().at(cover.sheet, "")
        year = self.identity.year
        if not year:
            yield _on(cover.who["year"], self._misstated("identity-year", "year"))
        elif not self.edition.covers(year):
            said = {"expected": self._edition_due(year), "actual": self.edition.id}
            yield _on(cover.who["year"], catalogue["C08-edition"].finding(year=year, **said))
        if self.identity.said["level"] not in self.common.levels:
            yield _on(cover.who["level"], self._misstated("identity-level", "level"))
        if self.options_lost:
            why = catalogue.fault("identity-local")
            yield _on(cover.unit, catalogue["C09-identity"].finding(why=why))
        bodies: dict[str, FaultCode] = {"under": "identity-under", "speaks_for": "identity-speaks"}
        for key, code in bodies.items():
            if self.identity.said[key] != getattr(self.unit, key):
                yield _on(cover.who["level"], self._misstated(code, key))

    def _misstated(self, code: FaultCode, key: str) -> Finding:
        why = self.catalogue.fault(code, said=self.identity.said[key][:20])
        return self.catalogue["C09-identity"].finding(why=why)

    def _edition_due(self, year: int) -> str:
        due = [one.id for one in self.editions.values() if one.covers(year)]
        return due[0] if due else self.common.fault("edition-other")


def _on(place: Place, finding: Finding) -> Finding:
    return finding.at(place.sheet, place.cell)
