"""What came in, as it comes: files, folders and zip archives, nested, each file named or skipped.

Nothing is written to disk; an archive's entry names are used for display only. Bounded in size,
ratio, count and nesting; links are not followed out of the folder given. No file is passed over
in silence but those of ``IGNORED``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import io
import itertools
import os
import re
import stat
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import cast

from nianbao.codes import FaultCode
from nianbao.encoding import decoded
from nianbao.errors import Catalogue, FileProblem
from nianbao.office.arrival import (
    LIMITS,
    ArchiveLimits,
    Found,
    Gate,
    InboxFile,
    is_document,
    name_hidden,
    or_empty,
    sorted_out,
)
from nianbao.opening.package import BROKEN
from nianbao.report import UNFIT
from nianbao.words import Common


IGNORED = re.compile(
    r"thumbs\.db|desktop\.ini|__macosx|\.ds_store|\.localized|icon\r|@eadir|\$recycle\.bin"
    r"|system volume information|~\$.*|\._.*|\.~lock\..*|\.nianbao-.*"
    r"|(台账|缓存)(-备份-.*)?\.sqlite(-journal)?",
    re.IGNORECASE | re.DOTALL,
)
"""What Windows, macOS, Office, LibreOffice and we ourselves leave in folders and archives."""


_HEAD = 4096
"""Bytes that tell a document."""

Peeked = io.BufferedReader | zipfile.ZipExtFile

_UNFIT = re.compile(f"{UNFIT.pattern}|[\\n\\r\\t\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What no list, page or console should meet in a name: control characters, turned directions."""


def entries(
    paths: Iterable[Path],
    catalogue: Catalogue,
    without: Iterable[Path] = (),
    limits: ArchiveLimits = LIMITS,
) -> Iterator[InboxFile]:
    """Yield every file below the paths in a fixed order; an empty folder or archive as such.

    ``without`` are files and folders left out: our own outputs, the roster.
    """
    apart, gate = {path.resolve() for path in without}, Gate(catalogue, limits)
    for path in paths:
        if path.is_dir():
            found = or_empty(_folder(path, path, apart, gate), str(path), "arrived-folder", gate)
        elif path.resolve() in apart:
            continue
        else:
            found = _file(path, str(path.name), gate)
        yield from map(_named_fit, found)


def _named_fit(one: InboxFile) -> InboxFile:
    name = _UNFIT.sub("\ufffd", one.name)
    return one if name == one.name else replace(one, name=name)


def existing(paths: Iterable[Path], common: Common) -> list[Path]:
    """Return the paths.

    Raises:
        NianbaoError: one does not exist.

    """
    given = list(paths)
    for path in given:
        if not path.exists():
            raise common.refuse("missing", path=path)
    return given


def about(paths: Iterable[Path]) -> int:
    """Return how many files there are, an archive counted as one: to show how far a job is."""
    below = (os.walk(path) if path.is_dir() else [("", (), (path.name,))] for path in paths)
    return sum(len(names) for folders in below for _, _, names in folders)


def _folder(path: Path, top: Path, apart: Collection[Path], gate: Gate) -> Iterator[InboxFile]:
    try:
        inside = sorted(os.scandir(path), key=lambda one: one.name)
    except OSError:
        yield InboxFile(_shown(path, top), finding=gate.busy("arrived-folder"))
        return
    for one in inside:
        child = Path(one.path)
        if IGNORED.fullmatch(one.name) or (apart and child.resolve() in apart):
            continue
        shown = _shown(child, top)
        if one.is_symlink() and not _below(child, top):
            yield InboxFile(shown, finding=gate.because("F07", "arrived-link-out"))
        elif one.is_dir(follow_symlinks=False):
            hidden = one.name.startswith(".")
            yield from (
                name_hidden(_names(child, top, gate.limits), gate)
                if hidden
                else _folder(child, top, apart, gate)
            )
        elif one.name.startswith("."):
            yield from name_hidden([shown], gate)
        elif child.is_file():
            yield from _file(child, shown, gate)
        else:
            yield InboxFile(shown, finding=gate.because("F07", "arrived-special"))


