"""What a workbook's formulas come to, computed by IronCalc on its parts.

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
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple

from nianbao.book.parts import MAIN, Parts, read, sheet_parts


At = tuple[int, int]
"""Row and column."""

Values = list[dict[At, Any]]
"""By sheet, in the order of the workbook."""

Constants = dict[bytes, tuple[bytes, bytes]]
"""Reference -> type and content."""

KEPT = 8
"""Models at a time; one takes some 6 MB."""

_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_FORMULA = re.compile(rb"<f(?: [^>]*?)?(?:/>|>.*?</f>)", re.DOTALL)
_COMPUTED = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>/]*)>(%s).*?</c>' % _FORMULA.pattern, re.DOTALL)
_TYPE = re.compile(rb' t="([A-Za-z]*)"')
_FORMATS = re.compile(rb"<conditionalFormatting.*</conditionalFormatting>", re.DOTALL)
_HEAD = re.compile(rb"^<\?xml[^>]*\?>\s*")
_INLINE = re.compile(rb"<is><t(?: [^>]*)?>([^<]*)</t></is>")
_PLAIN = re.compile(rb"<v>([^<]*)</v>")


def evaluated(parts: Parts) -> Any:
    """Return IronCalc's model of a workbook's parts, the caller's own, every formula computed."""
    model = _model(parts)
    model.evaluate()
    return model


def computed(parts: Parts) -> Values:
    """Return the value of every formula."""
    names = list(sheet_parts(parts).values())
    split = [_split(parts[name]) for name in names]
    model = _set_to(_key(parts, names, split), parts, [constants for _, constants, _ in split])
    model.evaluate()
    return [
        {at: model.get_cell_value(number, *at) for at in formulas}
        for number, (_, _, formulas) in enumerate(split)
    ]


def filled(part: bytes, values: Mapping[At, Any]) -> bytes:
    """Return a sheet with the values of its formulas."""

    def fill(match: re.Match[bytes]) -> bytes:
        kind, text = typed(values[coordinate_to_tuple(match[1].decode())])
        marked = f' t="{kind}"'.encode() if kind else b""
        attributes = _TYPE.sub(b"", match[2]) + marked
        shown = html.escape(text, quote=False).replace("\r", "&#13;").encode()
        return b'<c r="%s"%s>%s<v>%s</v></c>' % (match[1], attributes, match[3], shown)

    return _COMPUTED.sub(fill, part)


def typed(value: object) -> tuple[str, str]:
    """Return a formula's value as a cell's type ("" for a number) and text."""
    match value:
        case None:
            return "str", ""
        case bool():
            return "b", "1" if value else "0"
        case int() | float():
            return "", f"{value:.15g}"
        case str() if value.startswith("#") and value.endswith(("!", "?", "A")):
            return "e", value
        case _:
            return "str", str(value)


def _model(parts: Parts) -> Any:
    """Load a model without what changes no value.

    Conditional formats take most of the time; the parts of notes IronCalc looks for elsewhere.
    """
    import ironcalc  # noqa: PLC0415 - heavy, and only needed to write

    bare = {
        name: _FORMATS.sub(b"", data)
        for name, data in parts.items()
        if not name.startswith("xl/worksheets/_rels/")
    }
    with tempfile.TemporaryDirectory() as folder:  # IronCalc reads from a path only
        path = Path(folder) / "book.xlsx"
        path.write_bytes(stored(bare))
        return ironcalc.load_from_xlsx(os.fspath(path), "en", "UTC", "en")


_CONSULTED = "xl/workbook", "xl/_rels/", "xl/styles", "xl/sharedStrings", "xl/tables/"
"""The parts that values may follow from, beside the sheets."""


class _NotSimple(Exception):  # noqa: N818
    """A constant that is left to IronCalc's own loading."""


class _Loaded:
    """A model, and the constants that stand in it."""

    def __init__(self, parts: Parts, constants: list[Constants]) -> None:
        self.constants = constants
        self.strings = _strings(parts)
        self.model = _model(parts)

    def set(self, constants: list[Constants]) -> None:
        changes = [
            (number, ref, self._value(*new.get(ref, (b"", b""))))
            for number, (old, new) in enumerate(zip(self.constants, constants, strict=True))
            if old is not new
            for ref in {*old, *new}
            if old.get(ref) != new.get(ref)
        ]
        for number, ref, value in changes:
            put(self.model, (number, *coordinate_to_tuple(ref.decode())), value)
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


def put(model: Any, at: tuple[int, int, int], value: object) -> None:
    """Set a cell (sheet, row and column) of a model to a constant; ``None`` empties it."""
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


def _set_to(key: str, parts: Parts, constants: list[Constants]) -> Any:
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


def _key(parts: Parts, names: list[str], split: list[tuple[bytes, Constants, list[At]]]) -> str:
    """Return what two workbooks share that differ in constants only."""
    digests = {name: digest for name, (digest, _, _) in zip(names, split, strict=True)}
    others = {n: _HEAD.sub(b"", data) for n, data in parts.items() if n.startswith(_CONSULTED)}
    return hashlib.sha256(repr(sorted((digests | others).items())).encode()).hexdigest()


@functools.lru_cache(maxsize=128)
def _split(part: bytes) -> tuple[bytes, Constants, list[At]]:
    """Return a sheet's digest without values, its constants, and where its formulas stand."""
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
    if len(formulas) != len(_FORMULA.findall(part)):
        raise ValueError("cells that are written otherwise")
    return hashlib.sha256(rest).digest(), constants, formulas


def stored(parts: Parts) -> bytes:
    """Return a zip file that takes no time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _strings(parts: Parts) -> list[str]:
    part = parts.get("xl/sharedStrings.xml")
    return ["".join(texts(one)) for one in read(part)] if part else []


def texts(holder: etree._Element) -> Iterator[str]:
    """Yield the runs of a text without how they are pronounced."""
    for one in holder.iter(f"{MAIN}t"):
        parent = one.getparent()
        if parent is not None and parent.tag != f"{MAIN}rPh":
            yield one.text or ""
