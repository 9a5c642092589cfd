"""What was summed up last for a year, as the ledger keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nianbao.events import Event, Merged, of_kind
from nianbao.history import last_merge
from nianbao.registry.premises import Office
from nianbao.registry.sealing import document
from nianbao.report import Report, from_document


@dataclass(frozen=True)
class Summed:
    """The last merge of a year, and the 汇总.json that it wrote."""

    event: Event
    merged: Merged
    document: Mapping[str, Any]

    @property
    def edition(self) -> str:
        """The id of the edition in which it was made."""
        return str(self.document["edition"])

    @property
    def report(self) -> Report:
        """The sums."""
        return from_document(self.document["report"])

    @property
    def counted(self) -> Iterator[tuple[Mapping[str, Any], Report]]:
        """The units that were counted, as 汇总.json has them, each with its report."""
        for one in self.document["units"]:
            if one["counted"] and one["report"] is not None:
                yield one, from_document(one["report"])

    @property
    def waived(self) -> tuple[Mapping[str, Any], ...]:
        """The findings that decisions waived, as 汇总.json has them."""
        return tuple(self.document.get("waived", ()))

    @property
    def known(self) -> int:
        """The number of the last event that it knows of."""
        said = self.merged.parts.get("events", "").partition(" ")[0]
        return int(said) if said.isdecimal() else self.event.number


def summed(office: Office) -> Summed:
    """Return what was summed up last for the year.

    Raises:
        NianbaoError: nothing was, or its 汇总.json is not in the archive, or not as it was.

    """
    common = office.context.common
    found = last_merge(office.events)
    if found is None:
        others = "、".join(map(str, _years(office)))
        known = f"（{common.fault('trace-merged', known=others)}）" if others else ""
        raise common.refuse("trace-none", year=office.year, known=known)
    return Summed(*found, document(found[1], office))


def _years(office: Office) -> Iterator[int]:
    """Yield the years of which there is a merge."""
    for year in office.journal.ledger.years():
        if any(of_kind(office.journal.events(year), Merged)):
            yield year
