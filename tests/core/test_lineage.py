"""Whose figures of last year are a unit's own: hand-worked merges, new names, splits."""

from __future__ import annotations

import dataclasses

import pytest

from helpers import common, edition_for, editions, make_report
from nianbao.check import Beside, check
from nianbao.lineage import Past, added, origins, past
from nianbao.report import Unit


FORM = edition_for(2023)
CATALOGUE = common().catalogue
STOCK = "disclosure.normative.in_force"
NEW = "disclosure.normative.issued"
CARRIED = "requests.carried_out.individual"


def last(code: str, name: str, **more):
    """Last year's report: a stock of 20, three applications carried over."""
    figures = {"requests.received.individual": 3, CARRIED: 3, STOCK: 20} | more.pop("figures", {})
    report = make_report(FORM, figures=figures, **more)
    unit = dataclasses.replace(report.unit, code=code, name=name)
    return dataclasses.replace(report, year=2022, unit=unit)


def of(*reports):
    return {one.unit.code: one for one in reports}


A, B, C = last("T1", "甲乡"), last("T2", "乙镇"), last("T3", "丙乡")


def roster(**lines: str):
    """Units by code: ``T9="丁镇 T1 甲乡"`` is its name, then its predecessors."""
    said = {code: line.split() for code, line in lines.items()}
    return {
        code: (Unit(code, name, "township"), tuple(before))
        for code, (name, *before) in said.items()
    }


def found(units, reports, code: str) -> Past:
    origin = origins(units, reports)[code]
    return past(units[code][0], origin, reports, editions(), CATALOGUE)


def test_a_unit_without_predecessors_has_its_own_report_and_nothing_is_said():
    assert found(roster(T1="甲乡", T2="乙镇"), of(A, B), "T1") == Past(A)


@pytest.mark.parametrize(
    "line", ["丁镇 T1 T2", "丁镇 甲乡 乙镇", "丁镇 t1 乙 镇".replace("乙 镇", "乙镇")]
)
def test_a_merged_unit_has_the_sum_of_its_predecessors(line):
    one = found(roster(T9=line), of(A, B, C), "T9")
    assert one.report.unit.name == "丁镇"
    assert one.report.figure(STOCK) == 40
    assert one.report.figure("requests.carried_out.total") == 6
    assert (one.finding.rule, one.finding.severity.value) == ("A14", "note")
    assert "甲乡、乙镇" in one.finding.message


def test_a_renamed_or_recoded_unit_has_the_one_report():
    one = found(roster(T9="丁镇 T1"), of(A, B), "T9")
    assert one.report is A
    assert one.finding.rule == "A14"


def test_what_took_another_in_keeps_its_own_figures():
    one = found(roster(T1="甲乡 T2"), of(A, B), "T1")
    assert one.report.figure(STOCK) == 40
    assert found(roster(T1="甲乡 T1 T2"), of(A, B), "T1").report.figure(STOCK) == 40


def test_codes_handed_on_are_followed_once():
    """T1 is what T2 was, T2 what T3 was: each has one report, and none is counted twice."""
    units = roster(T1="乙镇 T2", T2="丙乡 T3")
    b, c = dataclasses.replace(B, figures={STOCK: 5}), dataclasses.replace(C, figures={STOCK: 8})
    assert [found(units, of(b, c), code).report.figure(STOCK) for code in units] == [5, 8]


def test_one_predecessor_by_code_and_by_name_counts_once():
    assert found(roster(T9="丁镇 T1 甲乡"), of(A), "T9").report is A


@pytest.mark.parametrize(
    "units",
    [
        roster(T8="丁镇 T1", T9="戊镇 甲乡"),
        roster(T1="甲乡", T9="戊镇 T1"),
        roster(T1="甲乡 T1", T9="戊镇 T1"),
    ],
    ids=["two new ones", "one goes on", "one goes on and says so"],
)
def test_a_split_unit_is_held_to_nothing_and_told_so(units):
    for code in units:
        one = found(units, of(A, B), code)
        assert one.report is None
        assert (one.finding.rule, one.finding.severity.value) == ("A13", "note")
        assert "“甲乡”" in one.finding.message


def test_a_predecessor_without_report_is_named():
    one = found(roster(T9="丁镇 T1 T7 青山乡"), of(A), "T9")
    assert one.report is None
    assert one.finding.rule == "A12"
    assert "T7、青山乡" in one.finding.message


def test_nothing_is_said_where_there_is_no_last_year_at_all():
    assert found(roster(T9="丁镇 T1 T2"), {}, "T9") == Past()
    assert found(roster(T9="丁镇"), of(A), "T9") == Past()


def test_a_name_that_two_units_had_tells_neither():
    other = last("T5", "甲乡")
    assert found(roster(T9="丁镇 甲乡"), of(A, other), "T9").finding.rule == "A12"
    assert found(roster(T9="丁镇 T5"), of(A, other), "T9").report is other


def test_editions_are_not_added_up():
    old = dataclasses.replace(B, edition="2019")
    one = found(roster(T9="丁镇 T1 T2"), of(A, old), "T9")
    assert one.report is None
    assert "甲乡（2021）、乙镇（2019）" in one.finding.message


def test_a_blank_of_one_is_a_blank_of_the_sum():
    blank = last("T2", "乙镇", blank=[STOCK])
    one = added(Unit("T9", "丁镇", "township"), [A, blank], FORM)
    assert one.figure(STOCK) is None
    assert one.figure(NEW) == A.figure(NEW) + B.figure(NEW)


