"""The template's formulas, computed by IronCalc, say of any report what the Python check says.

Every rule of every edition, and of ``editions/toy.toml``, which uses every feature of the rule
language; complete reports most, but blanks, words, nil returns, written-over totals, and with or
without last year's and the registers' figures too.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import beside, every_edition, make_report, settled, toy
from nianbao import expr
from nianbao.catalog import common
from nianbao.check import (
    Beside,
    cell_findings,
    check,
    contact_findings,
    explains,
    fee_findings,
    figures,
    recomputed,
    verdict,
)
from nianbao.errors import to_mend
from nianbao.form import LIMIT, Edition, Severity
from nianbao.layout import ACTUAL, EXPECTED, STATE, TEXTS, layout_of
from nianbao.report import CONTACT, Cell, Report, reason_key
from sheets import sheets


FORMS = [
    pytest.param(edition, level, id=f"{edition.id}-{level}")
    for edition in every_edition().values()
    for level in ("township", "county", "prefecture")
    if edition is not toy() or level != "prefecture"
]
WORDS = common().words
SAYS = {expr.Verdict.PASS: WORDS["pass"], expr.Verdict.BLANK: WORDS["blank"]}
REASONS = st.sampled_from(["", "无", " 无 ", "已核对", "已 核　对\n", "县里已批准", "见 第六部分"])
PEOPLE = st.sampled_from(["", " ", "　\n", "张三", "0901-1234567"])

COUNTS = st.one_of(st.integers(0, 4), st.integers(0, 300))
ODD = st.one_of(
    st.none(),
    st.sampled_from(["减4", "/", "无", "—", "0件左右", "TRUE", " ", "　"]),
    st.sampled_from([-1, -8, 1.5, 2.25, 0.125, 2.5 + 4e-7, 2.5 + 6e-7, 24252.311082]),
    st.sampled_from([LIMIT, LIMIT + 1, -LIMIT - 1, 10**12]),
)
SAID = st.sampled_from(
    [
        "",
        "  ",
        "　",
        "\n",
        "未收到申请。",
        " 复议纠正一件。",
        "收到10件。",
        "收到10件，受理0件。",
        "０件",
        "２０件和12 件",
        "不存在需要改进的问题。",
        "未收取信息处理费。",
        "费",
        "旧",
        "新",
        '称"无"。',
        "平安。",
    ]
)


@dataclass(frozen=True)
class Case:
    """A report as it is typed in; what of it is a total written over, and its texts as typed."""

    report: Report
    held: Beside
    stated: frozenset[str]
    typed: dict[str, str]


def _blank_if_white(value: Cell) -> Cell:
    return None if isinstance(value, str) and not value.strip() else value


@st.composite
def cases(draw, edition: Edition, level: str) -> Case:
    base = make_report(edition, level=level)
    inputs = {key: base.figures[key] for key in edition.inputs}
    if draw(st.integers(0, 3)) == 0:  # any figures at all
        chosen = random.Random(draw(st.integers(0, 10**6)))
        inputs = {key: chosen.choice((0, 0, 0, 1, 2, 12)) for key in inputs}
    keys = st.sampled_from(list(inputs))
    inputs |= draw(st.dictionaries(keys, COUNTS, max_size=8))
    typed = dict(inputs)
    nil: frozenset[str] = frozenset()
    zero: frozenset[str] = frozenset()
    stated: dict[str, Cell] = {}
    if not draw(st.integers(0, 2)):
        typed |= draw(st.dictionaries(keys, ODD, max_size=4))
        tables = st.sampled_from([table.key for table in edition.tables])
        nil = draw(st.frozensets(tables, max_size=1))
        zero = draw(st.frozensets(tables, max_size=2)) - nil
        declared = nil | zero
        typed = {k: v for k, v in typed.items() if not (k.split(".")[0] in declared and _white(v))}
    elif draw(st.booleans()):
        stated = draw(st.dictionaries(st.sampled_from(list(edition.totals)), COUNTS, max_size=2))
    given_ = {key: _blank_if_white(value) for key, value in typed.items()}
    blank = [key for key in edition.inputs if given_.get(key) is None]
    texts = {key: str(base.narrative[key]) for key in edition.text_keys}
    texts |= draw(st.dictionaries(st.sampled_from(edition.text_keys), SAID, max_size=3))
    report = replace(
        base,
        figures=settled(edition, given_, stated, blank, (nil, zero)),
        narrative={key: text.strip() or None for key, text in texts.items()},
        nil_returns=nil,
        blanks_are_zero=zero,
        explanations=draw(_reasons(edition, level)),
    )
    if draw(st.booleans()):
        report = replace(report, year=draw(st.sampled_from([2023, 2024, 2090, 2091])))
    if draw(st.booleans()):
        people = st.dictionaries(st.sampled_from(list(common().contact)), PEOPLE, max_size=2)
        report = replace(report, contact={**report.contact, **draw(people)})
    if edition.fee and draw(st.booleans()):
        fee = {"cases": draw(st.one_of(COUNTS, ODD)), "yuan": draw(st.one_of(COUNTS, ODD))}
        report = replace(report, fee={key: _blank_if_white(value) for key, value in fee.items()})
    return Case(report, draw(_held(edition)), frozenset(stated), texts)


def _reasons(edition: Edition, level: str) -> st.SearchStrategy[dict[str, str]]:
    """Reasons for rules and for single places, some of them too short."""
    subjects = sorted(set(layout_of(edition, common().sheets, level).reasons.values()))
    keys = [key for one in subjects for key in (one.rule, reason_key(*one))]
    return st.dictionaries(st.sampled_from(keys), REASONS, max_size=4)


def _white(value: Cell) -> bool:
    return isinstance(value, str) and not value.strip()


@st.composite
def _held(draw, edition: Edition) -> Beside:
    base = beside(edition)
    keys = {"prev": [], "register": []}
    for ref in dict.fromkeys(
        ref for one in edition.checks for ref in one.refs if ref.source in keys
    ):
        keys[ref.source].append(ref.key)
    assert base.previous is not None
    numbers = st.one_of(COUNTS, st.none(), st.sampled_from([2.5 + 4e-7, 2.5 + 6e-7, 0.13]))
    before = draw(st.dictionaries(st.sampled_from(keys["prev"]), numbers, max_size=4))
    register = draw(st.dictionaries(st.sampled_from(keys["register"]), numbers, max_size=2))
    previous = replace(base.previous, figures={**base.previous.figures, **before})
    known = {key: v for key, v in {**base.register, **register}.items() if v is not None}
    return Beside(previous if draw(st.integers(0, 4)) else None, known)


def disagreements(edition: Edition, level: str, case: Case) -> list[str]:
    """Where sheet and check differ, in words."""
    sheet = sheets(edition, level)
    sheet.type_in(case.report, case.held, case.stated, case.typed)
    return compared(sheet, case)


def compared(sheet, case: Case) -> list[str]:
    """Where a computed sheet and the check differ."""
    return [
        *_verdicts(sheet, case),
        *_sides(sheet, case),
        *_totals(sheet, case),
        *_states(sheet, case),
        *_cover(sheet, case),
        *_progress(sheet, case),
        *_above_tables(sheet, case),
    ]


def _verdicts(sheet, case):
    shown = sheet.results()
    for line in sheet.layout.lines:
        one = line.check
        fails = WORDS["warn" if one.rule.severity is Severity.WARNING else "fail"]
        if one.rule.severity is Severity.WARNING and _explained(case, one.rule.id, one.place):
            fails = WORDS["explained"]
        due = SAYS.get(verdict(one, case.report, sheet.edition, case.held), fails)
        known = figures(case.report, case.held)
        if any(known(ref) is None for ref in one.refs if ref.source in expr.BESIDE):
            due = WORDS["unheld"]
        if shown[line.row] != due:
            yield f"{one.rule.id} {one.place}: sheet {shown[line.row]}, check {due}"


def _explained(case, rule, place):
    return explains(case.report.reason(rule, place))


def _sides(sheet, case):
    figure = figures(case.report, case.held)
    title = common().sheets["checks"]
    for line in sheet.layout.lines:
        node = line.check.node
        if not isinstance(node, expr.Compare):
            continue
        known = verdict(line.check, case.report, sheet.edition, case.held) is not expr.Verdict.BLANK
        due = {expr.number(side, figure) for side in (node.left, node.right)} if known else {""}
        shown = {sheet.value(title, line.row, column) for column in (ACTUAL, EXPECTED)}
        if not _same(sorted(due), sorted(shown)):
            yield f"{line.check.rule.id} {line.check.place}: sheet {shown}, check {due}"


def _same(due, shown) -> bool:
    if "" in (*due, *shown):
        return due == shown
    return shown == pytest.approx(due, abs=1e-6)


def _totals(sheet, case):
    for key in set(sheet.edition.totals) - case.stated:
        due, shown = recomputed(case.report, sheet.edition, key), sheet.at(sheet.layout.fields[key])
        if not _same(["" if due is None else due], [shown]):
            yield f"{key}: sheet {shown}, check {due}"


def _states(sheet, case):
    found = [
        *cell_findings(case.report, sheet.edition, common().catalogue),
        *fee_findings(case.report, sheet.edition, common().catalogue),
        *_people(case),
    ]
    due = {finding.field: finding.rule for finding in found}
    for key, state in sheet.states().items():
        if state.removesuffix("-large") != due.pop(key, ""):
            yield f"{key}: sheet {state!r}, check {found}"
    if due:
        yield f"the sheet has no row for {due}"


def _people(case):
    return contact_findings(case.report, common().contact_needed, common().catalogue)


def _cover(sheet, case):
    found = check(case.report, sheet.edition, common().catalogue, case.held)
    left = [*to_mend(found), *_people(case)]
    errors, warnings = (
        sum(finding.severity is kind for finding in left)
        for kind in (Severity.ERROR, Severity.WARNING)
    )
    explained = sum(finding.explained for finding in found)
    said = [f"有 {warnings} 处提醒，请核对或写明原因"] if warnings else []
    said += [f"{explained} 处提醒已说明"] if explained else []
    more = f"（{'；'.join(said)}）" if said else ""
    due = f"✗ 还有 {errors} 处需要处理" if errors else f"✓ 可以上报{more}"
    if sheet.verdict() != due:
        yield f"cover {sheet.verdict()}, check {due}"


BLANKS, WRONG = {"C01", "N10", "N16"}, {"C02", "C03", "C04", "C10"}


def _errors(sheet, case):
    """The errors of the check, by the part of the form that they are in."""
    found = [*check(case.report, sheet.edition, common().catalogue, case.held), *_people(case)]
    by_part = {part: [] for part in (*sheet.edition.table, TEXTS, CONTACT)}
    for finding in found:
        if finding.severity is Severity.ERROR:
            by_part[sheet.layout.part(finding.field)].append(finding.rule)
    return by_part


def _progress(sheet, case):
    """Where the table of progress on 首页, or its sums, differ from the check's errors."""
    edition, shown = sheet.edition, sheet.progress()
    unwritten = sum(not expr.characters(case.typed.get(key)) for key in edition.required_texts)
    fields = [*edition.inputs, *(f"processing_fee.{key}" for key in edition.fee_columns)]
    due = []
    for part, rules in _errors(sheet, case).items():
        need = sum(sheet.layout.part(key) == part for key in fields)
        need += {TEXTS: len(edition.required_texts), CONTACT: 3}.get(part, 0)
        empty = sum(rule in BLANKS for rule in rules) + (unwritten if part == TEXTS else 0)
        due.append((need, empty, sum(rule in WRONG for rule in rules), len(rules)))
    due.append(tuple(map(sum, zip(*due, strict=True))))
    if shown != due:
        yield f"progress {shown}, check {due}"
    said = re.search(r"还有 (\d+) 处", sheet.verdict())
    if int(said[1] if said else 0) != shown[-1][-1]:
        yield f"{sheet.verdict()}, but the parts have {shown}"


def _above_tables(sheet, case):
    """Where the line above a table says that all is well although something of it is wrong."""
    errors = _errors(sheet, case)
    for table in sheet.edition.tables:
        said = sheet.value(table.sheet, STATE, 1)
        if said.startswith("✓") == bool(errors[table.key]):
            yield f"{table.sheet}: {said}, check {errors[table.key]}"


@pytest.mark.parametrize(("edition", "level"), FORMS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_sheet_and_check_agree_on_any_report(edition, level, data):
    case = data.draw(cases(edition, level))
    assert disagreements(edition, level, case) == []
