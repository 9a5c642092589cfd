"""What came in, as it comes: files, folders and zip archives, nested, each file named or skipped.

Nothing is written to disk; an archive's entry names are used for display only. Bounded in size,
ratio, count and nesting; links are not followed out of the folder given.
"""

from __future__ import annotations

import functools
import io
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from nianbao.catalog import common
from nianbao.errors import FileProblem, Finding
from nianbao.report import UNFIT


@dataclass(frozen=True)
class Limits:
    """How much of an archive is believed."""

    file: int = 20_000_000
    archive: int = 500_000_000
    whole: int = 2_000_000_000
    ratio: int = 200
    entries: int = 20_000
    depth: int = 3


LIMITS = Limits()
BOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".json"}
"""Suffixes of what is read; another file is named and skipped."""

IGNORED = {"thumbs.db", "desktop.ini", "__macosx"}
"""What Windows and macOS leave in folders and archives."""


_BROKEN = (
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

_UNFIT = re.compile(f"{UNFIT.pattern}|[\\n\\r\\t\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What no list, page or console should meet in a name: control characters, turned directions."""


@dataclass(frozen=True)
class Entry:
    """A file to read: its display name, and its bytes; or the finding why it is not read."""

    name: str
    load: Callable[[], bytes] | None = None
    finding: Finding | None = None

    def read(self) -> bytes:
        """Return the bytes.

        Raises:
            FileProblem: they cannot be read, or are more than a form has.

        """
        if self.load is None:
            raise FileProblem(self.finding or _finding("F01", why="读不出来"))
        try:
            return self.load()
        except PermissionError as error:  # on Windows, what is open in Excel, too
            raise FileProblem(_finding("F01-busy", name="文件")) from error
        except _BROKEN as error:
            raise FileProblem(_finding("F01", why="文件损坏")) from error


def entries(
    paths: Iterable[Path], without: Path | None = None, limits: Limits = LIMITS
) -> Iterator[Entry]:
    """Yield every file below the paths in a fixed order; ``without`` is a folder left out."""
    for path in paths:
        if path.is_dir():
            found = _folder(path, path, without, limits)
        else:
            found = _file(path, str(path.name), limits)
        yield from (replace(one, name=_UNFIT.sub("\ufffd", one.name)) for one in found)


def _finding(key: str, **values: object) -> Finding:
    return common().catalogue[key].finding(**values)


def _temporary(name: str) -> bool:
    hidden = name.startswith(("~$", ".")) and name not in {".", ".."}
    return hidden or name.lower() in IGNORED


def _folder(path: Path, top: Path, without: Path | None, limits: Limits) -> Iterator[Entry]:
    try:
        inside = sorted(os.scandir(path), key=lambda one: one.name)
    except OSError:
        yield Entry(_shown(path, top), finding=_finding("F01-busy", name="文件夹"))
        return
    for one in inside:
        child = Path(one.path)
        if _temporary(one.name) or (without is not None and _same(child, without)):
            continue
        if one.is_symlink() and not _below(child, top):
            yield Entry(_shown(child, top), finding=_finding("F07", why="链接指向文件夹以外"))
        elif one.is_dir(follow_symlinks=False):
            yield from _folder(child, top, without, limits)
        elif child.is_file():
            yield from _file(child, _shown(child, top), limits)


def _shown(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix()


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _below(link: Path, top: Path) -> bool:
    target = link.resolve()
    return target.is_file() and target.is_relative_to(top.resolve())


def _file(path: Path, name: str, limits: Limits) -> Iterator[Entry]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        yield from _archive_file(path, name, limits)
    elif suffix in BOOKS:
        yield Entry(name, functools.partial(_bytes, path, limits.file))
    else:
        yield Entry(name, finding=_finding("F08", actual=suffix or "没有扩展名"))


def _bytes(path: Path, limit: int) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise _too_much(f"文件超过 {limit // 1_000_000} MB")
    return data


def _too_much(why: str) -> FileProblem:
    return FileProblem(_finding("F05", why=why))


# --- archives ---------------------------------------------------------------------------------


def _archive_file(path: Path, name: str, limits: Limits) -> Iterator[Entry]:
    try:
        if path.stat().st_size > limits.archive:
            raise _too_much(f"压缩包超过 {limits.archive // 1_000_000} MB")
        with path.open("rb") as stream:
            yield from _Archive(stream.read(limits.archive + 1), name, limits).entries()
    except FileProblem as problem:
        yield Entry(name, finding=problem.finding)
    except OSError:
        yield Entry(name, finding=_finding("F01-busy", name="压缩包"))


class _Archive:
    """One zip archive, its entries' names decoded as the one that packed it meant them."""

    def __init__(self, data: bytes, name: str, limits: Limits, depth: int = 1) -> None:
        self.name, self.limits, self.depth = name, limits, depth
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            self.infos = self.archive.infolist()
        except _BROKEN as error:
            raise FileProblem(_finding("F01", why="压缩包损坏，或不是 zip 格式")) from error
        if len(self.infos) > limits.entries:
            raise _too_much(f"压缩包里有 {len(self.infos)} 个文件")
        whole = sum(info.file_size for info in self.infos)
        if whole > limits.whole or whole > limits.ratio * max(len(data), 100_000):
            raise _too_much(f"压缩包解开有 {whole // 1_000_000} MB")

    def entries(self) -> Iterator[Entry]:
        """Yield the archive's files in the order of their names."""
        named = sorted(((_decoded(info), info) for info in self.infos), key=lambda pair: pair[0])
        for inner, info in named:
            if inner.endswith("/") or any(map(_temporary, PurePosixPath(inner).parts)):
                continue
            yield from self._entry(f"{self.name}/{inner}", inner, info)

    def _entry(self, shown: str, inner: str, info: zipfile.ZipInfo) -> Iterator[Entry]:
        fault = _fault(inner, info)
        suffix = PurePosixPath(inner).suffix.lower()
        load = functools.partial(self._bytes, info)
        if fault:
            yield Entry(shown, finding=fault)
        elif suffix == ".zip":
            yield from self._nested(shown, load)
        elif suffix in BOOKS:
            yield Entry(shown, load)
        else:
            yield Entry(shown, finding=_finding("F08", actual=suffix or "没有扩展名"))

    def _nested(self, shown: str, load: Callable[[], bytes]) -> Iterator[Entry]:
        if self.depth >= self.limits.depth:
            yield Entry(shown, finding=_finding("F05", why="压缩包套了太多层"))
            return
        try:
            data = Entry(shown, load).read()
            yield from _Archive(data, shown, self.limits, self.depth + 1).entries()
        except FileProblem as problem:
            yield Entry(shown, finding=problem.finding)

    def _bytes(self, info: zipfile.ZipInfo) -> bytes:
        with self.archive.open(info) as stream:
            data = stream.read(self.limits.file + 1)
        if len(data) > self.limits.file:
            raise _too_much(f"文件超过 {self.limits.file // 1_000_000} MB")
        return data


def _fault(inner: str, info: zipfile.ZipInfo) -> Finding | None:
    """Return why an entry is refused: an escaping path, a link, a password."""
    parts = PurePosixPath(inner).parts
    if not parts or inner.startswith("/") or ".." in parts or ":" in inner:
        return _finding("F07", why="压缩包里的路径不正常")
    if stat.S_ISLNK(info.external_attr >> 16):
        return _finding("F07", why="压缩包里是链接，不是文件")
    if info.flag_bits & 0x1:
        return _finding("F07", why="压缩包设了密码，请解开后再收")
    return None


def _decoded(info: zipfile.ZipInfo) -> str:
    """Return an entry's name, in whatever encoding and with whatever strokes it was packed."""
    return _named(info).replace("\\", "/")


def _named(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; without the UTF-8 flag it is GBK (Windows) or unmarked UTF-8."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