def test_a_table_declared_zero_is_zero_in_the_sum():
    nil = dataclasses.replace(B, figures={}, nil_returns=frozenset({"requests", "disclosure"}))
    one = added(Unit("T9", "丁镇", "township"), [A, nil], FORM)
    assert one.figure(STOCK) == 20


def test_a_provisional_part_makes_the_sum_provisional_and_it_is_held_to_nothing():
    part = dataclasses.replace(B, provenance={"complete": False, "gaps": ["戊乡（未报）"]})
    one = found(roster(T9="丁镇 T1 T2"), of(A, part), "T9")
    assert one.report.provisional
    assert one.report.gaps == ("乙镇：戊乡（未报）",)
    report = make_report(FORM, figures={STOCK: 1})
    rules = {f.rule for f in check(report, FORM, CATALOGUE, Beside(one.report, {}, one.finding))}
    assert {"A08", "A14"} <= rules
    assert not rules & {"T2-02", "T3-04", "T4-04"}


# --- every rule across years --------------------------------------------------------------------


def judged(units, reports, code: str, **figures) -> dict[str, list[str]]:
    """The rules that a report breaks because of last year, with the fields."""
    report = make_report(FORM, figures={k.replace("__", "."): v for k, v in figures.items()})
    one = found(units, reports, code)
    alone = set(check(report, FORM, CATALOGUE))
    more = [f for f in check(report, FORM, CATALOGUE, Beside(one.report)) if f not in alone]
    return {f.rule: [g.field for g in more if g.rule == f.rule] for f in more}


MERGED = roster(T9="丁镇 T1 T2")
OPEN = {"disputes.review.pending": 2}
HOLDS = {
    "disclosure__normative__issued": 4,
    "disclosure__normative__repealed": 1,
    "disclosure__normative__in_force": 43,
    "requests__carried_in__individual": 6,
    "requests__granted__individual": 6,
    "disputes__review__upheld": 3,
}


def test_the_sum_of_the_predecessors_holds():
    """40 + 4 - 1 = 43 documents; 3 + 3 = 6 carried over; 2 + 2 = 4 cases left open."""
    reports = of(last("T1", "甲乡", figures=OPEN), last("T2", "乙镇", figures=OPEN))
    assert judged(MERGED, reports, "T9", **HOLDS) == {}
    broken = judged(
        MERGED, reports, "T9", **HOLDS
        | {"disclosure__normative__in_force": 23, "requests__carried_in__individual": 3,
           "requests__granted__individual": 3, "disputes__review__upheld": 2}
    )  # fmt: skip
    assert broken["T2-02"] == [STOCK]
    assert "requests.carried_in.total" in broken["T3-04"]
    assert broken["T4-04"] == ["disputes.review.total"]


@pytest.mark.parametrize(("items", "due"), [(17, set()), (10, {"T2-05"})])
def test_items_of_the_2019_edition_are_those_of_both_predecessors(items, due):
    """(8 + 2) + (10 - 3) = 17 items of 许可; 10 are those of the first alone."""
    form = editions()["2019"]
    key = "disclosure.licensing.{}".format

    def of_2019(code: str, name: str, year: int, **figures):
        base = dict.fromkeys((k for k in form.fields if k.startswith("disclosure.")), 0)
        report = make_report(form, figures=base | {key(k): v for k, v in figures.items()})
        return dataclasses.replace(report, year=year, unit=Unit(code, name, "township"))

    reports = of(
        of_2019("T1", "甲乡", 2019, prior_items=8, change=2),
        of_2019("T2", "乙镇", 2019, prior_items=10, change=-3),
    )
    last = found(MERGED, reports, "T9").report
    now = of_2019("T9", "丁镇", 2020, prior_items=items)
    rules = {f.rule for f in check(now, form, CATALOGUE, Beside(last))}
    assert rules & {"T2-05"} == due


# --- 2020 and 2021 -------------------------------------------------------------------------------


def of_2020(**figures):
    form = editions()["2019"]
    report = make_report(form, figures={k.replace("__", "."): v for k, v in figures.items()})
    return dataclasses.replace(report, year=2020)


def of_2021(**figures):
    figures = {k.replace("__", "."): v for k, v in figures.items()}
    return dataclasses.replace(make_report(FORM, figures=figures), year=2021)


def across(now, before) -> set[str]:
    alone = set(check(now, FORM, CATALOGUE))
    return {f.rule for f in check(now, FORM, CATALOGUE, Beside(before)) if f not in alone}


def test_table_two_is_not_compared_across_the_editions():
    """166 documents in stock, then 665; 2 decisions, then 500: nothing can be said of either."""
    before = of_2020(disclosure__normative__stock=166, disclosure__licensing__decisions=2)
    now = of_2021(disclosure__normative__in_force=665, disclosure__licensing__decisions=500)
    assert not {one for one in across(now, before) if one.startswith("T2")}
    older = of_2021(disclosure__normative__in_force=665, disclosure__licensing__decisions=2)
    assert "T2-10" in across(now, older)


def test_tables_three_and_four_are_compared_across_the_editions():
    before = of_2020(
        requests__received__individual=2, requests__carried_out__individual=2,
        disputes__review__pending=3,
    )  # fmt: skip
    holds = of_2021(
        requests__carried_in__individual=2, requests__granted__individual=2,
        disputes__review__upheld=3,
    )  # fmt: skip
    assert not {"T3-04", "T3-04b", "T4-04"} & across(holds, before)
    assert {"T3-04", "T4-04"} <= across(of_2021(), before)
