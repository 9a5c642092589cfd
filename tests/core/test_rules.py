"""Every rule of every edition on hand-worked figures: ``cases/<edition>/<RULE>.toml``.

Each case changes the complete report (``complete.toml``) and says what the rule must then say:
``pass``, ``fail`` with the numbers of the explanation, ``blank`` where nothing can be said, and
``exempt`` where the rule is not for units of that level.
"""

from __future__ import annotations

import itertools

import pytest

from helpers import CASES, beside, change, changed, common, data, editions
from nianbao import expr
from nianbao.check import check, verdict


CATALOGUE = common().catalogue
KINDS = ("pass", "fail", "blank")
RULES = [
    (edition.id, rule.id)
    for edition in editions().values()
    for rule in edition.rules
    if rule.expression
]


def cases(edition: str, rule: str) -> dict[str, list[dict]]:
    path = CASES / edition / f"{rule}.toml"
    return data(path) if path.exists() else {}


ALL = [
    pytest.param(edition, rule, kind, case, id=f"{edition}-{rule}-{kind}-{number}")
    for edition, rule in RULES
    for kind, group in cases(edition, rule).items()
    for number, case in enumerate(group, 1)
]


@pytest.mark.parametrize("edition", editions())
def test_the_complete_report_breaks_nothing_and_leaves_nothing_open(edition):
    form = editions()[edition]
    report, held = changed(form, change({})), beside(form)
    assert check(report, form, CATALOGUE, held) == ()
    said = {
        one.rule.id: verdict(one, report, form, held).value for one in form.checks_for("township")
    }
    assert set(said.values()) == {"pass"}, said


@pytest.mark.parametrize(("edition", "rule"), RULES)
def test_every_rule_has_a_case_that_passes_fails_and_is_blank(edition, rule):
    found = cases(edition, rule)
    checks = [one for one in editions()[edition].checks if one.rule.id == rule]
    read = {ref.source for one in checks for ref in one.refs}
    never_blank = read == {expr.LENGTH} and not any(one.texts for one in checks)
    due = [kind for kind in KINDS if kind != "blank" or not never_blank]
    assert [kind for kind in due if not found.get(kind)] == []
    assert set(found) <= {*KINDS, "exempt"}


def test_no_case_is_of_a_rule_that_is_gone():
    known = {CASES / edition / f"{rule}.toml" for edition, rule in RULES}
    there = itertools.chain.from_iterable((CASES / e).glob("*.toml") for e in editions())
    assert {path for path in there if path.stem != "complete"} == known


@pytest.mark.parametrize(("edition", "rule", "kind", "case"), ALL)
def test_a_case(edition, rule, kind, case):
    form = editions()[edition]
    what = change(case)
    report, held = changed(form, what), beside(form, what)
    checks = [
        one
        for one in form.checks_for(report.unit.level, report.unit.power)
        if one.rule.id == rule and case.get("at", one.place) == one.place
    ]
    findings = [
        finding
        for finding in check(report, form, CATALOGUE, held)
        if finding.rule == rule and case.get("at", finding.field) == finding.field
    ]
    if kind == "exempt":
        assert (checks, findings) == ([], [])
        return
    assert checks, "no such place"
    assert {verdict(one, report, form, held).value for one in checks} == {kind}
    if kind != "fail":
        assert findings == []
        return
    (finding,) = findings
    assert (
        f"（{case['says']}）" in finding.message if "says" in case else "（" not in finding.message
    )
    assert (finding.expected, finding.actual) == (case.get("expected"), case.get("actual"))
    assert finding.severity.value == case["severity"]
    assert finding.remedy
