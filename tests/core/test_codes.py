"""The codes of the findings: a type that the type checker knows, and that tells no tales."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

import nianbao
from nianbao import codes
from nianbao.catalog import common, editions
from nianbao.cli import regenerate


SOURCE = Path(nianbao.__file__).parent
CODES = get_args(codes.Code)


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
    found = {one.key for one in common().findings if one.pattern}
    return found | {rule.summary for one in editions().values() for rule in one.rules}


def test_every_code_has_its_wording_and_every_wording_its_code():
    assert tuple(one.key for one in common().findings) == CODES
    assert set(common().catalogue) == set(CODES)
    assert all(set(one) == set(CODES) for one in common().catalogues.values())


def test_every_code_is_used():
    assert set(CODES) - set(literals()) - said_elsewhere() == set()


def test_the_type_follows_the_catalogue():
    written = Path(codes.__file__).read_text(encoding="utf-8")
    assert regenerate.code_module(common()) == written
    assert Path(codes.__file__) in regenerate.derived()


@pytest.mark.parametrize("code", CODES)
def test_a_code_begins_with_the_id_it_is_shown_by(code):
    rule = common().catalogue[code].rule
    assert rule == code or code.startswith(f"{rule}-") or (code, rule) == ("N11-amount", "N11c")
