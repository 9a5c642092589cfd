"""Files as officers have them: whole or not at all, names safe on Windows, clear refusals."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nianbao.codes import RefusalCode
from nianbao.words import Common


_FORBIDDEN = re.compile(
    r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]'
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST = 60
"""Characters of a unit's name that go into a file name."""


def read_bytes(path: Path, common: Common) -> bytes:
    """Return a file's bytes.

    Raises:
        NianbaoError: there is none, or it cannot be read.

    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise common.refuse("no-file", path=path) from None
    except OSError as error:
        if isinstance(error, IsADirectoryError) or path.is_dir():  # Windows: "permission denied"
            raise common.refuse("folder-given", path=path) from None
        busy = isinstance(error, PermissionError)
        code: RefusalCode = "unread-busy" if busy else "unread"
        raise common.refuse(code, path=path, why=common.why(error)) from None


def write_whole(path: Path, data: bytes, common: Common, *, force: bool = False) -> None:
    """Write one file; see ``write_all``."""
    write_all({path: data}, common, force=force)


def write_all(files: Mapping[Path, bytes], common: Common, *, force: bool = False) -> None:
    """Write files so that each appears whole or not at all, none before all are on the disk.

    Where one cannot be put in its place, the others are put back as they were. A run that was
    killed leaves hidden files, which the next one that writes the same replaces.

    Raises:
        NianbaoError: one exists and ``force`` is not given, or the disk refuses.

    """
    refuse_existing(files, common, force=force)
    ready: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            with explained(path, common):
                path.parent.mkdir(parents=True, exist_ok=True)
                ready[path] = _beside(path, data)
        _put_in_place(ready, common)
    finally:
        for done in ready.values():
            done.unlink(missing_ok=True)


def write_apart(path: Path, data: bytes, common: Common) -> None:
    """Write a file whole, though others may write the same at the same time.

    Raises:
        NianbaoError: the disk refuses.

    """
    with explained(path, common):
        path.parent.mkdir(parents=True, exist_ok=True)
        ready = path.with_name(f".nianbao-{uuid.uuid4().hex}.tmp")
        try:
            _written(ready, data)
            _move(ready, path)
        finally:
            ready.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(folder: Path, common: Common) -> Iterator[None]:
    """Let nobody else at this computer write results into a folder meanwhile.

    Raises:
        NianbaoError: somebody does for longer than is waited.

    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only where results are written

    name = digest(str(folder.absolute()).encode("utf-8", "surrogatepass"))[:32]
    lock = FileLock(Path(tempfile.gettempdir()) / f"nianbao-{name}.lock")
    try:
        with lock.acquire(timeout=PATIENCE):
            yield
    except Timeout:
        raise common.refuse("folder-busy", path=folder) from None


PATIENCE = 60
"""Seconds for which another one that writes into the same folder is waited for."""


def settled(paths: Iterable[Path]) -> None:
    """Remove what a run that was killed left beside files that are as they should be."""
    wanted = list(paths)
    for left in (
        _mark(wanted),
        *(_hidden(path, kind) for path in wanted for kind in ("old", "tmp")),
    ):
        with contextlib.suppress(OSError):
            left.unlink(missing_ok=True)


def _put_in_place(ready: Mapping[Path, Path], common: Common) -> None:
    mark, old = _mark(ready), dict[Path, Path]()
    moved: list[Path] = []
    try:
        if len(ready) > 1:
            with explained(mark, common):
                mark.touch()
            for path in ready:
                _keep(path, old, common)
        for path, done in ready.items():
            with explained(path, common):
                _move(done, path)
            moved.append(path)
        _settle({path.parent for path in ready})
    except BaseException:
        for path in moved:
            _put_back(path, old.get(path))
        raise
    finally:
        for kept in old.values():
            kept.unlink(missing_ok=True)
        mark.unlink(missing_ok=True)


def _keep(path: Path, old: dict[Path, Path], common: Common) -> None:
    if path.exists():
        with explained(path, common):
            kept = _hidden(path, "old")
            kept.unlink(missing_ok=True)
            old[path] = kept
            try:
                os.link(path, kept)
            except OSError:  # a file system without links
                shutil.copy2(path, kept)


def _put_back(path: Path, kept: Path | None) -> None:
    with contextlib.suppress(OSError):
        if kept is None:
            path.unlink(missing_ok=True)
        else:
            kept.replace(path)


_TRIES, _PAUSE = 4, 0.15


def _move(done: Path, path: Path) -> None:
    """Replace a file; what scans new files on Windows holds them for a moment."""
    for left in reversed(range(_TRIES)):
        try:
            done.replace(path)
        except PermissionError:
            if not left:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _settle(folders: Iterable[Path]) -> None:
    """Have the new names on the disk, too, where a folder can be synced."""
    for folder in folders if os.name == "posix" else ():
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _hidden(path: Path, kind: str, others: Iterable[Path] = ()) -> Path:
    """Return the hidden file beside a file: the same one in every run, and never too long."""
    names = "/".join([path.name, *(other.name for other in others)])
    digest = hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return path.with_name(f".nianbao-{digest}.{kind}")


def _mark(paths: Iterable[Path]) -> Path:
    """Return the hidden file that is there while these files are put in place together."""
    first, *others = sorted(paths)
    return _hidden(first, "set", others)


def refuse_existing(paths: Iterable[Path], common: Common, *, force: bool) -> None:
    """Refuse to overwrite, but for what a killed run had begun to put in place.

    Raises:
        NianbaoError: a path exists and ``force`` is not given; all of them are named.

    """
    wanted = list(paths)
    there = [path for path in wanted if path.exists()]
    if there and not force and not _mark(wanted).exists():
        names = "、".join(str(path) for path in there[:5])
        if len(there) > 5:
            raise common.refuse("exists-more", names=names, count=len(there))
        raise common.refuse("exists", names=names)


def _beside(path: Path, data: bytes) -> Path:
    done = _hidden(path, "tmp")
    done.unlink(missing_ok=True)  # of a killed run; and never written through, if a link
    try:
        _written(done, data)
    except BaseException:
        done.unlink(missing_ok=True)
        raise
    return done


def _written(path: Path, data: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


@contextlib.contextmanager
def explained(path: Path, common: Common) -> Iterator[None]:
    """Turn what the system says of a file into a sentence for the user."""
    try:
        yield
    except OSError as error:
        busy = isinstance(error, PermissionError)
        code: RefusalCode = "unwritten-busy" if busy else "unwritten"
        raise common.refuse(code, path=path, why=common.why(error)) from None


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


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
