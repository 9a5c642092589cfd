"""Every run of rows or columns deleted: a figure is found where it was, or lost, never elsewhere.

Labels that a table prints for each of its blocks (结果维持 three times) are all alike: where one is
gone, the next block's must not be taken for it.
"""

from __future__ import annotations

import functools
import itertools

import pytest

from altered import random_base
from helpers import common, editions
from nianbao.layout import layout_of
from nianbao.opening.opened import open_package
from nianbao.opening.package import LIMITS, Package
from nianbao.reading.locate import locate


LINES = {"rows": 0, "columns": 1}
MOST = 12
NAMES = ("moved", "left", "gone")
TABLES = [(edition, table.key) for edition in editions() for table in editions()[edition].tables]


@functools.cache
def whole(edition):
    data, _ = random_base(edition, "street", 1)
    package = open_package(data, common().catalogue, LIMITS)
    return package, layout_of(editions()[edition], common().sheets, "street")


def without(package, sheet, axis, gone, names):
    """The workbook without some rows or columns, and where each of its cells was before."""

    def move(at):
        down = sum(line < at[axis] for line in gone)
        return (
            None if at[axis] in gone else (at[0] - down * (axis == 0), at[1] - down * (axis == 1))
        )

    cells = {at: content for at, content in package.cells(sheet).items() if move(at)}
    moved = {name: move(place[1:]) for name, place in package.names.items() if place.sheet == sheet}
    named = {
        "moved": {
            n: package.names[n]._replace(row=m[0], column=m[1]) for n, m in moved.items() if m
        },
        "left": {name: package.names[name] for name in moved},
        "gone": {},
    }[names]
    kept = {name: place for name, place in package.names.items() if place.sheet != sheet}
    load = {title: functools.partial(package.cells, title) for title in package.titles}
    load[sheet] = functools.partial(dict, {move(at): content for at, content in cells.items()})
    return Package(package.titles, {**kept, **named}, load), {move(at): at for at in cells}


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize(("edition", "table"), TABLES)
def test_no_figure_is_taken_from_another_place(edition, table, lines, names):
    package, layout = whole(edition)
    due = layout.by_table[table]
    sheet, axis = layout.edition.table[table].sheet, LINES[lines]
    last = max(at[axis] for at in package.cells(sheet))
    for first, count in itertools.product(range(1, last + 1), range(1, MOST + 1)):
        damaged, before = without(package, sheet, axis, range(first, first + count), names)
        found = locate(damaged, layout, common().catalogue)
        wrong = {
            key: place
            for key, place in found.places.items()
            if key in due and before.get(place[1:]) not in {None, due[key][1:]}
        }
        assert wrong == {}, (first, count)
        lost = {finding.field for finding in found.findings if finding.rule == "C08"}
        assert due.keys() - found.places.keys() <= lost, (first, count)
