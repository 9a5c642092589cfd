"""A workbook as XML to be damaged: rows moved with or without the names, sheets, raw cells.

Moves cells as Excel does (``names=True``) or as openpyxl and scripts do (the names stay).
"""

from __future__ import annotations

import copy
import functools
import io
import re
import zipfile
from collections.abc import Callable

from lxml import etree

from nianbao.form import Box, column_number
from nianbao.layout import letters, reference


NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
M = f"{{{NS}}}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATIONS = "xl/_rels/workbook.xml.rels"
_REFERENCE = re.compile(
    r"(?P<sheet>(?:'[^']+'|[^\s'\"!()<>=,;&+*/-]+)!)?\$(?P<column>[A-Z]{1,3})\$(?P<row>[0-9]{1,7})"
)
_NO_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)
At = tuple[int, int]
Move = Callable[[At], At | None]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@functools.cache
def at(cell: str) -> At:
    match = re.fullmatch(r"([A-Z]+)(\d+)", cell)
    assert match, cell
    return int(match[2]), column_number(match[1])


def cell_name(where: At) -> str:
    return f"{letters(where[1])}{where[0]}"


class Book:
    """The parts of a workbook; sheets are changed as trees and written when packed."""

    def __init__(self, data: bytes) -> None:
        self.parts = parts(data)
        self.book = etree.fromstring(self.parts["xl/workbook.xml"])
        self.trees: dict[str, etree._Element] = {}

    def data(self) -> bytes:
        return packed(self.files())

    def files(self) -> dict[str, bytes]:
        """The parts as they are now."""
        for name, tree in self.trees.items():
            self.parts[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
        self.parts["xl/workbook.xml"] = etree.tostring(self.book, encoding="UTF-8")
        return self.parts

    # --- sheets ---------------------------------------------------------------------------------

    @property
    def sheets(self) -> etree._Element:
        found = self.book.find(f"{M}sheets")
        assert found is not None
        return found

    @property
    def titles(self) -> list[str]:
        return [str(one.get("name")) for one in self.sheets]

    def entry(self, title: str) -> etree._Element:
        return next(one for one in self.sheets if one.get("name") == title)

    def part(self, title: str) -> str:
        relations = etree.fromstring(self.parts[RELATIONS])
        wanted = self.entry(title).get(f"{R}id")
        target = next(str(one.get("Target")) for one in relations if one.get("Id") == wanted)
        return "xl/" + target.removeprefix("/xl/").removeprefix("xl/")

    def tree(self, title: str) -> etree._Element:
        name = self.part(title)
        if name not in self.trees:
            self.trees[name] = etree.fromstring(self.parts[name])
        return self.trees[name]

    def rows(self, title: str) -> etree._Element:
        found = self.tree(title).find(f"{M}sheetData")
        assert found is not None
        return found

    def add_sheet(self, title: str, tree: etree._Element) -> None:
        number = 1 + sum(name.startswith("xl/worksheets/sheet") for name in self.parts)
        name = f"xl/worksheets/sheet{number}.xml"
        self.trees[name], self.parts[name] = tree, b""
        relation = (
            f'<Relationship Id="rNew{number}" Target="/{name}" Type="http://schemas.openxmlformats'
            '.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
        )
        self.parts[RELATIONS] = self.parts[RELATIONS].replace(
            b"</Relationships>", relation.encode()
        )
        one = etree.SubElement(self.sheets, f"{M}sheet", name=title, sheetId=str(100 + number))
        one.set(f"{R}id", f"rNew{number}")

    def attach(self, title: str, kind: str, content: bytes) -> None:
        """Relate a part (a drawing, notes) to a sheet, as Excel does."""
        number = 1 + len(self.parts)
        folder, _, own = self.part(title).rpartition("/")
        name, rels = f"xl/attached/{kind}{number}.xml", f"{folder}/_rels/{own}.rels"
        self.parts[name] = content
        root = etree.fromstring(self.parts.get(rels, _NO_RELATIONS))
        url = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        etree.SubElement(
            root, f"{{{root.nsmap[None]}}}Relationship",
            Id=f"rA{number}", Target=f"/{name}", Type=f"{url}/{kind}",
        )  # fmt: skip
        self.parts[rels] = etree.tostring(root)

    def copy_sheet(self, title: str, to: str) -> None:
        self.add_sheet(to, copy.deepcopy(self.tree(title)))

    # --- names ----------------------------------------------------------------------------------

    @property
    def names(self) -> dict[str, etree._Element]:
        found = self.book.iter(f"{M}definedName")
        return {str(one.get("name")): one for one in found if one.get("localSheetId") is None}

    def name_moves(self, title: str, move: Callable[[str], str]) -> None:
        for one in self.names.values():
            sheet, _, cell = (one.text or "").rpartition("!")
            if sheet.strip("'") == title:
                one.text = move(cell)

    # --- cells ----------------------------------------------------------------------------------

    def cells(self, title: str) -> dict[At, etree._Element]:
        return {at(str(one.get("r"))): one for one in self.rows(title).iter(f"{M}c")}

    def set(self, title: str, cell: str, inside: str, kind: str = "", style: str = "") -> None:
        """Put raw XML into a cell."""
        found = self.cells(title)
        one = found.get(at(cell))
        if one is None:
            one = etree.Element(f"{M}c", r=cell)
            self._lay(title, {**found, at(cell): one})
        for child in list(one):
            one.remove(child)
        one.attrib.pop("t", None)
        if kind:
            one.set("t", kind)
        if style:
            one.set("s", style)
        one.extend(etree.fromstring(f'<x xmlns="{NS}">{inside}</x>'))

    def remap(self, title: str, move: Move, *, names: bool) -> None:
        """Move every cell of a sheet to where ``move`` says, or away."""
        moved = {}
        self._merges_move(title, move)
        for where, one in self.cells(title).items():
            to = move(where)
            if to is not None:
                moved[to] = one
                one.set("r", cell_name(to))
        self._lay(title, moved)
        if names:
            self.name_moves(title, lambda cell: self._renamed(title, cell, move))
            self._formulas_move(title, move)

    def _formulas_move(self, title: str, move: Move) -> None:
        """Let the formulas of all sheets follow the cells of one, as Excel does."""

        def moved(match: re.Match[str], own: str) -> str:
            sheet, column, row = match["sheet"], match["column"], int(match["row"])
            if (sheet.strip("'!") if sheet else own) != title:
                return match[0]
            to = move((row, column_number(column)))
            here = "#REF!" if to is None else f"${letters(to[1])}${to[0]}"
            return f"{sheet or ''}{here}"

        for home in self.titles:
            for one in self.tree(home).iter(f"{M}f"):
                text = one.text or ""
                one.text = _REFERENCE.sub(lambda match, own=home: moved(match, own), text)

    def _merges_move(self, title: str, move: Move) -> None:
        """Move merged areas with their cells; one that would cover another cell is dissolved."""
        there = {where: to for where in self.cells(title) if (to := move(where))}
        for one in list(self.tree(title).iter(f"{M}mergeCell")):
            box = Box.parse(str(one.get("ref")))
            to = [moved for where in box if (moved := there.get(where, move(where)))]
            rows, columns = [row for row, _ in to], [column for _, column in to]
            new = Box(min(rows), min(columns), max(rows), max(columns)) if to else None
            others = {to for where, to in there.items() if where not in set(box)}
            first = move((box.top, box.left))
            if new is None or new.single or first != (new.top, new.left) or others & set(new):
                one.getparent().remove(one)
            else:
                one.set("ref", reference(new))

    @staticmethod
    def _renamed(title: str, cell: str, move: Move) -> str:
        ends = [move(at(one)) for one in cell.replace("$", "").split(":")]
        moved = ":".join(f"${letters(to[1])}${to[0]}" for to in ends if to is not None)
        return f"'{title}'!{'#REF!' if None in ends else moved}"

    def _lay(self, title: str, cells: dict[At, etree._Element]) -> None:
        data = self.rows(title)
        for row in list(data):
            data.remove(row)
        rows: dict[int, etree._Element] = {}
        for (number, _), one in sorted(cells.items(), key=lambda pair: pair[0]):
            if number not in rows:
                rows[number] = etree.SubElement(data, f"{M}row", r=str(number))
            rows[number].append(one)
