"""Received files, kept by content: ``存档/ab/ab12….xlsx``, each once, verified when read."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nianbao.errors import Finding
from nianbao.ledger.faults import refused
from nianbao.words import Common


_SUFFIXES = {
    ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".json", ".csv", ".toml", ".zip", ".doc",
    ".docx", ".pdf", ".txt", ".htm", ".html",
}  # fmt: skip
"""The suffixes that a content keeps, so that it can be opened; any other becomes .bin."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Contents:
    """The contents of a folder; ``write`` puts a file in its place, whole or not at all."""

    folder: Path
    common: Common
    write: Callable[[Path, bytes], None]

    def put(self, data: bytes, name: str = "") -> str:
        """Keep a content and return its SHA-256; ``name`` only tells of what sort it is.

        One that is there is not written again, unless it has been damaged.

        Raises:
            NianbaoError: it cannot be written.

        """
        digest = hashlib.sha256(data).hexdigest()
        there = self.path(digest)
        if there is not None and self._bytes(there) == data:
            return digest
        suffix = PurePosixPath(name).suffix.lower()
        new = self._shelf(digest) / f"{digest}{suffix if suffix in _SUFFIXES else '.bin'}"
        path = there or new
        _protect(path, on=False)
        self.write(path, data)
        _protect(path, on=True)
        return digest

    def get(self, digest: str) -> bytes:
        """Return a content.

        Raises:
            LedgerError: it is not there, cannot be read, or is not what it was.

        """
        path = self.path(digest)
        if path is None:
            raise refused(self.common, "ledger-content-missing", name=digest, why=self.folder)
        data = self._bytes(path)
        if hashlib.sha256(data).hexdigest() != digest:
            raise refused(self.common, "ledger-content-altered", name=path)
        return data

    def path(self, digest: str) -> Path | None:
        """Return where a content stands; None where it is not there."""
        if not _DIGEST.fullmatch(digest):
            return None
        found = (one for one in _listed(self._shelf(digest)) if _stem(one.name) == digest)
        return next((Path(one) for one in found), None)

    def held(self) -> frozenset[str]:
        """Return the SHA-256 of all that is there, by its name, which is not verified."""
        shelves = (one for one in _listed(self.folder) if one.is_dir())
        return frozenset(_stem(one.name) for shelf in shelves for one in _listed(shelf))

    def faults(self, due: Iterable[str]) -> Iterator[Finding]:
        """Yield which of the contents due are missing (L11-missing) or altered (L11-altered)."""
        for digest in sorted(set(due)):
            path = self.path(digest)
            if path is None:
                yield self.common.catalogue["L11-missing"].finding(actual=digest[:12])
            elif not self._whole(path, digest):
                yield self.common.catalogue["L11-altered"].finding(actual=digest[:12], name=path)

    def _shelf(self, digest: str) -> Path:
        return self.folder / digest[:2]

    def _bytes(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise refused(
                self.common, "ledger-content-unread", name=path, why=self.common.why(error)
            ) from None

    def _whole(self, path: Path, digest: str) -> bool:
        try:
            with path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == digest
        except OSError:
            return False


def _listed(folder: Path | os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return


def _stem(name: str) -> str:
    return name.partition(".")[0]


def _protect(path: Path, *, on: bool) -> None:
    """Let nobody change a content by mistake, who opens it to look."""
    if path.exists():
        path.chmod(stat.S_IREAD | stat.S_IRGRP | stat.S_IROTH | (0 if on else stat.S_IWRITE))
