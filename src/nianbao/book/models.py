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
_HIDDEN = re.compile(rb"<row [^>]*hidden=[^>]*>")  # SUBTOTAL leaves such rows out
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
    strings = _strings(parts.get("xl/sharedStrings.xml", b""))
    constants = [_inline(one, strings) if strings else one for _, one, _ in split]
    model = _set_to(_key(parts, [digest for digest, _, _ in split]), parts, constants)
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


class _NotSimple(Exception):  # noqa: N818
    """A constant that is left to IronCalc's own loading."""


class _Loaded:
    """A model, and the constants that stand in it."""

    def __init__(self, parts: Parts, constants: list[Constants]) -> None:
        self.constants = constants
        self.model = _model(parts)

    def set(self, constants: list[Constants]) -> None:
        changes = [
            (number, ref, _value(*new.get(ref, (b"", b""))))
            for number, (old, new) in enumerate(zip(self.constants, constants, strict=True))
            if old is not new
            for ref in {*old, *new}
            if old.get(ref) != new.get(ref)
        ]
        for number, ref, value in changes:
            put(self.model, (number, *coordinate_to_tuple(ref.decode())), value)
        self.constants = constants


def _value(kind: bytes, inside: bytes) -> Any:
    if not inside:
        return None
    found = (_INLINE if kind == b"inlineStr" else _PLAIN).fullmatch(inside)
    text = html.unescape(found[1].decode()) if found else None
    match kind, text:
        case b"inlineStr" | b"str", str():
            return text
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


_loaded: collections.OrderedDict[bytes, _Loaded] = collections.OrderedDict()


def _set_to(key: bytes, parts: Parts, constants: list[Constants]) -> Any:
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


def _key(parts: Parts, digests: list[bytes]) -> bytes:
    """Return what two workbooks share whose values differ in consequence of constants only."""
    return b"".join([*digests, _HEAD.sub(b"", parts["xl/workbook.xml"])])


def _inline(constants: Constants, strings: list[str]) -> Constants:
    """Return the constants with the texts themselves in place of their numbers."""
    return {
        ref: (b"str", f"<v>{html.escape(strings[int(inside[3:-4])])}</v>".encode())
        if kind == b"s"
        else (kind, inside)
        for ref, (kind, inside) in constants.items()
    }


@functools.lru_cache(maxsize=128)
def _split(part: bytes) -> tuple[bytes, Constants, list[At]]:
    """Return the digest of a sheet's formulas and hidden rows, its constants, where formulas are.

    Raises:
        ValueError: cells are written as neither Excel nor openpyxl does.

    """
    constants: Constants = {}
    formulas: list[At] = []
    digest = hashlib.sha256(b"".join(_HIDDEN.findall(part)))
    for match in _CELL.finditer(part):
        kind, inside = _TYPE.search(match[2]), match[3] or b""
        formula = _FORMULA.search(inside)
        if formula:
            formulas.append(coordinate_to_tuple(match[1].decode()))
            digest.update(b"%s %s" % (match[1], formula[0]))
        elif inside:
            constants[match[1]] = (kind[1] if kind else b"", inside)
    if len(formulas) != len(_FORMULA.findall(part)):
        raise ValueError("cells that are written otherwise")
    return digest.digest(), constants, formulas


def stored(parts: Parts) -> bytes:
    """Return a zip file that takes no time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@functools.lru_cache(maxsize=8)
def _strings(part: bytes) -> list[str]:
    return ["".join(texts(one)) for one in read(part)] if part else []


def texts(holder: etree._Element) -> Iterator[str]:
    """Yield the runs of a text without how they are pronounced."""
    for one in holder.iter(f"{MAIN}t"):
        parent = one.getparent()
        if parent is not None and parent.tag != f"{MAIN}rPh":
            yield one.text or ""
