"""Ledgers to test with: one in memory, one in a file, one on a PostgreSQL that tests start."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from helpers import common
from nianbao.events import Received
from nianbao.ledger.codec import By
from nianbao.ledger.store import Ledger, Opening, open_ledger


CHINA = dt.timezone(dt.timedelta(hours=8))
YEAR = 2026


def at(day: int, hour: int = 9, minute: int = 0) -> dt.datetime:
    """A moment of January in which the reports of ``YEAR`` are due."""
    return dt.datetime(YEAR + 1, 1, day, hour, minute, tzinfo=CHINA)


def by(day: int = 5, hour: int = 9, who: str = "张三") -> By:
    return By(who, at(day, hour))


def opening(patience: float = 10.0, day: int = 5, **more) -> Opening:
    return Opening(common(), at(day), patience, **more)


def opened(where, **more) -> Ledger:
    return open_ledger(where, opening(**more))


def digest(name: str) -> str:
    """A SHA-256 that shows of which content it is."""
    return hashlib.sha256(name.encode()).hexdigest()


def came(name: str, content: str = "", unit: str = "T01", **more) -> Received:
    return Received(file=name, sha256=digest(content or name), size=1, unit=unit, **more)


# --- PostgreSQL -------------------------------------------------------------------------------


def programs() -> str | None:
    """Return the folder of PostgreSQL's programs, the newest that is installed."""
    packaged = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(packaged, key=lambda path: float(path.parts[4]))
    there = found[-1] if found else shutil.which("initdb")
    return str(Path(there).parent) if there else None


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server (without a database): that of the environment, or ours.

    Ours runs as the user ``postgres`` where we are root, which it refuses to run as.
    """
    given = os.environ.get("NIANBAO_POSTGRES")
    if given:
        yield given.rstrip("/")
        return
    bin_ = programs()
    assert bin_ is not None, "PostgreSQL is missing, which .ci/run installs"
    folder = Path(tempfile.mkdtemp(prefix="nianbao-pg-", dir="/tmp"))
    run = _as_somebody(folder)
    data = folder / "data"
    run(f"{bin_}/initdb", "-D", str(data), "-U", "nianbao", "-A", "trust", "-E", "UTF8",
        "--locale=C", "--no-sync")  # fmt: skip
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run(f"{bin_}/pg_ctl", "-D", str(data), "-o", options, "-w", "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://nianbao@/postgres?host={folder}"
    finally:
        run(f"{bin_}/pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _as_somebody(folder: Path):
    """Return a function that runs a program as a user that PostgreSQL runs as."""
    prefix: list[str] = []
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]

    def run(*words: str) -> None:
        done = subprocess.run(
            [*prefix, *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return run


@contextlib.contextmanager
def database(url: str) -> Iterator[str]:
    """Give the URL of a new, empty database on a server."""
    import psycopg
    from sqlalchemy.engine import make_url

    name = f"nianbao_{uuid.uuid4().hex}"
    whole = make_url(url)
    with psycopg.connect(_plain(whole), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield whole.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(_plain(whole), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _plain(url) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
