"""What happens over a January, as frozen values: files come, go back, are decided on. Pure.

An event is never changed: a correction is another event. ``ledger`` keeps them, each chained to
the one before it by hash; ``history`` and ``decisions`` read from them where things stand.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file came: ``how`` is folder, archive, mail or desk; ``unit`` its code, "" if unknown.

    ``saved`` and ``made_with`` are when and by which program it was last saved, as it says itself;
    ``dated`` is the day on its cover. ``answers`` is the fingerprint (the beginning of a SHA-256)
    of the version that was sent back and that this one mends, "" where it is no 退回 workbook.
    """

    file: str
    sha256: str
    size: int
    how: Literal["folder", "archive", "mail", "desk"] = "folder"
    mtime: dt.datetime | None = None
    unit: str = ""
    readable: bool = True
    saved: dt.datetime | None = None
    made_with: str = ""
    dated: dt.date | None = None
    answers: str = ""


@dataclass(frozen=True)
class Asked:
    """What a unit was asked to mend: a rule, at a field ("" for the form as a whole)."""

    rule: str
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A version (``of``, its SHA-256) went back: the workbook issued, and what it asks for.

    ``book`` is the SHA-256 of that workbook, "" where only a message could be sent.
    """

    unit: str
    of: str
    book: str = ""
    file: str = ""
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """A unit was reminded that it owes (missing) or must mend (correct) its report."""

    unit: str
    owes: Literal["missing", "correct"]
    text: str
    deadline: dt.date | None = None
    how: str = ""


Act = Literal["accept", "waive", "exclude", "prefer", "correct"]
_NEEDS: Mapping[Act, tuple[str, ...]] = {
    "accept": ("unit", "rule"),
    "waive": ("unit", "rule"),
    "exclude": ("sha256",),
    "prefer": ("sha256",),
    "correct": ("sha256", "unit"),
}


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The officer decided, and why.

    accept: the unit's warning of a rule (at a field, "" for all) is explained by ``why``;
    waive: a rule does not bind the unit; exclude: a file does not count; prefer: of several
    versions this one counts; correct: a file is of that unit. ``until`` is the last day on which
    accept and waive hold, in later years too; without it they hold for this year's reports.
    """

    act: Act
    why: str
    unit: str = ""
    rule: str = ""
    field: str = ""
    sha256: str = ""
    until: dt.date | None = None

    def __post_init__(self) -> None:
        for name in ("why", *_NEEDS[self.act]):
            if not getattr(self, name).strip():
                raise ValueError(f"{self.act} needs {name}")


@dataclass(frozen=True, kw_only=True)
class Undone:
    """A decision (the event of that number, of ``year`` where that is another) holds no more."""

    number: int
    why: str
    year: int = 0


@dataclass(frozen=True)
class Member:
    """A version that is in a sum."""

    unit: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Merged:
    """A summary was made; ``id`` is ``merge_id`` of what it was made from.

    ``decisions`` are the hashes of those in force. ``parts`` are the hashes of what else went in:
    roster, previous, local, published, words, others (``KEPT`` as contents), edition, and the
    last event that it knows. ``outputs`` maps each file made to its SHA-256.
    """

    id: str
    members: tuple[Member, ...]
    program: str
    decisions: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """The year is closed with the merge of that id (封账)."""

    id: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Reopened:
    """A closed year is open again."""

    why: str


Happening = Received | Returned | Reminded | Decided | Undone | Merged | Sealed | Reopened
KINDS: Mapping[str, type[Happening]] = {
    "received": Received,
    "returned": Returned,
    "reminded": Reminded,
    "decided": Decided,
    "undone": Undone,
    "merged": Merged,
    "sealed": Sealed,
    "reopened": Reopened,
}
KEPT = frozenset({"roster", "previous", "local", "published", "words", "others"})
"""The parts of a merge that are kept as contents; the others only name what ships with us."""


@dataclass(frozen=True)
class Event:
    """Something that happened: the ``number``-th of its year, by whom and when it was recorded.

    ``hash`` is over everything else; ``previous`` is that of the event before, "" of the first.
    """

    year: int
    number: int
    at: dt.datetime
    who: str
    what: Happening
    previous: str
    hash: str


@dataclass(frozen=True)
class Head:
    """The last event of a year; number 0 and hash "" where there is none."""

    year: int
    number: int = 0
    hash: str = ""


_What = TypeVar("_What", bound=Happening)


def of_kind(events: Iterable[Event], kind: type[_What]) -> Iterator[tuple[Event, _What]]:
    """Yield the events of one kind, each with what happened."""
    for event in events:
        if isinstance(event.what, kind):
            yield event, event.what


def head_of(year: int, events: Iterable[Event]) -> Head:
    """Return the head of a year's events."""
    last: Event | None = None
    for last in events:  # noqa: B007 - the last one is wanted
        pass
    return Head(year) if last is None else Head(year, last.number, last.hash)


def set_back(events: Iterable[Event]) -> tuple[tuple[Event, Event], ...]:
    """Return each event that bears an earlier time than the one before it, and that one."""
    known = list(events)
    pairs = itertools.pairwise(known)
    return tuple((later, before) for before, later in pairs if later.at < before.at)


def closed(events: Iterable[Event]) -> Event | None:
    """Return the event that closed the year; None where it is open."""
    seal: Event | None = None
    for event in events:
        if isinstance(event.what, Sealed | Reopened):
            seal = event if isinstance(event.what, Sealed) else None
    return seal


def contents_of(events: Iterable[Event]) -> dict[str, Event]:
    """Return the SHA-256 of every content that must be kept, with the first event that says so."""
    found: dict[str, Event] = {}
    for event in events:
        match event.what:
            case Received(sha256=digest):
                found.setdefault(digest, event)
            case Merged(parts=parts):
                for name in sorted(KEPT & parts.keys()):
                    found.setdefault(parts[name], event)
            case _:
                pass
    return {digest: event for digest, event in found.items() if digest}


def merge_id(
    members: Iterable[Member],
    parts: Mapping[str, str],
    decisions: Iterable[str],
    program: str,
) -> str:
    """Return the id of a merge: the SHA-256 of all it is a function of.

    ``decisions`` are the hashes of those in force. The order of units, parts and decisions is of
    no account.
    """
    said = [
        *sorted(f"member {one.unit} {one.sha256}" for one in members),
        *sorted(f"part {name} {value}" for name, value in parts.items()),
        *sorted(f"decision {one}" for one in decisions),
        f"program {program}",
    ]
    measured = (f"{len(one.encode('utf-8', 'surrogatepass'))}:{one}" for one in said)
    return hashlib.sha256("".join(measured).encode("utf-8", "surrogatepass")).hexdigest()
