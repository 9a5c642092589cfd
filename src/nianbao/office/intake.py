"""What came in, as it comes: files, folders and zip archives, nested, each file named or skipped.

Nothing is written to disk; an archive's entry names are used for display only. Bounded in size,
ratio, count and nesting; links are not followed out of the folder given. No file is passed over
in silence but those of ``IGNORED``.
"""

from __future__ import annotations

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

from nianbao.encoding import decoded
from nianbao.errors import FileProblem, Finding, NianbaoError
from nianbao.office.arrival import (
    BROKEN,
    LIMITS,
    ArchiveLimits,
    Found,
    InboxFile,
    finding,
    name_hidden,
    or_empty,
    sorted_out,
    too_much,
)
from nianbao.report import UNFIT


IGNORED = re.compile(
    r"thumbs\.db|desktop\.ini|__macosx|\.ds_store|\.localized|icon\r|@eadir|\$recycle\.bin"
    r"|system volume information|~\$.*|\._.*|\.~lock\..*|\.nianbao-.*",
    re.IGNORECASE | re.DOTALL,
)
"""What Windows, macOS, Office, LibreOffice and we ourselves leave in folders and archives."""


_UNFIT = re.compile(f"{UNFIT.pattern}|[\\n\\r\\t\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What no list, page or console should meet in a name: control characters, turned directions."""


def entries(
    paths: Iterable[Path], without: Iterable[Path] = (), limits: ArchiveLimits = LIMITS
) -> Iterator[InboxFile]:
    """Yield every file below the paths in a fixed order; an empty folder or archive as such.

    ``without`` are files and folders left out: our own outputs, the roster.
    """
    apart = {path.resolve() for path in without}
    for path in paths:
        if path.is_dir():
            found = or_empty(_folder(path, path, apart, limits), str(path), "文件夹")
        elif path.resolve() in apart:
            continue
        else:
            found = _file(path, str(path.name), limits)
        yield from (replace(one, name=_UNFIT.sub("\ufffd", one.name)) for one in found)


def existing(paths: Iterable[Path]) -> list[Path]:
    """Return the paths.

    Raises:
        NianbaoError: one does not exist.

    """
    given = list(paths)
    for path in given:
        if not path.exists():
            raise NianbaoError(f"找不到：{path}。请核对路径和文件名。")
    return given


def _folder(
    path: Path, top: Path, apart: Collection[Path], limits: ArchiveLimits
) -> Iterator[InboxFile]:
    try:
        inside = sorted(os.scandir(path), key=lambda one: one.name)
    except OSError:
        yield InboxFile(_shown(path, top), finding=finding("F01-busy", name="文件夹"))
        return
    for one in inside:
        child = Path(one.path)
        if IGNORED.fullmatch(one.name) or (apart and child.resolve() in apart):
            continue
        shown = _shown(child, top)
        if one.is_symlink() and not _below(child, top):
            yield InboxFile(shown, finding=finding("F07", why="链接指向文件夹以外"))
        elif one.is_dir(follow_symlinks=False):
            hidden = one.name.startswith(".")
            yield from (
                name_hidden(_names(child, top, limits))
                if hidden
                else _folder(child, top, apart, limits)
            )
        elif one.name.startswith("."):
            yield from name_hidden([shown])
        elif child.is_file():
            yield from _file(child, shown, limits)
        else:
            yield InboxFile(shown, finding=finding("F07", why="不是普通文件"))


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


def _file(path: Path, name: str, limits: ArchiveLimits) -> Iterator[InboxFile]:
    load = functools.partial(_bytes, path, limits.file)
    inside = functools.partial(_archive_file, path, name, limits)
    yield from sorted_out(Found(name, lambda: path.open("rb"), load, inside, limits))


def _bytes(path: Path, limit: int) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_much(f"文件超过 {limit // 1_000_000} MB")
    return data


# --- archives ---------------------------------------------------------------------------------


def _archive_file(path: Path, name: str, limits: ArchiveLimits) -> Iterator[InboxFile]:
    try:
        if path.stat().st_size > limits.archive:
            raise too_much(f"压缩包超过 {limits.archive // 1_000_000} MB")
        with path.open("rb") as stream:
            yield from _Archive(stream.read(limits.archive + 1), name, limits).entries()
    except FileProblem as problem:
        yield InboxFile(name, finding=problem.finding)
    except OSError:
        yield InboxFile(name, finding=finding("F01-busy", name="压缩包"))


class _Archive:
    """One zip archive, its entries' names decoded as the one that packed it meant them."""

    def __init__(self, data: bytes, name: str, limits: ArchiveLimits, depth: int = 1) -> None:
        self.name, self.limits, self.depth = name, limits, depth
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            self.infos = self.archive.infolist()
        except BROKEN as error:
            raise FileProblem(finding("F01", why="压缩包损坏，或不是 zip 格式")) from error
        if len(self.infos) > limits.entries:
            raise too_much(f"压缩包里有 {len(self.infos)} 个文件")
        whole = sum(info.file_size for info in self.infos)
        if whole > limits.whole or whole > limits.ratio * max(len(data), 100_000):
            raise too_much(f"压缩包解开有 {whole // 1_000_000} MB")

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
                yield InboxFile(shown, finding=fault)
            elif any(part.startswith(".") for part in parts):
                hidden.append(shown)
            else:
                yield from self._entry(shown, info)
        yield from name_hidden(hidden)

    def _entry(self, shown: str, info: zipfile.ZipInfo) -> Iterator[InboxFile]:
        load = functools.partial(self._bytes, info)
        whole = InboxFile(shown, load).read
        inside = functools.partial(self._nested, shown, load)
        yield from sorted_out(Found(shown, lambda: io.BytesIO(whole()), load, inside, self.limits))

    def _nested(self, shown: str, load: Callable[[], bytes]) -> Iterator[InboxFile]:
        if self.depth >= self.limits.depth:
            yield InboxFile(shown, finding=finding("F05", why="压缩包套了太多层"))
            return
        try:
            data = InboxFile(shown, load).read()
            yield from _Archive(data, shown, self.limits, self.depth + 1).entries()
        except FileProblem as problem:
            yield InboxFile(shown, finding=problem.finding)

    def _bytes(self, info: zipfile.ZipInfo) -> bytes:
        with self.archive.open(info) as stream:
            data = stream.read(self.limits.file + 1)
        if len(data) > self.limits.file:
            raise too_much(f"文件超过 {self.limits.file // 1_000_000} MB")
        return data


def _fault(inner: str, info: zipfile.ZipInfo) -> Finding | None:
    """Return why an entry is refused: an escaping path, a link, a password."""
    parts = PurePosixPath(inner).parts
    if not parts or inner.startswith("/") or ".." in parts or ":" in inner:
        return finding("F07", why="压缩包里的路径不正常")
    if stat.S_ISLNK(info.external_attr >> 16):
        return finding("F07", why="压缩包里是链接，不是文件")
    if info.flag_bits & 0x1:
        return finding("F07", why="压缩包设了密码，请解开后再收")
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
