"""A county's sum by hand: who is counted, what is added up, what is then said."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest

from helpers import fee_of, with_fee
from nianbao.merge import with_totals
from nianbao.report import LONGEST_GAP, MOST_GAPS, Report, Unit
from nianbao.standing import Standing, Submission, by_unit, gaps
from nianbao.tally import Tally, tally
from summing import CATALOGUE, FORM, broken, came, report, summed


RECEIVED, GRANTED = "requests.received.individual", "requests.granted.individual"
TOTAL, WAN = "requests.received.total", "disclosure.fees.amount_wan"
WORDS = {"missing": "未报", "error": "有错误", "provisional": "暂定", "duplicate": "多份"}


def unit(code: str, **figures) -> Report:
    """A township's report; ``a__b__c=1`` for ``a.b.c``."""
    return report(code, "township", {key.replace("__", "."): v for key, v in figures.items()})


def asked(code: str, number: int) -> Report:
    """A report of so many applications, all granted."""
    return unit(code, requests__received__individual=number, requests__granted__individual=number)


def said(summary, *rules) -> list[tuple[str, str]]:
    """The findings of these rules, each with its words."""
    return [(one.rule, one.message) for one in summary.findings if one.rule in rules]


ONE, TWO = asked("1", 3), asked("2", 4)
FAULTY = unit("2", requests__received__individual=5)  # received and never answered


# --- sums -------------------------------------------------------------------------------------


def test_figures_and_their_totals_are_added_up():
    figures = summed(came(ONE), came(TWO)).report.figures
    assert (figures[RECEIVED], figures[TOTAL]) == (7, 7)
    assert list(figures) == list(FORM.figures)


def test_amounts_are_added_up_as_they_are_written():
    tenth, fifth = unit("1", **{WAN: 0.1}), unit("2", **{WAN: 0.2})
    value = summed(came(tenth), came(fifth)).report.figures[WAN]
    assert value == 0.3  # which floats miss
    whole = summed(came(unit("1", **{WAN: 0.5})), came(unit("2", **{WAN: 1.5}))).report.figures[WAN]
    assert (whole, type(whole)) == (2, int)


@pytest.mark.parametrize(
    ("fees", "due"),
    [
        ([{"cases": 3, "yuan": 1250.5}, {"cases": 2, "yuan": 0.1}], {"cases": 5, "yuan": 1250.6}),
        ([{"cases": 3, "yuan": None}, {"cases": None, "yuan": 20}], {"cases": 3, "yuan": 20}),
        ([{"cases": "3件", "yuan": 7}, {"cases": 2}], {"cases": 2, "yuan": 7}),
        ([{}, {}], {}),
        ([{"cases": 0, "yuan": 0}, {}], {"cases": 0, "yuan": 0}),
    ],
)
def test_processing_fees_are_added_up(fees, due):
    units = [with_fee(one, **fee) for one, fee in zip((ONE, TWO), fees, strict=True)]
    assert fee_of(summed(*map(came, units), provisional=True).report) == due


def test_a_figure_that_no_unit_has_stays_blank_and_one_that_some_have_is_theirs():
    blank = unit("1", **{RECEIVED: "", WAN: ""})
    given = unit("2", **{RECEIVED: 4, GRANTED: 4, WAN: ""})
    figures = summed(came(blank), came(given), provisional=True).report.figures
    assert figures[RECEIVED] == 4
    assert figures[WAN] is None


def test_where_a_unit_left_a_part_blank_no_sum_is_called_wrong():
    part = unit("2", **{RECEIVED: "", "requests.received.enterprise": 4})
    summary = summed(came(ONE), came(part), provisional=True)
    assert summary.report.figures[TOTAL] == 7
    assert said(summary, "A02") == []


def test_a_stated_total_is_never_added_up():
    wrong = replace(ONE, figures={**ONE.figures, TOTAL: 99})
    figures = summed(came(wrong), came(TWO), provisional=True).report.figures
    assert figures[TOTAL] == 7


