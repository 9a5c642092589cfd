"""The tables of threats and of what the template allows: every row names what shows it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from helpers import CASES, data


HERE = Path(__file__).parents[1]
HEADS = ("| Threat", "| what people do", "| ---")


def page(name: str) -> str:
    return (HERE.parent / "docs" / name).read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    lines = [line for line in page(name).splitlines() if line.startswith("| ")]
    tables = [line for line in lines if not line.startswith(HEADS)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in tables]


PAGE = page("threats.md")
ROWS = rows("threats.md")
ALLOWED = rows("template.md")
KNOWN = {
    *(f"case: {case['name']}" for case in data(CASES / "mutations.toml")["case"]),
    *(f"office: {task['name']}" for task in data(CASES / "office.toml")["task"]),
}


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:40] for row in ROWS])
def test_every_row_names_what_shows_it(row):
    threat, happens, shown = row
    assert threat
    assert happens
    names = re.findall(r"`([^`]+)`", shown)
    assert names, "nothing shows it"
    assert [name for name in names if not exists(name)] == []


@pytest.mark.parametrize("row", ALLOWED, ids=[row[0][:40] for row in ALLOWED])
def test_every_row_on_what_the_template_allows_names_what_shows_it(row):
    names = re.findall(r"`([^`]+)`", row[-1])
    assert len(row) == 5
    assert names
    assert [name for name in names if not exists(name)] == []


def exists(name: str) -> bool:
    if name in KNOWN:
        return True
    file, _, function = name.partition("::")
    path = next(HERE.glob(f"*/{file}"), None)
    return function.startswith("test_") and path is not None and function in functions(path)


def test_what_the_text_names_exists():
    named = re.findall(r"`(test_\w+\.py::\w+)`", PAGE)
    assert [name for name in named if not exists(name)] == []
    assert len(ROWS) > 35
