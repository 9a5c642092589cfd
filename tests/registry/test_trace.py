"""A figure of the summary traced to units, files and rules, as it was really summed up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desk import YEAR, book, complete, figures
from helpers import editions, with_fee
from january import January
from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.events import Decided
from nianbao.office.against import load
from nianbao.office.material import Material
from nianbao.office.past_years import remembering
from nianbao.office.previous import Previous
from nianbao.registry.meant import figures_meant
from nianbao.registry.summed import summed
from nianbao.registry.trace import Trace, trace
from nianbao.registry.trace_document import of_trace
from nianbao.report import to_document


FORM = editions()["2021"]
RECEIVED, TOTAL = "requests.received.individual", "requests.received.total"


def town(number: int, name: str, received: int):
    """A faultless town that got so many applications and answered all but one."""
    return complete(
        f"659900-T{number}", name,
        requests__received__individual=received, requests__granted__individual=received - 1,
    )  # fmt: skip


A, B, C = town(1, "甲乡", 3), town(2, "乙镇", 5), town(3, "丙镇", 4)
WRONG = figures(C, requests__granted__individual=9)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return January(tmp_path, monkeypatch).enrol(A, B)


def traced(desk, key: str = RECEIVED, given: Path | None = None, year=None) -> Trace:
    with desk.office(year=year) as own:
        made = summed(own)
        against = load(Material(own.path, given), context())
        previous = remembering(against, own.journal, own.year).previous
        return trace(key, made, previous, own)


def shares(found) -> list[tuple]:
    return [(one.unit.name, one.value, one.last) for one in found]


def test_the_units_behind_a_figure_largest_first_with_file_and_hash(desk):
    digests = {desk.put("甲乡.xlsx", A): "甲乡.xlsx", desk.put("乙镇.xlsx", B): "乙镇.xlsx"}
    assert desk.merge() == 0
    found = traced(desk)
    assert (found.value, found.last, found.counts_in) == (8, None, "件")
    assert (found.above.name, found.name) == ("示例县", FORM.name(RECEIVED))
    assert shares(found.shares) == [("乙镇", 5, None), ("甲乡", 3, None)]
    assert {one.sha256: one.file for one in found.shares} == digests
    assert (found.parts, found.left_out, found.gone, found.findings, found.since) == ((),) * 5
    assert found.made.merged.id[:6]


def test_a_total_names_what_it_adds_and_totals_of_totals_too(desk):
    desk.receive(A, figures(B, requests__received__research=2, requests__carried_out__research=2))
    assert desk.merge() == 0
    found = traced(desk, TOTAL)
    assert (found.value, shares(found.shares)) == (10, [("乙镇", 7, None), ("甲乡", 3, None)])
    assert [one.key for one in found.parts] == list(FORM.totals[TOTAL].adds)
    assert [one.value for one in found.parts] == [8, 0, 2, 0, 0, 0]
    whole = traced(desk, "requests.total.total")
    assert {one.key for one in whole.parts} <= FORM.totals.keys()
    assert sum(one.value for one in whole.parts) == whole.value == 6


def test_every_figure_of_the_form_is_the_sum_of_its_units(desk):
    desk.receive(with_fee(A, cases=2, yuan=20), B)
    desk.merge()
    for key in FORM.figures:
        found = traced(desk, key)
        assert found.findings == ()
        assert sum(one.value or 0 for one in found.shares) == (found.value or 0)
    assert traced(desk, "processing_fee.yuan").value == 20


def test_units_that_do_not_give_the_sum_are_told(desk):
    desk.receive(A, B)
    desk.merge()
    with desk.office() as own:
        made = summed(own)
        made.document["report"]["tables"]["requests"]["received"]["individual"] = 9
        found = trace(RECEIVED, made, Previous(), own)
    assert [(one.rule, one.expected, one.actual) for one in found.findings] == [("A02", 8, 9)]


def test_rules_with_the_sums_put_in(desk):
    desk.receive(A, B)
    desk.merge()
    rules = {one.rule: one for one in traced(desk).rules}
    due = {c.rule.id for c in FORM.checks if RECEIVED in {r.key for r in c.refs if not r.source}}
    assert rules.keys() == due
    assert rules["T3-01"].verdict == "pass"
    assert "第一项 8＋第二项 0＝8，第三项总计 6＋第四项 2＝8" in rules["T3-01"].explained
    held = {one.rule: one for one in traced(desk, "disclosure.normative.in_force").rules}
    assert held["T2-02"].verdict == "unheld"
    assert "上年现行有效件数 （空）" in held["T2-02"].explained
    texts = {one.rule: one for one in traced(desk, TOTAL).rules}
    assert texts["T3-09"].verdict == ""


def test_who_is_not_counted_and_why(desk):
    late = town(4, "丁乡", 1)
    desk.enrol(A, B, C, late).receive(A, B, WRONG)
    assert desk.merge() == 1
    found = traced(desk)
    assert shares(found.shares) == [("乙镇", 5, None), ("甲乡", 3, None)]
    assert [(one.unit.name, one.status, one.file) for one in found.left_out] == [
        ("丙镇", "error", "丙镇.xlsx"), ("丁乡", "missing", ""),
    ]  # fmt: skip
    assert [one["rule"] for one in found.left_out[0].findings] == ["T3-01", "T3-01"]
    assert found.made.report.provisional
    desk.merge("--provisional")
    assert shares(traced(desk).shares)[1] == ("丙镇", 4, None)
    (faulty,) = [one for one in traced(desk, "requests.total.individual").shares if one.findings]
    assert faulty.unit.name == "丙镇"


def test_a_total_that_a_unit_stated_wrong_counts_as_it_was_summed(desk):
    stated = {**to_document(A)}
    stated["tables"]["requests"]["received"]["total"] = 99
    desk.put("甲乡.json", json.dumps(stated, ensure_ascii=False).encode())
    desk.receive(B).merge("--provisional")
    found = traced(desk, TOTAL)
    assert (found.value, shares(found.shares)) == (8, [("乙镇", 5, None), ("甲乡", 3, None)])
    assert {one["rule"] for one in found.shares[1].findings} == {"T3-03"}
    assert found.findings == ()


def test_it_tells_what_was_summed_whatever_came_since(desk):
    desk.receive(A, B)
    desk.merge()
    desk.put("甲乡改.xlsx", figures(A, requests__received__individual=30))
    desk.look()
    desk.record(Decided(act="accept", why="属实", unit="659900-T2", rule="T2-01"))
    desk.send_back()
    found = traced(desk)
    assert shares(found.shares) == [("乙镇", 5, None), ("甲乡", 3, None)]
    assert [type(one.what).__name__ for one in found.since] == ["Received", "Decided"]
    desk.merge()
    found = traced(desk)
    assert found.since == ()
    assert [one.unit.name for one in found.left_out] == ["甲乡"]


def test_nothing_merged_yet(desk):
    desk.receive(A, B).look()
    with pytest.raises(NianbaoError, match="2023年度还没有汇总过"):
        traced(desk)


def last_year(desk, *reports) -> None:
    """Merge last year's reports into the same ledger."""
    folder = desk.folder / "上年收到"
    folder.mkdir()
    for one in reports:
        (folder / f"{one.unit.name}.xlsx").write_bytes(book(replace(one, year=YEAR - 1)))
    words = ["--units", desk.roster, "-o", str(desk.folder / "上年"), "--year", str(YEAR - 1)]
    desk.run("merge", str(folder), *words)


