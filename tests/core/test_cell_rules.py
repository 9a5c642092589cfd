"""What makes a single cell's content right: the one list, and its renderings against each other."""

from __future__ import annotations

import functools
import io
import itertools

import pytest
from openpyxl.workbook import Workbook

from helpers import common
from nianbao.book.models import evaluated
from nianbao.book.parts import unzip
from nianbao.form import LIMIT, Kind, Severity, cells


VALUES = (
    *(-LIMIT - 1, -LIMIT, -LIMIT + 0.5, -8, -1, -0.5, -0.0000001, 0, 0.25, 0.0000001, 1, 1.5),
    *(2.345678, 2.3456789, 0.1 + 0.2, 58, LIMIT - 0.5, LIMIT, LIMIT + 1, 10**12, 1e300),
    *("减4", "/", "无", "3件", "4 ", None),
)
DECLARED = ((False, False), (True, False), (True, True))
"""Whether blanks of the table are 0, and whether all of it is."""


def state(value, kind: Kind, *, zero: bool = False, nil: bool = False) -> str:
    return cells.state(value, kind, nil=nil, unfilled="" if zero else cells.FIGURE)


@pytest.mark.parametrize(
    ("value", "kind", "due"),
    [
        (None, Kind.COUNT, "C01"),
        ("减4", Kind.COUNT, "C02"),
        (True, Kind.COUNT, "C02"),
        (float("nan"), Kind.AMOUNT, "C02"),
        (-1, Kind.COUNT, "C03"),
        (-1, Kind.CHANGE, ""),
        (-0.5, Kind.AMOUNT, "C03"),
        (float("-inf"), Kind.CHANGE, "C04-large"),
        (LIMIT, Kind.COUNT, ""),
        (LIMIT + 1, Kind.COUNT, "C04-large"),
        (-LIMIT - 1, Kind.CHANGE, "C04-large"),
        (1.5, Kind.COUNT, "C04"),
        (-1.5, Kind.CHANGE, "C04"),
        (1.5, Kind.AMOUNT, ""),
        (2.3456789, Kind.AMOUNT, "C05"),
        (0.1 + 0.2, Kind.AMOUNT, ""),
        (3.0000000000000004, Kind.COUNT, ""),
    ],
)
def test_the_first_rule_that_a_content_breaks_is_its_state(value, kind, due):
    assert cells.state(value, kind) == due


def test_a_nil_return_has_no_figure_but_0_and_graver_faults_come_first():
    for value, due in ((0, ""), (7, "C10"), (0.25, "C04"), (-7, "C03"), ("无", "C02")):
        assert cells.state(value, Kind.COUNT, nil=True) == due
    assert cells.state(2.3456789, Kind.AMOUNT, nil=True) == "C10"


@functools.cache
def computed() -> dict[tuple, str]:
    """What the formulas of the list show, computed by the engine."""
    book = Workbook()
    sheet = book.worksheets[0]
    cases = list(itertools.product(VALUES, Kind, DECLARED))
    for row, (value, kind, (zero, nil)) in enumerate(cases, 1):
        sheet.cell(row, 1, value)
        declared = [str(one).upper() for one in (zero, nil)]
        sheet.cell(row, 2, f"={cells.excel_state(f'$A${row}', kind, cells.FIGURE, *declared)}")
    held = io.BytesIO()
    book.save(held)
    model = evaluated(unzip(held.getvalue()))
    return {case: model.get_cell_value(0, row, 2) for row, case in enumerate(cases, 1)}


@pytest.mark.parametrize("kind", Kind)
def test_formula_and_python_judge_alike(kind):
    for (value, of, (zero, nil)), shown in computed().items():
        if of is kind:
            assert shown == state(value, kind, zero=zero, nil=nil), (value, zero, nil)


@pytest.mark.parametrize("kind", Kind)
def test_the_bounds_say_what_the_rules_that_have_bounds_say(kind):
    due = cells.bounds(kind)
    for value in VALUES:
        if not isinstance(value, int | float):
            continue
        let_in = due.least <= value <= due.most and not (due.whole and value != int(value))
        rules = [rule for rule in cells.RULES if rule.bounds and rule.on(kind)]
        assert let_in == (not any(rule.breaks(value) for rule in rules)), value


def test_what_asks_or_holds_for_some_tables_only_has_no_bounds():
    assert not [rule.key for rule in cells.RULES if rule.bounds and (rule.asks or rule.nil)]


def test_what_is_wrong_is_said_before_anything_is_asked():
    assert [rule.asks for rule in cells.RULES] == sorted(rule.asks for rule in cells.RULES)


@pytest.mark.parametrize("kind", Kind)
def test_a_whole_number_is_judged_as_the_same_one_with_a_point(kind):
    for value in (-LIMIT - 1, -LIMIT, -1, 0, 1, 2, 58, 10**6, LIMIT, LIMIT + 1):
        assert cells.state(value, kind) == cells.state(float(value), kind)


def test_each_state_has_its_words_and_only_a_question_is_a_warning():
    words = common().catalogue
    for key in (*cells.UNFILLED, *cells.WRONG):
        assert words[key].severity is Severity.ERROR, key
    for key in cells.ASKED:
        assert words[key].severity is Severity.WARNING, key
    for key in (*cells.UNFILLED, *cells.ASKED):  # which are looked for by the rule of a finding
        assert words[key].rule == key


def test_every_rule_of_the_list_is_broken_by_some_value():
    broken = {state(*case, nil=nil) for case in itertools.product(VALUES, Kind) for nil in (0, 1)}
    assert broken >= {rule.key for rule in cells.RULES}
