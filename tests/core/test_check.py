"""The check by hand: single cells, the fee's sentence, reasons, identity, last year."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers import beside, change, changed, common, editions, with_fee
from nianbao import expr
from nianbao.check import (
    Beside,
    cell_findings,
    check,
    contact_findings,
    explains,
    figures,
    identity_findings,
    listed,
    quoted,
    recomputed,
    sentence,
    texts,
    upward_findings,
)
from nianbao.form import LIMIT, Severity
from nianbao.report import Report, Unit


CATALOGUE = common().catalogue
FORM, OLD = editions()["2021"], editions()["2019"]
(FEE,) = FORM.insets
COUNT, AMOUNT = "requests.received.individual", "disclosure.fees.amount_wan"


def given(form=FORM, **what) -> Report:
    return changed(form, change(what))


def test_only_a_last_year_that_is_not_compared_is_spoken_of():
    part = replace(given(), provenance={"complete": False, "gaps": ["乙镇"]})
    told = {
        before: [one.rule for one in check(given(), FORM, CATALOGUE, Beside(last))]
        for before, last in {"none": None, "whole": given(), "a part": part}.items()
    }
    assert {before: "A08" in rules for before, rules in told.items()} == {
        "none": False, "whole": False, "a part": True,
    }  # fmt: skip


# --- single cells -----------------------------------------------------------------------------


def told(report, form=FORM):
    return [(one.rule, one.field, one.actual) for one in cell_findings(report, form, CATALOGUE)]


def test_a_blank_total_follows_from_its_parts_and_a_blank_part_is_told():
    assert told(given(blank=(COUNT,))) == [("C01", COUNT, None)]
    total = "requests.received.total"
    whole = given()
    assert told(replace(whole, figures={**whole.figures, total: None})) == [("C01", total, None)]


def test_of_a_table_declared_zero_blanks_are_none_and_figures_are_asked_about():
    blank = tuple(key for key in FORM.inputs if key.startswith("requests."))
    report = given(nil=("requests",), blank=blank)
    figures_of = report.figures
    assert told(report) == []
    report = replace(report, figures={**figures_of, COUNT: 3})
    (finding,) = cell_findings(report, FORM, CATALOGUE)
    assert (finding.rule, finding.field) == ("C10", COUNT)
    assert finding.actual == FORM.name(COUNT)
    assert FORM.table["requests"].number in finding.message
    assert told(replace(report, figures={**figures_of, COUNT: 0})) == []
    assert told(replace(report, figures={**figures_of, COUNT: "无"})) == [("C02", COUNT, "无")]


def test_a_total_too_large_because_its_parts_are_is_their_fault():
    report = given(figures={COUNT: LIMIT, "requests.received.enterprise": LIMIT})
    assert told(report) == []
    stated = {**report.figures, "requests.received.total": LIMIT * 3}
    assert [rule for rule, _, _ in told(replace(report, figures=stated))] == ["C04"]


def test_a_long_text_in_a_cell_is_quoted_short():
    assert quoted("甲" * 60) == "甲" * 60
    assert quoted("甲" * 61) == "甲" * 60 + "…"
    assert quoted(12) == 12
    (finding,) = cell_findings(given(figures={COUNT: "长" * 99}), FORM, CATALOGUE)
    assert finding.actual == "长" * 60 + "…"


# --- the processing fee -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cases", "yuan", "said"),
    [(0, 0, "none"), (2, 2, "some"), (3, 0, "some"), (0, 20, "some"), (2, 1250.5, "some")],
)
def test_the_sentence_of_section_six(cases, yuan, said):
    words = FEE.some if said == "some" else FEE.none
    due = words.format(year=2023, cases=cases, yuan=yuan)
    assert sentence(given(fee={"cases": cases, "yuan": yuan}, year=2023), FEE) == due


@pytest.mark.parametrize("fee", [{"cases": 3}, {"yuan": 3}, {"cases": "3件", "yuan": 3}, {}])
def test_there_is_no_sentence_until_both_cells_are_numbers(fee):
    assert sentence(with_fee(given(), **fee), FEE) == ""


def test_the_sentence_stands_at_the_end_of_its_section_only():
    report = given(fee={"cases": 2, "yuan": 20}, text={"other": "没有其他事项。"})
    text, said = texts(report, FORM), sentence(report, FEE)
    assert said
    assert text(expr.TextRef("other")) == f"没有其他事项。{said}"
    assert text(expr.TextRef("problems")) == report.narrative["problems"]
    silent = replace(report, narrative={**report.narrative, "other": None})
    assert texts(silent, FORM)(expr.TextRef("other")) == said
    assert texts(with_fee(silent), FORM)(expr.TextRef("other")) is None


def test_a_blank_fee_is_asked_of_those_that_must_fill_it():
    report = with_fee(given(level="county"), cases=None, yuan=-1)
    found = [(one.rule, one.field, one.actual) for one in cell_findings(report, FORM, CATALOGUE)]
    assert found == [("N10", "processing_fee.cases", None), ("C03", "processing_fee.yuan", -1)]
    nobody = replace(FORM, insets=(replace(FEE, levels=("province",)),))
    assert [one.rule for one in cell_findings(report, nobody, CATALOGUE)] == ["C03"]
    wrong = with_fee(report, cases="两" * 70, yuan=0)
    (one,) = cell_findings(wrong, FORM, CATALOGUE)
    assert (one.rule, one.actual) == ("C02", "两" * 60 + "…")
    assert FEE.rows[0].label.text in one.message


# --- totals -----------------------------------------------------------------------------------


def test_a_total_is_worked_out_from_its_parts_or_not_at_all():
    keys = ("requests.received.individual", "requests.received.enterprise")
    report = given(figures=dict(zip(keys, (3, 4), strict=True)))
    stated = replace(report, figures={**report.figures, "requests.received.total": 99})
    assert recomputed(stated, FORM, "requests.received.total") == 7
    blank = replace(report, figures={**report.figures, keys[0]: None})
    assert recomputed(blank, FORM, "requests.received.total") is None
    words = replace(report, figures={**report.figures, keys[0]: "三"})
    assert recomputed(words, FORM, "requests.received.total") is None


# --- reasons ----------------------------------------------------------------------------------

LICENSES = "disclosure.licensing.decisions"
WARNED = {"figures": {LICENSES: 5000}, "level": "township"}


def warning(reasons) -> tuple[str, str]:
    found = check(given(**WARNED, reasons=reasons), FORM, CATALOGUE, beside(FORM))
    (one,) = (finding for finding in found if finding.rule == "T2-08")
    return one.reason, one.remedy


def test_a_reason_explains_a_warning_and_one_too_short_is_told_so():
    none, remedy = warning({})
    assert none == ""
    assert warning({"T2-08": "县里委托"}) == ("县里委托", remedy)
    assert warning({f"T2-08@{LICENSES}": "县里委托"}) == ("县里委托", remedy)
    assert warning({f"T2-08@{COUNT}": "县里委托"}) == ("", remedy)
    short = "情况说明“委托”太短（至少4个字），还不算说明。"
    assert warning({"T2-08": "委托"}) == ("", f"{remedy}{short}")


def test_an_error_is_never_explained():
    broken = given(figures={COUNT: 5}, reasons={"T3-01": "情况特殊，见说明"})
    found = [one for one in check(broken, FORM, CATALOGUE) if one.rule == "T3-01"]
    assert found
    assert {one.reason for one in found} == {""}


def test_how_long_a_reason_is():
    assert [one for one in ("", "无", "已核对", "已 核 对 ") if explains(one)] == []
    assert explains("已核对了")
    assert explains("已 核对　了")


# --- who it is --------------------------------------------------------------------------------


def known(report, year=None, units=None):
    found = identity_findings(report, CATALOGUE, year, units)
    return [(one.rule, one.actual, one.expected) for one in found]


def test_another_year_or_an_unknown_unit_is_told():
    report = given()
    unit = report.unit
    assert known(report) == []
    assert known(report, report.year, {unit.code: unit}) == []
    assert known(report, report.year + 1) == [("C09", report.year, report.year + 1)]
    assert known(report, None, {"x": unit}) == [("C09", f"{unit.name}（{unit.code}）", None)]
    other = replace(unit, name="别的乡")
    assert known(report, None, {unit.code: other}) == [("C09", unit.name, "别的乡")]


def test_the_people_to_ask_are_named():
    wanted = {"filled_by": "填报人", "phone": "联系电话"}
    report = replace(given(), contact={"filled_by": " 　", "phone": "0901"})
    (one,) = contact_findings(report, wanted, CATALOGUE)
    assert (one.rule, one.field) == ("N16", "contact.filled_by")
    assert "填报人" in one.message
    assert len(list(contact_findings(replace(report, contact={}), wanted, CATALOGUE))) == 2


# --- provisional sums -------------------------------------------------------------------------


def test_a_provisional_report_says_who_is_missing():
    assert list(upward_findings(given(), CATALOGUE)) == []
    part = replace(
        given(), provenance={"complete": False, "gaps": ["甲乡（未报）", "乙镇（未报）"]}
    )
    (one,) = upward_findings(part, CATALOGUE)
    assert one.message.endswith("：甲乡（未报）、乙镇（未报）")
    (one,) = upward_findings(replace(part, provenance={"complete": False, "gaps": []}), CATALOGUE)
    assert one.message.endswith("没有写明是哪些单位")


def test_a_whole_sum_says_which_errors_were_waived_into_it():
    gaps = ["甲乡（错误不作要求：T1-01）"]
    held = replace(given(), provenance={"complete": True, "gaps": gaps})
    (one,) = upward_findings(held, CATALOGUE)
    assert (one.rule, one.severity) == ("A08", Severity.WARNING)
    assert one.message.endswith("不作要求、仍计入：甲乡（错误不作要求：T1-01）")
    assert list(upward_findings(replace(held, provenance={"complete": True}), CATALOGUE)) == []


def test_of_many_names_the_first_are_listed():
    names = [f"第{n}乡" for n in range(21)]
    assert listed(names[:20]) == "、".join(names[:20])
    assert listed(names) == "、".join(names[:20]) + "……共 21 处"
    assert listed(names[:3], 2) == "第0乡、第1乡……共 3 处"
    assert listed([]) == ""


PART = {"complete": False, "gaps": []}


@pytest.mark.parametrize(("now", "before"), [(True, True), (False, True), (True, False)])
def test_years_are_compared_where_both_are_whole(now, before):
    report = replace(given(), provenance={} if now else PART)
    last = replace(given(), year=report.year - 1, provenance={} if before else PART)
    found = [one for one in check(report, FORM, CATALOGUE, Beside(last)) if one.rule == "A08"]
    if now and before:
        assert found == []
        assert figures(report, FORM, Beside(last))(expr.Ref(COUNT, "prev")) == last.figure(COUNT)
    else:
        (one,) = found
        assert one.message.startswith("本年的数" if not now else "上年的数")
        assert figures(report, FORM, Beside(last))(expr.Ref(COUNT, "prev")) is None


def test_figures_are_looked_up_where_they_are_held():
    report = given(figures={COUNT: 3}, fee={"cases": 2, "yuan": 20})
    last = replace(report, figures={**report.figures, COUNT: 8})
    figure = figures(report, FORM, Beside(last, {COUNT: 9}))
    assert figure(expr.Ref(COUNT)) == 3
    assert figure(expr.Ref(COUNT, "prev")) == 8
    assert figure(expr.Ref(COUNT, "register")) == 9
    assert figure(expr.Ref(AMOUNT, "register")) is None
    assert figure(expr.Ref("processing_fee.yuan")) == 20
    assert figure(expr.Ref(expr.YEAR, expr.YEAR)) == report.year
    assert figure(expr.Ref("problems", expr.LENGTH)) == len(report.narrative["problems"])
    assert figures(report, FORM)(expr.Ref(COUNT, "prev")) is None


def test_a_broken_rule_says_what_stands_there_and_what_should():
    """The total that is stated, not what it should be, is what the finding is about."""
    total = "requests.received.total"
    report = given(figures={COUNT: 3}, stated={total: 9})
    due = recomputed(report, FORM, total)
    own = [one for one in check(report, FORM, CATALOGUE) if one.field == total]
    said = {one.rule: (one.expected, one.actual, one.severity.value) for one in own}
    assert (due, 9, "error") in said.values()
    assert all(f"{due}" in one.message and "9" in one.message for one in own[:1])


def test_units_of_other_levels_and_powers_have_other_rules():
    """规章 are a matter of provinces and cities, and of those who report for them (T2-03)."""
    makes = {"disclosure.rules.issued": 2, "disclosure.rules.in_force": 9}
    for unit, due in (
        (Unit("1", "示例县", "county"), True),
        (Unit("1", "示例市司法局", "department", speaks_for="prefecture"), False),
        (Unit("1", "示例市", "prefecture"), False),
    ):
        report = replace(given(figures=makes), unit=unit)
        assert ("T2-03" in {one.rule for one in check(report, FORM, CATALOGUE)}) == due, unit
