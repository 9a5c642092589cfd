"""Whether the sheets show the unit and year that the hidden sheet says the workbook is of."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nianbao.check import quoted
from nianbao.codes import Code
from nianbao.errors import Finding
from nianbao.layout import LEFT, SWITCH, WHO, Layout, Place, cover
from nianbao.opening import formula
from nianbao.opening.formula_tree import Beyond
from nianbao.opening.package import EMPTY, Content, Package, bare
from nianbao.reading import anchors
from nianbao.reading.anchors import Anchor
from nianbao.report import Unit
from nianbao.words import Common


SECOND_LINE = "{unit}　{year}年度"
"""What stands above a table's grid."""

_NAMES = {"unit": WHO["name"], "year": WHO["year"]}


@dataclass(frozen=True)
class Shown:
    """Compares what the sheets show with the identity; ``sheets`` are the tables', as found."""

    package: Package
    layout: Layout
    common: Common
    identity: Mapping[str, str]
    sheets: Mapping[str, str]

    def findings(self) -> Iterator[Finding]:
        """Yield C11: another unit, code or year is an error; another level, title a warning.

        The same said in several places is said once, of the first.
        """
        if not self._as_sent():
            yield from {
                finding.message: finding for finding in reversed(list(self._all()))
            }.values()

    def _all(self) -> Iterator[Finding]:
        first = self.layout.cover
        if first.sheet in self.package.titles and first.sheet not in self.package.named_only:
            title = self.layout.edition.report_title
            yield from self._line(first.at(cover.TITLE), title)
            for key, anchor in _cover(self.layout).items():
                yield from self._cover(key, anchor)
        for title in self.sheets.values():
            yield from self._line(Place(title, SWITCH, LEFT), SECOND_LINE)

    def _as_sent(self) -> bool:
        """Whether every line shows what the template shows there; nearly always."""
        unit, year = self.identity["name"], self.identity["year"]
        due = {
            **{key: self.identity[key] for key in ("name", "code", "year")},
            "level": self._due("level"),
            "title": self.layout.edition.report_title.format(unit=unit, year=year),
            "line": SECOND_LINE.format(unit=unit, year=year),
        }
        cells, formulas = self.package.cells, self.layout.shows
        for kind, place in _lines(self.layout):
            content = cells(place.sheet).get(place[1:], EMPTY)
            if str(content.value) != due[kind]:
                return False
            if content.formula is not None and content.formula != formulas.get(place):
                return False
        return True

    # --- the cover's lines --------------------------------------------------------------------

    def _cover(self, key: str, anchor: Anchor) -> Iterator[Finding]:
        due = self._due(key)
        place = anchors.find(self.package, anchor).place
        if place is None or not due:
            return
        for said in self._said(self.package.at(place)):
            if said and bare(said) != bare(due):
                wording: Code = "C11-level" if key == "level" else "C11"
                if key == "name" and self._same_body(said, due):
                    wording = "C11-name"
                yield self._finding(wording, place, WHO[key], said, due)
                return

    def _due(self, key: str) -> str:
        said = self.identity[key]
        if key != "level":
            return said
        if said not in self.common.levels:
            return ""
        known = self.common.governments
        bodies = (self.identity[key] for key in ("under", "speaks_for"))
        return self.common.kind(Unit("", "", said, *(b if b in known else "" for b in bodies)))

    def _same_body(self, one: str, other: str) -> bool:
        """Whether two names differ only in how the body of one place is called: 人民政府."""
        return _core(bare(one), self._tails) == _core(bare(other), self._tails)

    @functools.cached_property
    def _tails(self) -> tuple[str, ...]:
        return tails(self.common)

    # --- lines with unit and year -------------------------------------------------------------

    def _line(self, place: Place, pattern: str) -> Iterator[Finding]:
        """Judge a line at its usual place, or wherever on the sheet it stands now."""
        if not self.identity["name"] or not self.identity["year"]:
            return
        due = pattern.format(unit=self.identity["name"], year=self.identity["year"])
        matcher = _matcher(pattern)
        texts = self.package.texts(place.sheet)
        at = [Place(place.sheet, *one) for text in texts if matcher.fullmatch(text)
              for one in texts[text]]  # fmt: skip
        for one in dict.fromkeys(at or [place]):
            for said in self._said(self.package.at(one)):
                finding = self._judged(one, said, due, matcher)
                if finding is not None:
                    yield finding
                    return

    def _judged(
        self, place: Place, said: str, due: str, matcher: re.Pattern[str]
    ) -> Finding | None:
        if not said or bare(said) == bare(due):
            return None
        match = matcher.fullmatch(bare(said))
        if match is None:
            return self._reworded(place, said, due)
        for key, own in (("unit", self.identity["name"]), ("year", self.identity["year"])):
            if match[key] and match[key] != bare(own):
                same = key == "unit" and self._same_body(match[key], own)
                wording: Code = "C11-name" if same else "C11"
                return self._finding(wording, place, _NAMES[key], match[key], own)
        return None

    def _reworded(self, place: Place, said: str, due: str) -> Finding | None:
        """Return the finding on a line that tells no unit and year, or others in other words."""
        moved = place.sheet in self.sheets.values() and bare(said) in self._printed
        known = bare(self.identity["name"]) in bare(said) and self.identity["year"] in said
        return None if moved or known else self._finding("C11-title", place, "标题", said, due)

    @functools.cached_property
    def _printed(self) -> frozenset[str]:
        """What stands above the tables besides: a row that was inserted brings it here."""
        tables = self.layout.edition.tables
        labels = {bare(label.text) for table in tables for label in table.printed}
        return frozenset({*labels, *(bare(table.heading) for table in tables)})

    def _finding(self, wording: Code, place: Place, name: str, said: str, due: str) -> Finding:
        values = {"name": name, "actual": quoted(said), "expected": due}
        return self.common.catalogue[wording].finding(**values).at(place.sheet, place.cell)

    # --- what a cell shows --------------------------------------------------------------------

    def _said(self, content: Content) -> Iterator[str]:
        """Yield what a cell shows, and what it will show when its formula is worked out."""
        unkept = content.unkept(seen=self.package.formulas)
        if content.value is not None and not unkept:
            yield _plain(content.said)
        if content.formula is not None and not self.package.slow:
            try:
                yield _plain(formula.worked_out(content.formula, self._cell))
            except Beyond:
                return

    def _cell(self, sheet: str, row: int, column: int) -> Any:
        if sheet not in self.package.titles:
            raise Beyond(sheet)
        return self.package.at(Place(sheet, row, column)).value


