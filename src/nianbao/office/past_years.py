"""Last year's figures out of the ledger: what was summed up then, kept in the archive."""

from __future__ import annotations

from dataclasses import replace

from nianbao.errors import NianbaoError
from nianbao.history import last_merge
from nianbao.office import dates
from nianbao.office.against import Against
from nianbao.office.documents import DATA
from nianbao.office.journal import Journal
from nianbao.office.previous import Previous, reports_of


RECENT = 2
"""Years of which the last merges are looked at, before the one that is collected."""


def remembering(against: Against, journal: Journal, year: int | None) -> Against:
    """Return the same, where last year's figures are also those that the ledger knows.

    ``year`` is the one that is collected, by default the one that is due now. What somebody names
    as last year's wins. A content that is gone or damaged is passed over, and a note says so.
    """
    if not journal.kept or journal.contents is None:
        return against
    given, found, notes = against.previous, dict(against.previous.reports), list[str]()
    marks = [given.mark]
    due = year or dates.collected()
    for past in [one for one in journal.ledger.years() if one < due][-RECENT:]:
        settled = last_merge(journal.events(past))
        if settled is None or any(when == past for _, when in given.reports):
            continue
        try:
            data = journal.contents.get(settled[1].outputs[DATA])
            reports = list(reports_of(data, against.context))
        except (NianbaoError, KeyError) as error:
            notes.append(str(error))
            continue
        found |= {(one.unit.code, one.year): one for one in reports if one.year == past}
        marks.append(settled[1].outputs[DATA])
    if len(marks) == 1 and not notes:
        return against
    previous = Previous(
        found, (*given.notes, *notes), against.context, given.units, mark=" ".join(marks)
    )
    return replace(against, previous=previous)
