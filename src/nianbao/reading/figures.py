"""The figures of a workbook: what stands in each cell, read as a number where it is one."""

from __future__ import annotations

from dataclasses import dataclass, field

from nianbao import values
from nianbao.check import quoted
from nianbao.codes import Code
from nianbao.errors import Catalogue, Finding
from nianbao.form import Edition
from nianbao.layout import Place
from nianbao.opening.package import EMPTY, Content, Package
from nianbao.reading.displayed_number import Figure
from nianbao.reading.locate import Located
from nianbao.reading.shown_figures import ShownFigures, plain_number
from nianbao.report import Cell


@dataclass
class Figures:
    """Reads the figures where they were found; ``findings`` are on how they were typed."""

    package: Package
    edition: Edition
    catalogue: Catalogue
    sight: ShownFigures
    findings: list[Finding] = field(default_factory=list)

    def read(self, located: Located) -> dict[str, Cell]:
        """Return each figure by its key; None for what is blank, lost, or not seen."""
        figures: dict[str, Cell] = dict.fromkeys(self.edition.fields)
        titles = set(located.sheets.values())
        cells = {title: self.package.cells(title) for title in titles}
        quiet = {title for title in titles if self.sight.quiet(title)}
        merges = {title: self.package.frame(title).below.merges for title in titles}
        for key, place in located.places.items():
            content = cells[place.sheet].get(place[1:], EMPTY)
            plain = place.sheet in quiet and plain_number(content)
            if plain and content.formula is None and type(content.value) is int:
                figures[key] = content.value  # nearly always
            elif content is not EMPTY or merges[place.sheet].cover(place[1:]) is not None:
                figures[key] = self._figure(key, content, place, plain=plain)
        return figures

    def _figure(self, key: str, content: Content, place: Place, *, plain: bool) -> Cell:
        column, total = self.edition.fields[key].column, key in self.edition.totals
        value, dressed = values.figure(content.value, column)
        if dressed and not total:
            actual = quoted(str(content.value))
            self._say("C06", key, place, expected=value, actual=actual)
        if not plain:
            figure = Figure(key, self.edition.name(key), column, place, content)
            value = self.sight.counted(figure, value, total=total)
        if content.formula is not None and not total:
            shown = quoted(f"={content.formula}")
            self._say("C07-formula", key, place, actual=shown)
        return value

    def _say(self, code: Code, key: str, place: Place, **said: object) -> None:
        finding = self.catalogue[code].finding(name=self.edition.name(key), field=key, **said)
        self.findings.append(finding.at(place.sheet, place.cell))
