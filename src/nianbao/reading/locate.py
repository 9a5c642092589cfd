"""Find every figure of a returned workbook, by its defined name and by its labels.

Excel moves a name with its cell, so names survive inserted rows; labels survive copying to
another workbook. A figure is used where what is there of the two agrees; where they contradict
each other, or neither tells, it is lost and a finding (C08) says so. Never a figure by position
alone.
"""

from __future__ import annotations

import collections
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nianbao.errors import Catalogue, Finding
from nianbao.form import Box, Field, Label, Table
from nianbao.layout import Layout, Place, on_sheet
from nianbao.opening.package import Package, bare


@dataclass(frozen=True)
class Located:
    """Where the figures stand; a key that is not in ``places`` is lost.

    ``sheets`` are the titles of the sheets on which the tables were found, by table; ``intact``
    the tables that stand as the template has them.
    """

    places: dict[str, Place]
    findings: tuple[Finding, ...]
    sheets: Mapping[str, str] = field(default_factory=dict)
    intact: frozenset[str] = frozenset()


def locate(package: Package, layout: Layout, catalogue: Catalogue) -> Located:
    """Find the figures of every table, and say what was altered."""
    places: dict[str, Place] = {}
    findings: list[Finding] = []
    sheets: dict[str, str] = {}
    intact: set[str] = set()
    for table in layout.edition.tables:
        search = _Search(package, layout, catalogue, table)
        found = search.run()
        places |= found.places
        intact |= found.intact
        findings += found.findings
        if search.sheet:
            sheets[table.key] = search.sheet
    findings += _extra_sheets(package, layout, catalogue, set(sheets.values()))
    return Located(places, tuple(findings), sheets, frozenset(intact))


def _extra_sheets(
    package: Package, layout: Layout, catalogue: Catalogue, used: set[str]
) -> Iterator[Finding]:
    known = {*layout.sheets.values(), *(table.sheet for table in layout.edition.tables), *used}
    known |= {place.sheet for name, place in package.names.items() if name.startswith("nianbao.")}
    for title in package.titles:
        if title not in known and package.cells(title):
            yield catalogue["C08-extra"].finding(name=title[:40]).at(title, "")


ALIKE = 0.8
"""How many of a table's labels a sheet must hold to be taken for the table's."""


