"""Read a completed workbook back into a report: identity, figures, texts, and what was altered.

Totals are recomputed and compared with what stands in the cell, never trusted. No formula or
macro of the file is run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from nianbao import expr, values
from nianbao.check import Beside, quoted, recomputed, upward_findings
from nianbao.codes import Code, FaultCode
from nianbao.errors import Catalogue, FileProblem, Finding, NianbaoError
from nianbao.form import Edition
from nianbao.layout import KIND, NO, OPTIONAL, Place, layout_of
from nianbao.local import LARGEST, localised
from nianbao.opening.opened import open_package, plain
from nianbao.opening.package import EMPTY, LIMITS, Content, Limits, Package
from nianbao.reading import anchors, copied, shown_identity
from nianbao.reading.foreign import foreign_macros
from nianbao.reading.locate import Located, locate
from nianbao.reading.remarks import Aside
from nianbao.reading.seen import seen
from nianbao.reading.sight import Figure, Sight, plain_number
from nianbao.reading.totals import Totals
from nianbao.report import FEE, LONGEST_GAP, MOST_GAPS, Cell, Report, Unit
from nianbao.words import Common


LONGEST_SAID = 120
"""Characters of what the hidden sheet says that are believed."""

_DAY = re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日")

_LONGER = {"local": LARGEST + 1, "gaps": MOST_GAPS * LONGEST_GAP}
"""Of what says more."""


@dataclass(frozen=True)
class Reading:
    """What a workbook says: the report, what was wrong with its form, and where figures stand.

    ``findings`` are those on the form (C06 to C09); the figures are still to be checked.
    ``beside`` holds last year's and registers' figures that the workbook carries. ``lost`` are
    the figures that could not be told (each has its C08 finding). ``copied`` says that only the
    visible sheets were there: unit and year are what the cover shows. ``deadline`` is the day set
    for this workbook, "" for none.
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
    identity, found = _identity(package, common)
    whole = identity["kind"] == KIND
    if not whole:
        identity, found = _copied(package, editions, common)
    edition = editions.get(identity["edition"])
    if edition is None:
        wording = common.catalogue["C08-edition"]
        known = "、".join(editions)
        raise FileProblem(
            wording.finding(
                year=identity["year"][:20], expected=known, actual=identity["edition"][:20]
            )
        )
    workbook = _Workbook(package, edition, editions, common, identity, found, not whole)
    return workbook.reading()


def _identity(package: Package, common: Common) -> tuple[dict[str, str], list[Finding]]:
    """Return what the hidden sheet says, "" for what cannot be told, and what was altered."""
    said, found = {}, []
    for key, anchor in anchors.identity(common.sheets["identity"]).items():
        one = anchors.find(package, anchor)
        value = package.at(one.place).value if one.place else None
        longest = _LONGER.get(key, LONGEST_SAID)
        said[key] = "" if value is None else str(value).strip()[:longest]
        if one.place is None and not (key in OPTIONAL and anchor.name not in package.names):
            wording = common.catalogue["C09-identity"]
            found.append(wording.finding(why=f"“{key}”").at(common.sheets["cover"], "A5"))
    return said, found


def _copied(
    package: Package, editions: Mapping[str, Edition], common: Common
) -> tuple[dict[str, str], list[Finding]]:
    hidden = common.sheets["identity"] in package.titles
    identity = None if hidden else copied.identity(package, editions, common)
    if identity is None:
        raise FileProblem(common.catalogue["F04"].finding())
    code = identity["code"] or common.fault("identity-no-code")
    who = common.fault("identity-who", name=identity["name"], code=code, year=identity["year"])
    return identity, [common.catalogue["C21"].finding(actual=who).at(common.sheets["cover"], "")]


