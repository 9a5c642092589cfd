"""The library: what a program does with the forms. ``import nianbao`` gives these names.

Everything happens in this process unless ``merge`` is asked for processes. What is wrong with a
file are findings of its submission; a ``NianbaoError`` says, in Chinese, what could not be done.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nianbao.book.lock import PASSWORD
from nianbao.book.order import Order
from nianbao.button.project import macro_workbook
from nianbao.context import context
from nianbao.errors import Finding, NianbaoError
from nianbao.form import Severity
from nianbao.local import localised
from nianbao.merge import Summary
from nianbao.office import files, intake
from nianbao.office.against import Against, load
from nianbao.office.arrival import InboxFile
from nianbao.office.collect import gathered, identified
from nianbao.office.engine import BOUNDS, HERE
from nianbao.office.filing import of_arrivals
from nianbao.office.journal import journal
from nianbao.office.keeping import MEMORY
from nianbao.office.material import Material
from nianbao.office.receive import arrivals
from nianbao.office.summarise import Own, summed_up
from nianbao.reading.read import Reading
from nianbao.reading.read import read as read_workbook
from nianbao.report import Report, Unit
from nianbao.standing import Standing, Submission
from nianbao.template.stamp import Stamps
from nianbao.words import Common


__all__ = [
    "Finding",
    "NianbaoError",
    "Reading",
    "Report",
    "Severity",
    "Standing",
    "Submission",
    "Summary",
    "Unit",
    "check",
    "merge",
    "read",
    "template",
]

Place = str | os.PathLike[str]
"""Where something lies."""


def read(book: bytes | Place, *, password: str | None = None) -> Reading:
    """Return what stands in a workbook: ``reading.report``, and what is wrong with its form.

    Raises:
        NianbaoError: it cannot be read, or is no form of ours.

    """
    _, data = _loaded(book)
    own = context()
    return read_workbook(data, own.editions, own.common, password=password)


def check(  # noqa: PLR0913 - what a file may be checked against
    book: bytes | Place,
    *,
    year: int | None = None,
    units: Place | None = None,
    previous: Place | None = None,
    local: Place | None = None,
    password: str | None = None,
) -> Submission:
    """Return a workbook or report document with its findings, errors first.

    ``year`` is the one it should be of; ``units`` the roster (units.csv); ``previous`` last year's
    report, workbook, 汇总.json or a folder of them; ``local`` the county's own options, by default
    the file beside the roster. A file that cannot be read has no ``report`` and says why.

    Raises:
        NianbaoError: there is no such file, or what it is checked against cannot be read.

    """
    against = _against(units, previous, local, password)
    (filed,) = gathered([_file(book)], against)
    return identified(filed, year, against).submission


def merge(  # noqa: PLR0913 - what a summary may be asked for
    books: Iterable[bytes | Place],
    units: Place,
    *,
    year: int | None = None,
    previous: Place | None = None,
    local: Place | None = None,
    password: str | None = None,
    provisional: bool = False,
    processes: bool = False,
) -> Summary:
    """Return the sum of the units of a roster, and where each of them stands.

    ``books`` are workbooks, report documents, and folders and zip archives of them; the rest is as
    for ``check``. ``provisional`` counts units with errors. With ``processes`` several read at
    once, and a file that hangs ends with a finding; a script then needs
    ``if __name__ == "__main__"``, as always with ``multiprocessing``.

    Raises:
        NianbaoError: there is no such file, or the files leave the year open.

    """
    against = _against(units, previous, local, password, processes=processes)
    common = against.context.common
    inbox = (file for number, book in enumerate(books, 1) for file in _files(book, number, common))
    below = against.below()
    with journal(MEMORY, below.context) as own:
        filing = of_arrivals(list(arrivals(inbox, below, own)), year, below, own)
    return summed_up(filing, below, Own(), provisional=provisional)


def template(  # noqa: PLR0913 - what a workbook may hold
    unit: Unit,
    year: int,
    *,
    previous: Report | None = None,
    register: Mapping[str, float] | None = None,
    deadline: str = "",
    password: str = PASSWORD,
    macro: bool = False,
    local: Place | None = None,
) -> bytes:
    """Return the blank workbook of a unit, locked: an .xlsx, with ``macro`` an .xlsm.

    ``previous`` is last year's report and ``register`` what registers say of figures (field key ->
    件), to be checked against; ``deadline`` a day as the sheet shows it, "" for the law's.

    Raises:
        NianbaoError: no edition covers the year.

    """
    own = context()
    options = load(Material(local=_path(local)), own).options
    edition = localised(own.edition_for(year), options.text, own.common)
    order = Order(
        edition,
        own.common,
        unit,
        year,
        previous=previous,
        register=register or {},
        password=password,
        deadline=deadline,
    )
    finish = functools.partial(macro_workbook, common=own.common) if macro else None
    return Stamps(finish).workbook(order)


def _against(
    units: Place | None,
    previous: Place | None,
    local: Place | None,
    password: str | None,
    *,
    processes: bool = False,
) -> Against:
    material = Material(_path(units), _path(previous), _path(local), password)
    return load(material, context(), BOUNDS if processes else HERE)


def _path(place: Place | None) -> Path | None:
    return None if place is None else Path(place)


def _loaded(book: bytes | Place, number: int = 1) -> tuple[str, bytes]:
    common = context().common
    if isinstance(book, bytes):
        return common.fault("file-nameless", number=number), book
    path = Path(book)
    return path.name, files.read_bytes(path, common)


def _file(book: bytes | Place, number: int = 1) -> InboxFile:
    name, data = _loaded(book, number)
    return InboxFile(name, lambda: data)


def _files(book: bytes | Place, number: int, common: Common) -> Iterator[InboxFile]:
    if isinstance(book, bytes):
        yield _file(book, number)
    else:
        yield from intake.entries(intake.existing([Path(book)], common), common.catalogue)
