"""The roster on the command line: loaded, divided into who sums up and who is summed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from nianbao.catalog import common
from nianbao.commands import console, files
from nianbao.report import Unit
from nianbao.roster import Entry, Roster, read_roster


def load(path: str) -> Roster:
    """Read the roster.

    Raises:
        NianbaoError: it cannot be read, or is wrong.

    """
    return read_roster(files.read_bytes(Path(path)), common(), path)


def report(roster: Roster) -> None:
    """Print what is doubtful about a roster (A03)."""
    for finding in roster.findings:
        console.warn(f"{finding.message}。{finding.remedy}")


def divided(roster: Roster) -> tuple[Unit, tuple[Entry, ...]]:
    """Return the unit that sums up, and the entries it sums.

    A roster may name the unit above in a row of its own: the only one of the highest level,
    where that is the level above the others. Else its level is the one above the roster's
    highest, its code what the codes begin with alike, its name the level's.
    """
    levels = common().levels
    ranks = [levels[one.unit.level].rank for one in roster.units]
    heads = [one for one, rank in zip(roster.units, ranks, strict=True) if rank == max(ranks)]
    rest = tuple(one for one in roster.units if one not in heads)
    if len(heads) == 1 and rest:
        highest = max(rest, key=lambda one: levels[one.unit.level].rank)
        if levels[highest.unit.level].up == heads[0].unit.level:
            return heads[0].unit, rest
    level = levels[heads[0].unit.level].up
    code = _common([one.unit.code for one in roster.units]) or level
    return Unit(code, f"{levels[level].label}汇总", level), roster.units


def _common(codes: Sequence[str]) -> str:
    """Return what all codes begin with, up to the last hyphen if there is one."""
    alike = itertools.takewhile(lambda column: len(set(column)) == 1, zip(*codes, strict=False))
    start = "".join(column[0] for column in alike)
    return start.rpartition("-")[0] if "-" in start else start
