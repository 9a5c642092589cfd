"""Where the files of a summary go: what an earlier merge wrote is kept by date, never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

from nianbao.events import Merged, of_kind
from nianbao.office import files
from nianbao.office.journal import Journal
from nianbao.office.merging import Made
from nianbao.office.results import OUTPUTS


EARLIER = "历次"
"""The folder beside the results that holds those of earlier days."""


def refuse_foreign(out: Path, journal: Journal, *, force: bool) -> None:
    """Refuse to touch files that are there where this office has never merged.

    Raises:
        NianbaoError: a file exists and ``force`` is not given.

    """
    if not any(_merged(journal)):
        files.refuse_existing([out / name for name in OUTPUTS], journal.context.common, force=force)


def put(made: Made, out: Path, journal: Journal, *, force: bool = False) -> Path | None:
    """Write the files of a summary; return the folder in which other ones that were there are kept.

    With ``force`` they are not kept.

    Raises:
        NianbaoError: one cannot be written; then all are as they were.

    """
    with files.alone(out, journal.context.common):
        return _put(made, out, journal, force=force)


def _put(made: Made, out: Path, journal: Journal, *, force: bool) -> Path | None:
    new = {out / name: data for name, data in made.outputs.items()}
    there = {path: path.read_bytes() for path in new if path.is_file()}
    old = {path: data for path, data in there.items() if data != new[path]}
    kept = None
    if old and not force and journal.kept:
        kept = out / EARLIER / f"{_day(old, journal):%Y-%m-%d}"
        files.write_all(dict(_copies(old, kept)), journal.context.common, force=True)
    if there == new:
        files.settled(new)
    else:
        files.write_all(new, journal.context.common, force=force or journal.kept)
    return kept


def _merged(journal: Journal) -> Iterator[tuple[dt.datetime, Merged]]:
    for year in journal.ledger.years():
        for event, what in of_kind(journal.events(year), Merged):
            yield event.at, what


def _day(old: Mapping[Path, bytes], journal: Journal) -> dt.date:
    """Return the day on which files were made, as the ledger knows, else the disk."""
    made = {digest: at for at, what in _merged(journal) for digest in what.outputs.values()}
    known = [made[one] for data in old.values() if (one := files.digest(data)) in made]
    if known:
        return max(known).date()
    newest = max(path.stat().st_mtime for path in old)
    return dt.datetime.fromtimestamp(newest, dt.UTC).astimezone().date()


def _copies(old: Mapping[Path, bytes], folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield where each file is kept: under its name, numbered where another one has it."""
    for path, data in old.items():
        number, place = 1, folder / path.name
        while place.is_file() and place.read_bytes() != data:
            number += 1
            place = folder / f"{path.stem}（{number}）{path.suffix}"
        yield place, data
