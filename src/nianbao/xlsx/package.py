"""Open a returned workbook as hostile data: bounded, without entities, links or macros.

Office Open XML is read here with lxml, part by part and only as asked for, because a reader that
is to find overwritten formulas needs formulas, and one that must not be felled by a cell in
XFD1048576 must count before it allocates.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from nianbao.errors import Catalogue, FileProblem
from nianbao.form import column_number
from nianbao.layout import Place


@dataclass(frozen=True)
class Limits:
    """How much of a file is believed to be a form; a real one has a tenth of it."""

    file: int = 20_000_000
    part: int = 30_000_000
    whole: int = 120_000_000
    ratio: int = 150
    entries: int = 1_000
    cells: int = 120_000
    strings: int = 120_000
    text: int = 40_000
    names: int = 20_000
    sheets: int = 200


LIMITS = Limits()
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REF = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d{1,7})")
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no time zone


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a cell: a value (None, number, text, bool, date) and its formula, if any.

    An error value is text such as ``#REF!``; a formula without a cached value has None.
    """

    value: Any = None
    formula: str | None = None


EMPTY = Content()
Cells = Mapping[tuple[int, int], Content]


class _LazyCells(Mapping[tuple[int, int], Content]):
    """The cells of a sheet by (row, column); each is understood when it is asked for."""

    def __init__(self, raw: dict[tuple[int, int], etree._Element], reader: _Reader) -> None:
        self._raw = raw
        self._reader = reader
        self._known: dict[tuple[int, int], Content] = {}

    def __getitem__(self, at: tuple[int, int]) -> Content:
        if at not in self._known:
            self._known[at] = self._reader.content(self._raw[at])
        return self._known[at]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


@dataclass
class Package:
    """A workbook: sheet titles in order, defined names, and the cells of a sheet on demand."""

    titles: tuple[str, ...]
    names: Mapping[str, Place]
    _load: Mapping[str, functools.partial[Cells]]
    locked: bool | None = None
    raw: Callable[[str], bytes] | None = None

    @functools.cached_property
    def _cells(self) -> dict[str, Cells]:
        return {}

    def cells(self, title: str) -> Cells:
        """Return the cells of a sheet that are not empty, by (row, column); {} if none such."""
        if title not in self._cells:
            self._cells[title] = self._load[title]() if title in self._load else {}
        return self._cells[title]

    def surely_blank(self, places: Collection[Place]) -> bool:
        """Return whether places of one sheet are blank, where its bytes tell without parsing.

        False means unknown.
        """
        title = next(iter(places)).sheet
        if self.raw is None or title in self._cells:
            return False
        filled = _filled(self.raw(title))
        return filled is not None and filled.isdisjoint(p.cell.encode() for p in places)

    def at(self, place: Place) -> Content:
        """Return what stands at a place."""
        return self.cells(place.sheet).get((place.row, place.column), EMPTY)


def open_package(data: bytes, catalogue: Catalogue, limits: Limits = LIMITS) -> Package:
    """Open a workbook.

    Raises:
        FileProblem: it is empty, encrypted, no workbook, damaged, or larger than the limits.

    """
    if not data:
        raise FileProblem(catalogue["F03"].finding())
    if len(data) > limits.file:
        raise _too_much(catalogue, f"文件有 {len(data) // 1_000_000} MB")
    if data.startswith(_OLE):
        raise _ole(data, catalogue)
    try:
        return _Reader(data, catalogue, limits).package()
    except FileProblem:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _unreadable(catalogue, error) from error


def _unreadable(catalogue: Catalogue, error: Exception) -> FileProblem:
    why = {
        "BadZipFile": "不是 .xlsx 文件，或文件没有传完整",
        "error": "文件损坏",
        "XMLSyntaxError": "文件内部的内容损坏",
        "KeyError": "不是工作簿，或文件缺少部件",
    }.get(type(error).__name__, "文件损坏或不是工作簿")
    return FileProblem(catalogue["F01"].finding(why=why))


def _too_much(catalogue: Catalogue, why: str) -> FileProblem:
    return FileProblem(catalogue["F05"].finding(why=why))


