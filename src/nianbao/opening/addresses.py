"""The addresses in the XML of a workbook: of cells, of what names point to."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lxml import etree

from nianbao import markup
from nianbao.form import column_number
from nianbao.layout import Place
from nianbao.markup import NS


_REF = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?"
)
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TWICE = Place("", 0, 0)
"""Where a name that is given twice stands: nowhere that a label could agree with."""


def at_of(formula: etree._Element) -> str:
    """Return the address of the cell that holds a formula."""
    cell = formula.getparent()
    return "" if cell is None else str(cell.get("r"))


def unseen(sheet: etree._Element) -> bool:
    """Return whether a sheet of the workbook is hidden."""
    return sheet.get("state", "visible") != "visible"


def defined_names(root: etree._Element) -> dict[str, Place]:
    """Return where each name of the workbook points; one given twice points nowhere."""
    found: dict[str, Place] = {}
    for name in root.iter(f"{NS}definedName"):
        place = referred(name.text or "")
        if place and name.get("localSheetId") is None:
            key = str(name.get("name"))
            found[key] = place if found.get(key, place) == place else _TWICE
    return found


@functools.lru_cache(maxsize=8)
def shared_names(section: bytes) -> Mapping[str, Place]:
    """Return the same of the bytes of the names alone, which are alike in most workbooks."""
    root = markup.parsed(b'<workbook xmlns="%s">%s</workbook>' % (NS[1:-1].encode(), section))
    return MappingProxyType(defined_names(root))


def positions(root: etree._Element) -> list[tuple[tuple[int, int], etree._Element]]:
    """Return the cells that hold something; one without a reference follows the one before."""
    found = []
    for cell in root.iter(f"{NS}c"):
        name = cell.get("r")
        if name is None:
            return list(_counted(root))
        if len(cell) and (at := position(name)):
            found.append((at, cell))
    return found


def _counted(root: etree._Element) -> Iterator[tuple[tuple[int, int], etree._Element]]:
    row = 0
    for line in root.iter(f"{NS}row"):
        said = str(line.get("r"))
        row, column = (int(said) if said.isdecimal() and len(said) < 8 else row + 1), 0
        for cell in line.iter(f"{NS}c"):
            row, column = position(str(cell.get("r"))) or (row, column + 1)
            if len(cell):
                yield (row, column), cell


@functools.lru_cache(maxsize=20_000)
def position(text: str) -> tuple[int, int] | None:
    """Return row and column of ``D7``."""
    match = _CELL.fullmatch(text)
    return (int(match[2]), column_number(match[1])) if match else None


@functools.lru_cache(maxsize=20_000)
def referred(text: str) -> Place | None:
    """Return the first cell of the area that a defined name refers to; None for anything else."""
    match = _REF.fullmatch(text) if len(text) < 300 else None
    if match is None:
        return None
    quoted, bare, letters, row = match.groups()
    return Place(quoted.replace("''", "'") if quoted else bare, int(row), column_number(letters))
