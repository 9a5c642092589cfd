"""A returned workbook as data: sheet titles, defined names, cells. Whatever its format was."""

from __future__ import annotations

import datetime as dt
import functools
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import etree

from nianbao.codes import FaultCode
from nianbao.errors import Catalogue, FileProblem
from nianbao.layout import Place, letters
from nianbao.looks.frames import BARE, Frame
from nianbao.looks.styles import NO_STYLES, Look, Styles


@dataclass(frozen=True)
class Limits:
    """How much of a file is believed to be a form; a real one has a tenth of it.

    ``marks`` are the ``<`` of all parts parsed: each costs a tree some hundred bytes.
    """

    file: int = 20_000_000
    part: int = 30_000_000
    whole: int = 120_000_000
    ratio: int = 150
    entries: int = 1_000
    marks: int = 600_000
    cells: int = 120_000
    strings: int = 120_000
    text: int = 40_000
    names: int = 20_000
    sheets: int = 200


LIMITS = Limits()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an old workbook begins, and an encrypted one."""


class Content(NamedTuple):
    """What stands in a cell: a value (None, number, text, bool, date) and its formula, if any.

    An error value is text such as ``#REF!``; a formula without a cached value has None. ``look``
    is how the cell shows it, where that is known.
    """

    value: Any = None
    formula: str | None = None
    look: Look | None = None

    @property
    def said(self) -> Any:
        """The value; of a number that its format shows as another, what it is shown as."""
        if self.look is None or self.look.plain or isinstance(self.value, bool):
            return self.value
        return self.look.text(self.value) if isinstance(self.value, int | float) else self.value

    def unkept(self, *, seen: bool) -> bool:
        """Whether a 0 may stand for the text of a formula: LibreOffice does not always keep it.

        ``seen`` is whether formulas are seen at all.
        """
        return self.value == 0 and (self.formula is not None or not seen)


@dataclass(frozen=True)
class Properties:
    """When a workbook was last saved, and by which program, as it says itself.

    ``saved`` knows its zone only where the file says one; None and "" where nothing is said.
    """

    saved: dt.datetime | None = None
    made_with: str = ""


EMPTY = Content()
Cells = Mapping[tuple[int, int], Content]


class Framed(dict[tuple[int, int], Content]):
    """The cells of a sheet with its frame; ``covered`` are those under a merged area.

    A frame of None is one that cannot be told, nor any look.
    """

    def __init__(self, cells: Cells, frame: Frame | None) -> None:
        super().__init__(cells)
        self.looked, frame = frame is not None, frame or BARE
        under = frame.below.merges.covered(cells)
        self.frame, self.covered = frame, {at: self.pop(at) for at in under}


@dataclass
class Package:
    """A workbook: sheet titles in order, defined names, and the cells of a sheet on demand.

    ``named_only`` are sheets of which no more is known than the cells that have names;
    ``formulas`` is whether formulas are seen at all; ``archive`` the zip file it comes from.
    ``hidden`` are the sheets that nobody sees; ``slow`` says that the workbook is open in Excel:
    no sheet beyond the form's is asked for. ``known`` tells a sheet's part from others, unread;
    ``tail`` is what a sheet's part says after its cells,
    ``attached`` the parts that belong to it, with the kind of each. What a merged area covers is
    no cell.
    """

    titles: tuple[str, ...]
    names: Mapping[str, Place]
    _load: Mapping[str, functools.partial[Cells]]
    locked: bool | None = None
    raw: Callable[[str], bytes] | None = None
    named_only: frozenset[str] = frozenset()
    formulas: bool = True
    archive: zipfile.ZipFile | None = None
    hidden: frozenset[str] = frozenset()
    slow: bool = False
    tail: Callable[[str], bytes] | None = None
    known: Callable[[str], tuple[int, int]] | None = None
    attached: Callable[[str], Iterator[tuple[str, bytes]]] | None = None
    styles: Callable[[], Styles] = lambda: NO_STYLES
    properties: Callable[[], Properties] = Properties

    @functools.cached_property
    def _cells(self) -> dict[str, Cells]:
        return {}

    def cells(self, title: str) -> Cells:
        """Return the cells of a sheet that are not empty, by (row, column); {} if none such."""
        if title not in self._cells:
            self._cells[title] = self._load[title]() if title in self._load else {}
        return self._cells[title]

    def frame(self, title: str) -> Frame:
        """Return the looks of a sheet as a whole, as far as they are known."""
        found: Frame = getattr(self.cells(title), "frame", BARE)
        return found

    def looked(self, title: str) -> bool:
        """Return whether the file was asked how a sheet looks, and told."""
        return bool(getattr(self.cells(title), "looked", True))

    def covered(self, title: str) -> Cells:
        """Return what stands under the merged areas of a sheet, where nobody sees it."""
        found: Cells = getattr(self.cells(title), "covered", {})
        return found

    @functools.cached_property
    def _texts(self) -> dict[str, dict[str, list[tuple[int, int]]]]:
        return {}

    def texts(self, title: str) -> Mapping[str, list[tuple[int, int]]]:
        """Return where each text of a sheet stands, in reading order; the texts are ``bare``."""
        if title not in self._texts:
            found: dict[str, list[tuple[int, int]]] = {}
            for at, content in sorted(self.cells(title).items(), key=lambda pair: pair[0]):
                if isinstance(content.value, str):
                    found.setdefault(bare(content.value), []).append(at)
            self._texts[title] = found
        return self._texts[title]

    def surely_blank(
        self, title: str, columns: Iterable[int], heading: int, rows: Iterable[int]
    ) -> bool:
        """Return whether columns hold nothing but their heading, where the bytes tell unparsed.

        The cells of the ``rows`` must be there, named as all programs name them, and blank.
        False means unknown. Of 11.3 ms that a workbook would take it spares 5.8: 校验 and 上年对照,
        the largest sheets, need not be parsed.
        """
        if self.raw is None or title in self._cells or title not in self._load:
            return False
        data, due = self.raw(title), set(rows)
        start, end = data.find(b"<sheetData"), data.find(b"</sheetData>")
        return 0 <= start < end and all(
            _filled(data, letters(column), due, start, end) == {heading} for column in columns
        )

    def at(self, place: Place) -> Content:
        """Return what stands at a place."""
        return self.cells(place.sheet).get((place.row, place.column), EMPTY)


def bare(text: object) -> str:
    """Return a label as it is compared: without what people write differently or add to it.

    These are width, white space, the point of a number (``2、`` for ``2.``), a mark at the end.
    """
    return _bare(str(text)[:1_000])


@functools.lru_cache(maxsize=4_096)
def _bare(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return plain.translate(_POINTS).strip("*:※").rstrip(".,;")


_POINTS = str.maketrans(
    dict.fromkeys("、。．·•﹒", ".") | dict(zip("〔〕【】「」", "()()()", strict=True))
)
"""What people put for a point or a bracket."""


def _filled(data: bytes, column: str, due: set[int], start: int, end: int) -> set[int]:
    """Return the rows in which a column holds something, or of which it has no blank cell."""
    cells = _cells_of(column).findall(data, start, end)
    blank = {int(row) for row, tag in cells if tag.endswith((b"/>", b"></c>"))}
    return {int(row) for row, _ in cells} - blank | due - blank


@functools.lru_cache(maxsize=64)
def _cells_of(column: str) -> re.Pattern[bytes]:
    return re.compile(rb'<c r="%s([0-9]{1,7})"([^<>]*+>(?:</c>)?)' % column.encode())


# --- refusals ---------------------------------------------------------------------------------


def unreadable(catalogue: Catalogue, why: FaultCode) -> FileProblem:
    """Return the refusal of a file that is damaged or no workbook."""
    return FileProblem(catalogue["F01"].finding(why=catalogue.fault(why)))


def too_much(catalogue: Catalogue, what: FaultCode, **values: int) -> FileProblem:
    """Return the refusal of a file beyond the limits."""
    return FileProblem(catalogue["F05"].finding(why=catalogue.fault(what, **values)))


BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    etree.XMLSyntaxError,
    LookupError,
    ValueError,
    OverflowError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What a damaged file makes the libraries raise."""

_WHY: dict[str, FaultCode] = {
    "BadZipFile": "file-no-zip",
    "error": "file-damaged",
    "XMLSyntaxError": "file-part-damaged",
    "KeyError": "file-part-missing",
}


@contextmanager
def explained(catalogue: Catalogue) -> Iterator[None]:
    """Turn what a damaged file makes the libraries raise into its refusal."""
    try:
        yield
    except FileProblem:
        raise
    except BROKEN as error:
        why = _WHY.get(type(error).__name__, "file-no-workbook")
        raise unreadable(catalogue, why) from error
