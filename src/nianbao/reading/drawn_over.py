"""What lies over a table or is pinned to it: pictures, text boxes, objects, notes with numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from nianbao import markup
from nianbao.check import quoted
from nianbao.codes import FaultCode
from nianbao.errors import Catalogue, Finding
from nianbao.form import Box, Table
from nianbao.layout import GRID, Layout, Place, cell_at, reference
from nianbao.opening.package import BROKEN, Package
from nianbao.reading.locate import Located
from nianbao.reading.second_tables import has_number


MOST = 200
"""Drawings and notes of a sheet that are looked at."""

SHOWN = 5
"""Covered cells that are named."""

MAKER = "nianbao"
"""The author of the notes on a workbook that was sent back."""

_OURS = re.compile(r"【\S{1,4} [A-Z]{1,2}[0-9]{1,2}[a-z]?】")
_KINDS: dict[str, FaultCode] = {
    "pic": "over-picture",
    "graphicFrame": "over-chart",
    "cxnSp": "over-line",
    "grpSp": "over-shape",
    "sp": "over-shape",
    "contentPart": "over-ink",
}
_ANCHORS = ("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor")
_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.DOTALL)
_ANCHOR = re.compile(rb"<x:Anchor>([\s0-9,.-]{7,200})</x:Anchor>")
_OBJECT = re.compile(rb'<x:ClientData[^>]*ObjectType="(\w+)"')
_MACRO = re.compile(rb"<x:FmlaMacro>\s*(?:\[0\]!)?(Nianbao\w+)\s*</x:FmlaMacro>")
_PIXELS = 9_525
"""English metric units of a pixel."""

FARTHEST = 2_000
"""Rows and columns up to which a size is turned into cells."""


class Drawn(NamedTuple):
    """Something drawn: what it is, what it says, and the cells it lies on."""

    kind: FaultCode
    text: str
    box: Box


@dataclass(frozen=True)
class DrawnOver:
    """Looks at what is attached to the sheets of the tables."""

    package: Package
    layout: Layout
    catalogue: Catalogue
    located: Located

    def findings(self) -> Iterator[Finding]:
        """Yield C16 for what covers cells of a table, C17 for notes that tell numbers."""
        if self.package.attached is None:
            return
        for table in self.layout.edition.tables:
            if table.key in self.located.sheets:
                yield from self._on(table, self.located.sheets[table.key])

    def _on(self, table: Table, title: str) -> Iterator[Finding]:
        parts = list(self.package.attached(title)) if self.package.attached else []
        threads = any(kind == "threadedComment" for kind, _ in parts)
        for kind, data in parts:
            try:
                if kind in {"drawing", "vmlDrawing"}:
                    read = drawn if kind == "drawing" else objects
                    yield from self._covering(table, title, list(read(data, table)))
                elif kind == "threadedComment" or not threads:
                    yield from self._notes(title, data)
            except BROKEN:
                continue  # Excel would drop the part, or ask

    def _covering(self, table: Table, title: str, found: list[Drawn]) -> Iterator[Finding]:
        last = max((p.row for p in self.located.places.values() if p.sheet == title), default=0)
        bottom = max(last, GRID - 1 + table.height)
        for one in found[:MOST]:
            top, low = max(one.box.top, GRID), min(one.box.bottom, bottom)
            left, right = one.box.left, min(one.box.right, table.width)
            if top > low or left > right:
                continue
            covered = self._named(title, Box(top, left, low, right))
            name = self.catalogue.fault(one.kind)
            if one.text:
                name += self.catalogue.fault("over-text", said=quoted(one.text))
            wording = self.catalogue["C16"].finding(name=name, actual=covered)
            yield wording.at(title, cell_at(top, left))

    def _notes(self, title: str, data: bytes) -> Iterator[Finding]:
        for cell, text in list(notes(data))[:MOST]:
            if has_number(text):
                yield self.catalogue["C17"].finding(actual=quoted(text)).at(title, cell)

    def _named(self, title: str, box: Box) -> str:
        """Return the covered figures' cells, as few words as possible; else the area."""
        there = sorted(
            (p for p in set(self.located.places.values()) if p.sheet == title and _inside(p, box)),
            key=lambda p: (p.row, p.column),
        )
        if not there:
            return reference(box)
        cells = "、".join(p.cell for p in there[:SHOWN])
        if len(there) <= SHOWN:
            return cells
        return self.catalogue.fault("over-more", cells=cells, count=len(there))


def _inside(place: Place, box: Box) -> bool:
    return box.top <= place.row <= box.bottom and box.left <= place.column <= box.right


# --- drawings ---------------------------------------------------------------------------------


