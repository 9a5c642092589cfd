"""State before words: nothing in a workbook goes by a word that it shows itself."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest

from drawn import drawn
from helpers import beside, change, changed, common, editions
from nianbao.book.order import Order
from nianbao.check import check
from nianbao.template.check_sheet import STATES
from nianbao.template.sent_back import ToSend, sent_back


WRONG = {"figures": {"requests.received.individual": "减4", "disclosure.licensing.decisions": 5000},
         "stated": {"requests.received.total": 999}}  # fmt: skip


def fresh(edition) -> bytes:
    report = changed(edition, change(WRONG))
    return drawn(Order(edition, common(), report.unit, report.year, report))


def returned(edition) -> bytes:
    report, held = changed(edition, change(WRONG)), beside(edition)
    found = check(report, edition, common().catalogue, held)
    back = sent_back(ToSend(report, edition, held, found), report.unit, common())
    return back.workbook("甲乡.xlsx", "0" * 64, dt.datetime(2024, 1, 2, tzinfo=dt.UTC))


def formulas(data: bytes):
    """Every formula (no ``=``) of cells and of conditional formats, with where it stands."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            yield from ((f"{sheet.title}!{c.coordinate}", c.value[1:]) for c in row
                        if isinstance(c.value, str) and c.value.startswith("="))  # fmt: skip
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                yield from ((f"{sheet.title}!{area.sqref}", text) for text in rule.formula)


@pytest.mark.parametrize("made", [fresh, returned])
@pytest.mark.parametrize("edition", editions().values(), ids=editions())
def test_no_formula_asks_which_word_another_shows(edition, made):
    shown = "|".join(re.escape(common().words[state]) for state in STATES)
    asks = re.compile(rf'[=<>]"[^"]*(?:{shown})|(?:COUNTIFS?|FIND|SEARCH|MATCH)\([^"]*"(?:{shown})')
    found = list(formulas(made(edition)))
    assert [one for one in found if asks.search(one[1])] == []
    assert any(re.search(rf'"(?:{shown})"', text) for _, text in found)  # but they are shown


@pytest.mark.parametrize("made", [fresh, returned])
def test_the_columns_of_states_are_hidden(made):
    book = openpyxl.load_workbook(io.BytesIO(made(editions()["2021"])), data_only=True)
    there = {
        (sheet.title, cell.column_letter)
        for sheet in book
        if sheet.sheet_state == "visible"
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in STATES
    }
    assert there
    for title, letter in there:
        assert book[title].column_dimensions[letter].hidden, (title, letter)
