"""Read a completed workbook back into a report: identity, figures, texts, and what was altered.

Totals are recomputed and compared with what stands in the cell, never trusted. No formula or
macro of the file is run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from nianbao import expr, values
from nianbao.catalog import Common
from nianbao.check import Beside, recomputed
from nianbao.errors import Catalogue, FileProblem, Finding
from nianbao.form import Edition
from nianbao.layout import IDENTITY, KIND, NO, YES, Place, layout_of
from nianbao.report import Cell, Report, Unit
from nianbao.xlsx.foreign import foreign_macros
from nianbao.xlsx.locate import Located, locate
from nianbao.xlsx.package import LIMITS, Content, Limits, Package, open_package


@dataclass(frozen=True)
class Reading:
    """What a workbook says: the report, what was wrong with its form, and where figures stand.

    ``findings`` are those on the form (C06 to C09); the figures are still to be checked.
    ``beside`` holds last year's and registers' figures that the workbook carries. ``lost`` are
    the figures that could not be told (each has its C08 finding).
    """

    report: Report
    edition: Edition
    findings: tuple[Finding, ...]
    places: Mapping[str, Place]
    beside: Beside
    sha256: str
    template: str
    lost: frozenset[str] = field(default_factory=frozenset)


def read(
    data: bytes, editions: Mapping[str, Edition], common: Common, limits: Limits = LIMITS
) -> Reading:
    """Read a workbook.

    Raises:
        FileProblem: it cannot be read, or is no workbook of ours.

    """
    package = open_package(data, common.catalogue, limits)
    reading = read_package(package, editions, common)
    macros = foreign_macros(data, common.catalogue)
    found = (*reading.findings, macros) if macros else reading.findings
    return replace(reading, sha256=hashlib.sha256(data).hexdigest(), findings=found)


def read_package(package: Package, editions: Mapping[str, Edition], common: Common) -> Reading:
    """Read an opened workbook; see ``read``."""
    identity = _identity(package, common)
    edition = editions.get(identity["edition"])
    if edition is None:
        wording = common.catalogue["C08-edition"]
        known = "、".join(editions)
        raise FileProblem(
            wording.finding(year=identity["year"], expected=known, actual=identity["edition"])
        )
    return _Workbook(package, edition, common, identity).reading()


def _identity(package: Package, common: Common) -> dict[str, str]:
    sheet = common.sheets["identity"]
    places = {key: Place(sheet, row, 2) for row, key in enumerate(IDENTITY, 1)}
    found = {}
    for key, place in places.items():
        value = package.at(package.names.get(f"nianbao.{key}", place)).value
        found[key] = "" if value is None else str(value).strip()
    if found["kind"] != KIND:
        raise FileProblem(common.catalogue["F04"].finding())
    return found


@dataclass
class _Workbook:
    package: Package
    edition: Edition
    common: Common
    identity: dict[str, str]

    def __post_init__(self) -> None:
        known = self.identity["level"] in self.common.levels
        self.level = self.identity["level"] if known else next(iter(self.common.levels))
        self.layout = layout_of(self.edition, self.common.sheets, self.level)

    @property
    def catalogue(self) -> Catalogue:
        return self.common.catalogue

    def reading(self) -> Reading:
        located = locate(self.package, self.layout, self.catalogue)
        found: list[Finding] = [*self._identity_findings(), *located.findings]
        figures = self._figures(located, found)
        report = Report(
            edition=self.edition.id,
            year=self._year(),
            unit=Unit(self.identity["code"], self.identity["name"], self.level),
            figures=figures,
            narrative={key: self._text(place) for key, place in self.layout.texts.items()},
            contact=self._contact(),
            fee=self._fee(found),
            nil_returns=frozenset(k for k, p in self.layout.nil.items() if self._nil(k, p)),
            explanations=self._explanations(),
            provenance={"complete": False} if self.identity["complete"] == NO else {},
        )
        report = self._with_totals(report, located, found)
        lost = frozenset(key for key in self.edition.fields if key not in located.places)
        return Reading(
            report, self.edition, tuple(found), located.places, self._beside(report),
            "", self.identity["template"], lost,
        )  # fmt: skip

    # --- identity -----------------------------------------------------------------------------

    def _year(self) -> int:
        text = self.identity["year"]
        return int(text) if text.isdigit() and len(text) == 4 else 0

    def _identity_findings(self) -> Iterator[Finding]:
        sheet = self.common.sheets["cover"]
        if self.identity["complete"] == NO:
            yield self.catalogue["A08-upward"].finding().at(sheet, "A2")
        year = self._year()
        if not year:
            why = f"报告年度“{self.identity['year'][:20]}”"
            yield self.catalogue["C09-identity"].finding(why=why).at(sheet, "B8")
        elif not self.edition.covers(year):
            expected = self._edition_due(year)
            wording = self.catalogue["C08-edition"]
            finding = wording.finding(year=year, expected=expected, actual=self.edition.id)
            yield finding.at(sheet, "B8")
        if self.identity["level"] not in self.common.levels:
            why = f"单位类别“{self.identity['level'][:20]}”"
            yield self.catalogue["C09-identity"].finding(why=why).at(sheet, "B9")

    def _edition_due(self, year: int) -> str:
        from nianbao.catalog import editions  # noqa: PLC0415 - only for this message

        due = [one.id for one in editions().values() if one.covers(year)]
        return due[0] if due else "其他"

    # --- figures ------------------------------------------------------------------------------

    def _figures(self, located: Located, found: list[Finding]) -> dict[str, Cell]:
        figures: dict[str, Cell] = dict.fromkeys(self.edition.fields)
        for key, place in located.places.items():
            content = self.package.at(place)
            if key in self.edition.totals:
                figures[key] = self._cell(key, content, place, [])  # judged in _with_totals
                continue
            figures[key] = self._cell(key, content, place, found)
            if content.formula is not None:
                found.append(self._formula_in_input(key, content, place))
        return figures

    def _cell(self, key: str, content: Content, place: Place, found: list[Finding]) -> Cell:
        value, dressed = values.figure(content.value, self.edition.fields[key].column)
        if dressed:
            finding = self.catalogue["C06"].finding(
                name=self.edition.name(key),
                field=key,
                expected=value,
                actual=str(content.value)[: values.LONGEST],
            )
            found.append(finding.at(place.sheet, place.cell))
        return value

    def _formula_in_input(self, key: str, content: Content, place: Place) -> Finding:
        wording = self.catalogue["C07-formula"]
        shown = f"={content.formula}"[: values.LONGEST]
        name = self.edition.name(key)
        return wording.finding(name=name, field=key, actual=shown).at(place.sheet, place.cell)

    def _with_totals(self, report: Report, located: Located, found: list[Finding]) -> Report:
        """Settle the totals: what the inputs give, unless a stated number took its place."""
        figures = dict(report.figures)
        settled = replace(report, figures=figures)  # sees each total as it is settled
        for key in self.edition.total_order:
            place = located.places.get(key)
            due = recomputed(settled, self.edition, key)
            if place is None:
                figures[key] = None
                continue
            stated, content = figures[key], self.package.at(place)
            figures[key] = due if content.formula is not None else stated
            finding = self._total_finding(key, content, stated, due)
            if finding is not None:
                found.append(finding.at(place.sheet, place.cell))
        return settled

    def _total_finding(
        self, key: str, content: Content, stated: Cell, due: float | None
    ) -> Finding | None:
        name = self.edition.name(key)
        if content.formula is None and stated is None:
            return None if due is None else self._c07("C07", key, name, None, due)
        if stated is None or (content.formula is not None and due is None):
            return None  # a formula without a cached value, or one that is still open
        if isinstance(stated, str) or due is None or abs(stated - due) > 10**-expr.DECIMALS:
            return self._c07("C07", key, name, stated, due)
        return (
            None
            if content.formula is not None
            else self._c07("C07-constant", key, name, stated, due)
        )

    def _c07(self, wording: str, key: str, name: str, actual: Cell, due: float | None) -> Finding:
        wording = "C07-open" if due is None else wording
        return self.catalogue[wording].finding(name=name, field=key, actual=actual, expected=due)

    # --- everything else ----------------------------------------------------------------------

    def _at(self, name: str, place: Place) -> object:
        return self.package.at(self.package.names.get(name, place)).value

    def _nil(self, table: str, place: Place) -> bool:
        return str(self._at(f"nianbao.nil.{table}", place) or "").strip() == YES

    def _text(self, place: Place) -> str | None:
        key = next(k for k, p in self.layout.texts.items() if p == place)
        return _clean(self._at(f"nianbao.text.{key}", place))

    def _contact(self) -> dict[str, str | None]:
        places = self.layout.contact(list(self.common.contact))
        said = {k: _clean(self._at(f"nianbao.contact.{k}", p)) for k, p in places.items()}
        return {key: text for key, text in said.items() if text is not None}

    def _fee(self, found: list[Finding]) -> dict[str, Cell]:
        fee: dict[str, Cell] = {}
        for key, place in self.layout.fee.items():
            column = self.layout.fee_column(key)
            content = self._at(f"nianbao.fee.{key}", place)
            fee[key], dressed = values.figure(content, column)
            if dressed:
                finding = self.catalogue["C06"].finding(
                    name=column.label.text, actual=str(content)[:60], expected=fee[key]
                )
                found.append(finding.at(place.sheet, place.cell))
        return fee if any(v is not None for v in fee.values()) else {}

    def _explanations(self) -> dict[str, str]:
        said: dict[str, list[str]] = {}
        if self.package.surely_blank(self.layout.reasons):
            return {}
        for place, rule in self.layout.reasons.items():
            text = _clean(self.package.at(place).value)
            if text:
                said.setdefault(rule, []).append(text)
        return {rule: "；".join(dict.fromkeys(texts)) for rule, texts in said.items()}

    def _beside(self, report: Report) -> Beside:
        given: dict[str, dict[str, float]] = {"prev": {}, "register": {}}
        for ref, place in self.layout.beside.items():
            value = self._at(f"{ref.source}.{ref.key}", place)
            if isinstance(value, int | float) and not isinstance(value, bool):
                given[ref.source][ref.key] = value
        if not given["prev"]:
            return Beside(register=given["register"])
        previous = Report(self.edition.id, report.year - 1, report.unit, figures=given["prev"])
        return Beside(previous=previous, register=given["register"])


def _clean(value: object) -> str | None:
    text = "" if value is None else str(value).replace("\r\n", "\n").strip()
    return text or None
