"""What changed from last year: the measure and the order, worked by hand."""

from __future__ import annotations

import dataclasses

import pytest

from helpers import editions, make_report
from nianbao.changes import Change, Changes, Mover, Years, changes
from nianbao.form import Edition
from nianbao.report import Unit


FORM: Edition = editions()["2021"]
PART = {"complete": False, "gaps": ["乙镇（未报）"]}
LICENSING = "disclosure.licensing.decisions"
PENALTY = "disclosure.penalty.decisions"
COERCION = "disclosure.coercion.decisions"


def report(year: int, **figures):
    named = {f"disclosure.{key}.decisions": value for key, value in figures.items()}
    return dataclasses.replace(make_report(FORM, figures=named), year=year)


@pytest.mark.parametrize(
    ("last", "now", "stands_out"),
    [
        (10, 20, True), (10, 19, False), (9, 18, False), (20, 10, True), (20, 11, False),
        (0, 10, True), (0, 9, False), (10, 0, True), (100, 150, False), (1000, 2000, True),
        (0, 0, False), (5, 5, False), (None, 50, False), (50, None, False), (2.5, 12.5, True),
        (-8, 8, True), (-4, 4, False),
    ],
)  # fmt: skip
def test_what_stands_out(last, now, stands_out):
    assert Change("", "", last, now).stands_out is stands_out


@pytest.mark.parametrize(
    ("last", "now", "difference", "ratio"),
    [(10, 25, 15, 2.5), (0, 5, 5, None), (3, 0, -3, 0), (None, 5, None, None), (0.1, 0.3, 0.2, 3)],
)
def test_difference_and_ratio(last, now, difference, ratio):
    one = Change("", "", last, now)
    assert (one.difference, one.ratio) == (difference, ratio)


COUNTY = Unit("65", "示例县", "county")


def test_what_stands_out_most_stands_first_the_rest_as_in_the_form():
    """0 → 600: 600/√600 ≈ 24; 1000 → 2000: 1000/√2000 ≈ 22; 100 → 120 does not stand out."""
    last = report(2022, licensing=100, penalty=1000, coercion=0)
    now = report(2023, licensing=120, penalty=2000, coercion=600)
    found = changes(Years(COUNTY, now, last), [], FORM)
    assert found.why == ""
    assert [one.key for one in found.rows[:2]] == [COERCION, PENALTY]
    rest = [one.key for one in found.rows[2:]]
    assert rest == [key for key in FORM.figures if key not in {PENALTY, COERCION}]
    assert {one.key: one.difference for one in found.rows}[LICENSING] == 20


def test_the_units_that_moved_it_most_its_way():
    units = [Unit(f"T{n}", f"第{n}乡", "township") for n in range(8)]
    before = [10, 10, 10, 10, 10, 10, 10, None]
    after = [60, 10, 0, 30, 20, 14, 13, 90]
    parts = [
        Years(unit, report(2023, penalty=now), last and report(2022, penalty=last))
        for unit, last, now in zip(units, before, after, strict=True)
    ]
    whole = Years(COUNTY, report(2023, penalty=237), report(2022, penalty=70))
    (first, *_) = changes(whole, parts, FORM).rows
    assert first.key == PENALTY
    assert first.movers == (
        Mover(units[7], None, 90), Mover(units[0], 10, 60), Mover(units[3], 10, 30),
        Mover(units[4], 10, 20), Mover(units[5], 10, 14),
    )  # fmt: skip


def test_a_unit_with_a_provisional_year_is_held_to_nothing():
    last = dataclasses.replace(report(2022, penalty=10), provenance=PART)
    parts = [Years(Unit("T1", "甲乡", "township"), report(2023, penalty=50), last)]
    whole = Years(COUNTY, report(2023, penalty=50), report(2022, penalty=10))
    assert changes(whole, parts, FORM).rows[0].movers == (Mover(parts[0].unit, None, 50),)


def test_what_counts_something_else_in_another_edition_is_not_compared():
    last = make_report(
        editions()["2019"], figures={LICENSING: 4, "requests.received.individual": 30}
    )
    found = changes(Years(COUNTY, report(2021, licensing=900), last), [], FORM)
    rows = {one.key: one for one in found.rows}
    assert (rows[LICENSING].last, rows[LICENSING].difference) == (None, None)
    assert rows["requests.received.individual"].last == 30


@pytest.mark.parametrize(
    ("now", "last", "why"),
    [
        (report(2023), None, "missing"),
        (dataclasses.replace(report(2023), provenance=PART), report(2022), "this_provisional"),
        (report(2023), dataclasses.replace(report(2022), provenance=PART), "last_provisional"),
    ],
)
def test_no_two_years_are_compared_of_which_one_is_missing_or_provisional(now, last, why):
    assert changes(Years(COUNTY, now, last), [], FORM) == Changes(why=why)
