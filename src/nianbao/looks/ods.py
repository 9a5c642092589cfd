"""How an OpenDocument workbook (.ods) shows its figures: it says what each cell displays."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree

from nianbao import markup
from nianbao.form import Box
from nianbao.looks import frames, merges, numberformat
from nianbao.looks.frames import Below, Columns, Frame, Rule
from nianbao.looks.styles import Look, number


_URN = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT, STYLE, FO = (
    f"{{{_URN}{name}:1.0}}" for name in ("office", "table", "text", "style", "xsl-fo-compatible")
)
_NUMBERS = {"float", "percentage", "currency"}
_LENGTH = re.compile(r"([0-9.]+)(in|cm|mm|pt|px)?")
_POINTS = {"in": 72, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "pt": 1, "px": 0.75, None: 1}
_CHARACTER = 7 * 0.75
"""Points that a digit of the usual font takes."""

_MOST_REPEATED, _DEEPEST = 1_000, 20


class OdsLooks:
    """The looks of one OpenDocument workbook, from its contents and its styles."""

    def __init__(self, content: bytes, styles: bytes | None) -> None:
        """Parse both.

        Raises:
            ValueError, XMLSyntaxError: they are not what they should be.

        """
        self.root = markup.parsed(content)
        self.styles: dict[tuple[str, str], etree._Element] = {}
        for root in (markup.parsed(styles) if styles else None, self.root):
            for one in root.iter(f"{STYLE}style") if root is not None else ():
                key = str(one.get(f"{STYLE}family")), str(one.get(f"{STYLE}name"))
                self.styles[key] = one
        self.changes = functools.cache(self._change)

    @functools.cached_property
    def tables(self) -> dict[str, etree._Element]:
        """The sheets by title."""
        return {str(one.get(f"{TABLE}name")): one for one in self.root.iter(f"{TABLE}table")}

    def sheet(self, title: str) -> tuple[dict[tuple[int, int], Look], Frame]:
        """Return how each filled cell of a sheet looks, and its frame."""
        table = self.tables[title]
        found, boxes, rows = dict[tuple[int, int], Look](), list[Box](), set[int]()
        columns, usual = self._columns(table)
        for row, line, cells in _rows(table):
            if self._is_hidden(line, "table-row", "row-height"):
                rows.add(row)
            for column, cell in cells:
                if box := _spanned(cell, row, column):
                    boxes.append(box)
                if cell.get(f"{OFFICE}value-type"):
                    style = cell.get(f"{TABLE}style-name") or usual(column)
                    found[row, column] = self._look(cell, style)
        below = Below(merges.merges(boxes), tuple(self._rules(table)))
        return found, Frame(columns, below, frozenset(rows))

    def _look(self, cell: etree._Element, style: str | None) -> Look:
        change = self.changes(style)
        told = change.get("code") and cell.get(f"{OFFICE}value-type") in _NUMBERS
        paragraphs = [_said(one) for one in cell if one.tag == f"{TEXT}p"] if told else []
        shown = "\n".join(paragraphs) if paragraphs else None
        return Look(**{**change, "code": numberformat.GENERAL}, shown=shown)

    # --- styles -------------------------------------------------------------------------------

    def _change(self, name: str | None) -> Mapping[str, Any]:
        """Return what a cell style says, by field of ``Look``, with what it inherits.

        Its ``code`` is only the name of a number format: without one nothing but the number is
        shown, whatever the cell may say (or not, as some programs write no texts).
        """
        found: dict[str, Any] = {}
        for one in reversed(list(self._inherited("table-cell", name))):
            found |= {"code": form} if (form := one.get(f"{STYLE}data-style-name")) else {}
            for part in one:
                if part.tag == f"{STYLE}text-properties":
                    found |= _font(part)
                elif part.tag == f"{STYLE}table-cell-properties":
                    found |= _paper(part)
        return found

    def _inherited(self, family: str, name: str | None) -> Iterator[etree._Element]:
        for _ in range(_DEEPEST):
            one = self.styles.get((family, str(name)))
            if one is None:
                return
            yield one
            name = one.get(f"{STYLE}parent-style-name")

    def _length(self, line: etree._Element, family: str, name: str) -> float | None:
        """Return a height or width in points."""
        for one in self._inherited(family, line.get(f"{TABLE}style-name")):
            for part in one:
                match = _LENGTH.fullmatch(part.get(f"{STYLE}{name}") or "")
                if match:
                    return number(match[1], 15) * _POINTS[match[2]]
        return None

    def _is_hidden(self, line: etree._Element, family: str, name: str) -> bool:
        if line.get(f"{TABLE}visibility") in {"collapse", "filter"}:
            return True
        length = self._length(line, family, name)
        return length is not None and length < frames.LEAST_HEIGHT

    def _columns(self, table: etree._Element) -> tuple[Columns, Callable[[int], str | None]]:
        """Return the columns, and how to tell the style of a column's cells."""
        widths, hidden = list[tuple[int, int, float]](), list[tuple[int, int]]()
        usual, column = list[tuple[int, str | None]](), 1
        for one in table.iter(f"{TABLE}table-column"):
            last = column + _repeated(one, "columns") - 1
            points = self._length(one, "table-column", "column-width")
            if points is not None:
                widths.append((column, last, points / _CHARACTER))
            if self._is_hidden(one, "table-column", "column-width"):
                hidden.append((column, last))
            usual.append((last, one.get(f"{TABLE}default-cell-style-name")))
            column = last + 1
        return (
            Columns(tuple(widths), frames.USUAL_WIDTH, tuple(hidden)),
            lambda at: next((name for last, name in usual if at <= last), None),
        )

    def _rules(self, table: etree._Element) -> Iterator[Rule]:
        for group in table.iter("{*}conditional-format"):
            said = next((v for k, v in group.attrib.items() if "target-range" in str(k)), "")
            areas = " ".join(re.sub(r"('[^']*'|[^.:\s]+)\.", "", str(said)).split()[:1_000])
            for one in group:
                names = (v for k, v in one.attrib.items() if str(k).endswith("apply-style-name"))
                name = next(names, None)
                if name is not None:
                    change = {k: v for k, v in self.changes(str(name)).items() if k != "code"}
                    yield Rule(tuple(merges.boxes(areas)), change)