@dataclass
class _Workbook:
    package: Package
    edition: Edition
    editions: Mapping[str, Edition]
    common: Common
    identity: dict[str, str]
    altered: list[Finding]
    copied: bool = False

    def __post_init__(self) -> None:
        known = self.identity["level"] in self.common.levels
        self.level = self.identity["level"] if known else next(iter(self.common.levels))
        self.edition, self.local_fault = self._localised()
        bodies = {key: self._body(key) for key in ("under", "speaks_for")}
        self.unit = Unit(self.identity["code"], self.identity["name"], self.level, **bodies)
        self.layout = layout_of(self.edition, self.common.sheets, self.level, self.unit.power)
        self.sight = Sight(self.package, self.edition, self.common.catalogue)

    def _localised(self) -> tuple[Edition, bool]:
        """Return the edition with the county's own options, and whether they cannot be told."""
        try:
            return localised(self.edition, self.identity["local"], self.common), False
        except NianbaoError:
            return self.edition, True

    def _body(self, key: str) -> str:
        """Return a level of government that the hidden sheet names, "" for none that there is."""
        return self.identity[key] if self.identity[key] in self.common.governments else ""

    @property
    def catalogue(self) -> Catalogue:
        return self.common.catalogue_of(self.unit)

    def reading(self) -> Reading:
        located = locate(self.package, self.layout, self.catalogue)
        found: list[Finding] = [*self._identity_findings(), *self._located_findings(located)]
        found += shown_identity.Shown(
            self.package, self.layout, self.common, self.identity, located.sheets
        ).findings()
        found += seen(self.package, self.layout, self.catalogue, located)
        aside = Aside(self.package, self.layout, self.common, located.sheets, found, self.sight)
        switches = aside.switches()
        report = Report(
            edition=self.edition.id,
            year=self._year(),
            unit=self.unit,
            figures=self._figures(located, found),
            narrative=aside.narrative(),
            contact=aside.contact(),
            fee=aside.fee(),
            nil_returns=frozenset(key for key, kind in switches.items() if kind == "nil"),
            blanks_are_zero=frozenset(key for key, kind in switches.items() if kind == "blanks"),
            explanations=aside.explanations(),
            provenance=self._provenance(),
        )
        cover = self.common.sheets["cover"]
        found += (one.at(cover, "A2") for one in upward_findings(report, self.catalogue))
        report = self._with_totals(report, located, found)
        self._unseen(report, {**located.places, **aside.places}, found)
        lost = self.sight.unseen.union(
            key for key in self.edition.fields if key not in located.places
        )
        beside, places = aside.beside(report), {**located.places, **aside.places}
        return Reading(
            report, self.edition, tuple(found), places, beside,
            "", self.identity["template"], frozenset(lost), self.copied,
            self._deadline(),
        )  # fmt: skip

    def _located_findings(self, located: Located) -> Iterator[Finding]:
        """Yield what was altered; that a copy has no names is said of it once (C21)."""
        unnamed = self.catalogue["C08-unnamed"].text
        return (one for one in located.findings if not (self.copied and one.message == unnamed))

    # --- identity -----------------------------------------------------------------------------

    def _provenance(self) -> dict[str, object]:
        if self.identity["complete"] != NO:
            return {}
        gaps = [one[:LONGEST_GAP] for one in self.identity["gaps"].split("\n") if one]
        return {"complete": False, "gaps": gaps[:MOST_GAPS]}

    def _deadline(self) -> str:
        said = self.identity["deadline"]
        return said if _DAY.fullmatch(said) else ""

    def _year(self) -> int:
        text = self.identity["year"]
        return int(text) if text.isdecimal() and len(text) == 4 else 0

    def _identity_findings(self) -> Iterator[Finding]:
        sheet = self.common.sheets["cover"]
        yield from self.altered
        if not self.package.formulas:
            yield self.catalogue["C08-format"].finding().at(sheet, "")
        year = self._year()
        if not year:
            yield self._misstated("identity-year", "year").at(sheet, "B8")
        elif not self.edition.covers(year):
            expected = self._edition_due(year)
            wording = self.catalogue["C08-edition"]
            finding = wording.finding(year=year, expected=expected, actual=self.edition.id)
            yield finding.at(sheet, "B8")
        if self.identity["level"] not in self.common.levels:
            yield self._misstated("identity-level", "level").at(sheet, "B9")
        if self.local_fault:
            why = self.catalogue.fault("identity-local")
            yield self.catalogue["C09-identity"].finding(why=why).at(sheet, "A5")
        bodies: dict[str, FaultCode] = {"under": "identity-under", "speaks_for": "identity-speaks"}
        for key, code in bodies.items():
            if self.identity[key] != getattr(self.unit, key):
                yield self._misstated(code, key).at(sheet, "B9")

    def _misstated(self, code: FaultCode, key: str) -> Finding:
        why = self.catalogue.fault(code, said=self.identity[key][:20])
        return self.catalogue["C09-identity"].finding(why=why)

    def _edition_due(self, year: int) -> str:
        due = [one.id for one in self.editions.values() if one.covers(year)]
        return due[0] if due else self.common.fault("edition-other")

    # --- figures ------------------------------------------------------------------------------

    def _figures(self, located: Located, found: list[Finding]) -> dict[str, Cell]:
        figures: dict[str, Cell] = dict.fromkeys(self.edition.fields)
        totals, titles = self.edition.totals, set(located.sheets.values())
        cells = {title: self.package.cells(title) for title in titles}
        quiet = {title for title in titles if self.sight.quiet(title)}
        merges = {title: self.package.frame(title).below.merges for title in titles}
        for key, place in located.places.items():
            content = cells[place.sheet].get(place[1:], EMPTY)
            plain = place.sheet in quiet and plain_number(content)
            if plain and content.formula is None and type(content.value) is int:
                figures[key] = content.value  # nearly always
                continue
            if content is EMPTY and merges[place.sheet].cover(place[1:]) is None:
                continue
            total = key in totals
            value = self._cell(key, content, place, [] if total else found)
            if not plain:
                figure = self._figure(key, place, content)
                value = self.sight.counted(figure, value, total=total)
            figures[key] = value
            if content.formula is not None and not total:
                found.append(self._formula_in_input(key, content, place))
        return figures

    def _figure(self, key: str, place: Place, content: Content) -> Figure:
        column = self.edition.fields[key].column
        return Figure(key, self.edition.name(key), column, place, content)

    def _unseen(self, report: Report, places: Mapping[str, Place], found: list[Finding]) -> None:
        """Find what stands where nobody sees it: hidden rows, columns and sheets, under merges."""
        fee = {f"{FEE}.{key}": value for key, value in report.fee.items()}
        self.sight.elsewhere(places, {**report.figures, **fee}, self.common.sheets["cover"])
        found += self.sight.findings

    def _cell(self, key: str, content: Content, place: Place, found: list[Finding]) -> Cell:
        value, dressed = values.figure(content.value, self.edition.fields[key].column)
        if dressed:
            finding = self.catalogue["C06"].finding(
                name=self.edition.name(key),
                field=key,
                expected=value,
                actual=quoted(str(content.value)),
            )
            found.append(finding.at(place.sheet, place.cell))
        return value

    def _formula_in_input(self, key: str, content: Content, place: Place) -> Finding:
        wording = self.catalogue["C07-formula"]
        shown = quoted(f"={content.formula}")
        name = self.edition.name(key)
        return wording.finding(name=name, field=key, actual=shown).at(place.sheet, place.cell)

    def _with_totals(self, report: Report, located: Located, found: list[Finding]) -> Report:
        """Settle the totals: what the inputs give, unless a stated number took its place."""
        figures = dict(report.figures)
        settled = replace(report, figures=figures)  # sees each total as it is settled
        intact = self.layout.totals
        formulas = Totals(self.package, self.layout, self.catalogue, located.places)
        for key in self.edition.total_order:
            place = located.places.get(key)
            due = recomputed(settled, self.edition, key)
            if place is None or key in self.sight.unseen:
                figures[key] = None
                continue
            stated, content = figures[key], self.package.at(place)
            figures[key] = due if self._computed(content, stated, due) else stated
            finding = self._total_finding(key, content, stated, due)
            text = content.formula
            if finding is None and text is not None and text != intact[key]:
                finding = formulas.finding(key, text, settled)
            if finding is not None:
                found.append(finding.at(place.sheet, place.cell))
        return settled

    def _computed(self, content: Content, stated: Cell, due: float | None) -> bool:
        """Whether a total is the formula's; unseen ones may show an open total as 0."""
        if content.formula is not None:
            return True
        return not self.package.formulas and due is None and stated == 0

    def _total_finding(
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
        wording, name = "C07-open" if due is None else wording, self.edition.name(key)
        return self.catalogue[wording].finding(name=name, field=key, actual=actual, expected=due)
