"""Office Open XML (.xlsx, .xlsm) as hostile data: bounded, part by part, only as asked for.

It is read here with lxml because a reader that is to find overwritten formulas needs formulas,
and one that must not be felled by a cell in XFD1048576 must count before it allocates.
"""

from __future__ import annotations

import functools
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

from nianbao import markup
from nianbao.errors import Catalogue, FileProblem
from nianbao.form import column_number
from nianbao.layout import Place
from nianbao.looks import frames, numberformat, styles
from nianbao.looks.frames import Frame
from nianbao.looks.styles import Look, Styles
from nianbao.markup import NS, STRICT
from nianbao.opening.formula import shifted
from nianbao.opening.package import (
    EMPTY,
    Cells,
    Content,
    Limits,
    Package,
    explained,
    too_much,
)


_REF = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?"
)
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BOOK, _STRINGS, _STYLES, _THEME = "officeDocument", "sharedStrings", "styles", "theme"
_V, _F, _IS = f"{NS}v", f"{NS}f", f"{NS}is"
_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?<(?:workbook|\?xml[^>]*utf-8)", re.IGNORECASE)
_DATA_ENDS = b"</sheetData>"
_ATTACHED = frozenset({"drawing", "vmlDrawing", "comments", "threadedComment"})
_KEPT = 500_000
"""Bytes of a sheet's part that is kept while the file is read; ours have a third."""

_NAMES_END, _SHARED = b"</definedNames>", 200_000
_TWICE = Place("", 0, 0)
"""Where a name that is given twice stands: nowhere that a label could agree with."""


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


class _LazyCells(Mapping[tuple[int, int], Content]):
    """The cells of a sheet by (row, column); each is understood when it is asked for."""

    def __init__(
        self, raw: dict[tuple[int, int], etree._Element], reader: Reader, frame: Frame
    ) -> None:
        under = {at: raw.pop(at) for at in frame.below.merges.covered(raw)}
        self._raw, self.frame = raw, frame
        self._reader = reader
        self._known: dict[tuple[int, int], Content] = {}
        self.covered = {at: reader.content(one) for at, one in under.items()}

    def __getitem__(self, at: tuple[int, int]) -> Content:
        found: Content | None = self.get(at)
        if found is None:
            raise KeyError(at)
        return found

    def get(self, at: tuple[int, int], default: Any = None) -> Any:
        """Return a cell without raising for each blank one."""
        known = self._known.get(at)
        if known is None:
            raw = self._raw.get(at)
            if raw is None:
                return default
            known = self._known[at] = self._reader.content(raw)
        return known

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class Reader:
    """Reads the parts of one file within limits."""

    def __init__(self, opened: zipfile.ZipFile, catalogue: Catalogue, limits: Limits) -> None:
        self.archive, self.catalogue, self.limits = opened, catalogue, limits
        self._marks, self._uncounted = 0, list[bytes]()
        self._texts: dict[int, str] = {}
        self._masters: dict[int, tuple[etree._Element, dict[str, tuple[str, str]]]] = {}
        self._kept: dict[str, bytes] = {}

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
        )  # fmt: skip

    def _book(self) -> tuple[etree._Element, Mapping[str, Place]]:
        """Return the part that lists the sheets, and the names; most files of a run share these."""
        data = self.counted(self.part(self.book))
        if data.count(b"<definedName ") > self.limits.names:
            raise too_much(self.catalogue, "file-names")
        start, end = data.find(b"<definedNames>"), data.find(_NAMES_END)
        with explained(self.catalogue):
            if start < 0 or end - start > _SHARED or not _UTF8.match(data):
                root = markup.parsed(data)
                return root, _names(root)
            section = data[start : end + len(_NAMES_END)]
            return markup.parsed(data.replace(section, b"", 1)), _shared_names(section)

    @functools.cached_property
    def strings(self) -> list[etree._Element]:
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

    @functools.cached_property
    def _looks(self) -> Mapping[str | None, Look]:
        found: dict[str | None, Look] = dict(self.styles.looks.items())
        return {**found, None: found["0"]} if "0" in found else found

    def _sheet(self, part: str) -> Cells:
        if not part.lower().endswith(".xml"):
            return {}
        data = self.counted(self._of_sheet(part))
        with explained(self.catalogue):
            end = data.find(markup.DATA_ENDS)
            root = markup.sheet_data(data, end)
            frame, cells = frames.frame(data, end, root), _positions(root)
            found = dict(cells)
            if len(found) < len(cells):
                raise ValueError("a cell stands twice")
        if len(found) > self.limits.cells:
            raise too_much(self.catalogue, "file-sheet-full")
        return _LazyCells(found, self, frame)

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

    # --- cells --------------------------------------------------------------------------------

    def content(self, cell: etree._Element) -> Content:
        """Return what a cell's element says."""
        kind, raw, formula = cell.get("t", "n"), None, None
        for child in cell:
            tag = child.tag
            if tag == _V:
                raw = child.text
            elif tag == _F:
                formula = child.text or self._shared_formula(child)
            elif tag == _IS:
                raw = self._bounded(markup.text(child, self.limits.text + 1))
        if raw is None and formula is None:
            return EMPTY
        if kind != "n" and raw and "\u2e80" < raw[0] < "\uff00":  # 中文: a label, mostly
            return Content(self._bounded(raw), formula)
        look = self._looks.get(cell.get("s"))
        return Content(self._value(kind, raw, look), formula, look)

    def _shared_formula(self, formula: etree._Element) -> str:
        """Return the formula of a cell that shares another's: moved as Excel moves it."""
        number, cell = formula.get("si"), formula.getparent()
        if formula.get("t") != "shared" or number is None or cell is None:
            return ""
        root = formula.getroottree().getroot()
        if id(root) not in self._masters:
            shared = (f for f in root.iter(_F) if f.text and f.get("t") == "shared")
            masters = {str(f.get("si")): (_at_of(f), f.text or "") for f in shared}
            self._masters[id(root)] = (root, masters)
        at, text = self._masters[id(root)][1].get(number, ("", ""))
        home, here = _position(at), _position(str(cell.get("r")))
        return shifted(text, here[0] - home[0], here[1] - home[1]) if home and here else text

    def _value(self, kind: str, raw: str | None, look: Look | None) -> Any:
        if raw is None:
            return None
        match kind:
            case "n" | "d":
                return self._number(raw, look)
            case "s":
                return self._shared(int(raw) if raw.isdecimal() and len(raw) < 8 else -1)
            case "b":
                return raw.strip() == "1"
            case _:
                return self._bounded(raw)

    def _bounded(self, text: str) -> str:
        """Return a text; what is longer than any program writes is refused, never cut silently."""
        if len(text) > self.limits.text:
            raise too_much(self.catalogue, "file-cell-long")
        return text

    def _shared(self, index: int) -> str:
        if not 0 <= index < len(self.strings):
            return "#REF!"
        if index not in self._texts:
            said = markup.text(self.strings[index], self.limits.text + 1)
            self._texts[index] = self._bounded(said)
        return self._texts[index]

    def _number(self, raw: str, look: Look | None) -> Any:
        plain = look is None or look.plain
        if plain and raw.isascii() and raw.isdecimal() and len(raw) < 16:
            return int(raw)
        try:
            value = float(raw)
        except ValueError:
            return raw[:200]
        if "_" in raw:  # which Python takes and no workbook means
            return raw[:200]
        if look is not None and not plain and (day := numberformat.date(value, look.code)):
            return day
        return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _at_of(formula: etree._Element) -> str:
    cell = formula.getparent()
    return "" if cell is None else str(cell.get("r"))


