"""What a summary was made from, and when: so that it can be defended, and made again. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from nianbao.errors import Finding
from nianbao.events import Act, Decided, Event, Head, of_kind
from nianbao.form import Severity
from nianbao.history import History
from nianbao.report import Unit
from nianbao.versions import Ground, Version


@dataclass(frozen=True)
class Waived:
    """A finding on a unit's report that a decision took away: it stands in the figures."""

    unit: Unit
    finding: Finding
    event: Event


@dataclass(frozen=True)
class Fate:
    """What became of a version: the one that counts, or why it does not.

    ``ground`` is that on which the one that counts is the newest (of ``counted``), or that on
    which another replaced it (of ``older``); ``event`` the decision that settled it. ``kept`` is
    one that another replaced, of which nobody knows yet that it counts; ``stranger`` is of no
    known unit.
    """

    version: Version
    state: Literal["counted", "older", "kept", "excluded", "rival", "unreadable", "stranger"]
    ground: Ground | None = None
    event: Event | None = None


@dataclass(frozen=True)
class Provenance:
    """When a summary was made (``at``), the id of the merge, and what it came from.

    ``id`` is "" where no ledger was kept. ``head`` is the last event before it. ``decisions`` are
    those in force that it rests on, ``histories`` the versions of each unit by code.
    """

    at: dt.datetime
    program: str
    id: str = ""
    head: Head | None = None
    decisions: tuple[Event, ...] = ()
    waived: tuple[Waived, ...] = ()
    histories: Mapping[str, History] = field(default_factory=dict)

    @property
    def arithmetic(self) -> tuple[Waived, ...]:
        """The errors that were waived into the sum: it must say so on its face."""
        return tuple(one for one in self.waived if one.finding.severity is Severity.ERROR)

    @property
    def decided(self) -> tuple[tuple[Event, Decided], ...]:
        """The decisions, each with its event."""
        return tuple(of_kind(self.decisions, Decided))

    def fates(self, unit: str) -> tuple[Fate, ...]:
        """Return what became of each version of a unit (by code): the counted one, newest first."""
        history = self.histories.get(unit)
        if history is None:
            return ()
        found = [self._fate(history, one) for one in reversed(history.versions)]
        return tuple(sorted(found, key=lambda fate: fate.state != "counted"))

    def _fate(self, history: History, version: Version) -> Fate:
        older = {one.sha256: ground for one, ground in history.older}
        digest = version.sha256
        excluding = self._last("exclude", digest)
        if excluding is not None:
            return Fate(version, "excluded", event=excluding)
        if digest in older:
            return Fate(version, "older", older[digest])
        if history.counted is not None and history.counted.sha256 == digest:
            ground = next((one for one in _STRONGEST if one in older.values()), None)
            event = self._last("prefer", digest) if ground == "prefer" else None
            return Fate(version, "counted", ground, event)
        if digest in {one.sha256 for one in history.rivals}:
            return Fate(version, "rival")
        if not history.unit:
            return Fate(version, "stranger")
        return Fate(version, "kept" if version.facts.readable else "unreadable")

    def _last(self, act: Act, digest: str) -> Event | None:
        """Return the last decision of its kind on a version."""
        found = None
        for event, what in self.decided:
            found = event if (what.act, what.sha256) == (act, digest) else found
        return found


_STRONGEST: tuple[Ground, ...] = ("prefer", "answers", "dates", "arrival")
