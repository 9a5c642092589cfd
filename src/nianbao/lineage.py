"""Whose figures of last year are a unit's own, where units were merged, renamed or split: pure."""

from __future__ import annotations

import collections
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nianbao.check import listed
from nianbao.errors import Catalogue, Finding
from nianbao.form import Edition
from nianbao.merge import with_totals
from nianbao.names import bare
from nianbao.report import Report, Unit
from nianbao.tally import Tally, tally


@dataclass(frozen=True)
class Past:
    """A unit's figures of last year, and what is to be said of them: whose they are (A14).

    Without a report ``finding`` says why there is none to compare with (A12, A13); None where
    nobody expects one.
    """

    report: Report | None = None
    finding: Finding | None = None


@dataclass(frozen=True)
class Origin:
    """Whence a unit came: codes of last year, or names that no report has.

    ``shared`` are those of them from which another unit came, too; ``stated`` is whether the
    roster says anything.
    """

    sources: tuple[str, ...]
    shared: tuple[str, ...] = ()
    stated: bool = False


Units = Mapping[str, tuple[Unit, tuple[str, ...]]]
"""The units of a roster by code, each with its predecessors as they are written."""


def origins(units: Units, last: Mapping[str, Report]) -> dict[str, Origin]:
    """Return whence each unit came; ``last`` are the reports of last year by code.

    What stands under a unit's own code is its own in any case, unless another unit came from it.
    """
    known = _known(units, last)
    stated = {
        code: tuple(dict.fromkeys(known.get(bare(said), said) for said in before))
        for code, (_, before) in units.items()
        if before
    }
    claimed = {one: code for code, before in stated.items() for one in before if one != code}
    sources = {
        code: (*stated[code], code)
        if code not in {*stated[code], *claimed} and code in last
        else stated[code]
        for code in stated
    }
    sources |= {code: (code,) for code in units if code not in stated}
    times = collections.Counter(one for before in sources.values() for one in before)
    return {
        code: Origin(before, tuple(one for one in before if times[one] > 1), code in stated)
        for code, before in sources.items()
    }


def past(
    unit: Unit,
    origin: Origin,
    last: Mapping[str, Report],
    editions: Mapping[str, Edition],
    catalogue: Catalogue,
) -> Past:
    """Return the figures of last year that are a unit's own, whole or provisional."""
    if not last:
        return Past()
    called = {code: one.unit.name for code, one in last.items()}
    if origin.shared:
        names = listed([called.get(one, one) for one in origin.shared])
        return Past(finding=catalogue["A13"].finding(why=names))
    missing = [one for one in origin.sources if one not in last]
    if missing:
        absent = catalogue["A12"].finding(why=listed(missing)) if origin.stated else None
        return Past(finding=absent)
    came = [last[one] for one in origin.sources]
    if len({one.edition for one in came}) > 1:
        names = listed([f"{one.unit.name}（{one.edition}）" for one in came])
        return Past(finding=catalogue["A12-edition"].finding(why=names))
    names = listed([one.unit.name for one in came])
    told = origin.sources != (unit.code,)
    said = catalogue["A14"].finding(why=names) if told else None
    return Past(came[0] if len(came) == 1 else added(unit, came, editions[came[0].edition]), said)


def added(unit: Unit, came: Sequence[Report], edition: Edition) -> Report:
    """Return the sum of the reports of one year and edition as one of a unit.

    A figure that one of them leaves blank is blank; a sum that holds a provisional one is
    provisional.
    """
    sums = functools.reduce(Tally.plus, (tally(one, edition) for one in came), Tally())
    figures = {
        key: sums.number(key) if sums.given.get(key) == sums.units else None
        for key in edition.typed
    }
    partial = [one for one in came if one.provisional]
    gaps = [f"{one.unit.name}：{gap}" for one in partial for gap in one.gaps or ("",)]
    whole = {"complete": False, "gaps": tuple(gaps)} if partial else {}
    return with_totals(
        Report(edition.id, came[0].year, unit, figures=figures, provenance=whole), edition
    )


def _known(units: Units, last: Mapping[str, Report]) -> dict[str, str]:
    """Return codes by the ways of writing them: a code of last year, a name, a code of today.

    A name that two units had is none.
    """
    names = [(bare(one.unit.name), code) for code, one in last.items()]
    times = collections.Counter(name for name, _ in names)
    today = {bare(unit.name): code for code, (unit, _) in units.items()}
    today |= {bare(code): code for code in units}
    once = {name: code for name, code in names if times[name] == 1}
    return today | once | {bare(code): code for code in last}
