"""A summary held against what it was made from: made again out of the archive, and compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nianbao.context import Context
from nianbao.errors import Catalogue, Finding
from nianbao.events import Event, Head, Merged, contents_of, of_kind
from nianbao.office import files
from nianbao.office.documents import DATA, PROGRAM
from nianbao.office.merging import again
from nianbao.registry.premises import Office


LARGEST = 1_000_000_000
"""Bytes of a 汇总.json that are read."""


@dataclass(frozen=True)
class Statement:
    """What a 汇总.json says of its own making."""

    path: Path
    data: bytes
    document: Mapping[str, Any]

    @property
    def year(self) -> int:
        """The year it is of."""
        return int(self.document["year"])

    @property
    def id(self) -> str:
        """The id of its merge."""
        return str(self.document["id"])

    @property
    def head(self) -> Head | None:
        """The last event that it knew; None where it does not say."""
        said = self.document.get("ledger") or {}
        number, mark = said.get("number"), said.get("hash")
        if not isinstance(number, int) or not isinstance(mark, str):
            return None
        return Head(self.year, number, mark)


def statement(path: Path, context: Context) -> Statement:
    """Read a 汇总.json.

    Raises:
        NianbaoError: it cannot be read, or was made without a ledger.

    """
    common = context.common
    data = files.read_bytes(path, common)
    try:
        said = json.loads(data) if len(data) <= LARGEST else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("year"), int):
        raise common.refuse("verify-wrong", name=path)
    if not isinstance(said.get("id"), str) or not said["id"]:
        raise common.refuse("verify-no-id", name=path)
    return Statement(path, data, said)


def merge_of(said: Statement, office: Office) -> Event:
    """Return the event of the merge that a 汇总.json names.

    Raises:
        NianbaoError: the ledger knows none.

    """
    for event, what in of_kind(office.journal.events(said.year), Merged):
        if what.id == said.id:
            return event
    name = office.journal.ledger.name
    raise office.context.common.refuse("verify-unknown", name=said.path, ledger=name)


def verify(said: Statement, office: Office) -> tuple[Finding, ...]:
    """Return what is not as it was: the ledger, the archive, the files, what is made again.

    Nothing where all is as it was. Notes tell what could not be compared.

    Raises:
        NianbaoError: the ledger knows no such merge, or a content that it needs is gone.

    """
    ledger = office.journal.ledger
    broken = ledger.verify(said.year)
    if unread(broken, office.context.catalogue):
        return broken
    found = ledger.verify(said.year, [said.head] if said.head else [])
    event = merge_of(said, office)
    return (*found, *_Compared(said, event, office).findings())


@dataclass(frozen=True)
class _Compared:
    said: Statement
    event: Event
    office: Office

    def findings(self) -> Iterator[Finding]:
        """Yield what differs."""
        yield from self._files()
        catalogue, what = self.office.context.catalogue, self.event.what
        assert isinstance(what, Merged)  # noqa: S101 - for the type checker
        made = again(self.event, self.office.journal)
        if what.program != PROGRAM:
            yield catalogue["L13-program"].finding(actual=PROGRAM, expected=what.program)
            yield from self._figures(made.outputs[DATA])
            return
        for name, recorded in what.outputs.items():
            if files.digest(made.outputs[name]) != recorded:
                yield catalogue["L13-made"].finding(name=name)
        if files.digest(made.outputs[DATA]) != files.digest(self.said.data):
            yield from self._figures(made.outputs[DATA])

    def _files(self) -> Iterator[Finding]:
        """Yield which files of the summary are not as they were made."""
        what, catalogue = self.event.what, self.office.context.catalogue
        assert isinstance(what, Merged)  # noqa: S101 - for the type checker
        for name, recorded in what.outputs.items():
            path = self.said.path if name == DATA else self.said.path.with_name(name)
            if (
                path.is_file()
                and files.digest(files.read_bytes(path, self.office.context.common)) != recorded
            ):
                yield catalogue["L13-file"].finding(name=path)

    def _figures(self, data: bytes) -> Iterator[Finding]:
        """Yield the figures of the summary that are others when it is made again."""
        catalogue, edition = self.office.context.catalogue, self.said.document.get("edition")
        names = self.office.context.editions.get(str(edition))
        stated, made = (_flat(one.get("report")) for one in (self.said.document, json.loads(data)))
        for key in dict.fromkeys((*made, *stated)):
            if made.get(key) != stated.get(key):
                known = names is not None and key in names.figures
                name = names.name(key) if names is not None and known else key
                yield catalogue["L13-figure"].finding(
                    name=name, field=key, actual=stated.get(key), expected=made.get(key)
                )


def _flat(report: Any, before: str = "") -> dict[str, Any]:
    """Return the figures and texts of a report document by their keys."""
    found: dict[str, Any] = {}
    for key, value in report.items() if isinstance(report, dict) else ():
        own = f"{before}{key}".removeprefix("tables.")
        if isinstance(value, dict):
            found |= _flat(value, f"{own}.")
        else:
            found[own] = value
    return found


def unread(found: Iterable[Finding], catalogue: Catalogue) -> bool:
    """Return whether a year's events cannot be read, as somebody changed them."""
    return any(one.rule == catalogue["L10-changed"].rule for one in found)


def whole(office: Office) -> tuple[Finding, ...]:
    """Return what was done afterwards to the ledger, of any year, and to the archive."""
    journal, found = office.journal, list[Finding]()
    for year in journal.ledger.years():
        broken = journal.ledger.verify(year)
        found += broken
        if unread(broken, office.context.catalogue):
            continue
        if journal.contents is not None:
            found += journal.contents.faults(contents_of(journal.events(year)))
    return tuple(found)
