"""What the Excel of ``engine.py`` holds of a workbook: its parts, and each sheet's cells on demand.

Read from the XML here and nowhere else in this way: neither by the reader that is tested nor by
openpyxl, which takes a second for a workbook. Formulas are computed when asked to.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import Any

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import from_excel

import oox
from nianbao.book.models import Values, computed, filled, stored, texts
from nianbao.book.parts import sheet_parts
from nianbao.form import Box
from oox import At, M


_NO_REFERENCE = re.compile(rb"<(?:c|row)(?=[ />])(?![^>]* r=)")
TEXT_FORMAT = "@"


@dataclasses.dataclass(slots=True)
class Cell:
    """``value`` is the constant, or what the formula was last computed to."""

    value: Any = None
    formula: str | None = None
    style: int = 0

    @property
    def content(self):
        return self.value if self.formula is None else f"={self.formula}"


@dataclasses.dataclass(frozen=True)
class Style:
    locked: bool
    code: str

    @functools.cached_property
    def date(self) -> bool:
        return is_date_format(self.code)


class Held:
    """A sheet: cells that have an element, what merged areas cover, whether it is locked."""

    def __init__(self, book: Workbook, title: str) -> None:
        self.book, self.title = book, title
        self.tree = book.source.tree(title)
        self.elements = book.source.cells(title)
        self.cells = {where: self._cell(one) for where, one in self.elements.items()}
        self.changed: set[At] = set()
        areas = [Box.parse(str(one.get("ref"))) for one in self.tree.iter(f"{M}mergeCell")]
        self.covered = {w for area in areas for w in area if w != (area.top, area.left)}
        self.protected = any(
            one.get("sheet") in {"1", "true"} for one in self.tree.iter(f"{M}sheetProtection")
        )
        self.locked_whole = False

    def _cell(self, element: etree._Element) -> Cell:
        style, formula = int(element.get("s", "0")), element.find(f"{M}f")
        written = None if formula is None else formula.text or ""
        return Cell(self.book.dated(_value(element, self.book.strings), style), written, style)

    @property
    def end(self) -> At:
        rows, columns = {row for row, _ in self.cells}, {column for _, column in self.cells}
        return max(rows, default=1), max(columns, default=1)

    def value(self, where: At) -> Any:
        cell = self.cells.get(where)
        return None if cell is None or where in self.covered else cell.value

    def content(self, where: At) -> Any:
        cell = self.cells.get(where)
        return None if cell is None or where in self.covered else cell.content

    def locked(self, where: At) -> bool:
        cell = self.cells.get(where, Cell())
        return self.locked_whole or self.book.styles[cell.style].locked

    def put(self, where: At, value: Any) -> None:
        """What typing does: a text that begins with = is a formula, unless it is formatted text."""
        cell = self.cells.setdefault(where, Cell())
        kept = None if value == "" else value
        text = self.book.styles[cell.style].code == TEXT_FORMAT
        if isinstance(kept, str) and kept.startswith("=") and not text:
            cell.formula = kept[1:]
        else:
            cell.value, cell.formula = kept, None
        self.changed.add(where)
        self.book.dirty = True

    def compute(self, values: dict[At, Any]) -> None:
        for where, found in values.items():
            exact = float(f"{found:.15g}") if isinstance(found, float) else found
            cell = self.cells[where]
            cell.value = self.book.dated(None if exact == "" else exact, cell.style)

    def write(self) -> None:
        """Put what changed into the XML."""
        missing = {w: etree.Element(f"{M}c", r=oox.cell_name(w)) for w in self.changed}
        missing = {where: one for where, one in missing.items() if where not in self.elements}
        if missing:
            self.elements |= missing
            self.book.source._lay(self.title, self.elements)
        for where in self.changed:
            _write(self.elements[where], self.cells[where])
        self.changed.clear()


def _number(data: etree._Element) -> None:
    """Give cells without a reference the one they have by their order."""
    for down, row in enumerate(data, 1):
        row.set("r", row.get("r", str(down)))
        for across, one in enumerate(row, 1):
            others = dict(one.attrib)
            one.attrib.clear()
            one.set("r", others.pop("r", oox.cell_name((int(str(row.get("r"))), across))))
            one.attrib.update(others)


def _value(element: etree._Element, strings: list[str]) -> Any:
    kind, text = element.get("t", "n"), element.findtext(f"{M}v")
    if kind == "inlineStr":
        return "".join(texts(element)) or None
    if not text:
        return None
    match kind:
        case "s":
            return strings[int(text)]
        case "b":
            return text == "1"
        case "n":
            return float(text) if re.search("[.eE]", text) else int(text)
        case _:
            return text


def _write(element: etree._Element, cell: Cell) -> None:
    for child in list(element):
        element.remove(child)
    element.attrib.pop("t", None)
    if cell.formula is not None:
        etree.SubElement(element, f"{M}f").text = cell.formula
    elif isinstance(cell.value, bool):
        element.set("t", "b")
        etree.SubElement(element, f"{M}v").text = str(int(cell.value))
    elif isinstance(cell.value, str):
        element.set("t", "inlineStr")
        inside = etree.SubElement(etree.SubElement(element, f"{M}is"), f"{M}t")
        inside.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        inside.text = cell.value
    elif cell.value is not None:
        etree.SubElement(element, f"{M}v").text = repr(cell.value)


class Workbook:
    """A workbook's parts, its sheets on demand."""

    def __init__(self, data: bytes) -> None:
        self.data, self.source = data, oox.Book(data)
        self._repair()
        self.sheets: dict[str, Held] = {}
        self.dirty = False
        self.values: Values | None = None

    def _repair(self) -> None:
        """What Excel sets right when it opens a file, so that nothing else sees it."""
        once = set(self.source.names.values())
        for one in list(self.source.book.iter(f"{M}definedName")):
            if one.get("localSheetId") is None and one not in once:
                one.getparent().remove(one)
        for title in self.titles:
            part = self.source.parts[self.source.part(title)]
            if b"<!--" in part or part.count(b"<?") > 1:
                etree.strip_tags(self.source.tree(title), etree.Comment, etree.PI)
            if _NO_REFERENCE.search(part):
                _number(self.source.rows(title))

    @property
    def titles(self) -> list[str]:
        return self.source.titles

    def sheet(self, title: str) -> Held:
        if title not in self.sheets:
            if title not in self.titles:
                raise KeyError(title)
            self.sheets[title] = Held(self, title)
            if self.values is not None:
                self.sheets[title].compute(self.values[self.titles.index(title)])
        return self.sheets[title]

    def visible(self, title: str) -> bool:
        return self.source.entry(title).get("state", "visible") == "visible"

    def remove(self, title: str) -> None:
        self.source.sheets.remove(self.source.entry(title))
        self.sheets.pop(title, None)

    # --- what the parts say -----------------------------------------------------------------------

    @functools.cached_property
    def strings(self) -> list[str]:
        part = self.source.parts.get("xl/sharedStrings.xml")
        return ["".join(texts(one)) for one in etree.fromstring(part)] if part else []

    @functools.cached_property
    def styles(self) -> list[Style]:
        root = etree.fromstring(self.source.parts["xl/styles.xml"])
        own = {one.get("numFmtId"): str(one.get("formatCode")) for one in root.iter(f"{M}numFmt")}
        found = []
        for one in root.find(f"{M}cellXfs"):
            number, protection = one.get("numFmtId", "0"), one.find(f"{M}protection")
            locked = protection is None or protection.get("locked", "1") in {"1", "true"}
            found.append(Style(locked, own.get(number) or BUILTIN_FORMATS.get(int(number), "")))
        return found

    def dated(self, value: Any, style: int) -> Any:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not self.styles[style].date:
            return value
        try:
            return from_excel(value)
        except (ValueError, OverflowError):  # no such day
            return "#VALUE!"

    # --- computing --------------------------------------------------------------------------------

    def calculate(self) -> None:
        """Compute every formula, if anything was changed."""
        if not self.dirty:
            return
        for sheet in self.sheets.values():
            sheet.write()
        self.parts = self.source.files()
        self.values = computed(self.parts)
        for sheet in self.sheets.values():
            sheet.compute(self.values[self.titles.index(sheet.title)])
        self.dirty = False

    @property
    def saved(self) -> bytes:
        """The workbook as Excel would save it, formulas with their values."""
        if self.values is not None:
            names = list(sheet_parts(self.parts).values())
            done = {n: filled(self.parts[n], v) for n, v in zip(names, self.values, strict=True)}
            self.data = stored({**self.parts, **done})
        return self.data
