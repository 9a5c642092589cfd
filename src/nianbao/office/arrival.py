"""What arrives, one file at a time: a workbook, an archive, or the finding that it is neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from nianbao.codes import Code, FaultCode
from nianbao.errors import Catalogue, FileProblem, Finding
from nianbao.office import sniff
from nianbao.opening.package import BROKEN


@dataclass(frozen=True)
class ArchiveLimits:
    """How much of an archive is believed: ``document`` of a JSON document, ``file`` of others."""

    file: int = 20_000_000
    document: int = 20_000_000
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


def is_document(head: bytes) -> bool:
    """Whether a file that begins so is a JSON document, not a workbook."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


@dataclass(frozen=True)
class InboxFile:
    """A file to read: its display name, and its bytes; or the finding why it is not read.

    ``load`` raises ``FileProblem``. ``notes`` are findings on a file that is read all the same.
    ``modified`` is when it was last changed, as the disk says; None in an archive.
    """

    name: str
    load: Callable[[], bytes] = bytes
    finding: Finding | None = None
    notes: tuple[Finding, ...] = ()
    modified: dt.datetime | None = None

    def read(self) -> bytes:
        """Return the bytes.

        Raises:
            FileProblem: they cannot be read, or are more than a form has.

        """
        if self.finding is not None:
            raise FileProblem(self.finding)
        return self.load()


@dataclass(frozen=True)
class Gate:
    """How what arrives is taken in: the words in which it is refused, and the limits."""

    catalogue: Catalogue
    limits: ArchiveLimits = LIMITS

    def finding(self, code: Code, **values: object) -> Finding:
        """Return a finding on what arrived."""
        return self.catalogue[code].finding(**values)

    def because(self, code: Code, fault: FaultCode, **values: object) -> Finding:
        """Return a finding whose ``why`` is a clause of the catalogue."""
        return self.finding(code, why=self.catalogue.fault(fault, **values))

    def busy(self, what: FaultCode) -> Finding:
        """Return the finding on what may not be read, or is open elsewhere."""
        return self.finding("F01-busy", name=self.catalogue.fault(what))

    def too_much(self, what: FaultCode, **values: object) -> FileProblem:
        """Return the refusal of a file beyond the limits."""
        return FileProblem(self.because("F05", what, **values))

    def safely(self, load: Callable[[], bytes]) -> Callable[[], bytes]:
        """Return how to load bytes so that whatever goes wrong is a ``FileProblem``."""

        def loaded() -> bytes:
            try:
                return load()
            except PermissionError as error:  # on Windows, what is open in Excel, too
                raise FileProblem(self.busy("arrived-file")) from error
            except BROKEN as error:
                raise FileProblem(self.because("F01", "file-damaged")) from error

        return loaded


def or_empty(
    found: Iterator[InboxFile], name: str, what: FaultCode, gate: Gate
) -> Iterator[InboxFile]:
    """Yield what a folder or archive holds; of an empty one that it is empty."""
    empty = True
    for one in found:
        empty = False
        yield one
    if empty:
        yield InboxFile(name, finding=gate.because("F09", what))


def name_hidden(names: Sequence[str], gate: Gate) -> Iterator[InboxFile]:
    """Name hidden files: hidden ones themselves and workbooks each, the rest by their folder."""
    others: dict[str, int] = {}
    for name in names:
        *folders, last = PurePosixPath(name).parts
        at = next((n for n, part in enumerate(folders, 1) if part.startswith(".")), 0)
        if at and PurePosixPath(last).suffix.lower() not in {*BOOKS, ".zip"}:
            folder = "/".join(folders[:at])
            others[folder] = others.get(folder, 0) + 1
        else:
            yield InboxFile(name, finding=gate.finding("F08-hidden"))
    for folder, count in others.items():
        yield InboxFile(folder, finding=gate.finding("F08-folder", actual=count))


@dataclass(frozen=True)
class Found:
    """A file, on the disk or in an archive: how to open and to load it, and as an archive."""

    name: str
    open: Callable[[], BinaryIO]
    load: Callable[[], bytes]
    entries: Callable[[], Iterator[InboxFile]]
    gate: Gate


def sorted_out(found: Found) -> Iterator[InboxFile]:
    """Yield what a file is: a workbook, an archive's entries, or the finding that it is neither."""
    suffix, gate = PurePosixPath(found.name).suffix.lower(), found.gate
    load = gate.safely(found.load)
    if suffix in BOOKS:
        yield InboxFile(found.name, load)
        return
    try:
        with found.open() as stream:
            packed = sniff.packed(stream.read(8), suffix)
            stream.seek(0)
            kind = sniff.kind(stream, gate.limits.file)
    except FileProblem as problem:
        yield InboxFile(found.name, finding=problem.finding)
        return
    except OSError:
        what: FaultCode = "arrived-archive" if suffix == ".zip" else "arrived-file"
        yield InboxFile(found.name, finding=gate.busy(what))
        return
    shown = suffix or gate.catalogue.fault("arrived-no-suffix")
    if kind is sniff.Kind.BOOK and suffix not in OTHERS:
        yield InboxFile(found.name, load, notes=(gate.finding("F11", actual=shown),))
    elif packed:
        yield InboxFile(found.name, finding=gate.finding("F10", actual=packed))
    elif suffix == ".zip" or kind is sniff.Kind.ARCHIVE:
        yield from or_empty(found.entries(), found.name, "arrived-archive", gate)
    else:
        cut = suffix in PARTIAL or (kind is sniff.Kind.CUT and suffix not in OTHERS)
        no_form: Code = "F08-partial" if cut else "F08"
        yield InboxFile(found.name, finding=gate.finding(no_form, actual=shown))