def tails(common: Common) -> tuple[str, ...]:
    """Return what is said of one body or left out: 乡 and 乡人民政府, 街道 and 街道办."""
    known = [name for level in common.levels.values() for name in level.suffixes if name]
    return tuple(
        {
            long.removeprefix(short)
            for short in known
            for long in known
            if long != short and long.startswith(short) and len(long) - len(short) > 1
        }
    )


def _core(name: str, endings: tuple[str, ...]) -> str:
    found = [end for end in endings if name.endswith(end) and len(name) > len(end)]
    return name.removesuffix(max(found, key=len)) if found else name


@functools.lru_cache(maxsize=64)
def _lines(layout: Layout) -> tuple[tuple[str, Place], ...]:
    """Return where the identity is shown in a workbook that nobody altered, with what of it."""
    tables = [("line", Place(t.sheet, SWITCH, LEFT)) for t in layout.edition.tables]
    return ("title", layout.cover.at(cover.TITLE)), *layout.who.items(), *tables


@functools.lru_cache(maxsize=64)
def _cover(layout: Layout) -> Mapping[str, Anchor]:
    return {key: Anchor("", place, WHO[key], 1) for key, place in layout.who.items()}


@functools.lru_cache(maxsize=16)
def _matcher(pattern: str) -> re.Pattern[str]:
    """Return the pattern of a line, without white space, whoever it names."""
    unit, year = "\1", "\2"
    text = re.escape(bare(pattern.format(unit=unit, year=year)))
    both = text.replace(unit, "(?P<unit>.*?)").replace(year, "(?P<year>[0-9]{4})")
    return re.compile(both)


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
