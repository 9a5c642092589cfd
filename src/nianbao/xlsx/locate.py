"""Find every figure of a returned workbook, by its defined name and by its labels.

Excel moves a name with its cell, so names survive inserted rows; labels survive copying to
another workbook. A figure is used where what is there of the two agrees; where they contradict
each other, or neither tells, it is lost and a finding (C08) says so. Never a figure by position
alone.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from nianbao.errors import Catalogue, Finding
from nianbao.form import Box, Field, Label, Table
from nianbao.layout import Layout, Place, on_sheet
from nianbao.xlsx.package import Package


@dataclass(frozen=True)
class Located:
    """Where the figures stand; a key that is not in ``places`` is lost."""

    places: dict[str, Place]
    findings: tuple[Finding, ...]


def locate(package: Package, layout: Layout, catalogue: Catalogue) -> Located:
    """Find the figures of every table, and say what was altered."""
    places: dict[str, Place] = {}
    findings: list[Finding] = []
    for table in layout.edition.tables:
        found = _Search(package, layout, catalogue, table).run()
        places |= found.places
        findings += found.findings
    findings += _extra_sheets(package, layout, catalogue)
    return Located(places, tuple(findings))


def _extra_sheets(package: Package, layout: Layout, catalogue: Catalogue) -> Iterator[Finding]:
    known = {*layout.sheets.values(), *(table.sheet for table in layout.edition.tables)}
    named = {place.sheet for name, place in package.names.items() if name in layout.fields}
    for title in package.titles:
        if title not in known | named and package.cells(title):
            yield catalogue["C08-extra"].finding(name=title).at(title, "")


def bare(text: object) -> str:
    """Return a label as it is compared: without width variants and white space."""
    return _bare(str(text)[:1_000])


@functools.lru_cache(maxsize=4_096)
def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


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
            return Located({key: self.layout.fields[key] for key in self.table.fields}, ())
        places = {key: self._place(field) for key, field in self.table.fields.items()}
        found = {key: place for key, place in places.items() if place is not None}
        return Located(found, (*self._label_findings(), *self._field_findings(found)))

    @functools.cached_property
    def sheet(self) -> str:
        """The title of the table's sheet: as named, as titled, or as its labels tell."""
        for key in self.table.fields:
            place = self.package.names.get(key)
            if place is not None and place.sheet in self.package.titles:
                return place.sheet
        if self.table.sheet in self.package.titles:
            return self.table.sheet
        known = {bare(label.text) for label in self.table.printed}
        for title in self.package.titles:
            cells = self.package.cells(title)
            seen = {bare(c.value) for c in cells.values() if isinstance(c.value, str)}
            if len(known & seen) > 0.8 * len(known):
                return title
        return ""

    def _untouched(self) -> bool:
        names, cells = self.package.names, self.package.cells(self.sheet)
        if self.sheet != self.table.sheet:
            return False
        if any(names.get(key) != self.layout.fields[key] for key in self.table.fields):
            return False
        for label, box in self.layout.labels(self.table):
            content = cells.get((box.top, box.left))
            if content is None or bare(content.value) != bare(label.text):
                return False
        return True

    # --- labels -----------------------------------------------------------------------------

    @functools.cached_property
    def labels(self) -> dict[Box, tuple[int, int]]:
        """Each label's expected box -> where it stands now; absent where that is unsure.

        A text that occurs as often as it should is matched in reading order.
        """
        wanted: dict[str, list[Box]] = {}
        for label, box in self.layout.labels(self.table):
            wanted.setdefault(bare(label.text), []).append(box)
        there: dict[str, list[tuple[int, int]]] = {text: [] for text in wanted}
        for at, content in sorted(self.package.cells(self.sheet).items()):
            if isinstance(content.value, str) and (text := bare(content.value)) in there:
                there[text].append(at)
        return {
            box: at
            for text, boxes in wanted.items()
            if len(boxes) == len(there[text])
            for box, at in zip(sorted(boxes), there[text], strict=True)
        }

    def _label_findings(self) -> Iterator[Finding]:
        labels = [*(r.label for r in self.table.rows), *(c.label for c in self.table.columns)]
        own = {id(label) for label in labels}
        for label, box in self.layout.labels(self.table):
            if box not in self.labels:
                yield self._altered(label, box, carries=id(label) in own)

    def _altered(self, label: Label, box: Box, *, carries: bool) -> Finding:
        place = Place(self.sheet, box.top, box.left)
        actual = self.package.at(place).value
        wording = self.catalogue["C08-label" if carries else "C08-heading"]
        shown = str(actual)[:60] if actual is not None else None
        return wording.finding(expected=label.text, actual=shown).at(self.sheet, place.cell)

    # --- figures ----------------------------------------------------------------------------

    def _place(self, field: Field) -> Place | None:
        named, labelled = self.package.names.get(field.key), self._by_labels(field)
        if labelled is None:
            return None
        return labelled if named in {None, labelled} else None

    def _by_labels(self, field: Field) -> Place | None:
        header = self._header(field)
        column = self.labels.get(header)
        if column is None:
            return None
        box, own = on_sheet(field.box), on_sheet(field.row.label.boxes[0])
        start = self.labels.get(own)
        if start is None:
            return None
        if own.top <= box.top <= own.bottom:
            row = start[0] + box.top - own.top
        else:  # the row's label stands above: table four
            row = column[0] + box.top - header.top
        return Place(self.sheet, row, column[1])

    @staticmethod
    def _header(field: Field) -> Box:
        above = [
            box
            for box in field.column.label.boxes
            if box.left == field.box.left and box.top < field.box.top
        ]
        return on_sheet(max(above))

    def _field_findings(self, found: dict[str, Place]) -> Iterator[Finding]:
        unsure = [key for key in self.table.fields if key not in found]
        for key in unsure:
            if self._by_labels(self.table.fields[key]) is not None:
                yield self._lost(key)
        names = self.package.names
        if any(key not in names for key in found):
            yield self.catalogue["C08-unnamed"].finding().at(self.sheet, "")
        for key, place in found.items():
            was = self.layout.fields[key]
            if place != was:
                name = self.layout.edition.name(key)
                finding = self.catalogue["C08-moved"].finding(
                    name=name, field=key, expected=was.cell, actual=place.cell
                )
                yield finding.at(place.sheet, place.cell)
                return  # one is enough: the others moved with it

    def _lost(self, key: str) -> Finding:
        place = self.package.names.get(key) or self.layout.fields[key]
        name = self.layout.edition.name(key)
        return self.catalogue["C08-lost"].finding(name=name, field=key).at(place.sheet, place.cell)
