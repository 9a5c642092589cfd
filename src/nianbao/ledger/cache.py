"""What readings gave, by content: never the truth, deletable at any time.

A file of its own, so that it can be deleted by hand; the driver of Python is enough for it, so that
who only looks something up here loads no more.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self


LARGEST = 1_000_000_000
"""Bytes of a cache beyond which it is begun anew."""

PATIENCE = 2.0
"""Seconds for which another that writes is waited for: reading anew takes longer."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS reading_1 (stamp TEXT, sha256 TEXT, value BLOB, sum BLOB,"
    " PRIMARY KEY (stamp, sha256)) WITHOUT ROWID"
)
_LOOK_UP = "SELECT sha256, value, sum FROM reading_1 WHERE stamp = ? AND sha256 IN"
_MANY = 500
"""Keys in one query: SQLite takes no more than 999 everywhere."""


@dataclass
class Cache:
    """The values kept for contents read under one ``stamp`` (see ``stamp``).

    Whatever is wrong with the file, the cache is empty then and begun anew; a value that was
    damaged is as one that was never kept. ``path`` None keeps them for the run.
    """

    path: Path | None
    stamp: str
    _known: sqlite3.Connection | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._known is not None:
            self._known.close()
            self._known = None

    def found(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Return the values kept for contents, by SHA-256."""
        wanted = list(dict.fromkeys(digests))
        found: dict[str, bytes] = {}
        with self._harmless():
            connection = self._connection()
            for start in range(0, len(wanted), _MANY):
                found |= self._those(connection, wanted[start : start + _MANY])
        return found

    def keep(self, values: Mapping[str, bytes]) -> None:
        """Keep values; where the file cannot be written they are not kept."""
        rows = [
            (self.stamp, digest, value, _sum(self.stamp, digest, value))
            for digest, value in values.items()
        ]
        if rows:
            with self._harmless(), self._connection() as connection:
                connection.executemany("INSERT OR REPLACE INTO reading_1 VALUES (?, ?, ?, ?)", rows)

    def _those(self, connection: sqlite3.Connection, digests: list[str]) -> dict[str, bytes]:
        marks = ",".join("?" * len(digests))
        query = f"{_LOOK_UP} ({marks})"
        return {
            digest: value
            for digest, value, total in connection.execute(query, [self.stamp, *digests])
            if isinstance(value, bytes) and _sum(self.stamp, digest, value) == total
        }

    @contextlib.contextmanager
    def _harmless(self) -> Iterator[None]:
        """End the use of a file with which something is wrong, and throw away a spoilt one."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_ERROR":  # a table that is another
                self._throw_away()
            else:
                self.close()
        except sqlite3.DatabaseError:
            self._throw_away()

    def _connection(self) -> sqlite3.Connection:
        if self._known is None:
            if self.path is not None:
                self._bounded(self.path)
            self._known = sqlite3.connect(self.path or ":memory:", timeout=PATIENCE)
            self._known.execute("PRAGMA journal_mode = DELETE")
            self._known.execute("PRAGMA synchronous = OFF")  # lost is lost
            self._known.execute(_TABLE)
        return self._known

    def _bounded(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            if path.stat().st_size > LARGEST:
                path.unlink()

    def _throw_away(self) -> None:
        self.close()
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()


def stamp(*parts: str) -> str:
    """Return what readings depend on besides the content, as one value.

    These are the digests of the editions, the version of the program, and whatever else the
    reading was told.
    """
    said = "".join(f"{len(one)}:{one}" for one in parts)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _sum(own: str, digest: str, value: bytes) -> bytes:
    return hashlib.sha256(f"{own}{digest}".encode() + value).digest()
