"""Files as officers have them: whole or not at all, names safe on Windows, clear refusals."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nianbao.errors import NianbaoError


_FORBIDDEN = re.compile(
    r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]'
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST = 60
"""Characters of a unit's name that go into a file name."""


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        NianbaoError: there is none, or it cannot be read.

    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NianbaoError(f"找不到文件：{path}。请核对路径和文件名。") from None
    except IsADirectoryError:
        raise NianbaoError(f"这是文件夹，不是文件：{path}。") from None
    except OSError as error:
        if path.is_dir():  # Windows says "permission denied"
            raise NianbaoError(f"这是文件夹，不是文件：{path}。") from None
        raise NianbaoError(f"读不了文件：{path}（{why(error)}）。") from None


def write_whole(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write one file; see ``write_all``."""
    write_all({path: data}, force=force)


def write_all(files: Mapping[Path, bytes], *, force: bool = False) -> None:
    """Write files so that each appears whole or not at all, none before all are on the disk.

    What an earlier run of the same files left when it was killed is removed.

    Raises:
        NianbaoError: one exists and ``force`` is not given, or the disk refuses.

    """
    refuse_existing(files, force=force)
    for left in _left(files):
        with contextlib.suppress(OSError):
            left.unlink()
    ready: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            with explained(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                ready.append((_beside(path, data), path))
        for done, path in ready:
            with explained(path):
                done.replace(path)
    finally:
        for done, _ in ready:
            done.unlink(missing_ok=True)


def refuse_existing(paths: Iterable[Path], *, force: bool) -> None:
    """Refuse to overwrite.

    Raises:
        NianbaoError: a path exists and ``force`` is not given; all of them are named.

    """
    wanted = list(paths)
    there = [path for path in wanted if path.exists()]
    if there and not force:
        names = "、".join(str(path) for path in there[:5])
        more = f"等 {len(there)} 个" if len(there) > 5 else ""
        halfway = "上次没有写完就中断了。" if _left(wanted) else ""
        said = f"文件已经存在：{names}{more}。{halfway}要覆盖请加 --force，或换一个位置。"
        raise NianbaoError(said)


def _mark(path: Path) -> str:
    """Return how the temporary files of a path begin: short, as its own name may be long."""
    return f".nianbao-{hashlib.sha256(path.name.encode(errors='replace')).hexdigest()[:12]}-"


def _left(paths: Iterable[Path]) -> list[Path]:
    """Return the temporary files that killed runs left of these paths."""
    marks = {(path.parent, _mark(path)) for path in paths}
    folders = {folder for folder, _ in marks}
    there = [one for folder in folders for one in folder.glob(".nianbao-*.tmp")]
    return [one for one in there if (one.parent, one.name[: len(_mark(one))]) in marks]


def _beside(path: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=_mark(path), suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if os.name == "posix":  # mkstemp's files are for the owner only
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
    return Path(name)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the system says of a file into a sentence for the user."""
    try:
        yield
    except PermissionError:
        raise NianbaoError(
            f"写不了 {path}：没有权限，或文件正在 Excel、WPS 里打开。请关闭后再试。"
        ) from None
    except OSError as error:
        raise NianbaoError(f"写不了 {path}：{why(error)}。") from None


def why(error: OSError) -> str:
    """Return in Chinese why the system refuses, where that is known."""
    known = {
        13: "没有权限，或文件被占用",
        27: "文件超过了磁盘允许的大小",
        28: "磁盘已满",
        30: "磁盘是只读的",
        36: "文件名太长",
        122: "磁盘配额已用完",
    }
    return known.get(error.errno or 0, error.strerror or type(error).__name__)


def safe_name(text: str) -> str:
    """Return a unit's name as part of a file name: no path, nothing Windows refuses."""
    name = (
        _FORBIDDEN.sub("_", unicodedata.normalize("NFC", text)).strip(" .")[:LONGEST].rstrip(" .")
    )
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def distinct_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return a file name for each code: the unit's name, with the code where two look alike."""
    safe = {code: safe_name(name) for code, name in names.items()}
    alike: dict[str, int] = {}
    for name in safe.values():
        alike[name.casefold()] = alike.get(name.casefold(), 0) + 1
    return {
        code: name if alike[name.casefold()] == 1 else f"{name}_{safe_name(code)}"
        for code, name in safe.items()
    }


def numbered(names: Iterable[str]) -> list[str]:
    """Return file names that differ, also in a folder that knows no case: 甲, 甲（2）, 甲（3）."""
    taken: set[str] = set()
    found = []
    for name in names:
        own, number = name, 1
        while own.casefold() in taken:
            number += 1
            own = f"{name}（{number}）"
        taken.add(own.casefold())
        found.append(own)
    return found
