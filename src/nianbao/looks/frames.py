"""What a sheet does to all that stands on it: merges, hidden rows, widths, conditional formats.

These stand before and after the cells, and are the same bytes in most files of a run.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lxml import etree

from nianbao import markup
from nianbao.form import Box
from nianbao.looks.merges import Cell, Merges, boxes, merges, within
from nianbao.looks.styles import Change, number, on
from nianbao.markup import NS


USUAL_WIDTH = 8.43
"""Characters of a column whose width nobody set."""

LEAST_HEIGHT, LEAST_WIDTH = 2.0, 0.3
"""Points of a row, characters of a column, below which nothing in it can be seen."""


@dataclass(frozen=True)
class Rule:
    """A conditional format: where, what it changes (see ``Look``), and when, as far as told.

    ``change`` is what ``Styles.change`` takes; ``bare`` is whether it takes the
    number away and leaves an icon or a bar; ``when`` are an operator and two numbers.
    """

    boxes: tuple[Box, ...]
    change: Change = None
    bare: bool = False
    when: tuple[str, float, float] | None = None

    def may_hold(self, value: object) -> bool:
        """Return whether it may apply to a value; a formula is never computed here."""
        if self.when is None or not isinstance(value, int | float):
            return True
        operator, first, second = self.when
        return _HOLDS[operator](value, first, second)


_HOLDS: Mapping[str, Callable[[float, float, float], bool]] = {
    "lessThan": lambda value, a, _: value < a,
    "lessThanOrEqual": lambda value, a, _: value <= a,
    "greaterThan": lambda value, a, _: value > a,
    "greaterThanOrEqual": lambda value, a, _: value >= a,
    "equal": lambda value, a, _: value == a,
    "notEqual": lambda value, a, _: value != a,
    "between": lambda value, a, b: a <= value <= b,
    "notBetween": lambda value, a, b: not a <= value <= b,
}


@dataclass(frozen=True, eq=False)
class Columns:
    """Widths (first, last, characters) and hidden spans of columns; whether zeros are shown."""

    widths: tuple[tuple[int, int, float], ...] = ()
    usual: float = USUAL_WIDTH
    hidden: tuple[tuple[int, int], ...] = ()
    zeros: bool = True

    def is_hidden(self, column: int) -> bool:
        """Return whether a column is hidden."""
        return any(first <= column <= last for first, last in self.hidden)

    def width(self, column: int) -> float:
        """Return how many characters of a column are seen."""
        if self.is_hidden(column):
            return 0
        return next((w for a, b, w in self.widths if a <= column <= b), self.usual)


@dataclass(frozen=True, eq=False)
class Below:
    """What follows the cells of a sheet."""

    merges: Merges = field(default_factory=Merges)
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, eq=False)
class Frame:
    """The looks of a sheet that are not of single cells.

    ``lines`` is what holds its rows, or which of them are hidden.
    """

    columns: Columns = field(default_factory=Columns)
    below: Below = field(default_factory=Below)
    lines: etree._Element | frozenset[int] = frozenset()

    @functools.cached_property
    def rows(self) -> frozenset[int]:
        """The hidden rows."""
        return self.lines if isinstance(self.lines, frozenset) else _hidden_rows(self.lines)

    def room(self, at: Cell) -> float:
        """Return how many characters are seen of a cell, or of the area that begins there."""
        box = self.below.merges.first.get(at)
        last = box.right if box else at[1]
        return sum(self.columns.width(column) for column in range(at[1], min(last, 500) + 1))

    def rules(self, at: Cell) -> Iterator[Rule]:
        """Yield the conditional formats over a cell."""
        return (one for one in self.below.rules if any(within(box, at) for box in one.boxes))

    def is_hidden(self, at: Cell) -> bool:
        """Return whether a cell's row or column is hidden."""
        return at[0] in self.rows or self.columns.is_hidden(at[1])


BARE = Frame()


# --- Office Open XML --------------------------------------------------------------------------


_OTHER = (b"<!--", b"<![CDATA[", b"<?")
_START = b"<sheetData"
_POINT = {"", ".", "0", "e", "E", "+", " "}
"""What follows the first digit of a height that may be below two points; mostly it has two."""


def frame(data: bytes, end: int, root: etree._Element) -> Frame:
    """Return the frame of a sheet's part, whose cells ``root`` has and ``end`` ends."""
    start = data.find(_START)
    if 0 <= start < end:
        with contextlib.suppress(etree.XMLSyntaxError):  # another encoding, or no such cut
            columns = _COLUMNS.start(data, start, _columns)
            below = _BELOW.end(data, end, _below)
            if columns is not None and below is not None:
                return Frame(columns, below, root)
    whole = markup.parsed(data)
    return Frame(_columns(whole), _below(whole), root)


