"""Open a ledger wherever it stands: made if it is not there, brought forward if it is older."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool, StaticPool

from nianbao.errors import Finding
from nianbao.ledger.faults import explained, refused
from nianbao.ledger.place import ARCHIVE, here_on_network
from nianbao.ledger.tables import MIGRATIONS, Migration, migrate, version
from nianbao.version import __version__
from nianbao.words import Common


BEGIN = "begin"
"""The execution option that says how a transaction of SQLite begins."""

LOCK = 6_201_501
"""The key of the advisory lock that those who write to one PostgreSQL database take in turn."""


@dataclass(frozen=True)
class Opening:
    """How a ledger is opened: the words, the time, and for how many seconds others are waited for.

    ``steps`` are the migrations that lead to the version of this program.
    """

    common: Common
    now: datetime
    patience: float = 10.0
    steps: Sequence[Migration] = MIGRATIONS


@dataclass(frozen=True)
class Opened:
    """A database of the right version, how people call it, and what is to be said of it."""

    engine: sa.Engine
    name: str
    notes: tuple[Finding, ...] = ()


def in_memory(opening: Opening) -> Opened:
    """Return an empty ledger that is gone when the program ends."""
    engine = sa.create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    _begin_ourselves(engine, opening)
    with engine.begin() as connection:
        _forward(connection, opening)
    return Opened(engine, "内存")


# --- a file -----------------------------------------------------------------------------------


def in_file(path: Path, opening: Opening) -> Opened:
    """Open the SQLite file at a path; make it where there is none.

    Raises:
        LedgerError: it cannot be made or opened, or is no ledger of this version or an older one.

    """
    notes = list(_notes(path, opening.common))
    if not path.exists():
        _make(path, opening)
    elif not path.is_file():
        raise refused(
            opening.common,
            "ledger-denied",
            name=path,
            why=opening.common.why(IsADirectoryError(21)),
        )
    elif path.stat().st_size == 0:
        empty = opening.common.fault("ledger-no-bytes")
        raise refused(opening.common, "ledger-damaged", name=path, why=empty)
    url = URL.create("sqlite", database=str(path.absolute()))
    arguments = {"timeout": opening.patience, "check_same_thread": False}
    engine = sa.create_engine(url, poolclass=NullPool, connect_args=arguments)
    _begin_ourselves(engine, opening)
    with explained(opening.common, str(path)):
        with engine.begin() as connection:
            since = _known(version(connection), opening, str(path))
        if since < len(opening.steps):
            with writing(engine) as connection:
                _backed_up(path, connection, opening)
                _forward(connection, opening)
    return Opened(engine, str(path), tuple(notes))


def _notes(path: Path, common: Common) -> list[Finding]:
    found = []
    if here_on_network(path):
        found.append(common.catalogue["L08"].finding(actual=path))
    if not path.exists() and path.with_name(ARCHIVE).is_dir():
        found.append(common.catalogue["L09"].finding(actual=path.name, name=ARCHIVE))
    return found


def _begin_ourselves(engine: sa.Engine, opening: Opening) -> None:
    """Have transactions begin as they are told, not as the driver thinks."""

    @sa.event.listens_for(engine, "connect")
    def connected(raw: sqlite3.Connection, _: object) -> None:
        raw.isolation_level = None
        raw.execute(f"PRAGMA busy_timeout = {int(opening.patience * 1000)}")
        raw.execute("PRAGMA journal_mode = DELETE")  # WAL does not work on network drives
        raw.execute("PRAGMA synchronous = FULL")

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        how = connection.get_execution_options().get(BEGIN, "BEGIN")
        connection.exec_driver_sql(how)


def _make(path: Path, opening: Opening) -> None:
    """Put an empty ledger in its place, whole; one that another has just made stays."""
    made = in_memory(opening)
    raw = made.engine.raw_connection()
    data = raw.driver_connection.serialize()  # type: ignore[union-attr]
    made.engine.dispose()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put_new(path, data)
    except OSError as error:
        raise refused(
            opening.common, "ledger-denied", name=path, why=opening.common.why(error)
        ) from None


def put_new(path: Path, data: bytes) -> None:
    """Write a file whole; one that is there already stays as it is.

    Raises:
        OSError: the system refuses.

    """
    ready = path.with_name(f".nianbao-{os.getpid()}-{id(data)}.tmp")
    try:
        with ready.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            try:
                os.link(ready, path)
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                if not path.exists():
                    ready.replace(path)
    finally:
        ready.unlink(missing_ok=True)


def _backed_up(path: Path, connection: sa.Connection, opening: Opening) -> None:
    """Copy the file as it is, while nobody else can write to it."""
    since = version(connection)
    stem = f"{path.stem}-备份-{opening.now:%Y-%m-%d}-第{since}版"
    names = [stem, *(f"{stem}（{n}）" for n in range(2, 100))]
    free = next(one for name in names if not (one := path.with_name(name + path.suffix)).exists())
    try:
        put_new(free, path.read_bytes())
    except OSError as error:
        raise refused(
            opening.common, "ledger-backup", name=free, why=opening.common.why(error)
        ) from None


# --- a database that several people share -----------------------------------------------------


def by_url(text: str, opening: Opening) -> Opened:
    """Open the PostgreSQL database at a URL (``postgresql://user@host/name``).

    Raises:
        LedgerError: it is no such URL, or the database cannot be used.

    """
    common = opening.common
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise refused(common, "ledger-url", name=text.rpartition("@")[2]) from None
    name = f"{url.host or ''}/{url.database or ''}"
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise refused(common, "ledger-url", name=name)
    try:
        engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": max(2, int(opening.patience))},
        )
    except (ModuleNotFoundError, ImportError, NoSuchModuleError):
        raise refused(common, "ledger-driver") from None
    wait = f"SET LOCAL lock_timeout = {int(opening.patience * 1000)}"

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql(wait)

    try:
        with explained(common, name, "ledger-unreachable"):
            _brought_forward(engine, opening, name)
    except BaseException:
        engine.dispose()
        raise
    return Opened(engine, name)


def _brought_forward(engine: sa.Engine, opening: Opening, name: str) -> None:
    with engine.begin() as connection:
        since = _known(version(connection), opening, name)
    if since < len(opening.steps):
        with writing(engine) as connection:
            _forward(connection, opening)


# --- both -------------------------------------------------------------------------------------


@contextlib.contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Begin a transaction that reads the ledger as it is at one moment."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextlib.contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Begin a transaction in which nobody else writes to the ledger."""
    with engine.connect() as connection:
        connection.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            yield connection


def _forward(connection: sa.Connection, opening: Opening) -> None:
    since = version(connection) or 0  # another may have been here before us
    migrate(connection, opening.steps, since, opening.now.isoformat(), __version__)


def _known(found: int | None, opening: Opening, name: str) -> int:
    """Return the version of a ledger that this program knows.

    Raises:
        LedgerError: it is newer, or no ledger.

    """
    if found is None:
        raise refused(opening.common, "ledger-other", name=name)
    if found > len(opening.steps):
        newest = len(opening.steps)
        raise refused(opening.common, "ledger-newer", name=name, actual=found, expected=newest)
    return found