def _ole(data: bytes, catalogue: Catalogue) -> FileProblem:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return FileProblem(catalogue["F02"].finding())
    return FileProblem(catalogue["F01"].finding(why="是旧的 .xls 格式（或改了扩展名）"))


class _Reader:
    """Reads the parts of one Office Open XML file within limits."""

    def __init__(self, data: bytes, catalogue: Catalogue, limits: Limits) -> None:
        self.catalogue, self.limits = catalogue, limits
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        entries = self.archive.infolist()
        if len(entries) > limits.entries:
            raise _too_much(catalogue, f"内部有 {len(entries)} 个部件")
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise FileProblem(catalogue["F02"].finding())
        total = sum(entry.file_size for entry in entries)
        if total > limits.whole or total > limits.ratio * max(len(data), 10_000):
            raise _too_much(catalogue, f"解压后有 {total // 1_000_000} MB")

    def part(self, name: str) -> bytes:
        """Return a part, never more than the limit, whatever its header claims."""
        with self.archive.open(name) as stream:
            data = stream.read(self.limits.part + 1)
        if len(data) > self.limits.part:
            raise _too_much(self.catalogue, f"部件 {name} 太大")
        return data.replace(_STRICT[1:-1].encode(), _NS[1:-1].encode())

    def xml(self, name: str) -> etree._Element:
        """Return a part's root element."""
        return _parsed(self.part(name))

    def package(self) -> Package:
        book = self.xml("xl/workbook.xml")
        targets = self._relations()
        sheets: dict[str, str] = {}
        for sheet in book.iter(f"{_NS}sheet"):
            relation = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
            sheets[str(sheet.get("name"))] = targets.get(str(relation), "")
        if not sheets:
            raise ValueError("no sheets")
        if len(sheets) > self.limits.sheets:
            raise _too_much(self.catalogue, f"有 {len(sheets)} 张工作表")
        load = {title: functools.partial(self._sheet, part) for title, part in sheets.items()}
        protection = book.find(f"{_NS}workbookProtection")
        locked = protection is not None and protection.get("lockStructure") in {"1", "true"}
        names = dict(self._names(book))
        return Package(tuple(sheets), names, load, locked, lambda title: self.part(sheets[title]))

    def _relations(self) -> dict[str, str]:
        root = self.xml("xl/_rels/workbook.xml.rels")
        found = {}
        for one in root:
            target = str(one.get("Target"))
            if one.get("TargetMode") != "External":
                path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
                found[str(one.get("Id"))] = path
        return found

    def _names(self, book: etree._Element) -> Iterator[tuple[str, Place]]:
        for count, name in enumerate(book.iter(f"{_NS}definedName")):
            if count > self.limits.names:
                raise _too_much(self.catalogue, "单元格名称太多")
            place = _referred(name.text or "")
            if place and name.get("localSheetId") is None:
                yield str(name.get("name")), place

    @functools.cached_property
    def strings(self) -> list[etree._Element]:
        """The shared strings, each still to be read."""
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        found = list(self.xml("xl/sharedStrings.xml").iter(f"{_NS}si"))
        if len(found) > self.limits.strings:
            raise _too_much(self.catalogue, "文字太多")
        return found

    @functools.cached_property
    def dates(self) -> frozenset[int]:
        """The cell styles that show a number as a date."""
        if "xl/styles.xml" not in self.archive.namelist():
            return frozenset()
        return _date_styles(self.part("xl/styles.xml"))

    def _sheet(self, part: str) -> Cells:
        if not part.lower().endswith(".xml"):
            return {}
        try:
            root = _sheet_data(self.part(part))
        except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, OSError) as error:
            raise _unreadable(self.catalogue, error) from error
        found: dict[tuple[int, int], etree._Element] = {}
        for cell in root.iter(f"{_NS}c"):
            if len(cell) and (at := _position(str(cell.get("r")))):
                found[at] = cell
                if len(found) > self.limits.cells:
                    raise _too_much(self.catalogue, "一张表里的内容太多")
        return _LazyCells(found, self)

    def content(self, cell: etree._Element) -> Content:
        """Return what a cell's element says."""
        kind, raw, formula = cell.get("t", "n"), None, None
        for child in cell:
            if child.tag == f"{_NS}v":
                raw = child.text
            elif child.tag == f"{_NS}f":
                formula = child.text or ""
            elif child.tag == f"{_NS}is":
                raw = _text(child, self.limits)
        if raw is None and formula is None:
            return EMPTY
        return Content(self._value(kind, raw, cell.get("s")), formula)

    def _value(self, kind: str, raw: str | None, style: str | None) -> Any:
        if raw is None:
            return None
        match kind:
            case "s":
                index = int(raw) if raw.isdigit() else -1
                known = 0 <= index < len(self.strings)
                return _text(self.strings[index], self.limits) if known else "#REF!"
            case "b":
                return raw.strip() == "1"
            case "n" | "d":
                return self._number(raw, style)
            case _:
                return raw[: self.limits.text]

    def _number(self, raw: str, style: str | None) -> Any:
        try:
            value = float(raw)
        except ValueError:
            return raw[:200]
        if style and style.isdigit() and int(style) in self.dates:
            return _date(value)
        return int(value) if value.is_integer() and abs(value) < 2**53 else value


