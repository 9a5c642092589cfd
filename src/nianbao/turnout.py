"""Who has filed, who owes a report and who must correct one: by unit, group and deadline. Pure."""

from __future__ import annotations

import collections
import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, get_args

from nianbao.errors import Finding, to_mend
from nianbao.events import Received, of_kind
from nianbao.form import Severity
from nianbao.history import History
from nianbao.standing import Standing


State = Literal["ok", "explained", "correct", "undecided", "unreadable", "missing"]
"""Clean; clean but for warnings that are explained or accepted; to be corrected; several versions
of which nobody knows which counts; nothing that can be read; nothing that came."""

STATES: tuple[State, ...] = get_args(State)
DONE: frozenset[State] = frozenset({"ok", "explained"})
"""The states in which nobody need do anything."""

_STATES: Mapping[str, State] = {
    "missing": "missing",
    "unreadable": "unreadable",
    "duplicate": "undecided",
    "warning": "correct",
    "error": "correct",
    "provisional": "correct",
}


@dataclass(frozen=True)
class Account:
    """Where a unit of the roster stands on a day.

    ``came`` says that something of the year came in; ``filed`` is when it did first, None where
    nobody kept that; ``changed`` is when that file was last changed, as the disk says.
    """

    standing: Standing
    group: str
    due: dt.date
    today: dt.date
    came: bool = False
    filed: dt.datetime | None = None
    changed: dt.datetime | None = None

    @property
    def state(self) -> State:
        """Where it stands; a sum from which units are missing is to be corrected."""
        known = _STATES.get(self.standing.status)
        if known is not None:
            return known
        chosen = self.standing.chosen
        return "explained" if chosen is not None and chosen.explained else "ok"

    @property
    def days_late(self) -> int | None:
        """By how many days it filed, or goes on owing, after its deadline; 0 if it does not.

        None where nobody knows when it filed. A correction does not make a report late.
        """
        if self.came and self.filed is None:
            return None
        day = self.filed.date() if self.filed else self.today
        return max(0, (day - self.due).days)

    @property
    def late(self) -> bool:
        """Whether it is certainly late."""
        return bool(self.days_late)

    @property
    def doubtful(self) -> bool:
        """Whether it may have been in time: it was only taken in late, and is older."""
        filed = self.late and self.came
        return filed and self.changed is not None and self.changed.date() <= self.due

    @property
    def open(self) -> tuple[Finding, ...]:
        """What is to be mended: errors, and warnings that are not explained."""
        chosen = self.standing.chosen
        found = to_mend(chosen.findings) if chosen else ()
        return tuple(one for one in found if one.severity is not Severity.NOTE)


def with_history(own: Account, history: History, *, kept: bool) -> Account:
    """Return the account with what the unit's history tells; ``kept`` says that times do count."""
    first = history.first
    if first is None or not kept:
        return replace(own, came=first is not None)
    received = (what.mtime for _, what in of_kind((first.first,), Received))
    return replace(own, came=True, filed=first.first.at, changed=next(received, None))


@dataclass(frozen=True)
class Count:
    """How many units there are, in which states; ``late`` certainly, ``on_time`` certainly.

    ``on_time`` is None where nobody knows when some of them filed; a unit of which nothing can be
    read is not in time.
    """

    units: int
    states: Mapping[State, int]
    late: int
    on_time: int | None

    @property
    def came(self) -> int:
        """How many have sent something that can be read."""
        return self.units - self.states["missing"] - self.states["unreadable"]

    @property
    def done(self) -> int:
        """With how many nothing is left to do."""
        return sum(self.states[one] for one in DONE)


def count(accounts: Sequence[Account]) -> Count:
    """Count the units of accounts."""
    states = collections.Counter(one.state for one in accounts)
    came = [one for one in accounts if one.came]
    known = all(one.filed is not None for one in came)
    return Count(
        len(accounts),
        {key: states[key] for key in STATES},
        sum(one.late for one in accounts),
        sum(not one.late and one.state != "unreadable" for one in came) if known else None,
    )


@dataclass(frozen=True)
class Deadline:
    """A day by which units report: their levels, how many they are, and who has sent nothing."""

    day: dt.date
    today: dt.date
    levels: tuple[str, ...]
    units: int
    owing: int

    @property
    def days(self) -> int:
        """The days that are left; 0 on the day itself, negative once it has passed."""
        return (self.day - self.today).days


@dataclass(frozen=True)
class Turnout:
    """How far the collection of a year is: the units in the order of the roster."""

    year: int
    today: dt.date
    accounts: tuple[Account, ...]

    @functools.cached_property
    def whole(self) -> Count:
        """The count of all units."""
        return count(self.accounts)

    @functools.cached_property
    def groups(self) -> dict[str, Count]:
        """The count of each group, in the order in which the roster names them."""
        return {key: count(own) for key, own in _by(self.accounts, lambda one: one.group).items()}

    @functools.cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """The deadlines, the first one first."""
        found = _by(self.accounts, lambda one: one.due)
        return tuple(self._deadline(day, found[day]) for day in sorted(found))

    def _deadline(self, day: dt.date, accounts: Sequence[Account]) -> Deadline:
        levels = dict.fromkeys(one.standing.unit.level for one in accounts)
        counted = count(accounts)
        owing = counted.units - counted.came
        return Deadline(day, self.today, tuple(levels), counted.units, owing)


_Key = TypeVar("_Key")


def _by(accounts: Iterable[Account], key: Callable[[Account], _Key]) -> dict[_Key, list[Account]]:
    found: dict[_Key, list[Account]] = {}
    for one in accounts:
        found.setdefault(key(one), []).append(one)
    return found
