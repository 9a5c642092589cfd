"""The real published reports: the mistakes found are those worked out by hand, and no others."""

from __future__ import annotations

import pytest

from drawn import drawn
from helpers import CASES, SHARED, common, corpus, corpus_index, data, editions
from nianbao.book.order import Order
from nianbao.check import Beside, check
from nianbao.context import context
from nianbao.office.against import load
from nianbao.office.engine import HERE
from nianbao.office.examine import examine
from nianbao.office.material import Material
from nianbao.reading.read import read


pytestmark = pytest.mark.shared
WHOLE = data(CASES / "corpus.toml")
NEEDS_LAST_YEAR = {"T2-02"}  # so the index says in words: "cross-year"
MENDED = {"C05"}  # the index counts decimals from the third on; a fen is the sixth of 万元


def indexed(number: str) -> set[str]:
    said = corpus_index()[number]["rules violated (computed)"]
    return set() if said == "-" else set(said.split(", ")) - MENDED


def previous(number: str):
    return corpus().get(WHOLE[number].get("previous", ""))


CATALOGUE = common().catalogue


@pytest.mark.parametrize(
    ("number", "last", "due"),
    [
        ("004", "003", {}),  # another edition: table two is not compared, 结转 0 and 0
        ("005", "004", {("T2-10", "disclosure.coercion.decisions"): (None, 0)}),  # 42 → 0
        (
            "006",
            "005",
            {
                ("T2-02", "disclosure.normative.in_force"): (643, 470),  # 698 + 77 - 132
                ("T2-10", "disclosure.coercion.decisions"): (None, 54),  # 0 → 54
            },
        ),
        ("015", "014", {}),  # 597 + 50 - 227 = 420, 11 + 2 - 1 = 12, 结转 121
        ("054", "053", {}),  # its last year's table is not in the corpus
    ],
)
def test_last_years_report_finds_just_what_the_index_says(number, last, due, tmp_path):
    """Last year's is found among all reports of the corpus, where it has another code."""
    report, form = corpus()[number], editions()[corpus()[number].edition]
    unit, roster = report.unit, tmp_path / "units.csv"
    line = f"{unit.code},{unit.name},{unit.level},{corpus()[last].unit.code}"
    roster.write_text(f"代码,名称,类别,前身\n{line}\n", encoding="utf-8")
    material = Material(roster, SHARED / "corpus" / "json")
    beside = load(material, context(), HERE).beside(report, Beside())
    assert beside.previous == corpus()[last]
    found, known = check(report, form, CATALOGUE, beside), set(check(report, form, CATALOGUE))
    more = {(one.rule, one.field): (one.expected, one.actual) for one in found if one not in known}
    assert more == due | {("A14", ""): (None, None)}


def test_every_complete_report_has_its_case():
    complete = {n for n, row in corpus_index().items() if row["complete"].startswith("t2+t3+t4")}
    assert complete == set(WHOLE)


@pytest.mark.parametrize("number", WHOLE)
def test_a_complete_report_breaks_the_rules_that_the_index_gives(number):
    report = corpus()[number]
    edition = editions()[report.edition]
    alone = {f.rule for f in check(report, edition, common().catalogue)}
    more = set(WHOLE[number].get("also", []))
    assert alone == indexed(number) - NEEDS_LAST_YEAR | more
    beside = Beside(previous(number))
    found = {f.rule for f in check(report, edition, common().catalogue, beside)}
    assert found == indexed(number) | set(WHOLE[number].get("beside", [])) | more


@pytest.mark.parametrize("number", sorted(corpus()) if SHARED.is_dir() else [])
def test_an_incomplete_report_breaks_them_too_and_its_blanks_are_named(number):
    report = corpus()[number]
    found = {
        f.rule for f in check(report, editions()[report.edition], common().catalogue)
    } - NEEDS_LAST_YEAR
    assert found >= indexed(number) - NEEDS_LAST_YEAR
    assert ("C01" in found) == (number not in WHOLE)


@pytest.mark.parametrize("number", WHOLE)
def test_a_report_comes_back_from_its_workbook(number):
    report = corpus()[number]
    edition = editions()[report.edition]
    order = Order(edition, common(), report.unit, report.year, report, previous(number))
    reading = read(drawn(order), editions(), common())
    assert reading.report.unit == report.unit
    assert {k: v for k, v in reading.report.narrative.items() if v} == report.narrative
    case = WHOLE[number]
    for key in edition.fields:
        text, value = report.figures[key], reading.report.figures[key]
        assert value == text or ("C02" in case["read"] and text == f"{value:.2f}元"), key
    nobody = ["N16"]  # a published report names no one to ask
    further = (nobody, *(case.get(name, []) for name in ("also", "beside", "workbook")))
    due = indexed(number).union(*further)
    found = {finding.rule for finding in examine(reading, common())}
    assert found == due - set(case.get("read", []))
