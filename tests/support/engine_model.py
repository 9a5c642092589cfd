"""What formulas come to, computed by IronCalc on a workbook's parts.

Loading a workbook takes IronCalc a hundred times as long as computing it. So what was loaded is
kept, and a workbook that differs from it in nothing but constants is set in it cell by cell.
"""

from __future__ import annotations

import collections
import functools
import hashlib
import html
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ironcalc
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple

from nianbao.book.computed import typed
from nianbao.book.parts import sheet_parts
from oox import At, M


Values = list[dict[At, Any]]
Constants = dict[bytes, tuple[bytes, bytes]]
"""Reference -> type and content."""

KEPT = 32
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_FORMULA = re.compile(rb"<f(?: [^>]*?)?(?:/>|>.*?</f>)", re.DOTALL)
_COMPUTED = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>/]*)>(%s).*?</c>' % _FORMULA.pattern, re.DOTALL)
_TYPE = re.compile(rb' t="([A-Za-z]*)"')
_FORMATS = re.compile(rb"<conditionalFormatting.*</conditionalFormatting>", re.DOTALL)
_HEAD = re.compile(rb"^<\?xml[^>]*\?>\s*")
_INLINE = re.compile(rb"<is><t(?: [^>]*)?>([^<]*)</t></is>")
_PLAIN = re.compile(rb"<v>([^<]*)</v>")


class _NotSimple(Exception):  # noqa: N818
    """A constant that is left to IronCalc's own loading."""


class _Loaded:
    """A model, and the constants that stand in it."""

    def __init__(self, parts: dict[str, bytes], constants: list[Constants]) -> None:
        self.constants = constants
        self.strings = _strings(parts)
        with tempfile.TemporaryDirectory() as folder:  # IronCalc reads from a path only
            path = Path(folder) / "book.xlsx"
            path.write_bytes(stored(_bare(parts)))
            self.model = ironcalc.load_from_xlsx(os.fspath(path), "en", "UTC", "en")

    def set(self, constants: list[Constants]) -> None:
        changes = [
            (number, ref, self._value(*new.get(ref, (b"", b""))))
            for number, (old, new) in enumerate(zip(self.constants, constants, strict=True))
            if old is not new
            for ref in {*old, *new}
            if old.get(ref) != new.get(ref)
        ]
        for number, ref, value in changes:
            _set(self.model, (number, *coordinate_to_tuple(ref.decode())), value)
        self.constants = constants

    def _value(self, kind: bytes, inside: bytes) -> Any:
        if not inside:
            return None
        found = (_INLINE if kind == b"inlineStr" else _PLAIN).fullmatch(inside)
        text = html.unescape(found[1].decode()) if found else None
        match kind, text:
            case b"inlineStr" | b"str", str():
                return text
            case b"s", str():
                return self.strings[int(text)]
            case b"b", "0" | "1":
                return text == "1"
            case b"" | b"n", str() if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
                return float(text)
        raise _NotSimple


def _set(model: Any, at: tuple[int, int, int], value: Any) -> None:
    match value:
        case None:
            model.clear_cell_contents(*at)
        case bool():
            model.update_cell_with_bool(*at, value)
        case str():
            model.update_cell_with_text(*at, value)
        case _:
            model.update_cell_with_number(*at, value)


_loaded: collections.OrderedDict[str, _Loaded] = collections.OrderedDict()


def computed(parts: dict[str, bytes]) -> Values:
    """The value of every formula, by sheet in the order of the workbook."""
    names = list(sheet_parts(parts).values())
    split = [_split(parts[name]) for name in names]
    model = _model(_key(parts, names, split), parts, [constants for _, constants, _ in split])
    model.evaluate()
    return [
        {at: model.get_cell_value(number, *at) for at in formulas}
        for number, (_, _, formulas) in enumerate(split)
    ]


def _model(key: str, parts: dict[str, bytes], constants: list[Constants]) -> Any:
    found = _loaded.pop(key, None)
    if found is not None:
        try:
            found.set(constants)
        except _NotSimple:
            found = None
    _loaded[key] = found or _Loaded(parts, constants)
    while len(_loaded) > KEPT:
        _loaded.popitem(last=False)
    return _loaded[key].model


def _key(parts: dict[str, bytes], names: list[str], split: list[Any]) -> str:
    """What two workbooks share that differ in constants only."""
    sheets = {name: digest for name, (digest, _, _) in zip(names, split, strict=True)}
    shared = sheets | {n: _HEAD.sub(b"", data) for n, data in parts.items() if n not in sheets}
    return hashlib.sha256(repr(sorted(shared.items())).encode()).hexdigest()


@functools.lru_cache(maxsize=128)
def _split(part: bytes) -> tuple[bytes, Constants, list[At]]:
    """A sheet's digest without constants and computed values; the constants; where formulas are."""
    constants: Constants = {}
    formulas: list[At] = []

    def emptied(match: re.Match[bytes]) -> bytes:
        kind, inside = _TYPE.search(match[2]), match[3] or b""
        formula = _FORMULA.search(inside)
        if formula:
            formulas.append(coordinate_to_tuple(match[1].decode()))
        elif inside:
            constants[match[1]] = (kind[1] if kind else b"", inside)
        return b"%s%s%s" % (match[1], _TYPE.sub(b"", match[2]), formula[0] if formula else b"")

    rest = _CELL.sub(emptied, _HEAD.sub(b"", part))
    assert len(formulas) == len(_FORMULA.findall(part)), "cells that are written otherwise"
    return hashlib.sha256(rest).digest(), constants, formulas


def filled(part: bytes, values: dict[At, Any]) -> bytes:
    """A sheet with the values of its formulas."""

    def fill(match: re.Match[bytes]) -> bytes:
        kind, text = typed(values[coordinate_to_tuple(match[1].decode())])
        marked = f' t="{kind}"'.encode() if kind else b""
        attributes = _TYPE.sub(b"", match[2]) + marked
        shown = f"<v>{html.escape(text, quote=False)}</v>".encode()
        return b'<c r="%s"%s>%s%s</c>' % (match[1], attributes, match[3], shown)

    return _COMPUTED.sub(fill, part)


def _bare(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Without what changes no value: IronCalc takes long over formats, and looks for notes."""
    return {
        name: _FORMATS.sub(b"", data)
        for name, data in parts.items()
        if not name.startswith("xl/worksheets/_rels/")
    }


def stored(parts: dict[str, bytes]) -> bytes:
    """A zip file that takes no time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _strings(parts: dict[str, bytes]) -> list[str]:
    part = parts.get("xl/sharedStrings.xml")
    return ["".join(texts(one)) for one in etree.fromstring(part)] if part else []


def texts(holder: etree._Element) -> Iterator[str]:
    """Yield the runs of a text without how they are pronounced."""
    for one in holder.iter(f"{M}t"):
        parent = one.getparent()
        if parent is not None and parent.tag != f"{M}rPh":
            yield one.text or ""
