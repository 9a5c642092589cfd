"""An event as the row that is stored: its body as canonical JSON, its hash over all of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from nianbao.events import KINDS, Event, Happening, Head


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of events."""

    year: int
    number: int
    at: str
    who: str
    kind: str
    body: str
    previous: str
    hash: str


@dataclass(frozen=True)
class By:
    """Who records something, and when: a time that knows its zone."""

    who: str
    at: dt.datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a time without its zone")


class UnknownKindError(ValueError):
    """A kind of event, or a part of one, that this version does not know."""


def hash_of(row: Row) -> str:
    """Return the SHA-256 of a row: over the previous hash and all that the row says."""
    said = [row.previous, row.year, row.number, row.at, row.who, row.kind, row.body]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def chained(head: Head, what: Iterable[Happening], by: By) -> Iterator[Row]:
    """Yield the rows of what happened, in that order, after the event at the head."""
    kinds = {shape: name for name, shape in KINDS.items()}
    at, who = by.at.isoformat(), _sound(by.who)
    number, previous = head.number, head.hash
    for one in what:
        number += 1
        row = Row(head.year, number, at, who, kinds[type(one)], body_of(one), previous, "")
        previous = hash_of(row)
        yield dataclasses.replace(row, hash=previous)


def event_of(row: Row) -> Event:
    """Return the event of a row.

    Raises:
        UnknownKindError: a newer program wrote it, or somebody by hand.

    """
    try:
        what = _DECODERS[row.kind].decode(row.body)
        at = dt.datetime.fromisoformat(row.at)
    except (KeyError, msgspec.DecodeError, ValueError) as error:
        raise UnknownKindError(str(error)) from None
    if body_of(what) != row.body or at.tzinfo is None:
        raise UnknownKindError(f"{row.kind}: not canonical")
    return Event(row.year, row.number, at, row.who, what, row.previous, row.hash)


_DECODERS = {name: msgspec.json.Decoder(shape) for name, shape in KINDS.items()}
"""What a kind does not have they pass over: then what is read is not canonical."""


def body_of(what: Happening) -> str:
    """Return what happened as canonical JSON; what has its default is left out.

    So a kind may get further fields later, and what older programs wrote stays canonical.
    """
    said = {
        name: value
        for name, default in _DEFAULTS[type(what)]
        if (value := getattr(what, name)) != default
    }
    try:
        return _ENCODER.encode(said).decode()
    except UnicodeEncodeError:
        return _ENCODER.encode(_sound(msgspec.to_builtins(said))).decode()


_ENCODER = msgspec.json.Encoder(order="deterministic")


_DEFAULTS = {
    shape: tuple((one.name, one.default) for one in dataclasses.fields(shape))
    for shape in KINDS.values()
}


def _sound(value: Any) -> Any:
    """Return a value whose texts are UTF-8: file systems know names that are not."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case Mapping():
            return {_sound(key): _sound(one) for key, one in value.items()}
        case list() | tuple():
            return [_sound(one) for one in value]
        case _:
            return value