def test_last_years_of_the_ledger_stands_beside_and_who_is_gone(desk):
    desk.enrol(A, B, C)
    last_year(desk, A, figures(B, requests__received__individual=6), C)
    desk.enrol(A, B).receive(A, B)
    desk.look()
    with pytest.raises(NianbaoError, match="汇总过的年度：2022，可以加"):
        traced(desk)
    desk.merge()
    found = traced(desk)
    assert (found.value, found.last) == (8, 7)  # 乙镇 was faulty
    assert shares(found.shares) == [("乙镇", 5, None), ("甲乡", 3, 3)]
    assert [(one.unit.name, one.last) for one in found.gone] == [("丙镇", 4)]
    assert traced(desk, year=YEAR - 1).value == 7


def test_last_years_of_a_unit_is_that_of_the_units_it_came_from(desk):
    desk.enrol(A, B, C)
    last_year(desk, A, B, C)
    desk.enrol(A, B)
    roster = Path(desk.roster)
    lines = roster.read_text(encoding="utf-8-sig").splitlines()
    before = {"code": "predecessors", A.unit.code: f"{A.unit.code}、丙镇"}
    wide = [f"{one},{before.get(one.partition(',')[0], '')}" for one in lines]
    roster.write_text("\n".join(wide), encoding="utf-8")
    desk.receive(A, B).merge()
    found = traced(desk)
    assert shares(found.shares) == [("乙镇", 5, 5), ("甲乡", 3, 7)]
    assert (found.value, found.last, found.gone) == (8, 12, ())