def _shown(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix()


def _below(link: Path, top: Path) -> bool:
    target = link.resolve()
    return target.is_file() and target.is_relative_to(top.resolve())


def _names(folder: Path, top: Path, limits: ArchiveLimits) -> list[str]:
    """Return the files below a hidden folder, as many as an archive may hold."""
    below = (Path(at, name) for at, _, names in os.walk(folder) for name in sorted(names))
    own = (path for path in below if not IGNORED.fullmatch(path.name))
    return [_shown(path, top) for path in itertools.islice(own, limits.entries)]


def _file(path: Path, name: str, gate: Gate) -> Iterator[InboxFile]:
    load = functools.partial(_bytes, path, gate)
    inside = functools.partial(_archive_file, path, name, gate)
    found = sorted_out(Found(name, lambda: path.open("rb"), load, inside, gate))
    modified = _modified(path)
    yield from (replace(one, modified=modified) for one in found)


def _modified(path: Path) -> dt.datetime | None:
    """Return when a file was last changed, here; None where the disk does not say."""
    with contextlib.suppress(OSError, OverflowError, ValueError):
        return dt.datetime.fromtimestamp(int(path.stat().st_mtime), dt.UTC).astimezone()
    return None


def _bytes(path: Path, gate: Gate) -> bytes:
    with path.open("rb") as stream:
        return _within(stream, os.fstat(stream.fileno()).st_size, gate)


def _within(stream: Peeked, size: int, gate: Gate) -> bytes:
    """Return what a stream holds, ``size`` bytes unless it grows: room is made for no more."""
    head, limits = stream.peek(_HEAD), gate.limits
    most = limits.document if is_document(head[:_HEAD]) else limits.file
    data = stream.read(min(size, most) + 1)
    if size < len(data) <= most:
        data += stream.read(most + 1 - len(data))
    if len(data) > most:
        raise gate.too_much("arrived-file-over", size=most // 1_000_000)
    return data


# --- archives ---------------------------------------------------------------------------------


def _archive_file(path: Path, name: str, gate: Gate) -> Iterator[InboxFile]:
    try:
        most = gate.limits.archive
        if path.stat().st_size > most:
            raise gate.too_much("arrived-archive-over", size=most // 1_000_000)
        with path.open("rb") as stream:
            yield from _Archive(stream.read(most + 1), name, gate).entries()
    except FileProblem as problem:
        yield InboxFile(name, finding=problem.finding)
    except OSError:
        yield InboxFile(name, finding=gate.busy("arrived-archive"))


class _Archive:
    """One zip archive, its entries' names decoded as the one that packed it meant them."""

    def __init__(self, data: bytes, name: str, gate: Gate, depth: int = 1) -> None:
        self.name, self.gate, self.depth = name, gate, depth
        limits = gate.limits
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            self.infos = self.archive.infolist()
        except BROKEN as error:
            raise FileProblem(gate.because("F01", "arrived-archive-damaged")) from error
        if len(self.infos) > limits.entries:
            raise gate.too_much("arrived-archive-files", count=len(self.infos))
        whole = sum(info.file_size for info in self.infos)
        if whole > limits.whole or whole > limits.ratio * max(len(data), 100_000):
            raise gate.too_much("arrived-archive-inflated", size=whole // 1_000_000)

    def entries(self) -> Iterator[InboxFile]:
        """Yield the archive's files in the order of their names."""
        named = sorted(((_decoded(info), info) for info in self.infos), key=lambda pair: pair[0])
        hidden = []
        for inner, info in named:
            parts = PurePosixPath(inner).parts
            if inner.endswith("/") or any(map(IGNORED.fullmatch, parts)):
                continue
            shown, fault = f"{self.name}/{inner}", _fault(inner, info)
            if fault:
                yield InboxFile(shown, finding=self.gate.because("F07", fault))
            elif any(part.startswith(".") for part in parts):
                hidden.append(shown)
            else:
                yield from self._entry(shown, info)
        yield from name_hidden(hidden, self.gate)

    def _entry(self, shown: str, info: zipfile.ZipInfo) -> Iterator[InboxFile]:
        load = self.gate.safely(functools.partial(self._bytes, info))
        inside = functools.partial(self._nested, shown, load)
        yield from sorted_out(Found(shown, lambda: io.BytesIO(load()), load, inside, self.gate))

    def _nested(self, shown: str, load: Callable[[], bytes]) -> Iterator[InboxFile]:
        if self.depth >= self.gate.limits.depth:
            yield InboxFile(shown, finding=self.gate.because("F05", "arrived-archive-depth"))
            return
        try:
            yield from _Archive(load(), shown, self.gate, self.depth + 1).entries()
        except FileProblem as problem:
            yield InboxFile(shown, finding=problem.finding)

    def _bytes(self, info: zipfile.ZipInfo) -> bytes:
        with self.archive.open(info) as stream:
            return _within(cast("zipfile.ZipExtFile", stream), info.file_size, self.gate)


def _fault(inner: str, info: zipfile.ZipInfo) -> FaultCode | None:
    """Return why an entry is refused: an escaping path, a link, a password."""
    parts = PurePosixPath(inner).parts
    if not parts or inner.startswith("/") or ".." in parts or ":" in inner:
        return "arrived-path"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "arrived-link"
    if info.flag_bits & 0x1:
        return "arrived-password"
    return None


def _decoded(info: zipfile.ZipInfo) -> str:
    """Return an entry's name, in whatever encoding and with whatever strokes it was packed."""
    return _named(info).replace("\\", "/")


def _named(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; without the UTF-8 flag it is GBK (Windows) or unmarked UTF-8."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return decoded(info.filename.encode("cp437"))
    except UnicodeError:
        return info.filename
