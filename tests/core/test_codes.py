"""The codes of the findings: a type that the type checker knows, and that tells no tales."""

from __future__ import annotations

import ast
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import nianbao
from nianbao import codes
from nianbao.context import context
from nianbao.office import derived


SOURCE = Path(nianbao.__file__).parent
COMMON = context().common
CODES = get_args(codes.Code)
REFUSALS, FAULTS = get_args(codes.RefusalCode), get_args(codes.FaultCode)


def literals() -> Counter[str]:
    """How often each text stands in the program, without the list of codes itself."""
    trees = (ast.parse(p.read_text(encoding="utf-8")) for p in sorted(SOURCE.rglob("*.py"))
             if p.name != "codes.py")  # fmt: skip
    return Counter(
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def said_elsewhere() -> set[str]:
    """The codes that no line of the program names: found by a pattern, or named by a rule."""
    found = {one.key for one in COMMON.findings if one.pattern}
    return found | {rule.summary for one in context().editions.values() for rule in one.rules}


def test_every_code_has_its_wording_and_every_wording_its_code():
    assert tuple(one.key for one in COMMON.findings) == CODES
    assert set(COMMON.catalogue) == set(CODES)
    assert all(set(one) == set(CODES) for one in COMMON.catalogues.values())


def test_every_refusal_and_fault_has_its_words():
    assert (tuple(COMMON.refusals), tuple(COMMON.faults)) == (REFUSALS, FAULTS)


def test_every_code_is_used():
    assert {*CODES, *REFUSALS, *FAULTS} - set(literals()) - said_elsewhere() == set()


def test_the_type_follows_the_catalogue():
    written = Path(codes.__file__).read_text(encoding="utf-8")
    assert derived.code_module(COMMON) == written
    assert Path(codes.__file__) in derived.derived(context())


@pytest.mark.parametrize("code", CODES)
def test_a_code_begins_with_the_id_it_is_shown_by(code):
    rule = COMMON.catalogue[code].rule
    assert rule == code or code.startswith(f"{rule}-") or (code, rule) == ("N11-amount", "N11c")


# --- the words and what the program puts into them --------------------------------------------

ADDED = {"name", "where"}
"""What a caller on the way adds: whose refusal it is, and the place."""


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


SAYING = {"fault", "refuse", "_wrong", "Fault", "too_much", "_KitError", "_note"}
"""What is given a code and the values of its words."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call that puts values into the words of a code, with the code."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SAYING:
                known = [one.value for one in node.args if isinstance(one, ast.Constant)]
                yield from ((code, node) for code in known if code in {*REFUSALS, *FAULTS})


def given(call: ast.Call) -> set[str] | None:
    """The names of the values that a call gives; None where they stand elsewhere."""
    elsewhere = any(word.arg is None for word in call.keywords) or any(
        isinstance(one, ast.Name) and one.id == "values" for one in call.args
    )
    if elsewhere:
        return None
    mapped = [one for one in call.args if isinstance(one, ast.Dict)]
    return {word.arg for word in call.keywords} | {key.value for one in mapped for key in one.keys}


CALLS = [(code, call) for code, call in calls() if given(call) is not None]


@pytest.mark.parametrize(("code", "call"), CALLS, ids=[code for code, _ in CALLS])
def test_a_refusal_is_given_every_value_that_its_words_hold(code, call):
    text = (COMMON.refusals if code in REFUSALS else COMMON.faults)[code]
    assert holes(text) - given(call) <= ADDED
    assert given(call) <= holes(text)


def test_those_calls_are_found():
    assert len(CALLS) > 40
