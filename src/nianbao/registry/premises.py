"""An office at work on its ledger: found where it lies, with the roster beside it."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nianbao.context import Context
from nianbao.decisions import Decisions
from nianbao.events import Event, Received, of_kind
from nianbao.history import histories
from nianbao.ledger.place import LEDGER
from nianbao.office.journal import Journal, journal
from nianbao.office.keeping import Keeping, Wanted, keeping, roster_in
from nianbao.office.rosters import load_roster
from nianbao.registry.meant import LEAST, unit_meant
from nianbao.report import Unit
from nianbao.roster import Roster
from nianbao.versions import SHORT


@dataclass(frozen=True)
class Office:
    """An open office: its journal, the year that is at work, the roster where there is one.

    ``path`` is where the roster lies.
    """

    journal: Journal
    year: int
    roster: Roster | None = None
    path: Path | None = None

    @property
    def context(self) -> Context:
        """The editions and what they share."""
        return self.journal.context

    @property
    def events(self) -> tuple[Event, ...]:
        """The events of the year."""
        return self.journal.events(self.year)

    def unit(self, said: str) -> Unit:
        """Return the unit that a code, a name or a part of one means; see ``unit_meant``."""
        known = {one.unit.code: one.unit for one in self.roster.units} if self.roster else {}
        told = histories(self.events, Decisions(), self.year)
        code = unit_meant(said, known, told, self.context.common)
        return known.get(code, Unit(code, code, ""))

    def content(self, said: str) -> str:
        """Return the SHA-256 of the file received whose fingerprint begins so.

        Raises:
            NianbaoError: there is none, or more than one.

        """
        mark = said.strip().lower()
        common = self.context.common
        if not re.fullmatch(rf"[0-9a-f]{{{LEAST},64}}", mark):
            raise common.refuse("mark-wrong", name=said, least=LEAST)
        found = [one for one in self.files if one.startswith(mark)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise common.refuse("mark-unknown", name=said, year=self.year)
        raise common.refuse(
            "mark-many", name=said, known="、".join(one[:SHORT] for one in found[:10])
        )

    @functools.cached_property
    def files(self) -> dict[str, str]:
        """Under which name each file came last, by its SHA-256."""
        return {what.sha256: what.file for _, what in of_kind(self.events, Received)}

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """The names of the units of the roster by code."""
        return {one.unit.code: one.unit.name for one in self.roster.units} if self.roster else {}

    def name(self, code: str) -> str:
        """Return the name of a unit by its code; the code where the roster has it not."""
        return self.names.get(code, code)


@contextlib.contextmanager
def office(wanted: Wanted, context: Context) -> Iterator[Office]:
    """Open an office that has a ledger.

    Raises:
        NianbaoError: there is no ledger there, or it cannot be used, or holds no year yet.

    """
    place = _place(wanted)
    if isinstance(place.where, Path) and not place.where.exists():
        where = place.where.parent.absolute()
        raise context.common.refuse("ledger-none", path=where, name=place.where.name)
    with journal(place, context) as own:
        path = wanted.roster or roster_in(place.folder or Path())
        year = wanted.year or max(own.ledger.years(), default=None)
        if year is None:
            raise context.common.refuse("ledger-empty", name=own.ledger.name)
        yield Office(own, year, load_roster(path, context) if path else None, path)


def _place(wanted: Wanted) -> Keeping:
    if wanted.ledger is not None:
        folder = wanted.roster.parent if wanted.roster else Path()
        return keeping(wanted.ledger, folder, wanted.who)
    near = wanted.near.absolute().parents if wanted.near else ()
    folders: Sequence[Path] = (*near, Path())
    if wanted.roster is not None:
        folders = (wanted.roster.parent,)
    there = next((one for one in folders if (one / LEDGER).exists()), folders[-1])
    return keeping(None, there, wanted.who)
