"""Where things stand in our workbooks is said in ``layout`` only: no address is spelt elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from nianbao.codes import Code
from nianbao.local import RULE


SOURCE = Path(__file__).parents[2] / "src" / "nianbao"
FILES = [path for path in sorted(SOURCE.rglob("*.py")) if path.parent.name != "layout"]

ADDRESS = re.compile(
    r"""(?<![\w{#"&.⟩-])\$?[A-Z]{1,3}\$?(?:[1-9][0-9]*|⟨⟩)(?![\w."-])  # D7, $D$7, D and a number
    |\$[A-Z]{1,3}\$|[A-Z]{1,3}:[A-Z]{1,3}(?!\w)|(?<!\d)[1-9]:[1-9](?!\d)  # columns, rows
    |\$⟨⟩\$|\$?⟨⟩\$?⟨⟩:\$?⟨⟩|!\$?⟨⟩\$?⟨⟩""",
    re.VERBOSE,
)
"""An address in a text; ⟨⟩ is what is put into it."""

COLOUR = re.compile(r"^(?:[0-9A-F]{2}){3,4}$")

WRITES = {"put", "formula", "link", "height"}
"""What draws into a row and column."""


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text of a file but its docstrings, with ⟨⟩ for what is put into one."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts |= {id(one) for one in node.values}
            shown = (str(o.value) if isinstance(o, ast.Constant) else "⟨⟩" for o in node.values)
            yield node.lineno, "".join(shown)
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in docs | parts:
            yield node.lineno, text


def numbers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every call that says a row or column of a workbook as a number; 0 is no cell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            told = {"Place": node.args[1:], "across": node.args}.get(node.func.id, [])
            if node.func.id in WRITES:
                told = node.args[1 : 2 if node.func.id == "height" else 3]
            plain = [one for one in told if isinstance(one, ast.Constant) and one.value]
            if any(isinstance(one.value, int) for one in plain):
                yield node.lineno, ast.unparse(node)


def addresses(source: str) -> list[tuple[int, str]]:
    tree = ast.parse(source)
    known = {*get_args(Code), RULE}
    found = [(at, text) for at, text in texts(tree) if not (text in known or COLOUR.search(text))]
    return [*((at, text) for at, text in found if ADDRESS.search(text)), *numbers(tree)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_file_but_the_layout_spells_an_address(path):
    assert addresses(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        'at("A5")', 'f"$A$3"', 'f"{sheet}!$C${row}"', 'f"D{row}"', 'f"COUNT($D$1:$D{row - 1})"',
        'f"A1:C{last}"', 'title = "2:4"', 'title = "A:D"', 'f"{column}{row}:{column}{last}"',
        "Place(cover, 8, 2)", 'put(sheet, row, 2, "x")', "height(sheet, 1, 1)",
    ],
)  # fmt: skip
def test_an_address_would_be_found(line):
    assert addresses(line)


@pytest.mark.parametrize("line", ['"C05"', '"C14-same"', 'f"{rule}-{number}"', 'Place("", 0, 0)'])
def test_what_is_no_address_is_left_alone(line):
    assert not addresses(line)
