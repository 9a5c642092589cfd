"""A desk with a clock of its own: what comes in later came later, however fast a test runs."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

from desk import YEAR, Desk, book
from nianbao import cli
from nianbao.context import context
from nianbao.events import Happening
from nianbao.office import dates
from nianbao.office.journal import Journal, journal
from nianbao.office.keeping import keeping
from nianbao.registry.premises import Wanted, office
from nianbao.report import Report


CHINA = dt.timezone(dt.timedelta(hours=8))
BEGINS = dt.datetime(YEAR + 1, 1, 9, 9, 0, tzinfo=CHINA)


class January(Desk):
    """A desk whose clock goes an hour on with every command."""

    def __init__(self, folder: Path, monkeypatch) -> None:
        super().__init__(folder)
        self.time = BEGINS
        monkeypatch.setattr(dates, "now", lambda: self.time)
        monkeypatch.chdir(folder)

    def put(self, name: str, report: Report | bytes) -> str:
        """Put a file among what came in; return its SHA-256."""
        data = report if isinstance(report, bytes) else book(report)
        (self.inbox / name).write_bytes(data)
        return hashlib.sha256(data).hexdigest()

    def run(self, *words: str) -> int:
        self.time += dt.timedelta(hours=1)
        return cli.main(list(words))

    def merge(self, *more: str) -> int:
        self.time += dt.timedelta(hours=1)
        return super().merge(*more)

    def look(self, *more: str) -> int:
        """Check what came in, so that it is recorded."""
        return self.run("check", str(self.inbox), "--units", self.roster, *more)

    def send_back(self) -> int:
        out = str(self.folder / "退回")
        return self.look("--annotate", out)

    @contextlib.contextmanager
    def journal(self) -> Iterator[Journal]:
        with journal(keeping(None, self.folder, "张三"), context()) as own:
            yield own

    def office(self, **wanted):
        """The office, open, as the verbs open it."""
        return office(Wanted(ledger=str(self.folder), **wanted), context())

    def record(self, *what: Happening, year: int = YEAR) -> None:
        self.time += dt.timedelta(hours=1)
        with self.journal() as own:
            own.record(year, what)

    def archived(self, digest: str) -> Path:
        """Where the archive keeps a content."""
        (path,) = (self.folder / "存档" / digest[:2]).glob(f"{digest}*")
        return path