def test_tallies_add_up_in_any_order_and_grouping():
    parts = [tally(one, FORM) for one in (ONE, TWO, unit("3", **{RECEIVED: ""}))]
    whole = [
        a.plus(b).plus(c) for a, b, c in itertools.permutations(parts)
    ] + [parts[0].plus(parts[1].plus(parts[2]))]  # fmt: skip
    assert all(one == whole[0] for one in whole)
    assert whole[0].units == 3
    assert (whole[0].sums[RECEIVED], whole[0].given[RECEIVED]) == (Decimal(7), 2)
    assert Tally().plus(parts[0]) == parts[0]
    assert Tally().number(RECEIVED) is None


# --- who is counted ---------------------------------------------------------------------------

ROSTER_CASES = {
    "nothing came": ([], "missing", False, [("A01", "“单位2”没有报送")]),
    "whole": ([came(TWO)], "ok", True, []),
    "a broken file of its name": (
        [broken("单位2.xlsx")], "unreadable", False,
        [("A01", "“单位2”报来的文件读不出，没有计入：单位2.xlsx")],
    ),
    "a broken file beside a whole one": ([came(TWO), broken("单位2.xlsx")], "ok", True, []),
    "the same file twice": (
        [came(TWO, "b.xlsx", "x"), came(TWO, "a.xlsx", "x")], "ok", True,
        [("A01", "“单位2”有内容相同的 2 份，只计一份：a.xlsx、b.xlsx")],
    ),
    "saved again, the same figures": (
        [came(TWO, "a.xlsx"), came(TWO, "b.xlsx")], "ok", True,
        [("A01", "“单位2”有内容相同的 2 份，只计一份：a.xlsx、b.xlsx")],
    ),
    "two versions": (
        [came(TWO, "a.xlsx"), came(asked("2", 9), "b.xlsx")], "duplicate", False,
        [("A01", "“单位2”报了 2 份，内容不同，都没有计入：a.xlsx、b.xlsx")],
    ),
    "two versions and a copy": (
        [came(TWO, "a.xlsx"), came(TWO, "b.xlsx"), came(asked("2", 9), "c.xlsx")],
        "duplicate", False,
        [("A01", "“单位2”报了 3 份，内容不同，都没有计入：a.xlsx、b.xlsx、c.xlsx")],
    ),
    "with errors": ([came(FAULTY)], "error", False, [("A01", "“单位2”有错误，没有计入")]),
    "of another year": (
        [came(replace(TWO, year=2022))], "warning", False, [("A01", "“单位2”有错误，没有计入")],
    ),
    "of another edition": (
        [came(replace(TWO, edition="2019"))], "ok", False, [("A01", "“单位2”有错误，没有计入")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROSTER_CASES)
def test_where_a_unit_stands(name):
    inbox, status, counted, told = ROSTER_CASES[name]
    summary = summed(came(ONE), *inbox, units=2)
    first, second = summary.standings
    assert (first.status, first.counted) == ("ok", ONE)
    assert second.status == status
    assert (second.counted is not None) == counted
    assert said(summary, "A01") == told
    assert summary.counted == ((first, second) if counted else (first,))
    assert summary.left_out == (() if counted else (second,))
    assert summary.report.figures[RECEIVED] == (7 if counted else 3)
    assert summary.complete == counted
    assert summary.report.provenance["complete"] == counted


def test_a_unit_with_errors_is_counted_provisionally_and_named():
    summary = summed(came(ONE), came(FAULTY), provisional=True)
    assert [one.status for one in summary.counted] == ["ok", "error"]
    assert summary.report.figures[RECEIVED] == 8
    assert not summary.complete
    assert summary.provisional
    assert said(summary, "A01", "A08") == [("A08", "有错误的 1 个单位暂时计入：单位2")]


@pytest.mark.parametrize("provisional", [False, True])
def test_a_file_that_shows_another_unit_is_never_counted(provisional):
    disputed = CATALOGUE["C11"].finding(name="首页", actual="单位3", expected="单位2")
    doubtful = replace(came(TWO), findings=(disputed,))
    summary = summed(came(ONE), doubtful, provisional=provisional)
    assert [one.counted for one in summary.standings] == [ONE, None]


def test_a_file_of_no_unit_is_a_stranger():
    stranger, nameless = came(asked("9", 1)), broken("扫描.xlsx")
    summary = summed(came(ONE), stranger, nameless, units=1)
    assert summary.strangers == (stranger, nameless)
    assert summary.complete
    units = [Unit("1", "单位1", "township")]
    assert by_unit(units, [broken("单位1/表.xlsx")])[0]["1"] == [broken("单位1/表.xlsx")]


def test_what_speaks_for_a_unit_is_the_first_of_its_files():
    assert Standing(Unit("1", "甲", "township"), "missing").chosen is None
    summary = summed(came(ONE, "b.xlsx", "x"), came(ONE, "a.xlsx", "x"), units=1)
    assert summary.standings[0].chosen.file == "a.xlsx"


# --- what is said of the sum ------------------------------------------------------------------


def test_units_that_are_missing_are_counted_in_words():
    summary = summed(came(ONE), broken("单位2.xlsx"), units=4)
    assert said(summary, "A08") == [("A08", "缺 3 个单位，汇总数是暂定数")]
    assert said(summed(came(ONE)), "A08") == []


def test_nothing_but_who_is_missing_is_said_of_a_sum_of_nothing():
    summary = summed(units=2)
    assert {one.rule for one in summary.findings} == {"A01", "A08"}
    assert said(summary, "A08") == [("A08", "缺 2 个单位，汇总数是暂定数")]
    assert not summary.complete
    assert set(summary.report.figures.values()) == {None}


def test_of_many_faulty_units_ten_are_named():
    faulty = [came(unit(str(n), requests__received__individual=1)) for n in range(1, 13)]
    names = "、".join(f"单位{n}" for n in range(1, 11))
    told = said(summed(*faulty, provisional=True), "A08")
    assert told == [("A08", f"有错误的 12 个单位暂时计入：{names}")]


def test_blank_cells_are_counted_unit_by_unit():
    blank = unit("2", **{RECEIVED: "", WAN: ""})
    told = said(summed(came(ONE), came(blank), provisional=True), "A08")
    assert told == [
        ("A08", "有错误的 1 个单位暂时计入：单位2"),
        ("A08", "“单位2”有 2 格没有数，汇总数里没有它们"),
    ]


@pytest.mark.parametrize(
    ("below", "why"),
    [
        (("丙乡（未报）", "丁镇（有错误）"), "丙乡（未报）、丁镇（有错误）"),
        ((), "没有写明是哪些单位"),
    ],
)
def test_a_provisional_sum_of_below_is_counted_and_makes_this_one_provisional(below, why):
    part = replace(TWO, provenance={"complete": False, "gaps": below})
    submission = Submission("2.xlsx", "2", (), part)
    summary = summed(came(ONE), submission)
    assert [one.status for one in summary.standings] == ["ok", "provisional"]
    assert summary.report.figures[RECEIVED] == 7
    assert not summary.complete
    assert ("A08", f"“单位2”报来的是暂定数，本级的数也是暂定数：{why}") in said(summary, "A08")
    named = [f"单位2：{gap}" for gap in below] or ["单位2（暂定）"]
    assert summary.gaps(WORDS) == tuple(named)


def test_a_published_report_is_held_against_the_sum_figure_by_figure():
    published = replace(asked("0", 7), unit=Unit("0", "示例县", "county"))
    assert said(summed(came(ONE), came(TWO), published=published), "A04") == []
    other = replace(published, figures={**published.figures, RECEIVED: 6, WAN: None})
    summary = summed(came(ONE), came(TWO), published=other)
    names = FORM.name(WAN), FORM.name(RECEIVED)
    assert said(summary, "A04") == [
        ("A04", f"“{names[0]}”公布数 （空） 与各单位之和 0 不一致"),
        ("A04", f"“{names[1]}”公布数 6 与各单位之和 7 不一致"),
    ]
    assert [(one.field, one.actual, one.expected) for one in summary.findings
            if one.rule == "A04"] == [(WAN, None, 0), (RECEIVED, 6, 7)]  # fmt: skip


def test_a_rule_that_the_sum_breaks_is_said_of_the_sum():
    summary = summed(came(ONE), came(FAULTY), provisional=True)
    broken = [one for one in summary.findings if one.rule == "T3-01"]
    assert [(one.field, one.severity.value) for one in broken] == [
        (f"requests.total.{column}", "error") for column in ("individual", "total")
    ]  # fmt: skip
    assert [one.rule for one in summed(came(ONE), came(TWO)).findings] == ["A06", "N08"]


def test_blanks_and_texts_are_not_said_again_of_the_sum():
    blank = unit("1", **{RECEIVED: "", WAN: ""})
    summary = summed(came(blank), provisional=True)
    assert {one.rule for one in summary.findings} & {"C01", "N10", "N06", "N07", "N08c"} == set()


def test_summary_findings_have_their_own_words():
    rules = unit("1", disclosure__rules__issued=2, disclosure__rules__in_force=2)
    told = said(summed(came(rules), provisional=True), "A07", "T2-01", "T2-02")
    name = FORM.name("disclosure.rules.issued")
    assert ("A07", f"“{name}”汇总数是 2：本级没有规章制定权，应为 0") in told
    assert {rule for rule, _ in told} == {"A07"}


def test_last_years_sum_is_held_against_this_years():
    from nianbao.check import Beside

    before = replace(unit("0", requests__carried_out__individual=1), year=2022)
    carried = unit("1", requests__carried_in__individual=3, requests__granted__individual=3)
    told = said(summed(came(carried), beside=Beside(before)), "A05")
    names = [FORM.name(f"requests.carried_in.{column}") for column in ("total", "individual")]
    assert told == [("A05", f"“{name}”合计 3，上年汇总的结转下年度是 1") for name in names]


def test_errors_come_first():
    summary = summed(came(ONE), came(FAULTY), units=3, provisional=True)
    rank = ["error", "warning", "note"]
    kinds = [rank.index(one.severity.value) for one in summary.findings]
    assert kinds == sorted(kinds)
    assert set(kinds) == {0, 1, 2}


# --- gaps -------------------------------------------------------------------------------------


def test_gaps_are_named_and_of_very_many_the_first_and_how_many():
    def missing(number):
        return [Standing(Unit(str(n), f"第{n}乡", "township"), "missing") for n in range(number)]

    assert gaps(missing(2), WORDS) == ("第0乡（未报）", "第1乡（未报）")
    assert len(gaps(missing(MOST_GAPS), WORDS)) == MOST_GAPS
    assert gaps(missing(MOST_GAPS), WORDS)[-1] == f"第{MOST_GAPS - 1}乡（未报）"
    many = gaps(missing(MOST_GAPS + 5), WORDS)
    assert len(many) == MOST_GAPS
    assert many[-2:] == (f"第{MOST_GAPS - 2}乡（未报）", f"……共 {MOST_GAPS + 5} 处")


def test_a_long_gap_is_cut_and_one_that_just_fits_is_not():
    fits = "甲" * (LONGEST_GAP - len("（未报）"))
    for name, whole in ((fits, True), (f"{fits}乙", False)):
        (gap,) = gaps([Standing(Unit("1", name, "township"), "missing")], WORDS)
        assert len(gap) == LONGEST_GAP
        assert gap.endswith("甲（未报）" if whole else "乙（未…")


def test_a_unit_that_is_whole_is_no_gap():
    assert summed(came(ONE), came(TWO)).gaps(WORDS) == ()
    assert summed(came(ONE), came(FAULTY)).gaps(WORDS) == ("单位2（有错误）",)


def test_totals_follow_the_figures_they_add():
    changed = replace(ONE, figures={**ONE.figures, RECEIVED: 8, TOTAL: 1})
    assert with_totals(changed, FORM).figures[TOTAL] == 8
