"""The versions of one unit's report, and which of two is certainly the newer. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from nianbao.events import Event, Received, of_kind


SHORT = 12
"""Characters of a fingerprint that people are shown, and that name a version."""

SKEW = dt.timedelta(hours=14)
"""By how much the times that two programs state may be apart (local time written as UTC)."""

Ground = Literal["answers", "prefer", "dates", "arrival"]


@dataclass(frozen=True)
class Facts:
    """What a file says of itself, as in ``Received``; a later reading may know more."""

    unit: str
    readable: bool = True
    saved: dt.datetime | None = None
    made_with: str = ""
    dated: dt.date | None = None
    answers: str = ""


@dataclass(frozen=True)
class Version:
    """One content that came in for a unit, however often and under whatever names."""

    sha256: str
    facts: Facts
    arrivals: tuple[Event, ...]
    """Of kind ``Received``, in order; the same content again is no new version."""

    unchanged: bool = False
    """It is the very workbook that was sent back."""

    @property
    def first(self) -> Event:
        """When it came first."""
        return self.arrivals[0]

    @property
    def files(self) -> tuple[str, ...]:
        """Under which names it came."""
        named = (what.file for _, what in of_kind(self.arrivals, Received))
        return tuple(dict.fromkeys(named))

    @property
    def file(self) -> str:
        """The name under which it came first, without folders."""
        return self.files[0].rpartition("/")[2]

    def in_run(self, other: Version) -> bool:
        """Return whether both came first in one run, so that their order says nothing.

        One run meets a name once: what came under the name of the other is of another run.
        """
        one, two = self.first, other.first
        return (one.at, one.who) == (two.at, two.who) and self.files[0] != other.files[0]


def described(version: Version) -> str:
    """Return a version as people tell it from others: file, arrival, own date, fingerprint."""
    saved, came = version.facts.saved, version.first.at
    saved = saved.astimezone(came.tzinfo) if saved and saved.tzinfo else saved
    parts = [f"{_moment(came)} 收到"]
    if saved and saved.year >= came.year - 1:  # not what no program has saved since
        parts.append(f"{_moment(saved)} 保存")
    elif version.facts.dated:
        parts.append(f"填报日期 {_day(version.facts.dated)}")
    return f"{version.file}（{'，'.join(parts)}，指纹 {version.sha256[:SHORT]}）"


def _day(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


def _moment(moment: dt.datetime) -> str:
    return f"{_day(moment)} {moment:%H:%M}"


# --- the order of two versions ----------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """The order of a unit's versions, as far as it is certain."""

    versions: tuple[Version, ...]
    year: int
    preferred: tuple[str, int] | None = None
    _known: dict[tuple[str, str], Ground | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    def newer(self, one: Version, other: Version) -> Ground | None:
        """Return the ground on which a version is certainly newer than another; None if not."""
        if one.sha256 == other.sha256:
            return None
        pair = one.sha256, other.sha256
        if pair not in self._known:
            self._known[pair] = self._newer(one, other)
        return self._known[pair]

    def newest(self, among: Sequence[Version]) -> tuple[Version, ...]:
        """Return the versions that may be the newest: one where that is certain."""
        live = [one for one in among if not self._beaten(one)]
        top = [one for one in live if not any(self.newer(other, one) for other in live)]
        if len(top) == 1 and {top[0].sha256, *self._below(top[0], live)} == _hashes(live):
            return tuple(top)
        return tuple(top if len(top) > 1 else live)

    def older(self, sole: Version, among: Sequence[Version]) -> Iterator[tuple[Version, Ground]]:
        """Yield the versions that the newest one replaced, with the ground."""
        for one in among:
            newer = (self.newer(other, one) for other in (sole, *among))
            grounds = [ground for ground in newer if ground is not None]
            if one is not sole and grounds:
                yield one, grounds[0]

    def _below(self, one: Version, among: Sequence[Version]) -> set[str]:
        """Return what is older than a version, also by way of others."""
        found: set[str] = set()
        waiting = [one]
        while waiting:
            now = waiting.pop()
            for other in among:
                if other.sha256 not in found and self.newer(now, other):
                    found.add(other.sha256)
                    waiting.append(other)
        return found

    def rank(self, one: Version) -> int:
        """Return how many versions are certainly older."""
        return sum(self.newer(one, other) is not None for other in self.versions)

    def _beaten(self, one: Version) -> bool:
        """Return whether the version preferred was preferred to it."""
        if self.preferred is None:
            return False
        digest, number = self.preferred
        return one.sha256 != digest and one.first.number < number

    def _newer(self, one: Version, other: Version) -> Ground | None:
        if self.preferred is not None:
            if one.sha256 == self.preferred[0] and self._beaten(other):
                return "prefer"
            if other.sha256 == self.preferred[0] and self._beaten(one):
                return None
        if _descends(one, other, self.versions):
            return "answers"
        if _descends(other, one, self.versions):
            return None
        return _by_dates(one, other, self.year)


def _hashes(versions: Iterable[Version]) -> set[str]:
    return {one.sha256 for one in versions}


def _descends(one: Version, other: Version, among: Sequence[Version]) -> bool:
    """Return whether a version mends another that was sent back, or one that mends it."""
    seen: set[str] = set()
    now: Version | None = one
    while now is not None and now.facts.answers and now.sha256 not in seen:
        seen.add(now.sha256)
        mended = now.facts.answers
        if len(mended) >= SHORT and other.sha256.startswith(mended):
            return other.sha256 not in seen
        now = next((v for v in among if len(mended) >= SHORT and v.sha256.startswith(mended)), None)
    return False


def _by_dates(one: Version, other: Version, year: int) -> Ground | None:
    """Return the ground that the files' own dates and their arrival give together.

    Their own dates count where none contradicts another and arrival does not either; against the
    order of arrival both must speak: a file may have been sent late, and a clock may be wrong.
    """
    own = [_saved(one, other, year), _dated(one, other, year)]
    came = _came(one, other)
    if 1 in own and -1 not in own:
        return "dates" if came >= 0 or own == [1, 1] else None
    return "arrival" if came > 0 and own == [0, 0] else None


def _sign(gap: dt.timedelta) -> int:
    nothing = dt.timedelta(0)
    return (gap > nothing) - (gap < nothing)


def _saved(one: Version, other: Version, year: int) -> int:
    if one.facts.saved is None or other.facts.saved is None:
        return 0
    a, b = _aware(one.facts.saved), _aware(other.facts.saved)
    if not (_likely(a.date(), one, year) and _likely(b.date(), other, year)):
        return 0
    programs = {one.facts.made_with, other.facts.made_with}
    vague = len(programs) > 1 and abs(a - b) < SKEW
    return 0 if vague else _sign(a - b)


def _aware(moment: dt.datetime) -> dt.datetime:
    """Return a time that can be compared; one without a zone is taken for UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _dated(one: Version, other: Version, year: int) -> int:
    a, b = one.facts.dated, other.facts.dated
    if a is None or b is None or not (_likely(a, one, year) and _likely(b, other, year)):
        return 0
    return _sign(a - b)


def _likely(day: dt.date, one: Version, year: int) -> bool:
    """Return whether a report of the year may bear the day: not before it, nor after it came."""
    return day.year >= year and day <= one.first.at.date() + dt.timedelta(days=1)


def _came(one: Version, other: Version) -> int:
    """Return which came later; 0 where one came before and again after the other."""
    if one.in_run(other):
        return 0
    first, second = (_span(one), _span(other))
    if first[0] > second[1]:
        return 1
    return -1 if first[1] < second[0] else 0


def _span(one: Version) -> tuple[int, int]:
    return one.arrivals[0].number, one.arrivals[-1].number
