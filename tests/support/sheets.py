"""A blank template as a living spreadsheet: figures are typed in, IronCalc computes."""

from __future__ import annotations

import functools
import io
from typing import Any

import openpyxl

from helpers import common
from nianbao.book.models import evaluated
from nianbao.book.order import Order
from nianbao.book.parts import unzip
from nianbao.check import Beside
from nianbao.form import Edition
from nianbao.layout import BLANKS, NIL, NO, RESULT, Layout, Place, cover, layout_of
from nianbao.report import Cell, Report, Unit
from nianbao.template.workbook import workbook


class Shown:
    """What a computed workbook of an edition shows; ``value`` is the engine's."""

    edition: Edition
    layout: Layout

    def value(self, sheet: str, row: int, column: int) -> Any:
        raise NotImplementedError

    def at(self, place: Place) -> Any:
        return self.value(place.sheet, place.row, place.column)

    def results(self) -> dict[int, str]:
        """The word of each row of 校验."""
        title = common().sheets["checks"]
        return {line.row: self.value(title, line.row, RESULT) for line in self.layout.lines}

    def states(self) -> dict[str, str]:
        """The state of every row of 逐格 by its key."""
        title, found, row = common().sheets["cells"], {}, 1
        while key := self.value(title, row, 1):
            found[key] = self.value(title, row, 3)
            row += 1
        return found

    def verdict(self) -> str:
        """The one line of 首页 that says whether the workbook can be sent."""
        return self.value(common().sheets["cover"], 3, 1)

    def progress(self) -> list[tuple[int, ...]]:
        """The progress on 首页: 要填, 没填, 填得不对, 要处理 of each part, then the sums."""
        title, row, found = common().sheets["cover"], cover.PROGRESS_FROM + 1, []
        while self.value(title, row, 2) not in {None, ""}:
            found.append(tuple(self.value(title, row, column) for column in range(2, 6)))
            row += 1
        return found


class Sheets(Shown):
    """The template of one edition for units of one level."""

    def __init__(self, edition: Edition, level: str) -> None:
        self.edition = edition
        unit = Unit("900000-T01", "试验单位", level)
        order = Order(edition, common(), unit, edition.first_year)
        self.layout: Layout = layout_of(edition, common().sheets, level)
        self.model = evaluated(unzip(workbook(order)))
        titles = [sheet["name"] for sheet in self.model.get_worksheets_properties()]
        self.index = {title: number for number, title in enumerate(titles)}
        self.there: dict[Place, Cell] = {}
        self.formulas = {
            key: self.model.get_cell_formula(*self._at(self.layout.fields[key]))
            for key in edition.totals
        }

    def _at(self, place: Place) -> tuple[int, int, int]:
        return self.index[place.sheet], place.row, place.column

    def value(self, sheet: str, row: int, column: int) -> Any:
        return self.model.get_cell_value(self.index[sheet], row, column)

    def type_in(
        self, report: Report, beside: Beside, stated: frozenset[str], texts: dict[str, str]
    ) -> None:
        """Make the sheets show a report: ``stated`` totals are written over their formulas."""
        cells = {**self._figures(report, stated), **self._aside(report, beside)}
        cells |= {place: texts.get(key) for key, place in self.layout.texts.items()}
        for place, value in cells.items():
            if place not in self.there or self.there[place] != value:
                self._set(place, value)
                self.there[place] = value
        self.model.evaluate()

    def _figures(self, report: Report, stated: frozenset[str]) -> dict[Place, Cell]:
        shown = stated | set(self.edition.inputs)
        return {
            place: report.figures.get(key) if key in shown else self.formulas[key]
            for key, place in self.layout.fields.items()
        }

    def _aside(self, report: Report, beside: Beside) -> dict[Place, Cell]:
        layout, before = self.layout, beside.previous.figures if beside.previous else {}
        people = layout.contact(list(common().contact))
        held = {"prev": before, "register": beside.register}
        return {
            layout.identity["year"]: report.year,
            **{place: _switch(report, key) for key, place in layout.nil.items()},
            **{place: report.contact.get(key) for key, place in people.items()},
            **{place: report.reason(*one) or None for place, one in layout.reasons.items()},
            **{place: report.figures.get(key) for key, place in layout.small.items()},
            **{place: held[ref.source].get(ref.key) for ref, place in layout.beside.items()},
        }

    def _set(self, place: Place, value: Cell) -> None:
        match value:
            case None:
                self.model.clear_cell_contents(*self._at(place))
            case str() if value.startswith("="):
                self.model.update_cell_with_formula(*self._at(place), value)
            case str():
                self.model.update_cell_with_text(*self._at(place), value)
            case _:
                self.model.update_cell_with_number(*self._at(place), value)


def _switch(report: Report, table: str) -> str:
    if table in report.nil_returns:
        return NIL
    return BLANKS if table in report.blanks_are_zero else NO


class Saved(Shown):
    """A workbook as another program computed and saved it."""

    def __init__(self, edition: Edition, level: str, data: bytes) -> None:
        self.edition = edition
        self.layout = layout_of(edition, common().sheets, level)
        self.book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)

    def value(self, sheet: str, row: int, column: int) -> Any:
        value = self.book[sheet].cell(row, column).value
        return "" if value is None else value


@functools.cache
def sheets(edition: Edition, level: str) -> Sheets:
    return Sheets(edition, level)
