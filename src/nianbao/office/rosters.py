"""The roster and the local requirements, loaded from where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nianbao.context import Context
from nianbao.errors import Finding
from nianbao.local import FILE, localised, options, parse
from nianbao.office import files, roster_book
from nianbao.office.engine import BOUNDS, Bounds
from nianbao.roster import Roster, read_roster, read_sheets


@dataclass(frozen=True)
class OwnOptions:
    """The county's own options as text; "" for none.

    ``beside`` is whose they are where nobody named the file and it lay beside the roster.
    """

    text: str = ""
    beside: str = ""


def load_roster(
    path: Path, context: Context, password: str | None = None, bounds: Bounds = BOUNDS
) -> Roster:
    """Read a roster: a CSV, or a workbook; ``password`` opens one that is encrypted.

    Raises:
        NianbaoError: it cannot be read, or is wrong.

    """
    data = files.read_bytes(path, context.common)
    if not roster_book.is_book(data):
        return read_roster(data, context, str(path))
    book = roster_book.sheets(data, context, password, bounds)
    if isinstance(book, Finding):
        raise context.common.refuse("roster-excel", name=path, why=book.message)
    return read_sheets(book, context, str(path))


def load_options(given: Path | None, roster: Path | None, context: Context) -> OwnOptions:
    """Return the county's options: of the file given, or of the one beside the roster.

    Raises:
        NianbaoError: the file cannot be read, or is wrong.

    """
    beside = roster.with_name(FILE) if roster is not None else None
    found = given or beside
    if found is None or (given is None and not found.is_file()):
        return OwnOptions()
    data = files.read_bytes(found, context.common)
    text = parse(data, str(found), context.common)
    for edition in context.editions.values():
        localised(edition, text, context.common)
    return OwnOptions(text, "" if given else options(text, context.common).name)
