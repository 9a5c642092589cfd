"""The rules on single cells and on the form, C01 to C10, N10 and N16, through real workbooks.

``cases/cells/<RULE>.toml``: what stands in a completed workbook, and what is then said of it:
``fail`` with the finding; ``pass`` and ``blank`` (a cell with nothing in it) without.
"""

from __future__ import annotations

import html

import pytest

from altered import untouched
from helpers import CASES, change, changed, common, data, editions
from nianbao.check import identity_findings
from nianbao.form import Authority
from nianbao.layout import BLANKS, NIL, Place, layout_of
from nianbao.office.examine import examine
from nianbao.reading.read import Reading, read
from nianbao.report import Cell, Unit
from oox import Book, M


KINDS = {"pass", "fail", "blank"}
SEEN = {"C11", "C14", "C15", "C16", "C17", "C20", "C21"}
"""On what a reader of the sheets sees: whose cases are those of ``mutations.toml``."""

LOOKS = {"C12", "C13", "C18", "C19"}
"""Whose cases are those of ``test_looks.py``."""

RULES = [*(f"C{number:02}" for number in range(1, 11)), "N10", "N16"]
ALL = [
    pytest.param(rule, kind, case, id=f"{rule}-{kind}-{number}")
    for rule in RULES
    for kind, group in data(CASES / "cells" / f"{rule}.toml").items()
    for number, case in enumerate(group, 1)
]


def returned(case: dict) -> bytes:
    """The workbook that a unit sends back: what the case changes is typed into it."""
    form = editions()[case["edition"]]
    report, before = changed(form, change(case)), changed(form, change({}))
    layout = layout_of(form, common().sheets, report.unit.level)
    book = Book(untouched(form.id, report.unit.level))
    for key in form.fields:
        value = report.figures[key]
        if key in form.totals and key not in case.get("stated", {}):
            _recalculate(book, layout.fields[key], value)
        elif value != before.figures[key] or key in case.get("stated", {}):
            _type(book, layout.fields[key], value)
    switched = dict.fromkeys(report.nil_returns, NIL) | dict.fromkeys(
        report.blanks_are_zero, BLANKS
    )
    for key, word in {**switched, **case.get("switch", {})}.items():
        _type(book, layout.nil[key], word)
    for key, text in case.get("contact", {}).items():
        _type(book, layout.contact(list(common().contact))[key], text)
    for key, value in case.get("fee", {}).items():
        _type(book, layout.small[f"processing_fee.{key}"], value)
    if "year" in case:
        _type(book, layout.identity["year"], case["year"])
    for key, inside in case.get("raw", {}).items():
        book.set(layout.fields[key].sheet, layout.fields[key].cell, inside)
    for place, text in case.get("labels", {}).items():
        sheet, _, cell = place.partition("!")
        book.set(sheet, cell, f"<is><t>{text}</t></is>", "inlineStr")
    return book.data()


def _type(book: Book, at: Place, value: Cell) -> None:
    match value:
        case None:
            book.set(at.sheet, at.cell, "")
        case str():
            book.set(
                at.sheet, at.cell, f'<is><t xml:space="preserve">{value}</t></is>', "inlineStr"
            )
        case _:
            book.set(at.sheet, at.cell, f"<v>{value!r}</v>")


def _recalculate(book: Book, at: Place, value: Cell) -> None:
    (cell,) = book.tree(at.sheet).xpath(f"//*[@r='{at.cell}']")
    formula = cell.find(f"{M}f").text
    kind, shown = ("str", "") if value is None else ("", repr(value))
    book.set(at.sheet, at.cell, f"<f>{html.escape(formula)}</f><v>{shown}</v>", kind)


def said(case: dict) -> tuple[Reading, list]:
    reading = read(returned(case), editions(), common())
    roster = case.get("roster")
    units = roster and {code: Unit(code, name, "township") for code, name in roster.items()}
    also = identity_findings(reading.report, common().catalogue, case.get("collected"), units)
    return reading, list(examine(reading, common(), also=also))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_case_that_passes_fails_and_is_blank(rule):
    assert set(data(CASES / "cells" / f"{rule}.toml")) == KINDS


def test_every_cell_rule_of_the_catalogue_has_cases():
    known = {w.rule for w in common().catalogue.values() if w.rule.startswith(("C", "N10", "N16"))}
    assert known - SEEN - LOOKS == set(RULES)
    told = {line.split()[0] for case in data(CASES / "mutations.toml")["case"]
            for line in case.get("findings", ())}  # fmt: skip
    assert told >= SEEN


def test_every_basis_in_the_catalogue_says_how_binding_it_is():
    assert [w.key for w in common().catalogue.values() if w.basis and w.kind is None] == []
    assert set(common().authorities) == {one.value for one in Authority}


@pytest.mark.parametrize(("rule", "kind", "case"), ALL)
def test_a_case(rule, kind, case):
    reading, found = said(case)
    mine = [finding for finding in found if finding.rule == rule]
    mine = [finding for finding in mine if finding.field == case.get("at", finding.field)]
    if kind != "fail":
        assert mine == []
        return
    assert mine, f"no {rule}, but {[(one.rule, one.place) for one in found]}"
    finding, *others = mine
    assert [other.place for other in others] == case.get("also", [])
    assert finding.message == case["says"]
    assert (finding.expected, finding.actual) == (case.get("expected"), case.get("actual"))
    assert finding.severity.value == case["severity"]
    assert finding.remedy
    layout = layout_of(reading.edition, common().sheets, reading.report.unit.level)
    people = layout.contact_fields(list(common().contact))
    place = layout.place(case["at"]) or people[case["at"]] if "at" in case else None
    assert finding.place == (f"{place.sheet}!{place.cell}" if place else case["place"])
    if "read" in case:
        assert reading.report.figures[case["at"]] == case["read"]