_Kept = TypeVar("_Kept")


class _Recent(Generic[_Kept]):
    """The last few starts or ends of sheets, and what was made of them.

    Comparing bytes is cheaper than hashing or copying them.
    """

    def __init__(self, most: int = 24) -> None:
        self.most, self.kept = most, list[tuple[bytes, bytes, _Kept]]()

    def start(
        self, data: bytes, length: int, make: Callable[[etree._Element], _Kept]
    ) -> _Kept | None:
        """Return what is made of what stands before the cells; None where that is unsure."""
        for known, _, made in self.kept:
            if len(known) == length and data.startswith(known):
                return made
        above = data[:length]
        return self._new(above, b"", above[max(above.find(b"<worksheet"), 0) :], make)

    def end(self, data: bytes, at: int, make: Callable[[etree._Element], _Kept]) -> _Kept | None:
        """Return what is made of what follows the cells, in the namespaces of the sheet."""
        opened = data.find(b"<worksheet")
        tag = data[opened : data.find(b">", opened) + 1] if opened >= 0 else b""
        for known, named, made in self.kept:
            if named == tag and len(known) == len(data) - at and data.endswith(known):
                return made
        below = data[at:]
        return self._new(below, tag, tag + below[len(markup.DATA_ENDS) :], make)

    def _new(
        self, key: bytes, tag: bytes, part: bytes, make: Callable[[etree._Element], _Kept]
    ) -> _Kept | None:
        if any(one in part for one in _OTHER):
            return None
        closed = part if tag else part + b"</worksheet>"
        found = make(markup.parsed(closed))
        self.kept = [(key, tag, found), *self.kept[: self.most - 1]]
        return found


_COLUMNS, _BELOW = _Recent[Columns](), _Recent[Below]()


def _columns(root: etree._Element) -> Columns:
    """Read views, usual width and columns."""
    usual, zeros = USUAL_WIDTH, True
    for view in root.iter(f"{NS}sheetView"):
        zeros = zeros and view.get("showZeros") not in {"0", "false"}
    for one in root.iter(f"{NS}sheetFormatPr"):
        usual = number(one.get("defaultColWidth"), usual)
    widths, hidden = list[tuple[int, int, float]](), list[tuple[int, int]]()
    for one in root.iter(f"{NS}col"):
        first, last = int(number(one.get("min"), 1)), int(number(one.get("max"), 1))
        width = number(one.get("width"), usual)
        widths.append((first, last, width))
        if on(one.get("hidden")) or width < LEAST_WIDTH:
            hidden.append((first, last))
    return Columns(tuple(widths), usual, tuple(hidden), zeros)


def _hidden_rows(root: etree._Element) -> frozenset[int]:
    found, row = set(), 0
    for line in root.iterchildren(f"{NS}sheetData"):
        for one in line.iterchildren(f"{NS}row"):
            said, high = one.get("r"), one.get("ht")
            row = int(said) if said and said.isdecimal() and len(said) < 8 else row + 1
            low = high is not None and high[1:2] in _POINT and number(high, 15) < LEAST_HEIGHT
            if low or on(one.get("hidden")):
                found.add(row)
    return frozenset(found)


def _below(root: etree._Element) -> Below:
    areas = (box for one in root.iter(f"{NS}mergeCell") for box in boxes(str(one.get("ref"))))
    return Below(merges(areas), tuple(_rules(root)))


def _rules(root: etree._Element) -> Iterator[Rule]:
    """Yield the conditional formats, those of the newer block as well."""
    for group in root.iter("{*}conditionalFormatting"):
        named = [str(one.text) for one in group if _name(one) == "sqref"]
        where = tuple(boxes(" ".join([str(group.get("sqref") or ""), *named])))
        for one in group:
            if _name(one) == "cfRule" and where:
                yield Rule(where, _change(one), _bare(one), _when(one))


def _name(one: etree._Element) -> str:
    return etree.QName(one).localname


def _change(rule: etree._Element) -> int | etree._Element | None:
    own = next((one for one in rule if _name(one) == "dxf"), None)
    said = str(rule.get("dxfId"))
    return own if own is not None else int(said) if said.isdecimal() and len(said) < 7 else None


def _bare(rule: etree._Element) -> bool:
    return any(one.get("showValue") in {"0", "false"} for one in rule)


def _when(rule: etree._Element) -> tuple[str, float, float] | None:
    operator = str(rule.get("operator"))
    if rule.get("type") != "cellIs" or operator not in _HOLDS:
        return None
    said = [str(one.text) for one in rule if _name(one) in {"formula", "f"}]
    try:
        first, second = float(said[0]), float(said[-1])
    except (IndexError, ValueError):
        return None
    return operator, first, second
