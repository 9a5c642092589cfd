"""Templates for many units: one is built, the others differ in a few cells and are stamped.

The first order of a kind (edition, level, year, password) is drawn in full. For each further unit
only its cells are set in the model of the first, whose formulas IronCalc computes again, and the
cells that changed are replaced in the sheets' XML: no openpyxl, no drawing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from openpyxl.utils.cell import coordinate_to_tuple

from nianbao.book.models import evaluated, put, typed
from nianbao.book.order import Order
from nianbao.book.parts import Parts, sheet_parts, unzip, zipped
from nianbao.layout import BEFORE, Place
from nianbao.report import UNFIT
from nianbao.template.workbook import workbook


Value = int | float | str | None
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_FORMULA = re.compile(rb"<f>.*?</f>|<f/>", re.DOTALL)
_TYPE = re.compile(rb' t="[A-Za-z]+"')


def kind(order: Order) -> tuple[object, ...]:
    """Return what orders must share to be stamped from one template."""
    form = (order.edition.id, order.edition.digest, order.edition.local)
    unit = replace(order.unit, code="", name="")
    return (*form, unit, order.year, order.password, order.deadline)


def own_cells(order: Order) -> dict[Place, Value]:
    """Return every cell in which workbooks of one kind differ, with what the order puts there."""
    layout = order.layout
    cells: dict[Place, Value] = {
        layout.identity["code"]: order.unit.code,
        layout.identity["name"]: order.unit.name,
    }
    for ref, place in layout.beside.items():  # a row shows last year's figure in any case
        last_year = place._replace(column=BEFORE)
        cells[last_year] = order.before(ref.key)
        if ref.source == "register":
            cells[place] = order.register.get(ref.key)
    for key in order.edition.prefilled:
        value = order.figure(key)
        cells[layout.fields[key]] = None if isinstance(value, str) else value
    return cells


class Stamp:
    """A template of one kind, from which the workbooks of further units are stamped."""

    def __init__(self, order: Order) -> None:
        unit = replace(order.unit, code="", name="")
        bare = replace(order, unit=unit, previous=None, register={})
        if order.report is not None:
            raise ValueError("a filled workbook is no template")
        self.kind = kind(order)
        self.parts = unzip(workbook(bare))
        self.model = evaluated(self.parts)
        sheets = sheet_parts(self.parts)
        self.sheets = list(sheets.values())
        self.index = {title: number for number, title in enumerate(sheets)}
        self.formulas = dict(self._formulas())
        self.cached = {at: self._value(at) for at in self.formulas}

    def workbook(self, order: Order) -> bytes:
        """Return the unit's template, equal to what ``write.workbook`` would build.

        Raises:
            ValueError: the order is of another kind, or holds a report.

        """
        return zipped(self.stamped(order))

    def stamped(self, order: Order, parts: Mapping[str, bytes] | None = None) -> Parts:
        """Return the parts with the unit's cells; ``parts`` may add to ours (a macro project)."""
        if kind(order) != self.kind or order.report is not None:
            raise ValueError("an order of another kind")
        own = own_cells(order)
        for place, value in own.items():
            put(self.model, (self.index[place.sheet], place.row, place.column), value)
        self.model.evaluate()
        changes: list[dict[bytes, tuple[Value, bool]]] = [{} for _ in self.sheets]
        for place, value in own.items():
            changes[self.index[place.sheet]][place.cell.encode()] = (value, False)
        for at, cell in self.formulas.items():
            value = self._value(at)
            if value != self.cached[at]:
                changes[at[0]][cell] = (value, True)
        done = dict(self.parts if parts is None else parts)
        for name, cells in zip(self.sheets, changes, strict=True):
            if cells:
                done[name] = _patched(done[name], cells)
        return done

    def _formulas(self) -> Iterator[tuple[tuple[int, int, int], bytes]]:
        for number, name in enumerate(self.sheets):
            for match in _CELL.finditer(self.parts[name]):
                if match[3] is not None and match[3].startswith(b"<f"):
                    row, column = coordinate_to_tuple(match[1].decode())
                    yield (number, row, column), match[1]

    def _value(self, at: tuple[int, int, int]) -> Any:
        return self.model.get_cell_value(*at)


def _patched(part: bytes, cells: Mapping[bytes, tuple[Value, bool]]) -> bytes:
    def patch(match: re.Match[bytes]) -> bytes:
        if match[1] not in cells:
            return match[0]
        value, computed = cells[match[1]]
        attributes = _TYPE.sub(b"", match[2])
        head = b'<c r="%s"%s' % (match[1], attributes)
        if computed:
            formula = _FORMULA.match(match[3])
            return head + _computed(value, formula[0] if formula else b"")
        return head + _constant(value)

    return _CELL.sub(patch, part)


def _computed(value: Value, formula: bytes) -> bytes:
    kind_, text = typed(value)
    marked = f' t="{kind_}"'.encode() if kind_ else b""
    shown = f"<v>{_escaped(text)}</v>".encode() if text else b"<v></v>"
    return marked + b">" + formula + shown + b"</c>"


def _constant(value: Value) -> bytes:
    match value:
        case None:
            return b"/>"
        case str():
            keep = ' xml:space="preserve"' if value != value.strip() else ""
            return f' t="inlineStr"><is><t{keep}>{_escaped(value)}</t></is></c>'.encode()
        case _:
            return f' t="n"><v>{value:.16g}</v></c>'.encode()  # as openpyxl writes it


def _escaped(text: str) -> str:
    return html.escape(UNFIT.sub("", text), quote=False)


class Stamps:
    """The stamps made so far, one for each kind of order; at most a handful.

    ``finish`` is what is done to the first workbook of a kind, with which the others share it:
    the button's macro project is given so.
    """

    def __init__(self, finish: Callable[[bytes], bytes] | None = None) -> None:
        self.finish = finish
        self._made: dict[tuple[object, ...], tuple[Stamp, Parts]] = {}

    def workbook(self, order: Order) -> bytes:
        """Return the unit's template, from the stamp of its kind."""
        if kind(order) not in self._made:
            self._made[kind(order)] = self._make(order)
        stamp, parts = self._made[kind(order)]
        return zipped(stamp.stamped(order, parts))

    def _make(self, order: Order) -> tuple[Stamp, Parts]:
        stamp = Stamp(order)
        if self.finish is None:
            return stamp, stamp.parts
        return stamp, unzip(self.finish(zipped(stamp.parts)))
