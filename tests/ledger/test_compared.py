"""Two versions compared: what was mended, what is left, and what changed unasked, first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers import common, editions, make_report
from nianbao.check import check
from nianbao.compared import Side, compare
from nianbao.events import Asked


FORM = editions()["2021"]
CATALOGUE = common().catalogue
BASE = make_report(FORM)
RECEIVED, CARRIED = "requests.received.individual", "requests.carried_in.individual"
TOTAL = "requests.received.total"
FEE = "processing_fee.cases"


def side(report):
    return Side(report, tuple(check(report, FORM, CATALOGUE)))


def figures(report, **changed):
    new = {key.replace("__", "."): value for key, value in changed.items()}
    return replace(report, figures={**report.figures, **new})


def keys(changes):
    return [(one.key, one.before, one.after, one.asked) for one in changes]


def test_the_same_version_differs_in_nothing():
    found = compare(side(BASE), side(BASE), FORM)
    assert (found.cleared, found.new, found.figures, found.texts) == ((), (), (), ())
    assert found.left == ()


def test_a_blank_that_was_asked_for_is_filled_in():
    older = figures(BASE, **{RECEIVED: None})
    found = compare(side(older), side(BASE), FORM)
    assert RECEIVED in [one.field for one in found.cleared if one.rule == "C01"]
    assert keys(found.figures) == [(RECEIVED, None, BASE.figures[RECEIVED], True)]
    assert found.figures[0].name == FORM.name(RECEIVED)
    assert found.unasked == ()


def test_what_nobody_asked_for_stands_first():
    older = figures(BASE, **{RECEIVED: None})
    other = FORM.inputs.keys() - {RECEIVED}
    last = next(key for key in reversed(FORM.inputs) if key in other)
    newer = figures(BASE, **{last: 77})
    found = compare(Side(older, side(older).findings), side(newer), FORM, [Asked("C01", RECEIVED)])
    assert [one[0] for one in keys(found.figures)] == [last, RECEIVED]
    assert [one.asked for one in found.figures] == [False, True]
    assert [one.key for one in found.unasked] == [last]


def test_a_rule_asks_for_all_the_figures_that_it_reads():
    checks = [one for one in FORM.checks if not one.rule.defines and len(one.refs) > 1]
    rule = next(one for one in checks if all(ref.key in FORM.inputs for ref in one.refs))
    read = {ref.key for ref in rule.refs}
    newer = figures(BASE, **{key: (BASE.figures[key] or 0) + 5 for key in read})
    asked = [Asked(rule.rule.id, rule.place)]
    found = compare(Side(BASE, ()), Side(newer, ()), FORM, asked)
    assert {one.key for one in found.figures} == read
    assert found.unasked == ()
    assert len(compare(Side(BASE, ()), Side(newer, ()), FORM, []).unasked) == len(read)


def test_a_total_that_is_wrong_asks_for_what_it_adds():
    newer = figures(BASE, **{RECEIVED: 99})
    found = compare(Side(BASE, ()), Side(newer, ()), FORM, [Asked("C07", TOTAL)])
    assert keys(found.figures) == [(RECEIVED, BASE.figures[RECEIVED], 99, True)]
    other = figures(BASE, **{CARRIED: 99})
    found = compare(Side(BASE, ()), Side(other, ()), FORM, [Asked("C07", TOTAL)])
    assert [one.key for one in found.unasked] == [CARRIED]


def test_a_rule_broken_in_a_column_asks_for_no_other_though_the_total_breaks_it_too():
    newer = figures(BASE, **{RECEIVED: 99, "requests.received.research": 99})
    column, total = (
        Asked("T3-01", "requests.total.individual"),
        Asked("T3-01", "requests.total.total"),
    )
    found = compare(Side(BASE, ()), Side(newer, ()), FORM, [column, total])
    assert [one.key for one in found.unasked] == ["requests.received.research"]
    assert compare(Side(BASE, ()), Side(newer, ()), FORM, [total]).unasked == ()


def test_totals_are_no_changes_of_their_own():
    newer = figures(BASE, **{TOTAL: 12345})
    assert compare(Side(BASE, ()), Side(newer, ()), FORM).figures == ()


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [(0, 0, 0), (0, None, 1), (None, "减4", 1), ("减4", "减4", 0), (3, 3.0, 0), ("3", 3, 1)],
)
def test_blank_is_not_zero_and_a_word_is_no_number(before, after, changes):
    found = compare(
        Side(figures(BASE, **{RECEIVED: before}), ()),
        Side(figures(BASE, **{RECEIVED: after}), ()),
        FORM,
    )
    assert len(found.figures) == changes


def test_a_blank_declared_zero_changes_the_figure():
    older = figures(BASE, **{RECEIVED: None})
    newer = replace(older, blanks_are_zero=frozenset({"requests"}))
    found = compare(Side(older, ()), Side(newer, ()), FORM, [])
    assert (RECEIVED, None, 0, False) in keys(found.figures)
    newer = replace(older, figures={**older.figures, RECEIVED: 0})
    assert (RECEIVED, None, 0, False) in keys(
        compare(Side(older, ()), Side(newer, ()), FORM).figures
    )


def test_the_processing_fee_and_texts_are_compared_too():
    key = FORM.text_keys[0]
    newer = replace(
        BASE, figures={**BASE.figures, FEE: 7}, narrative={**BASE.narrative, key: "新写的。"}
    )
    found = compare(Side(BASE, ()), Side(newer, ()), FORM, [Asked("N01", key)])
    assert [(one.key, one.asked) for one in found.figures] == [(FEE, False)]
    assert [(one.key, one.after, one.asked) for one in found.texts] == [(key, "新写的。", True)]


def test_a_text_emptied_is_a_change_and_an_empty_one_is_none():
    key = FORM.text_keys[0]
    empty = replace(BASE, narrative={**BASE.narrative, key: ""})
    none = replace(BASE, narrative={**BASE.narrative, key: None})
    assert len(compare(Side(BASE, ()), Side(empty, ()), FORM).texts) == 1
    assert compare(Side(empty, ()), Side(none, ()), FORM).texts == ()


def test_findings_are_cleared_left_and_new():
    older = figures(BASE, **{RECEIVED: None, CARRIED: None})
    newer = figures(BASE, **{RECEIVED: None, "requests.granted.individual": None})
    found = compare(side(older), side(newer), FORM)

    def blanks(findings):
        return [one.field for one in findings if one.rule == "C01"]

    assert blanks(found.cleared) == [CARRIED]
    assert blanks(found.left) == [RECEIVED]
    assert blanks(found.new) == ["requests.granted.individual"]


def test_a_finding_with_other_figures_is_the_same_and_two_of_a_kind_are_two():
    (one, *_) = side(figures(BASE, **{RECEIVED: None})).findings
    moved = replace(one, message=f"{one.message}！", cell="Z9")
    found = compare(Side(BASE, (one, one)), Side(BASE, (moved,)), FORM)
    assert (found.cleared, found.left, found.new) == ((one,), (moved,), ())
    form = replace(one, field="")
    found = compare(Side(BASE, (form,)), Side(BASE, (replace(form, message="别的"),)), FORM)
    assert (len(found.cleared), len(found.new)) == (1, 1)


def test_a_warning_that_is_now_explained_is_cleared():
    warnings = [one for one in FORM.rules if one.severity.value == "warning"]
    older = CATALOGUE["C05"].finding(name="甲", field=RECEIVED, actual=1)
    assert warnings
    found = compare(Side(BASE, (older,)), Side(BASE, (replace(older, reason="属实"),)), FORM)
    assert found.cleared == (older,)


def test_a_version_that_cannot_be_read_has_no_figures_to_compare():
    broken = CATALOGUE["F01"].finding(why="截断")
    found = compare(side(BASE), Side(None, (broken,)), FORM)
    assert (found.figures, found.texts, found.new) == ((), (), (broken,))
