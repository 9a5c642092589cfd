"""The layout of a workbook: where things stand, and how formulas spell them. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from nianbao import expr
from nianbao.form import Edition
from nianbao.layout.cover import TITLE, WHO
from nianbao.layout.grid import LEFT, SWITCH, SWITCHES
from nianbao.layout.named import Places
from nianbao.layout.places import Place


@functools.lru_cache(maxsize=64)
def _layout(
    edition: Edition, sheets: tuple[tuple[str, str], ...], level: str, power: str
) -> Layout:
    return Layout(edition, dict(sheets), level, power)


def layout_of(edition: Edition, sheets: Mapping[str, str], level: str, power: str = "") -> Layout:
    """Return the layout; the same one for the same edition, sheets, level and power."""
    return _layout(edition, tuple(sheets.items()), level, power or level)


class Layout(Places):
    """The coordinates of a workbook, and how an expression spells its operands there."""

    def formulas(self, sheet: str) -> expr.Sheet:
        """Return how a formula on ``sheet`` spells figures, texts and nil returns."""
        return expr.Sheet(
            areas=functools.partial(self.areas, sheet=sheet),
            text=lambda ref: "&".join(self._on(sheet, one) for one in self._text_cells(ref.key)),
            zero=lambda ref: (
                self.is_zero(ref.key, sheet) if not ref.source and ref.key in self.fields else None
            ),
        )

    def is_zero(self, key: str, sheet: str) -> str:
        """Return the condition that blanks of a figure's table are declared to be zero."""
        return self._declared(key, sheet, {"nil", "blanks"})

    @functools.cached_property
    def shows(self) -> dict[Place, str]:
        """The formulas (no ``=``) that show the identity: on the cover and above the tables."""
        unit, year = self.identity["name"].absolute, self.identity["year"].absolute
        blank = f'IF({unit}="","（单位名称）",{unit})'
        title = self.edition.report_title.format(unit=f'"&{blank}&"', year=f'"&{year}&"')
        at = {key: self.identity[key].absolute for key in WHO if key != "level"}
        second_lines = [Place(table.sheet, SWITCH, LEFT) for table in self.edition.tables]
        return {
            self.cover.at(TITLE): f'"{title}"',
            **{self.who[key]: f'IF({cell}="","",{cell})' for key, cell in at.items()},
            **dict.fromkeys(second_lines, f'{unit}&"　"&{year}&"年度"'),
        }

    @functools.cached_property
    def totals(self) -> dict[str, str]:
        """The formula (no ``=``) of each total, as it stands on its own sheet."""
        spell = {t.key: self.formulas(t.sheet) for t in self.edition.tables}
        return {
            key: expr.excel_total(total.value, spell[self.edition.fields[key].table])
            for key, total in self.edition.totals.items()
        }

    def is_nil(self, key: str, sheet: str) -> str:
        """Return the condition that the table of a figure is declared a nil return."""
        return self._declared(key, sheet, {"nil"})

    def _declared(self, key: str, sheet: str, kinds: set[str]) -> str:
        switch = self._on(sheet, self.nil[key.partition(".")[0]])
        said = (f'{switch}="{word}"' for word, kind in SWITCHES.items() if kind in kinds)
        return f"OR({','.join(said)})"

    def _text_cells(self, key: str) -> list[Place]:
        """Return where a text stands: its cell or its parts' cells, and its figures' sentence."""
        keys = next((s.text_keys for s in self.edition.sections if s.key == key), (key,))
        ends = [self.sentence[key]] if key in self.sentence else []
        return [*(self.texts[part] for part in keys), *ends]

    def areas(self, refs: Sequence[expr.Ref], *, sheet: str) -> list[str]:
        """Return the figures' cells as ranges, runs along a row or column joined."""
        places = [self._read_at(ref) for ref in refs]
        return [self._range(sheet, *run) for run in _runs(places)]

    def _read_at(self, ref: expr.Ref) -> Place:
        if ref.source == expr.LENGTH:
            return self.lengths[ref.key]
        if ref.source == expr.YEAR:
            return self.identity["year"]
        here = self.fields.get(ref.key) or self.small[ref.key]
        return self.beside[ref] if ref.source else here

    def _range(self, sheet: str, first: Place, last: Place) -> str:
        start = self._on(sheet, first)
        return start if first == last else f"{start}:{last.fixed}"

    @staticmethod
    def _on(sheet: str, place: Place) -> str:
        return place.fixed if place.sheet == sheet else place.absolute


def _runs(places: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    """Join neighbours, in the order given, into runs along one row or one column."""
    start = last = None
    step: tuple[int, int] | None = None
    for place in places:
        if start is not None and last is not None:
            move = (place.row - last.row, place.column - last.column)
            adjoins = place.sheet == last.sheet and move in {(1, 0), (0, 1)}
            if adjoins and step in {None, move}:
                last, step = place, move
                continue
            yield start, last
        start, last, step = place, place, None
    if start is not None and last is not None:
        yield start, last
