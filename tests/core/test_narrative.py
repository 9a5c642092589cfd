"""What is wrong with a report's words that no formula tells: ``cases/words/<RULE>.toml``.

``text`` changes the complete report's narrative, ``fee`` its two cells; ``says`` is what is then
quoted, each quotation once. The published reports of ../shared are read with their texts.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from helpers import CASES, SHARED, change, changed, common, data, editions
from nianbao.check import check
from nianbao.context import context
from nianbao.ingest.text import decode, read_text
from nianbao.narrative import Neighbours
from nianbao.office.against import neighbours
from nianbao.report import Report, Unit
from nianbao.roster import RosterEntry


CATALOGUE = common().catalogue
FOLDER, FORM = CASES / "words", editions()["2021"]
ALL = [
    pytest.param(path.stem, kind, case, id=f"{path.stem}-{kind}-{number}")
    for path in sorted(FOLDER.glob("*.toml"))
    for kind, group in data(path).items()
    for number, case in enumerate(group, 1)
]


def test_every_rule_on_words_has_cases_that_pass_fail_and_are_blank():
    beyond = {w.rule for w in CATALOGUE.values() if w.pattern or w.key in {"N14-own", "N15"}}
    assert {path.stem for path in FOLDER.glob("*.toml")} == beyond
    for path in FOLDER.glob("*.toml"):
        assert set(data(path)) == {"pass", "fail", "blank"}, path.name


def found(case: dict) -> tuple[Report, list]:
    form = editions()[case.get("edition", "2021")]
    report = changed(form, change(case))
    if "unit" in case:
        report = replace(report, unit=Unit("1", case["unit"], report.unit.level))
    units = [report.unit, *(Unit(*row) for row in case.get("roster", ()))]
    entries = [RosterEntry(unit, line) for line, unit in enumerate(units, 2)]
    others = neighbours(entries, context()).findings(report, form, CATALOGUE)
    return report, [*check(report, form, CATALOGUE), *others]


@pytest.mark.parametrize(("rule", "kind", "case"), ALL)
def test_a_case(rule, kind, case):
    report, all_found = found(case)
    mine = [one for one in all_found if one.rule == rule]
    if kind != "fail":
        assert mine == []
        return
    assert [one.actual for one in mine] == case["says"]
    assert {one.severity.value for one in mine} == {"warning"}
    for one in mine:
        assert one.field in report.narrative
        assert one.remedy
        if "expected" in case:
            assert one.expected == case["expected"]


def test_the_longest_name_counts_and_a_huge_roster_costs_nothing():
    units = [Unit(str(n), f"某市第{n}镇", "township") for n in range(20_000)]
    entries = [RosterEntry(unit, n) for n, unit in enumerate(units)]
    known, form = neighbours(entries, context()), editions()["2021"]
    case = {"text": {"overview.lead": "2023年，某市第123镇认真工作。"}}
    report = replace(changed(form, change(case)), unit=units[12])
    (one,) = known.findings(report, form, CATALOGUE)
    assert one.actual == "某市第123镇"  # not 某市第12镇, whose own name that is


# --- published reports ----------------------------------------------------------------------------


def test_neighbours_are_the_same_before_and_after_they_were_looked_for():
    units = (Unit("1", "示例县青禾乡", "township"), Unit("2", "示例县松林镇", "township"))
    used = Neighbours(units)
    assert list(used.findings(changed(FORM, change({})), FORM, CATALOGUE)) == []
    assert used == Neighbours(units)


def published(number: str) -> Report:
    path = SHARED / "corpus" / "raw" / f"{number}.txt"
    return read_text(decode(path.read_bytes(), context().common), context()).report


def rules_of(report: Report) -> set[str]:
    return {one.rule for one in check(report, editions()[report.edition], CATALOGUE)}


@pytest.mark.shared
def test_a_whole_township_report_is_only_asked_what_a_reviewer_asks():
    report = published("001")  # no application, and its text says nothing of any
    assert rules_of(report) == {"N07f", "T3-09"}


@pytest.mark.shared
def test_a_whole_county_report_is_only_asked_what_a_reviewer_asks():
    report = published("012")  # two totals of 0; a case corrected, not mentioned; no 社会评议
    assert rules_of(report) == {"T4-01", "T4-03", "T4-07", "N07f"}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("number", "part", "due"),
    [
        ("021", "overview.proactive", {"N14"}),  # 该部分以表格形式报告
        ("043", "overview.on_request", set()),
        ("053", "overview.on_request", set()),
        ("054", "overview.on_request", set()),
    ],
)
def test_a_published_passage_in_an_otherwise_complete_report(number, part, due):
    text = (SHARED / "corpus" / "raw" / f"{number}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#") and "|" not in line]
    form = editions()["2021"]
    base = changed(form, change({"text": {part: "".join(lines)}}))
    year = {"053": 2021, "054": 2022}.get(number, 2023)
    texts = {k: v and v.replace("2023", str(year)) for k, v in base.narrative.items() if k != part}
    report = replace(base, year=year, narrative={**base.narrative, **texts})
    assert rules_of(report) == due


@pytest.mark.shared
def test_the_fee_sentence_of_a_city_agrees_with_its_cells_and_no_other_amount_does():
    raw = Path(SHARED / "corpus" / "raw" / "014-015.txt").read_text(encoding="utf-8")
    said = next(part for part in raw.split("\n六、")[-1:])
    said = "".join(said.split("数据勾稽问题清单")[0].splitlines())
    form = editions()["2021"]
    for yuan, due in ((2230, False), (2240, True)):
        what = change({"text": {"other": said}, "fee": {"cases": 3, "yuan": yuan}})
        report = changed(form, what)
        assert ("N11c" in rules_of(report)) == due, said