def _font(part: etree._Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if colour := _colour(part.get(f"{FO}color")):
        found["ink"] = colour
    if (line := part.get(f"{STYLE}text-line-through-style")) is not None:
        found["struck"] = line != "none"
    if size := _LENGTH.fullmatch(part.get(f"{FO}font-size") or ""):
        found["size"] = number(size[1], 11) * _POINTS[size[2]]
    return found


def _paper(part: etree._Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if colour := _colour(part.get(f"{FO}background-color")):
        found["paper"] = colour
    if (repeat := part.get(f"{STYLE}repeat-content")) is not None:
        found["repeated"] = repeat == "true"
    if (shrink := part.get(f"{STYLE}shrink-to-fit")) is not None:
        found["shrunk"] = shrink == "true"
    return found


def _colour(said: str | None) -> str | None:
    match = re.fullmatch(r"#([0-9A-Fa-f]{6})", said or "")
    return match[1].upper() if match else None


# --- rows and cells ---------------------------------------------------------------------------


_CELLS = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}


def _rows(
    table: etree._Element,
) -> Iterator[tuple[int, etree._Element, list[tuple[int, etree._Element]]]]:
    """Yield number, element and cells of each row; of repeated filled ones, a thousand."""
    row = 1
    for line in table.iter(f"{TABLE}table-row"):
        cells = list(_cells(line))
        times = _repeated(line, "rows")
        shown = min(times, _MOST_REPEATED) if cells or line.get(f"{TABLE}visibility") else 1
        for at in range(row, row + shown):
            yield at, line, cells
        row += times


def _cells(line: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    column = 1
    for cell in line:
        if cell.tag in _CELLS:
            times = _repeated(cell, "columns")
            if len(cell) or cell.get(f"{OFFICE}value-type"):
                for at in range(column, column + min(times, _MOST_REPEATED)):
                    yield at, cell
            elif cell.get(f"{TABLE}number-columns-spanned"):
                yield column, cell
            column += times


def _repeated(one: etree._Element, what: str) -> int:
    said = one.get(f"{TABLE}number-{what}-repeated") or "1"
    return int(said) if said.isdecimal() and len(said) < 8 else 1


def _spanned(cell: etree._Element, row: int, column: int) -> Box | None:
    wide, high = (
        int(number(cell.get(f"{TABLE}number-{what}-spanned"), 1)) for what in ("columns", "rows")
    )
    return Box(row, column, row + high - 1, column + wide - 1) if wide * high > 1 else None


def _said(paragraph: etree._Element) -> str:
    """Return the text of a paragraph; blanks and breaks are elements of their own."""
    parts = [paragraph.text or ""]
    for one in paragraph:
        inner = " " if one.tag == f"{TEXT}s" else _said(one)
        parts += [inner, one.tail or ""]
    return "".join(parts)
