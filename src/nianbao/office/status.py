"""How far the collection of a year is: what ``status`` tells, and ``remind`` reminds of."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from nianbao.context import Context
from nianbao.errors import Finding, NianbaoError
from nianbao.local import options
from nianbao.merge import Summary
from nianbao.office import dates, files
from nianbao.office.against import Against
from nianbao.office.documents import of_summary
from nianbao.office.filing import Filing, Inbox, filed
from nianbao.office.journal import Journal
from nianbao.office.past_years import remembering
from nianbao.office.progress import Progress, unwatched
from nianbao.office.summarise import Own, summed_up
from nianbao.roster import RosterEntry
from nianbao.turnout import Account, Count, Turnout, with_history
from nianbao.words import Common


@dataclass(frozen=True)
class Looked:
    """What was filed for a year, what it adds up to, and how far the collection is."""

    filing: Filing
    summary: Summary
    turnout: Turnout


def look(  # noqa: PLR0913 - what may be asked
    inbox: Inbox,
    against: Against,
    journal: Journal,
    deadline: str = "",
    progress: Progress = unwatched,
    *,
    figures: bool = True,
) -> Looked:
    """Look at everything that came in, record what is new, and tell who stands where.

    ``deadline`` is the day for all, as ``dates.deadline`` understands it; "" for those that the
    county's options and the law set. Without ``figures`` the sums may be missing: what was
    wrong with those of the same files is remembered.

    Raises:
        NianbaoError: a path does not exist, the files leave the year open, the ledger cannot be
            used, or a deadline is none.

    """
    if deadline:
        dates.asked(deadline, inbox.year, against.context.common)
    below = remembering(against.below(), journal, inbox.year)
    filing = filed(inbox, below, journal, progress)
    with journal.cache("sums", *below.depends) as cache:
        key = _same(filing)
        known = None if figures else _remembered(cache.found([key]).get(key))
        summary = summed_up(filing, below, Own(), provisional=False, known=known)
        if known is None:
            cache.keep({key: msgspec.msgpack.encode(summary.of_sums)})
    return Looked(filing, summary, _turnout(filing, summary, below, journal, deadline))


def _same(filing: Filing) -> str:
    """Return what is the same only where the sums, and all that is to be said of them, are."""
    came = [(one.unit, one.sha256, one.status, one.file) for one in filing.submissions]
    others = [(one.sha256, one.status, one.file) for one in filing.strangers]
    return files.digest(repr((filing.year, filing.sure, came, others)).encode("utf-8", "replace"))


def _remembered(said: bytes | None) -> tuple[Finding, ...] | None:
    if said is None:
        return None
    with contextlib.suppress(msgspec.DecodeError):
        return tuple(msgspec.msgpack.decode(said, type=list[Finding]))
    return None


def _turnout(
    filing: Filing, summary: Summary, against: Against, journal: Journal, deadline: str
) -> Turnout:
    common, today = against.context.common, dates.today()
    due = _dues(summary, against, deadline)
    accounts = []
    for one in summary.standings:
        entry, level = against.entries[one.unit.code], one.unit.level
        own = Account(one, group_of(entry, common), due[level], today)
        history = filing.histories.get(one.unit.code)
        accounts.append(with_history(own, history, kept=journal.kept) if history else own)
    return Turnout(filing.year, today, tuple(accounts))


def group_of(entry: RosterEntry, common: Common) -> str:
    """Return in which group a unit is told: that of the roster, else its sort of unit."""
    return entry.group or common.levels[entry.unit.level].label


def _dues(summary: Summary, against: Against, deadline: str) -> dict[str, dt.date]:
    """Return the day by which the units of each level report."""
    year, common = summary.report.year, against.context.common
    levels = dict.fromkeys(one.unit.level for one in summary.standings)
    if deadline:
        return dict.fromkeys(levels, dates.asked(deadline, year, common))
    own = options(against.options.text, common).dates
    return {level: _due(level, own, year, common) for level in levels}


def _due(level: str, own: Mapping[str, str], year: int, common: Common) -> dt.date:
    known = common.levels[level]
    if level not in own:
        return dates.deadline(known.deadline, year, common)
    try:
        return dates.deadline(own[level], year, common)
    except NianbaoError as error:
        raise common.refuse("local-deadline", level=known.label, why=error) from None


# --- for programs -----------------------------------------------------------------------------

_KEYS = ("program", "year", "edition", "complete", "units", "findings", "others")


def document(looked: Looked, context: Context) -> dict[str, Any]:
    """Return what ``status --json`` prints."""
    whole, turnout = of_summary(looked.summary, context), looked.turnout
    own = {one.standing.unit.code: one for one in turnout.accounts}
    units = [{**one, **_of_account(own[one["code"]])} for one in whole["units"]]
    groups = {key: _of_count(one) for key, one in turnout.groups.items()}
    told = {
        "today": turnout.today.isoformat(),
        **_of_count(turnout.whole),
        "unknown": len(looked.summary.strangers),
        "groups": groups,
        "deadlines": [
            {
                "day": one.day.isoformat(),
                "days": one.days,
                "levels": list(one.levels),
                "units": one.units,
                "owing": one.owing,
            }
            for one in turnout.deadlines
        ],
    }
    return {**{key: whole[key] for key in _KEYS}, "units": units, "turnout": told}


def _of_account(one: Account) -> dict[str, Any]:
    return {
        "state": one.state,
        "group": one.group,
        "filed": one.filed.isoformat() if one.filed else None,
        "due": one.due.isoformat(),
        "days_late": one.days_late,
    }


def _of_count(one: Count) -> dict[str, Any]:
    share = None if one.on_time is None else round(one.on_time / one.units, 4)
    counted = {"count": one.units, "states": dict(one.states), "late": one.late}
    return {**counted, "on_time": one.on_time, "on_time_share": share}
