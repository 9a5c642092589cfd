"""The last step of every workbook: the values of its formulas, computed and kept with them.

openpyxl writes formulas without values, so previews and readers would see blanks until Excel
saves the file. IronCalc computes them; they are put into the sheets' XML. Time stamps are fixed,
so that the same input gives the same file.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook import Workbook

from nianbao.book.parts import MAIN, Parts, read, sheet_parts, unzip, written, zipped


_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def finished(book: Workbook) -> bytes:
    """Return the workbook as bytes, every formula with its value."""
    buffer = io.BytesIO()
    book.save(buffer)
    return with_values(buffer.getvalue())


def with_values(data: bytes) -> bytes:
    """Return the workbook with every formula's value computed by IronCalc."""
    parts = unzip(data)
    sheets = list(sheet_parts(parts).values())
    for name in sheets:  # openpyxl marks a styled blank as a number, which IronCalc reads as 0
        parts[name] = re.sub(rb' t="n"(?=></c>|/>)', b"", parts[name])
    parts["xl/styles.xml"] = _fonts_in_order(parts["xl/styles.xml"])
    model = evaluated(parts)
    for index, name in enumerate(sheets):
        parts[name] = _filled(parts[name], model, index)
    core = "docProps/core.xml"
    parts[core] = _DATES.sub(rb"\g<1>2021-01-01T00:00:00Z", parts[core])
    return zipped(parts)


_FORMATS = re.compile(rb"<conditionalFormatting.*</conditionalFormatting>", re.DOTALL)


def evaluated(parts: Parts) -> Any:
    """Return IronCalc's model of a workbook's parts, every formula computed.

    Conditional formats are left out: they change no value and take most of the time; so are the
    notes on cells, whose parts IronCalc looks for elsewhere.
    """
    import ironcalc  # noqa: PLC0415 - heavy, and only needed to write

    bare = {
        name: _FORMATS.sub(b"", data)
        for name, data in parts.items()
        if not name.startswith("xl/worksheets/_rels/")
    }
    with tempfile.TemporaryDirectory() as folder:  # IronCalc reads from a path only
        path = Path(folder) / "book.xlsx"
        path.write_bytes(zipped(bare))
        model = ironcalc.load_from_xlsx(os.fspath(path), "en", "UTC", "en")
    model.evaluate()
    return model


_FONT = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign",
    "sz", "color", "name", "family", "charset", "scheme",
)  # fmt: skip


def _fonts_in_order(styles: bytes) -> bytes:
    """Return the styles with each font's parts as Excel orders them; openpyxl does not."""
    root = read(styles)
    for font in root.iter(f"{MAIN}font"):
        font[:] = sorted(font, key=lambda part: _FONT.index(etree.QName(part).localname))
    return written(root)


def _filled(part: bytes, model: Any, index: int) -> bytes:
    root = read(part)
    for cell in root.iter(f"{MAIN}c"):
        formula = cell.find(f"{MAIN}f")
        if formula is not None:
            row, column = coordinate_to_tuple(str(cell.get("r")))
            _set(cell, model.get_cell_value(index, row, column))
    return written(root)


def _set(cell: etree._Element, value: object) -> None:
    holder = cell.find(f"{MAIN}v")
    if holder is None:
        holder = etree.SubElement(cell, f"{MAIN}v")
    kind, text = typed(value)
    holder.text = text
    if kind:
        cell.set("t", kind)
    elif "t" in cell.attrib:
        del cell.attrib["t"]


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
