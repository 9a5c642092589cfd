"""Damaged workbooks: read as before, or a finding names the place. Never a silent difference."""

from __future__ import annotations

import fnmatch

import pytest

from altered import (
    DAMAGED,
    base,
    differences,
    misread,
    new_findings,
    shown,
    understood,
    unexplained,
)
from mutations import mutate


SHORTEST = 150


def test_the_corpus_is_large_and_every_name_is_its_own():
    names = [case["name"] for case in DAMAGED]
    assert len(names) == len(set(names))
    assert len(names) >= SHORTEST


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in DAMAGED])
def test_a_damaged_workbook(case):
    data, before = base(case.get("base", "2021"))
    after = understood(mutate(data, case["steps"]))
    found = after.findings if after.reading is None else new_findings(before, after)
    said = {shown(finding) for finding in found}
    wanted, also = set(case.get("findings", ())), set(case.get("also", ()))
    assert {line for line in wanted if not any(fnmatch.fnmatch(s, line) for s in said)} == set()
    rules = {line.split()[0] for line in wanted | also}
    assert {finding.rule for finding in found} == rules, sorted(said)
    assert (after.reading is None) == case.get("refused", False)
    if after.reading is None:
        assert case.get("why", "") in found[0].message
        return
    if not case.get("anything"):
        _check_what_is_read(case, before, after)


def _check_what_is_read(case, before, after):
    changed = differences(before, after)
    patterns, read = case.get("lost", ()), case.get("read", {})
    lost = {k for k in changed if k not in read and any(fnmatch.fnmatch(k, p) for p in patterns)}
    assert {key: now for key, (_, now) in changed.items() if key in lost and now is not None} == {}
    given = {key: now for key, (_, now) in changed.items() if key not in lost}
    assert given == read
    assert [p for p in patterns if not fnmatch.filter(changed, p)] == []
    assert set(unexplained(before, after)) == set(case.get("silent", ()))
    assert [key for key in misread(before, after) if key not in read] == []
