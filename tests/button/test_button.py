"""A press on an open workbook: the real xlwings API over ``engine.py``, the CLI as the judge."""

from __future__ import annotations

import dataclasses
import tomllib

import pytest
import xlwings as xw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mutations
from altered import base, shown
from demonstration import FOLDER, demonstration
from desk import book
from drawn import drawn
from helpers import CASES, SHARED, common, corpus, editions
from nianbao.book.order import Order
from nianbao.button.live import Live
from nianbao.context import context
from nianbao.errors import FileProblem
from nianbao.opening.opened import open_package
from nianbao.reading.read import read, read_package
from press_books import by_button, by_cli, complete_report


# --- the same findings ------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize("number", sorted(corpus()) if SHARED.is_dir() else [])
def test_corpus_as_the_command_line(number):
    report = corpus()[number]
    order = Order(editions()[report.edition], common(), report.unit, report.year, report)
    data = drawn(order)
    assert by_button(data) == by_cli(data)


EDGES = [None, 0, 1, 7, 250, -4, 0.5, 1.005, 10**10, "无", "５", "12件", "=1+1", " ", "251000元"]


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_workbooks_as_the_command_line(data):
    edition = data.draw(st.sampled_from(list(editions().values())))
    start = complete_report() if edition.id == "2021" else example_of(edition.id)
    keys = data.draw(st.lists(st.sampled_from(list(edition.fields)), max_size=25))
    changed = {key: data.draw(st.sampled_from(EDGES)) for key in keys}
    nil = data.draw(st.sets(st.sampled_from([table.key for table in edition.tables])))
    report = dataclasses.replace(
        start, figures={**start.figures, **changed}, nil_returns=frozenset(nil)
    )
    filled = book(report)
    assert by_button(filled) == by_cli(filled)


def example_of(edition):
    reading = read(base(edition)[0], editions(), common())
    return reading.report


ALTERED = tomllib.loads((CASES / "mutations.toml").read_text(encoding="utf-8"))["case"]


NO_EXCEL_DOES_THIS = {
    "requests copied and the original deleted",
    "the name of a switch redirected",
    "the name of last year's figure redirected",
    "identity: a row inserted, names left",
    "the name of the unit redirected to its code",
    "cover: a row inserted, names left",
    "last year: a row inserted, names left",
    "last year: sorted, names left",
    "last year: its column exchanged with this year's, names left",
    "last year: its column deleted, names left",
    "checks: a column inserted, names left",
    "checks: two columns exchanged, names left",
    "the other edition",
    "value: not a number in a number cell",
    "value: a shared string that is not there",
    "a cell beyond the sheet",
    "the identity deleted",
    "requests: a total by a function that is not worked out",
}
"""Done to a file by a program: cells moved and their names left. An open workbook has its names
where Excel keeps them, and the sheet 汇集 follows those."""

LOOKS = ("C12", "C13", "C18", "C19")
NOT_SEEN_WHEN_OPEN = {
    case["name"] for case in ALTERED if any(f.startswith(LOOKS) for f in case.get("findings", ()))
}
"""The button is given numbers, not how they are shown (docs/button.md)."""


KNOWN_BY_NAME_WHEN_OPEN = {
    "checks: a column inserted, names moved",
    "checks: the heading of the reasons edited",
}
"""Of 校验 the button sees the named cells only (汇集); a file is read by the headings as well."""


def in_the_file_only(finding):
    """Whether a finding is on what no press asks Excel for: the cover's lines, sheets beyond the
    form's, how figures look, drawings, notes, input rules (docs/template.md).
    """
    tables = {table.sheet for edition in editions().values() for table in edition.tables}
    elsewhere = finding.sheet not in tables
    return (
        finding.rule in {"C12", "C13", "C16", "C18", "C19", "C20"}
        or (finding.rule in {"C11", "C15"} and elsewhere)
        or (finding.rule == "C17" and finding.cell.startswith("XFD"))
    )


def openable():
    """The damaged workbooks that can stand open in Excel, which lets no name dangle."""
    beyond = {"share_strings"}  # openpyxl loses the strings
    beyond |= {"draw", "draw_sized", "shape", "note"}  # and what is drawn
    beyond |= {"without_hidden"}  # which a press refuses: it needs the hidden sheets
    return [
        case
        for case in ALTERED
        if not case.get("refused")
        and case["name"] not in NO_EXCEL_DOES_THIS | NOT_SEEN_WHEN_OPEN | KNOWN_BY_NAME_WHEN_OPEN
        and all(s["do"] in mutations.ON_BOOK and s["do"] not in beyond for s in case["steps"])
        and not any(s["do"] == "rename" and s.get("names") is False for s in case["steps"])
        and not any(s.get("to", "").startswith("[1]") for s in case["steps"])
    ]


@pytest.mark.parametrize("case", openable(), ids=lambda case: case["name"])
def test_damaged_workbooks_as_the_command_line(case, excel):
    opened = excel.app.books.put(mutations.mutate(base(case.get("base", "2021"))[0], case["steps"]))
    opened.held.dirty = True  # Excel computes what a script left without values, and saves it so
    opened.calculate()
    found = Live(xw.Book(impl=opened), context()).findings()
    expected = [one for one in by_cli(opened.saved) if not in_the_file_only(one)]
    assert sorted(map(shown, found)) == sorted(map(shown, expected))


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_a_workbook_without_the_gathering_sheet_is_read_sheet_by_sheet(edition, excel):
    data = base(edition)[0]
    opened = excel.app.books.put(data)
    opened.held.sheet(common().sheets["gather"]).cells.clear()
    live = Live(xw.Book(impl=opened), context())
    package = live.package()
    whole = open_package(data, common().catalogue)
    assert package.names == whole.names
    assert read_package(package, editions(), common()).report == (
        read_package(whole, editions(), common()).report
    )


@pytest.mark.parametrize("name", ["2-收到的填报表", "3-改正后的填报表", "5-收齐后汇总"])
def test_every_workbook_of_the_demo_as_the_command_line(name, tmp_path_factory):
    folder = demonstration(tmp_path_factory) / FOLDER / name
    paths = [path for path in sorted(folder.glob("*.xlsx")) if path.name != "汇总.xlsx"]
    assert paths
    read_at_all = 0
    for path in paths:
        data = path.read_bytes()
        try:
            expected = by_cli(data)
        except FileProblem:  # the demo's broken file, which no Excel opens
            continue
        read_at_all += 1
        assert by_button(data) == expected, path.name
    assert read_at_all >= len(paths) - 1
