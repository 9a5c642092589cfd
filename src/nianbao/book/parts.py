"""The parts of a workbook of our own making: unzipped, its sheets by title, one added, zipped.

What comes back is another matter: see ``opening``.
"""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from nianbao import markup


Parts = dict[str, bytes]
"""Name -> content, in the order of the file."""

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "[Content_Types].xml"
STAMP = (1980, 1, 1, 0, 0, 0)

_BOOK, _BOOK_RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ID = f"{{{RELATIONS}}}id"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def unzip(data: bytes) -> Parts:
    """Return the parts of a workbook of our own making, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts) -> bytes:
    """Return the parts as a zip file without time stamps."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def read(part: bytes) -> etree._Element:
    """Return the root element of a part."""
    return markup.parsed(part)


def written(root: etree._Element) -> bytes:
    """Return a part's bytes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def sheet_parts(parts: Parts) -> dict[str, str]:
    """Return the name of each sheet's part by the sheet's title, in the order of the workbook."""
    relations = read(parts[_BOOK_RELATIONS])
    targets = {one.get("Id"): str(one.get("Target")) for one in relations}
    return {
        str(sheet.get("name")): "xl/" + targets[sheet.get(_ID)].removeprefix("/xl/")
        for sheet in read(parts[_BOOK]).iter(f"{MAIN}sheet")
    }


def add_hidden_sheet(parts: Parts, title: str, content: bytes, relation: str) -> None:
    """Add a very hidden sheet behind the others; ``relation`` is the id it is listed by."""
    root = read(parts[_BOOK])
    sheets = root.find(f"{MAIN}sheets")
    if sheets is None:
        raise ValueError("no sheets")
    number = 1 + len(sheets)
    name = f"xl/worksheets/sheet{number}.xml"
    parts[name] = content
    _append(parts, TYPES, "Override", PartName=f"/{name}", ContentType=_SHEET_TYPE)
    _append(
        parts, _BOOK_RELATIONS, "Relationship",
        Id=relation, Type=f"{RELATIONS}/worksheet", Target=f"/{name}",
    )  # fmt: skip
    one = etree.SubElement(sheets, f"{MAIN}sheet", name=title, sheetId=str(number))
    one.set("state", "veryHidden")
    one.set(_ID, relation)
    parts[_BOOK] = written(root)


def _append(parts: Parts, name: str, tag: str, **attributes: str) -> None:
    """Add an element at the end of a part; the bytes before it stay."""
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    head, end, rest = parts[name].rpartition(b"</")
    parts[name] = b"%s<%s%s/>%s%s" % (head, tag.encode(), said.encode(), end, rest)