@functools.lru_cache(maxsize=20_000)
def _position(text: str) -> tuple[int, int] | None:
    """Return row and column of ``D7``."""
    match = _CELL.fullmatch(text)
    return (int(match[2]), column_number(match[1])) if match else None


@functools.lru_cache(maxsize=20_000)
def _referred(text: str) -> Place | None:
    """Return the first cell that a defined name refers to."""
    match = _REF.match(text)
    if match is None:
        return None
    quoted, bare, letters, row = match.groups()
    return Place(quoted.replace("''", "'") if quoted else bare, int(row), column_number(letters))


@functools.lru_cache(maxsize=8)
def _date_styles(data: bytes) -> frozenset[int]:
    """Return the cell formats of a styles part that show a date; most files share one part."""
    root = _parsed(data)
    own = {
        str(one.get("numFmtId")): str(one.get("formatCode")) for one in root.iter(f"{_NS}numFmt")
    }
    formats = root.find(f"{_NS}cellXfs")
    ids = [str(xf.get("numFmtId", "0")) for xf in formats] if formats is not None else []
    return frozenset(i for i, number in enumerate(ids) if _is_date(number, own))


def _parsed(data: bytes) -> etree._Element:
    """Parse without entities, DTD or network; a document type is refused outright."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise ValueError("document type")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        collect_ids=False,
    )
    return etree.fromstring(data, parser)


_FILLED = re.compile(rb"<c\s[^>]*?\br\s*=\s*[\"']([A-Z]+[0-9]+)[\"'][^>]*(?<!/)>(?!</c>)")


def _filled(data: bytes) -> set[bytes] | None:
    """Return the cells of a sheet that hold something; None where the bytes do not tell."""
    if b":c" in data:  # perhaps cells with a namespace prefix
        return None
    return set(_FILLED.findall(data))


_DATA_ENDS = b"</sheetData>"


def _sheet_data(data: bytes) -> etree._Element:
    """Parse a sheet up to the end of its cells: what follows (half of a form) is not read.

    Where the cut is not at that end but in a comment, the cut part is no XML; then all is parsed.
    """
    cells, end, _ = data.partition(_DATA_ENDS)
    if end:
        try:
            return _parsed(cells + end + b"</worksheet>")
        except etree.XMLSyntaxError:
            pass
    return _parsed(data)


def _text(item: etree._Element, limits: Limits) -> str:
    """Join the runs of a rich text, without its phonetic hints."""
    parts = [
        node.text or ""
        for node in item.iter(f"{_NS}t")
        if (above := node.getparent()) is None or above.tag != f"{_NS}rPh"
    ]
    return re.sub(r"_x000[dD]_", "", "".join(parts))[: limits.text]


def _is_date(number: str, own: Mapping[str, str]) -> bool:
    if number in own:
        bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.', "", own[number].lower())
        return bool(re.search(r"[ymdhs年月日]", bare)) and "general" not in bare
    return number.isdigit() and int(number) in _DATE_IDS


def _date(value: float) -> Any:
    if not 0 <= value < 2_958_466:
        return value
    return (_EPOCH + dt.timedelta(days=value)).date()
