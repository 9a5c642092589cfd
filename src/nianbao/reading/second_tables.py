"""A second place where a table's labels stand with figures, and what is written beside a table."""

from __future__ import annotations

import collections
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nianbao import values
from nianbao.check import quoted
from nianbao.errors import Catalogue, Finding
from nianbao.form import Table
from nianbao.layout import GRID, MARGIN, SOURCES, Layout, Place, on_sheet
from nianbao.opening.package import Package, bare
from nianbao.reading.locate import Located
from nianbao.report import Cell


At = tuple[int, int]

ALIKE = 0.5
"""How many of a table's labels, laid out as the table has them, make a second one."""

MOST_NOTES = 5
"""Cells beside a table that are quoted."""

MOST_KNOWN = 500
_NUMBERED: dict[tuple[str, int, int], bool] = {}
"""Whether parts seen before, by title, checksum and size, hold such numbers."""

_NUMBER, _STRING = b'"><v>', b't="s"><v>'
_NUMBER_APART = re.compile(
    rb'<c r="(?:[CDF-Z]|[A-Z][A-Z]{1,2})[0-9]{1,7}"(?: s="[0-9]{1,5}")?(?: t="n")?><v>'
)
"""A number typed where no sheet of ours has one: 填报说明 has some in A, 上年对照 in B and E."""


@dataclass(frozen=True)
class SecondTables:
    """Looks for second tables; ``places`` are the figures as found, ``sheets`` the tables' own."""

    package: Package
    layout: Layout
    catalogue: Catalogue
    located: Located

    def findings(self) -> Iterator[Finding]:
        """Yield C15 for every second table, C17 for what stands beside a table."""
        tables = [one for one in self.layout.edition.tables if one.key in self.located.sheets]
        for table in tables:
            if all(key in self.located.places for key in table.fields):
                yield from self._beside(table)
        if self.package.slow:
            return
        for title in self.package.titles:
            if title not in self.located.sheets.values() and self._worth_it(title):
                texts = self.package.texts(title)
                for table in tables:
                    yield from self._second(table, title, texts)

    def _worth_it(self, title: str) -> bool:
        """Whether a sheet that somebody sees holds numbers where a sheet of ours has none."""
        if title in self.package.hidden:
            return False
        package = self.package
        if package.raw is None or package.known is None or title not in self._sides:
            return True
        key = (title, *package.known(title))
        if key not in _NUMBERED:
            if len(_NUMBERED) > MOST_KNOWN:
                _NUMBERED.clear()
            _NUMBERED[key] = _numbered(package.raw(title))
        return _NUMBERED[key]

    @functools.cached_property
    def _sides(self) -> set[str]:
        return set(self.layout.sheets.values())

    # --- on the table's own sheet -------------------------------------------------------------

    def _beside(self, table: Table) -> Iterator[Finding]:
        title = self.located.sheets[table.key]
        bottom, right = self._end(table)
        cells = self.package.cells(title)
        apart = [at for at in cells if at[0] > bottom or at[1] > right]
        apart = [at for at in sorted(apart) if not self._ours(title, at, right)]
        if not apart:
            return
        texts: dict[str, list[At]] = {}
        for at in apart:
            if isinstance(said := cells[at].value, str):
                texts.setdefault(bare(said), []).append(at)
        second = list(self._second(table, title, texts))
        yield from second
        if not second:
            yield from self._notes(title, apart)

    def _end(self, table: Table) -> At:
        """Return the last row and column of a table, where its figures are now."""
        last = GRID - 1 + table.height, table.width
        if table.key in self.located.intact:
            return last
        there = [self.located.places[key] for key in table.fields if key in self.located.places]
        rows = max((place.row for place in there), default=0)
        return max(rows, last[0]), max(max((p.column for p in there), default=0), last[1])

    def _ours(self, title: str, at: At, right: int) -> bool:
        """Whether a cell is of our margin of last year's figures."""
        content = self.package.at(Place(title, *at))
        if content.value in {None, ""}:
            return True
        if content.unkept(seen=self.package.formulas):
            return at[1] == right + 1
        starts = (MARGIN, *SOURCES.values())
        return at[1] == right + 1 and str(content.value).startswith(starts)

    def _notes(self, title: str, apart: Iterable[At]) -> Iterator[Finding]:
        said = ((at, self.package.at(Place(title, *at)).value) for at in apart)
        told = [(at, text) for at, value in said if has_number(text := str(value))]
        for at, text in told[:MOST_NOTES]:
            place = Place(title, *at)
            finding = self.catalogue["C17-beside"].finding(actual=quoted(text.strip()))
            yield finding.at(title, place.cell)

    # --- a second table -----------------------------------------------------------------------

    def _second(self, table: Table, title: str, texts: Mapping[str, list[At]]) -> Iterator[Finding]:
        offset = self._offset(table, texts)
        if offset is None:
            return
        pairs = [
            (key, own, Place(title, own.row + offset[0], own.column + offset[1]))
            for key, own in self.located.places.items()
            if key in table.fields
        ]
        there = [(key, own, other) for key, own, other in pairs if self._figure(key, other)]
        differ = [
            one for one in there if self._figure(one[0], one[1]) != self._figure(one[0], one[2])
        ]
        for key, own, other in (differ or there)[:1]:
            wording = self.catalogue["C15" if differ else "C15-same"]
            finding = wording.finding(
                name=self.layout.edition.name(key), field=key, table=table.sheet,
                expected=self._figure(key, own), actual=self._figure(key, other),
                own=f"{own.sheet} {own.cell}", other=f"{other.sheet} {other.cell}",
            )  # fmt: skip
            yield finding.at(other.sheet, other.cell)

    def _figure(self, key: str, place: Place) -> Cell:
        column = self.layout.edition.fields[key].column
        return values.figure(self.package.at(place).value, column)[0]

    def _offset(self, table: Table, texts: Mapping[str, list[At]]) -> At | None:
        """Return how far from the first a second table stands, by most of its labels."""
        down, right = self._moved(table)
        votes: collections.Counter[At] = collections.Counter()
        count = 0
        for label, box in self.layout.labels(table):
            count += 1
            for row, column in texts.get(bare(label.text), ()):
                votes[row - box.top - down, column - box.left - right] += 1
        for offset, number in votes.most_common(1):
            return offset if number > ALIKE * count else None
        return None

    def _moved(self, table: Table) -> At:
        """Return how far most of a table's figures are from where the template has them."""
        moves: collections.Counter[At] = collections.Counter()
        for key in table.fields:
            if key in self.located.places:
                box, now = on_sheet(table.fields[key].box), self.located.places[key]
                moves[now.row - box.top, now.column - box.left] += 1
        return moves.most_common(1)[0][0] if moves else (0, 0)


def _numbered(data: bytes) -> bool:
    """Whether somebody typed a number into a sheet where ours has none."""
    if b"<sheetData" not in data:
        return True  # in another encoding or with prefixes: it is read
    if data.find(_NUMBER) < 0 or data.count(_NUMBER) == data.count(_STRING):
        return False
    return _NUMBER_APART.search(data) is not None


def has_number(text: str) -> bool:
    """Return whether a text tells a number."""
    return any(c.isdecimal() for c in unicodedata.normalize("NFKC", text[:1_000]))