def _unseen(sheet: etree._Element) -> bool:
    return sheet.get("state", "visible") != "visible"


def _names(root: etree._Element) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for name in root.iter(f"{NS}definedName"):
        place = _referred(name.text or "")
        if place and name.get("localSheetId") is None:
            key = str(name.get("name"))
            found[key] = place if found.get(key, place) == place else _TWICE
    return found


@functools.lru_cache(maxsize=8)
def _shared_names(section: bytes) -> Mapping[str, Place]:
    root = markup.parsed(b'<workbook xmlns="%s">%s</workbook>' % (NS[1:-1].encode(), section))
    return MappingProxyType(_names(root))


def _positions(root: etree._Element) -> list[tuple[tuple[int, int], etree._Element]]:
    """Return the cells that hold something; one without a reference follows the one before."""
    found = []
    for cell in root.iter(f"{NS}c"):
        name = cell.get("r")
        if name is None:
            return list(_counted(root))
        if len(cell) and (at := _position(name)):
            found.append((at, cell))
    return found


def _counted(root: etree._Element) -> Iterator[tuple[tuple[int, int], etree._Element]]:
    row = 0
    for line in root.iter(f"{NS}row"):
        said = str(line.get("r"))
        row, column = (int(said) if said.isdecimal() and len(said) < 8 else row + 1), 0
        for cell in line.iter(f"{NS}c"):
            row, column = _position(str(cell.get("r"))) or (row, column + 1)
            if len(cell):
                yield (row, column), cell


@functools.lru_cache(maxsize=20_000)
def _position(text: str) -> tuple[int, int] | None:
    """Return row and column of ``D7``."""
    match = _CELL.fullmatch(text)
    return (int(match[2]), column_number(match[1])) if match else None


@functools.lru_cache(maxsize=20_000)
def _referred(text: str) -> Place | None:
    """Return the first cell of the area that a defined name refers to; None for anything else."""
    match = _REF.fullmatch(text) if len(text) < 300 else None
    if match is None:
        return None
    quoted, bare, letters, row = match.groups()
    return Place(quoted.replace("''", "'") if quoted else bare, int(row), column_number(letters))
