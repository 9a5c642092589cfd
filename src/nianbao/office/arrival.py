"""What arrives, one file at a time: a workbook, an archive, or the finding that it is neither."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from nianbao.catalog import common
from nianbao.codes import Code
from nianbao.errors import FileProblem, Finding
from nianbao.office import sniff


@dataclass(frozen=True)
class ArchiveLimits:
    """How much of an archive is believed."""

    file: int = 20_000_000
    archive: int = 500_000_000
    whole: int = 2_000_000_000
    ratio: int = 200
    entries: int = 20_000
    depth: int = 3


LIMITS = ArchiveLimits()
BOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".json"}
"""Suffixes of what is read unasked; of another file the content decides."""

OTHERS = {".doc", ".docx", ".ppt", ".pptx", ".pdf"}
"""Suffixes of what is no form, whatever it holds."""

PARTIAL = {".download", ".crdownload", ".part", ".partial", ".tmp", ".downloading", ".td"}
"""Suffixes of what a browser has not finished."""


BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    LookupError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    RuntimeError,
)
"""What a damaged archive makes the libraries raise."""


@dataclass(frozen=True)
class InboxFile:
    """A file to read: its display name, and its bytes; or the finding why it is not read.

    ``notes`` are findings on a file that is read all the same.
    """

    name: str
    load: Callable[[], bytes] | None = None
    finding: Finding | None = None
    notes: tuple[Finding, ...] = ()

    def read(self) -> bytes:
        """Return the bytes.

        Raises:
            FileProblem: they cannot be read, or are more than a form has.

        """
        if self.load is None:
            raise FileProblem(self.finding or finding("F01", why="读不出来"))
        try:
            return self.load()
        except PermissionError as error:  # on Windows, what is open in Excel, too
            raise FileProblem(finding("F01-busy", name="文件")) from error
        except BROKEN as error:
            raise FileProblem(finding("F01", why="文件损坏")) from error


def finding(key: Code, **values: object) -> Finding:
    """Return a finding of the catalogue."""
    return common().catalogue[key].finding(**values)


def too_much(why: str) -> FileProblem:
    """Return the refusal of a file beyond the limits."""
    return FileProblem(finding("F05", why=why))


def or_empty(found: Iterator[InboxFile], name: str, what: str) -> Iterator[InboxFile]:
    """Yield what a folder or archive holds; of an empty one that it is empty."""
    empty = True
    for one in found:
        empty = False
        yield one
    if empty:
        yield InboxFile(name, finding=finding("F09", why=what))


def name_hidden(names: Sequence[str]) -> Iterator[InboxFile]:
    """Name hidden files: hidden ones themselves and workbooks each, the rest by their folder."""
    others: dict[str, int] = {}
    for name in names:
        *folders, last = PurePosixPath(name).parts
        at = next((n for n, part in enumerate(folders, 1) if part.startswith(".")), 0)
        if at and PurePosixPath(last).suffix.lower() not in {*BOOKS, ".zip"}:
            folder = "/".join(folders[:at])
            others[folder] = others.get(folder, 0) + 1
        else:
            yield InboxFile(name, finding=finding("F08-hidden"))
    for folder, count in others.items():
        yield InboxFile(folder, finding=finding("F08-folder", actual=count))


@dataclass(frozen=True)
class Found:
    """A file, on the disk or in an archive: how to open and to load it, and as an archive."""

    name: str
    open: Callable[[], BinaryIO]
    load: Callable[[], bytes]
    entries: Callable[[], Iterator[InboxFile]]
    limits: ArchiveLimits


def sorted_out(found: Found) -> Iterator[InboxFile]:
    """Yield what a file is: a workbook, an archive's entries, or the finding that it is neither."""
    suffix = PurePosixPath(found.name).suffix.lower()
    if suffix in BOOKS:
        yield InboxFile(found.name, found.load)
        return
    try:
        with found.open() as stream:
            packed = sniff.packed(stream.read(8), suffix)
            stream.seek(0)
            kind = sniff.kind(stream, found.limits.file)
    except FileProblem as problem:
        yield InboxFile(found.name, finding=problem.finding)
        return
    except OSError:
        what = "压缩包" if suffix == ".zip" else "文件"
        yield InboxFile(found.name, finding=finding("F01-busy", name=what))
        return
    shown = suffix or "没有扩展名"
    if kind is sniff.Kind.BOOK and suffix not in OTHERS:
        yield InboxFile(found.name, found.load, notes=(finding("F11", actual=shown),))
    elif packed:
        yield InboxFile(found.name, finding=finding("F10", actual=packed))
    elif suffix == ".zip" or kind is sniff.Kind.ARCHIVE:
        yield from or_empty(found.entries(), found.name, "压缩包")
    else:
        cut = suffix in PARTIAL or (kind is sniff.Kind.CUT and suffix not in OTHERS)
        yield InboxFile(found.name, finding=finding("F08-partial" if cut else "F08", actual=shown))