@dataclass
class _Search:
    package: Package
    layout: Layout
    catalogue: Catalogue
    table: Table

    def run(self) -> Located:
        if not self.sheet:
            finding = self.catalogue["C08-sheet"].finding(name=self.table.sheet)
            return Located({}, (finding.at(self.table.sheet, ""),))
        if self._untouched():
            places = {key: self.layout.fields[key] for key in self.table.fields}
            whole = frozenset({self.table.key})
            return Located(places, tuple(self._strays(places)), intact=whole)
        placed = {key: self._place(one) for key, one in self.table.fields.items()}
        places = {key: place for key, place in placed.items() if place is not None}
        found = [*self._label_findings(), *self._field_findings(places), *self._strays(places)]
        return Located(places, (*self._renamed(), *found))

    @functools.cached_property
    def sheet(self) -> str:
        """The title of the table's sheet: as named, as titled, or as its labels tell."""
        names = self.package.names
        named = collections.Counter(names[key].sheet for key in self.table.fields if key in names)
        for title, _ in named.most_common(1):
            if title in self.package.titles:
                return title
        if self.table.sheet in self.package.titles:
            return self.table.sheet
        known = {bare(label.text) for label in self.table.printed}
        alike = [
            title
            for title in self.package.titles
            if len(known & self.package.texts(title).keys()) > ALIKE * len(known)
        ]
        return alike[0] if len(alike) == 1 else ""

    def _renamed(self) -> Iterator[Finding]:
        if self.sheet != self.table.sheet:
            wording = self.catalogue["C08-renamed"]
            finding = wording.finding(expected=self.table.sheet, actual=self.sheet[:40])
            yield finding.at(self.sheet, "")

    def _untouched(self) -> bool:
        names, cells = self.package.names, self.package.cells(self.sheet)
        if self.sheet != self.table.sheet:
            return False
        if not self.layout.by_table[self.table.key].items() <= names.items():
            return False
        there = (cells.get(at) for at, _ in _printed(self.layout, self.table.key))
        due = (text for _, text in _printed(self.layout, self.table.key))
        return all(
            one is not None and (one.value == text or bare(one.value) == bare(text))
            for one, text in zip(there, due, strict=True)
        )

    # --- labels -----------------------------------------------------------------------------

    @functools.cached_property
    def labels(self) -> dict[Box, tuple[int, int]]:
        """Each label's expected box -> where it stands now; absent where that is unsure.

        A text that occurs as often as it should is matched in reading order.
        """
        wanted: dict[str, list[Box]] = {}
        for label, box in self.layout.labels(self.table):
            wanted.setdefault(bare(label.text), []).append(box)
        there = self.package.texts(self.sheet)
        return {
            box: at
            for text, boxes in wanted.items()
            if len(boxes) == len(there.get(text, ()))
            for box, at in zip(sorted(boxes), there[text], strict=True)
        }

    @functools.cached_property
    def _repeated(self) -> set[str]:
        """The labels that the table prints more than once."""
        texts = [label.text for label, _ in self.layout.labels(self.table)]
        return {text for text in texts if texts.count(text) > 1}

    def _label_findings(self) -> Iterator[Finding]:
        labels = [*(r.label for r in self.table.rows), *(c.label for c in self.table.columns)]
        own = {id(label) for label in labels}
        for label, box in self.layout.labels(self.table):
            if box not in self.labels:
                yield self._altered(label, box, carries=id(label) in own)

    def _altered(self, label: Label, box: Box, *, carries: bool) -> Finding:
        place = self._about(box)
        actual = self.package.at(place).value
        wording = self.catalogue["C08-label" if carries else "C08-heading"]
        shown = str(actual)[:60] if actual is not None else None
        return wording.finding(expected=label.text, actual=shown).at(self.sheet, place.cell)

    def _about(self, box: Box) -> Place:
        """Return where a label that is gone should stand, as its nearest neighbour moved."""
        found = [(abs(b.top - box.top) + abs(b.left - box.left), b) for b in self.labels]
        near = min(found)[1] if found else box
        row, column = self.labels.get(near, (near.top, near.left))
        down, right = row - near.top, column - near.left
        return Place(self.sheet, max(1, box.top + down), max(1, box.left + right))

    # --- figures ----------------------------------------------------------------------------

    def _place(self, one: Field) -> Place | None:
        named, labelled = self.package.names.get(one.key), self._by_labels(one)
        return labelled if named in {None, labelled} else None

    def _by_labels(self, one: Field) -> Place | None:
        header = self._header(one)
        box, own = on_sheet(one.box), on_sheet(one.row.label.boxes[0])
        start = self.labels.get(own)
        if start is None:
            return None
        if one.column.label.text in self._repeated:
            column = self._own_header(one, start)
        else:
            column = self.labels.get(header)
        if column is None:
            return None
        if own.top <= box.top <= own.bottom:
            row = start[0] + box.top - own.top
        else:  # the row's label stands above: table four
            row = column[0] + box.top - header.top
        return Place(self.sheet, row, column[1])

    def _own_header(self, one: Field, start: tuple[int, int]) -> tuple[int, int] | None:
        """Return the copy of a header, printed more than once, that belongs to a row's label.

        Its block ends where another row's label stands: to the right of a label above, or
        above a label on the left. Where such a label is gone nobody knows where the block ends,
        and a copy of the next one would pass for its own: then all copies must be there, unless
        all tell the same column.
        """
        header = self._header(one)
        above = header.top < on_sheet(one.row.label.boxes[0]).top
        at = self.package.texts(self.sheet).get(bare(one.column.label.text), [])
        starts = [self.labels.get(box) for box in self._starts(one)]
        if above:
            ends = [x[0] for x in starts if x and x[0] < start[0]]
            mine = [x for x in at if max(ends, default=0) < x[0] < start[0]]
        else:
            ends = [x[1] for x in starts if x and x[1] > start[1]]
            last = min(ends, default=start[1] + self.table.width)
            mine = [x for x in at if start[1] <= x[1] < last and x[0] > start[0]]
        if None in starts and not (above and len({b.left for b in one.column.label.boxes}) == 1):
            mine = [x for x in mine if x == self.labels.get(header)]
        return mine[0] if len(mine) == 1 else None

    def _starts(self, one: Field) -> Iterator[Box]:
        """Yield where the labels of the rows should stand that have another header than a field."""
        mine = self._header(one)
        for row in self.table.rows:
            other = self.table.fields.get(f"{self.table.key}.{row.key}.{one.column.key}")
            if other is None or self._header(other) != mine:
                yield on_sheet(row.label.boxes[0])

    @staticmethod
    def _header(one: Field) -> Box:
        above = [
            box
            for box in one.column.label.boxes
            if box.left == one.box.left and box.top < one.box.top
        ]
        return on_sheet(max(above))

    def _field_findings(self, found: dict[str, Place]) -> Iterator[Finding]:
        yield from (self._lost(key) for key in self.table.fields if key not in found)
        names = self.package.names
        if self.package.formulas and any(key not in names for key in found):
            yield self.catalogue["C08-unnamed"].finding().at(self.sheet, "")
        for key, place in found.items():
            was = self.layout.fields[key]
            if (place.row, place.column) != (was.row, was.column):
                name = self.layout.edition.name(key)
                finding = self.catalogue["C08-moved"].finding(
                    name=name, field=key, expected=was.cell, actual=place.cell
                )
                yield finding.at(place.sheet, place.cell)
                return  # one is enough: the others moved with it

    def _lost(self, key: str) -> Finding:
        named = self.package.names.get(key)
        usual = self.layout.fields[key]
        place = named if named is not None and named.sheet == self.sheet else usual
        name = self.layout.edition.name(key)
        return self.catalogue["C08-lost"].finding(name=name, field=key).at(place.sheet, place.cell)

    def _strays(self, found: dict[str, Place]) -> Iterator[Finding]:
        """Yield what stands in the other cells of a figure's box, which were one cell."""
        for key, others in self.table.wide:
            place = found.get(key)
            if place is None:
                continue
            for down, right in others:
                at = Place(place.sheet, place.row + down, place.column + right)
                actual = self.package.at(at).value
                if actual is not None and str(actual).strip():
                    yield self._stray(key, at, str(actual)[:60])

    def _stray(self, key: str, at: Place, actual: str) -> Finding:
        name = self.layout.edition.name(key)
        finding = self.catalogue["C08-stray"].finding(name=name, field=key, actual=actual)
        return finding.at(at.sheet, at.cell)


@functools.lru_cache(maxsize=64)
def _printed(layout: Layout, table: str) -> tuple[tuple[tuple[int, int], str], ...]:
    """Return the labels of a table: where each stands in an untouched workbook, and its text."""
    labels = layout.labels(layout.edition.table[table])
    return tuple(((box.top, box.left), label.text) for label, box in labels)