def test_an_error_that_a_decision_waived_into_the_sum_is_told(desk):
    desk.enrol(A, C).receive(A, WRONG)
    desk.look()
    desk.record(Decided(act="waive", why="口径不同", unit=C.unit.code, rule="T3-01"))
    desk.merge()
    found = traced(desk, "requests.total.individual")
    assert shares(found.shares) == [("丙镇", 9, None), ("甲乡", 2, None)]
    (waived,) = found.shares[0].findings
    assert (waived["rule"], waived["decision"]["number"]) == ("T3-01", 3)
    (rule,) = [one for one in found.rules if one.rule == "T3-01"]
    assert rule.verdict == "fail"


def test_last_years_is_else_what_was_given(desk, tmp_path):
    desk.receive(A, B)
    desk.merge()
    folder = tmp_path / "上年的"
    folder.mkdir()
    county = replace(complete("659900", "示例县", "county"), year=YEAR - 1)
    older = figures(replace(A, year=YEAR - 2), requests__received__individual=77)
    for one in (replace(A, year=YEAR - 1), county, older):
        path = folder / f"{YEAR - one.year}-{one.unit.code}.json"
        path.write_text(json.dumps(to_document(one), ensure_ascii=False), encoding="utf-8")
    found = traced(desk, given=folder)
    assert (found.last, found.before.unit.name) == (3, "示例县")
    assert shares(found.shares) == [("乙镇", 5, None), ("甲乡", 3, 3)]
    carried = traced(desk, "requests.carried_in.total", folder)
    held = {one.rule: one for one in carried.rules}
    assert held["T3-04"].verdict == "fail"  # 1 was carried over
    assert found.gone == ()


def test_a_summary_that_the_archive_has_lost(desk):
    desk.receive(A, B)
    desk.merge()
    path = desk.archived(traced(desk).made.merged.outputs["汇总.json"])
    path.chmod(0o644)
    path.unlink()
    with pytest.raises(NianbaoError, match="存档里没有指纹为"):
        traced(desk)


def test_the_document_says_the_same(desk):
    desk.enrol(A, B, C).receive(A, B)
    desk.merge()
    said = json.loads(json.dumps(of_trace(traced(desk, TOTAL))))
    assert (said["value"], said["previous"], said["field"]["key"]) == (8, None, TOTAL)
    assert [(one["code"], one["value"]) for one in said["units"]] == [
        ("659900-T2", 5), ("659900-T1", 3),
    ]  # fmt: skip
    assert [(one["name"], one["status"]) for one in said["left_out"]] == [("丙镇", "missing")]
    assert said["merge"]["complete"] is False
    assert said["adds"][0]["key"] == RECEIVED


# --- which figure -----------------------------------------------------------------------------


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
def test_every_figure_is_found_by_its_key_and_by_its_name(edition):
    for key in edition.figures:
        assert figures_meant(key, edition) == (key,)
        assert figures_meant(edition.name(key), edition) == (key,)


@pytest.mark.parametrize(
    "said",
    [
        "新收 自然人", "自然人　新收", "新收自然人", " 新收·自然人", "本年新收 自然人",
        "ＲＥＱＵＥＳＴＳ.received.individual",
        "一、本年新收政府信息公开申请数量 · 自然人",
    ],
)  # fmt: skip
def test_a_figure_by_words_in_any_width_and_spacing(said):
    assert figures_meant(said, FORM) == (RECEIVED,)


def test_words_that_fit_several_figures_or_none():
    several = figures_meant("新收", FORM)
    assert set(several) == {key for key in FORM.figures if key.startswith("requests.received.")}
    assert figures_meant("新收 火星人", FORM) == figures_meant("  ", FORM) == ()
    assert figures_meant("received.individual", FORM) == (RECEIVED,)
