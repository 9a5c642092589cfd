"""The ledger as the office uses it: opened with its archive and cache, in somebody's name."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.context import Context
from nianbao.decisions import Decisions, in_force
from nianbao.errors import Finding, NianbaoError
from nianbao.events import Event, Happening, Head
from nianbao.ledger.cache import Cache, stamp
from nianbao.ledger.codec import By
from nianbao.ledger.contents import Contents
from nianbao.ledger.place import ARCHIVE, CACHE, LEDGER
from nianbao.office import dates, files
from nianbao.office.keeping import MEMORY, Keeping
from nianbao.version import __version__


if TYPE_CHECKING:
    from nianbao.ledger.store import Ledger


@dataclass
class Journal:
    """An open ledger with its archive (None: nothing is kept) and where readings are cached."""

    open: Callable[[], Ledger]
    keeping: Keeping
    context: Context
    notes: tuple[Finding, ...] = ()
    contents: Contents | None = None
    fresh: bool = False
    _held: set[str] = field(default_factory=set)

    @functools.cached_property
    def ledger(self) -> Ledger:
        """The ledger; one in memory is opened when it is first asked."""
        return self.open()

    @property
    def kept(self) -> bool:
        """Whether there is a ledger that outlives the run."""
        return self.keeping.where is not None

    @property
    def paths(self) -> tuple[Path, ...]:
        """What is the ledger's own, and no input where it lies among what came in."""
        folder = self.keeping.folder
        names = (LEDGER, CACHE, ARCHIVE)
        own = [folder / name for name in names] if folder is not None else []
        named = self.keeping.where
        return (*own, named) if isinstance(named, Path) else tuple(own)

    def inputs(self, paths: Iterable[Path]) -> list[Path]:
        """Return the paths without what is the ledger's own."""
        own = {path.resolve() for path in self.paths}
        return [path for path in paths if path.resolve() not in own]

    @property
    def by(self) -> By:
        """Who records, and when: now."""
        return By(self.keeping.who, dates.now())

    def events(self, year: int) -> tuple[Event, ...]:
        """Return the events of a year; see ``Ledger.events``."""
        return self.ledger.events(year)

    def earlier(self, year: int) -> tuple[Event, ...]:
        """Return the events of all years before one."""
        past = (one for one in self.ledger.years() if one < year)
        return tuple(event for one in past for event in self.events(one))

    def year(self, said: int | None) -> int:
        """Return the year that is asked about: the last of the ledger where none is said.

        Raises:
            NianbaoError: the ledger has nothing of it, or nothing at all.

        """
        common, years = self.context.common, self.ledger.years()
        if not years:
            raise common.refuse("ledger-empty", name=self.ledger.name)
        if said is not None and said not in years:
            raise common.refuse("ledger-year", year=said, known="、".join(map(str, years)))
        return said or years[-1]

    def decisions(self, year: int, events: Iterable[Event], day: dt.date) -> Decisions:
        """Return the decisions in force on a day, those of earlier years too that last until it."""
        return in_force([*self.earlier(year), *events], year, day)

    def uncached(self) -> Journal:
        """Return the same, by which every file is read anew."""
        return replace(self, fresh=True)

    def record(self, year: int, what: Iterable[Happening]) -> tuple[Event, ...]:
        """Append what happened; notes on a clock set back are kept."""
        done = self.ledger.append(year, what, self.by)
        self.notes = (*self.notes, *done.notes)
        return done.events

    def head(self, year: int) -> Head:
        """Return the last event of a year."""
        return self.ledger.head(year)

    def keep(self, data: bytes, digest: str, name: str) -> None:
        """Keep a content, where there is an archive and it has it not."""
        if self.contents is not None and digest not in self._held:
            self.contents.put(data, name)
            self._held.add(digest)

    def cache(self, *depends: str) -> Cache:
        """Return the cache of readings that depend on these texts, besides the program."""
        folder = self.keeping.folder
        editions = [one.digest for one in self.context.editions.values()]
        own = stamp(__version__, *editions, *depends)
        used = folder is not None and self.kept and not self.fresh
        return Cache(folder / CACHE if used and folder is not None else None, own)


@contextlib.contextmanager
def journal(keeping: Keeping, context: Context) -> Iterator[Journal]:
    """Open the ledger of an office for a while.

    Where nobody asked for it, and it can neither be found nor made, there is one in memory, and a
    note (L12) says so.

    Raises:
        NianbaoError: it is there, or was asked for, and cannot be used.

    """
    with contextlib.ExitStack() as stack:

        def opened(of: Keeping) -> Ledger:
            return stack.enter_context(_opened(of, context))

        if keeping.where is None:
            yield Journal(functools.partial(opened, MEMORY), MEMORY, context)
            return
        try:
            ledger = opened(keeping)
        except NianbaoError as error:
            if keeping.named or _there(keeping):
                raise
            said = context.catalogue["L12"].finding(why=str(error).rstrip("。"))
            yield Journal(functools.partial(opened, MEMORY), MEMORY, context, (said,))
            return
        folder = keeping.folder or Path()
        contents = Contents(folder / ARCHIVE, context.common, functools.partial(_put, context))
        held = set(contents.held())
        yield Journal(lambda: ledger, keeping, context, ledger.notes, contents, _held=held)


def _put(context: Context, path: Path, data: bytes) -> None:
    files.write_apart(path, data, context.common)


def _opened(keeping: Keeping, context: Context) -> Ledger:
    from nianbao.ledger.store import Opening, open_ledger  # noqa: PLC0415 - not for every verb

    return open_ledger(keeping.where, Opening(context.common, dates.now()))


def _there(keeping: Keeping) -> bool:
    return isinstance(keeping.where, Path) and keeping.where.exists()