def drawn(data: bytes, table: Table) -> Iterator[Drawn]:
    """Yield what a drawing part holds that can be seen.

    Raises:
        XMLSyntaxError: it is no XML.

    """
    for anchor in markup.parsed(data).iter(*_ANCHORS):
        shape = next((one for one in anchor.iter() if _local(one) in _KINDS), None)
        if shape is None or _hidden(anchor):
            continue
        box = _box(anchor, table)
        text = "".join(one.text or "" for one in anchor.iter("{*}t"))[:200].strip()
        kind: FaultCode = "over-box" if text and _local(shape) == "sp" else _KINDS[_local(shape)]
        yield Drawn(kind, text, box)


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _hidden(anchor: etree._Element) -> bool:
    named = next(anchor.iter("{*}cNvPr"), None)
    return named is not None and named.get("hidden") in {"1", "true"}


def _box(anchor: etree._Element, table: Table) -> Box:
    """Return the cells that an anchor spans; a size is turned into cells as ours are wide."""
    start, end = anchor.find("{*}from"), anchor.find("{*}to")
    (row, down), (column, across) = _corner(start) if start is not None else _at(anchor)
    if end is not None:
        (bottom, below), (right, beyond) = _corner(end)
        return Box(row, column, max(row, bottom - (not below)), max(column, right - (not beyond)))
    size = anchor.find("{*}ext")
    wide, high = (_whole(size.get(key)) if size is not None else 0 for key in ("cx", "cy"))
    top, bottom = _reach(row, down, high, lambda _: _HIGH)
    left, right = _reach(column, across, wide, lambda number: _width(number, table))
    return Box(top, left, bottom, right)


_HIGH = 20 * _PIXELS
"""A row as high as rows are by default: ours are higher, a cell too many is named."""


def _corner(node: etree._Element) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return row and column of a corner (1-based), each with the offset within."""
    said = {_local(one): _whole(one.text) for one in node}
    row, column = said.get("row", 0) + 1, said.get("col", 0) + 1
    return (row, said.get("rowOff", 0)), (column, said.get("colOff", 0))


def _at(anchor: etree._Element) -> tuple[tuple[int, int], tuple[int, int]]:
    node = anchor.find("{*}pos")
    x, y = (_whole(node.get(key)) if node is not None else 0 for key in "xy")
    return (1, y), (1, x)


def _reach(first: int, offset: int, length: int, size: Callable[[int], int]) -> tuple[int, int]:
    """Return the first and the last row or column of what begins at an offset from one."""
    while offset >= size(first) and first < FARTHEST:
        offset -= size(first)
        first += 1
    last, left = first, offset + length - size(first)
    while left > 0 and last < FARTHEST:
        last += 1
        left -= size(last)
    return first, last


def _width(column: int, table: Table) -> int:
    chars = table.widths[column - 1] if column <= len(table.widths) else 8
    return int(chars * 7 + 5) * _PIXELS


def _whole(text: str | None) -> int:
    said = (text or "").strip()
    return int(said) if said.isdecimal() and len(said) < 12 else 0


# --- old shapes -------------------------------------------------------------------------------


def objects(data: bytes, _table: Table) -> Iterator[Drawn]:
    """Yield the controls and pictures of a VML part, but for our buttons and for notes' boxes.

    Programs write it as they please, so it is searched, not parsed.
    """
    for shape in _SHAPE.findall(data):
        kind, anchor = _OBJECT.search(shape), _ANCHOR.search(shape)
        if anchor is None or _MACRO.search(shape) or (kind and kind[1] == b"Note"):
            continue
        numbers = [_whole(one) for one in anchor[1].decode("ascii", "replace").split(",")]
        if len(numbers) == 8:
            left, _, top, _, right, beyond, bottom, below = numbers
            yield Drawn(
                "over-object", "",
                Box(top + 1, left + 1, max(top, bottom - (not below)) + 1,
                    max(left, right - (not beyond)) + 1),
            )  # fmt: skip


# --- notes ------------------------------------------------------------------------------------


def notes(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield cell and text of the notes of a part, but for those of a workbook sent back.

    Raises:
        XMLSyntaxError: it is no XML.

    """
    root = markup.parsed(data)
    authors = [one.text or "" for one in root.iter("{*}author")]
    for one in root.iter("{*}comment", "{*}threadedComment"):
        text = "".join(part.text or "" for part in one.iter("{*}t", "{*}text"))[:1_000].strip()
        number = _whole(one.get("authorId"))
        author = authors[number] if number < len(authors) else ""
        if author != MAKER and not _OURS.match(text):
            yield str(one.get("ref"))[:12], text
