"""Office Open XML (.xlsx, .xlsm) as hostile data: bounded, part by part, only as asked for.

It is read here with lxml because a reader that is to find overwritten formulas needs formulas,
and one that must not be felled by a cell in XFD1048576 must count before it allocates.
"""

from __future__ import annotations

import functools
import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

from nianbao import markup
from nianbao.errors import Catalogue, FileProblem
from nianbao.layout import Place
from nianbao.looks import frames, styles
from nianbao.looks.styles import Styles
from nianbao.markup import NS, STRICT
from nianbao.opening import properties
from nianbao.opening.ooxml_cells import CellReader, LazyCells, positions
from nianbao.opening.ooxml_names import book_and_names
from nianbao.opening.package import (
    Cells,
    Limits,
    Package,
    explained,
    too_much,
)


_BOOK, _STRINGS, _STYLES, _THEME = "officeDocument", "sharedStrings", "styles", "theme"
_DATA_ENDS = b"</sheetData>"
_ATTACHED = frozenset({"drawing", "vmlDrawing", "comments", "threadedComment"})
_KEPT = 500_000
"""Bytes of a sheet's part that is kept while the file is read; ours have a third."""


def archive(data: bytes, catalogue: Catalogue, limits: Limits) -> zipfile.ZipFile:
    """Open a zip file whose entries stay within the limits.

    Raises:
        FileProblem: they do not, or are encrypted.
        BadZipFile: it is damaged, or holds two entries of one name.

    """
    opened = zipfile.ZipFile(io.BytesIO(data))
    entries = opened.infolist()
    if len(entries) > limits.entries:
        raise too_much(catalogue, "file-parts", count=len(entries))
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise zipfile.BadZipFile("a part stands twice")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileProblem(catalogue["F02"].finding())
    total = sum(entry.file_size for entry in entries)
    if total > limits.whole or total > limits.ratio * max(len(data), 10_000):
        raise too_much(catalogue, "file-inflated", size=total // 1_000_000)
    return opened


class Reader:
    """Reads the parts of one file within limits."""

    def __init__(self, opened: zipfile.ZipFile, catalogue: Catalogue, limits: Limits) -> None:
        self.archive, self.catalogue, self.limits = opened, catalogue, limits
        self._marks, self._uncounted = 0, list[bytes]()
        self._kept: dict[str, bytes] = {}
        self.cells = CellReader(catalogue, limits, self._strings, lambda: self.styles)

    # --- parts --------------------------------------------------------------------------------

    def part(self, name: str) -> bytes:
        """Return a part, never more than the limit, whatever its header claims."""
        with explained(self.catalogue), self.archive.open(name) as stream:
            data = stream.read(self.limits.part + 1)
        if len(data) > self.limits.part:
            raise too_much(self.catalogue, "file-part-large")
        return data.replace(STRICT[1:-1].encode(), NS[1:-1].encode())

    def counted(self, data: bytes) -> bytes:
        """Return what is to be parsed, its marks counted before a tree of it is built.

        They are counted where there may be too many: a mark takes three bytes (``<a>``) at least.
        """
        self._uncounted.append(data)
        if self._marks + sum(map(len, self._uncounted)) // 3 > self.limits.marks:
            self._marks += sum(part.count(b"<") for part in self._uncounted)
            self._uncounted.clear()
        if self._marks > self.limits.marks:
            raise too_much(self.catalogue, "file-content")
        return data

    def xml(self, name: str) -> etree._Element:
        """Return a part's root element."""
        data = self.counted(self.part(name))
        with explained(self.catalogue):
            return markup.parsed(data)

    @functools.cached_property
    def book(self) -> str:
        """The part that lists the sheets, as the package says; else where it usually is."""
        usual = "xl/workbook.xml"
        if "_rels/.rels" not in self.archive.namelist():
            return usual
        return next(
            (
                posixpath.normpath(str(one.get("Target")).lstrip("/"))
                for one in self.xml("_rels/.rels")
                if str(one.get("Type")).endswith(f"/{_BOOK}")
            ),
            usual,
        )

    @functools.cached_property
    def relations(self) -> tuple[dict[str, str], dict[str, str]]:
        """The parts the workbook refers to: by relation, and by the last word of its type."""
        folder, _, own = self.book.rpartition("/")
        by_id, by_type = {}, {}
        for one in self.xml(f"{folder}/_rels/{own}.rels".lstrip("/")):
            if one.get("TargetMode") != "External":
                target = str(one.get("Target"))
                path = posixpath.normpath(posixpath.join(f"/{folder}", target)).lstrip("/")
                by_id[str(one.get("Id"))] = path
                by_type[str(one.get("Type")).rpartition("/")[2]] = path
        return by_id, by_type

    def _related(self, kind: str) -> str:
        """Return the name of a part of a type, "" if there is none."""
        name = self.relations[1].get(kind, "")
        return name if name in self.archive.namelist() else ""

    # --- the workbook -------------------------------------------------------------------------

    def package(self) -> Package:
        """Return the workbook; its sheets are read when they are asked for."""
        book, names = self._book()
        sheets: dict[str, str] = {}
        for sheet in book.iter(f"{NS}sheet"):
            relation = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
            title = str(sheet.get("name"))
            if title in sheets:
                raise ValueError("two sheets of one title")
            sheets[title] = self.relations[0].get(str(relation), "")
        if not sheets:
            raise ValueError("no sheets")
        if len(sheets) > self.limits.sheets:
            raise too_much(self.catalogue, "file-sheets", count=len(sheets))
        load = {title: functools.partial(self._sheet, part) for title, part in sheets.items()}
        protection = book.find(f"{NS}workbookProtection")
        locked = protection is not None and protection.get("lockStructure") in {"1", "true"}
        hidden = frozenset(str(s.get("name")) for s in book.iter(f"{NS}sheet") if _unseen(s))
        return Package(
            tuple(sheets), names, load, locked, lambda title: self._of_sheet(sheets[title]),
            archive=self.archive, hidden=hidden, styles=lambda: self.styles,
            tail=lambda title: self._tail(sheets.get(title, "")),
            known=lambda title: self._known(sheets.get(title, "")),
            attached=lambda title: self.attached(sheets.get(title, "")),
            properties=lambda: properties.of_archive(self.archive),
        )  # fmt: skip

    def _book(self) -> tuple[etree._Element, Mapping[str, Place]]:
        """Return the part that lists the sheets, and the names."""
        data = self.counted(self.part(self.book))
        if data.count(b"<definedName ") > self.limits.names:
            raise too_much(self.catalogue, "file-names")
        with explained(self.catalogue):
            return book_and_names(data)

    def _strings(self) -> list[etree._Element]:
        """The shared strings, each still to be read."""
        name = self._related(_STRINGS)
        found = list(self.xml(name).iter(f"{NS}si")) if name else []
        if len(found) > self.limits.strings:
            raise too_much(self.catalogue, "file-texts")
        return found

    @functools.cached_property
    def styles(self) -> Styles:
        """How the styles show what stands in a cell."""
        name = self._related(_STYLES)
        if not name:
            return styles.NO_STYLES
        data, theme = self.counted(self.part(name)), b""
        if data.count(b"theme=") > 1 and (name := self._related(_THEME)):  # ours has one
            theme = self.counted(self.part(name))
        with explained(self.catalogue):
            return styles.styles(data, theme)

    def _sheet(self, part: str) -> Cells:
        if not part.lower().endswith(".xml"):
            return {}
        data = self.counted(self._of_sheet(part))
        with explained(self.catalogue):
            end = data.find(markup.DATA_ENDS)
            root = markup.sheet_data(data, end)
            frame, cells = frames.frame(data, end, root), positions(root)
            found = dict(cells)
            if len(found) < len(cells):
                raise ValueError("a cell stands twice")
        if len(found) > self.limits.cells:
            raise too_much(self.catalogue, "file-sheet-full")
        return LazyCells(found, self.cells, frame)

    def _of_sheet(self, part: str) -> bytes:
        """Return a sheet's part, which more than one reader looks at."""
        if part not in self._kept:
            data = self.part(part)
            if len(data) > _KEPT:
                return data
            self._kept[part] = data
        return self._kept[part]

    def _known(self, part: str) -> tuple[int, int]:
        """Return what tells a part from others that the archive's directory tells."""
        info = self.archive.NameToInfo.get(part)
        return (info.CRC, info.file_size) if info else (0, 0)

    def _tail(self, part: str) -> bytes:
        """Return what stands after the cells of a sheet; "" where the bytes do not tell."""
        there = part.lower().endswith(".xml") and part in self.archive.NameToInfo
        data = self._of_sheet(part) if there else b""
        end = data.find(_DATA_ENDS)
        if end < 0 and b"sheetData" not in data:
            return b""
        return data[max(0, end) :]

    def attached(self, part: str) -> Iterator[tuple[str, bytes]]:
        """Yield what is drawn or noted on a sheet, by kind; nearly always there is nothing."""
        folder, _, own = part.rpartition("/")
        relations = f"{folder}/_rels/{own}.rels"
        there = self.archive.NameToInfo
        if relations not in there:
            return
        for one in self.xml(relations):
            kind = str(one.get("Type")).rpartition("/")[2]
            path = posixpath.normpath(posixpath.join(f"/{folder}", str(one.get("Target"))))
            if kind in _ATTACHED and one.get("TargetMode") != "External" and path[1:] in there:
                yield kind, self.counted(self.part(path[1:]))


def _unseen(sheet: etree._Element) -> bool:
    return sheet.get("state", "visible") != "visible"
