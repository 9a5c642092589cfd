"""What a computed workbook shows and what the Python check says of the same report, compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from helpers import common
from nianbao import expr
from nianbao.check import (
    Beside,
    cell_findings,
    check,
    contact_findings,
    explains,
    figures,
    recomputed,
    verdict,
)
from nianbao.errors import to_mend
from nianbao.form import Severity
from nianbao.layout import ACTUAL, EXPECTED, STATE, TEXTS
from nianbao.report import CONTACT, Report


WORDS = common().words
SAYS = {expr.Verdict.PASS: WORDS["pass"], expr.Verdict.BLANK: WORDS["blank"]}


@dataclass(frozen=True)
class Case:
    """A report as it is typed in; what of it is a total written over, and its texts as typed."""

    report: Report
    held: Beside
    stated: frozenset[str]
    typed: dict[str, str]


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
        known = figures(case.report, sheet.edition, case.held)
        if any(known(ref) is None for ref in one.refs if ref.source in expr.BESIDE):
            due = WORDS["unheld"]
        if shown[line.row] != due:
            yield f"{one.rule.id} {one.place}: sheet {shown[line.row]}, check {due}"


def _explained(case, rule, place):
    return explains(case.report.reason(rule, place))


def _sides(sheet, case):
    figure = figures(case.report, sheet.edition, case.held)
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
    fields = list(edition.typed)
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
