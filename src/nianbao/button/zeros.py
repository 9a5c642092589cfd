"""Which blank inputs are to be filled with zeros, as their tables' switches declare. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nianbao.form import Box
from nianbao.layout import Place


if TYPE_CHECKING:
    from nianbao.opening.package import Package
    from nianbao.reading.read import Reading


def blank_inputs(reading: Reading, package: Package) -> dict[str, list[Place]]:
    """Return the blank inputs of each table whose blanks are declared to be 0, by its key.

    A cell with anything in it, be it a space, is the user's.
    """
    report = reading.report
    found: dict[str, list[Place]] = {
        table.key: [] for table in reading.edition.tables if report.zero(table.key)
    }
    for key, one in reading.edition.inputs.items():
        place = reading.places.get(key)
        if one.table in found and place is not None and _empty(package, place):
            found[one.table].append(place)
    return found


def _empty(package: Package, place: Place) -> bool:
    return (place.row, place.column) not in package.cells(place.sheet)


def rectangles(places: Iterable[Place]) -> Iterator[tuple[str, Box]]:
    """Yield rectangles that cover the places and nothing else, a sheet's name with each."""
    runs = list(_runs(sorted(places)))
    while runs:
        sheet, box = runs.pop(0)
        below = (sheet, _under(box))
        while below in runs:
            runs.remove(below)
            box = Box(box.top, box.left, box.bottom + 1, box.right)
            below = (sheet, _under(box))
        yield sheet, box


def _under(box: Box) -> Box:
    return Box(box.bottom + 1, box.left, box.bottom + 1, box.right)


def _runs(places: list[Place]) -> Iterator[tuple[str, Box]]:
    start = last = None
    for place in places:
        if last is not None and place == Place(last.sheet, last.row, last.column + 1):
            last = place
            continue
        if start is not None and last is not None:
            yield start.sheet, Box(start.row, start.column, last.row, last.column)
        start = last = place
    if start is not None and last is not None:
        yield start.sheet, Box(start.row, start.column, last.row, last.column)
