"""The house: no exception to the layers, no room too big, functions small."""

from __future__ import annotations

import ast
import contextlib
import importlib
import re
import tomllib
from collections import Counter
from pathlib import Path

from helpers import HERE


SOURCE = HERE.parent / "src" / "nianbao"
FILES = sorted(SOURCE.rglob("*.py"))
PROJECT = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_the_contracts_know_no_exception():
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    assert len(contracts) >= 4
    assert [one["name"] for one in contracts if one.get("ignore_imports")] == []


def test_no_package_holds_more_than_a_sixth_of_the_source():
    held = Counter[str]()
    for path in FILES:
        held[room(path)] += lines(path)
    assert {name: n for name, n in held.items() if n > sum(held.values()) / 6} == {}


def test_files_are_a_few_hundred_lines_at_most():
    assert {str(path.relative_to(SOURCE)): lines(path) for path in FILES if lines(path) > 400} == {}


def test_functions_are_short():
    long = {
        f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40
    }
    assert long == set()


PAGE = (HERE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_what_the_page_names_exists():
    named = re.findall(r"`(?:nianbao\.)?([a-z_]+(?:\.[a-zA-Z_]+)+)`", PAGE)
    assert [name for name in named if not exists(name)] == []
    assert len(named) > 25


def exists(name: str) -> bool:
    if (HERE.parent / "docs" / name).exists() or name.endswith((".toml", ".py", ".xlsx")):
        return True
    module, _, attribute = f"nianbao.{name}".rpartition(".")
    with contextlib.suppress(ImportError):
        return importlib.import_module(f"{module}.{attribute}") is not None
    return hasattr(importlib.import_module(module), attribute)


def test_every_room_is_on_the_page():
    rooms = {room(path).removesuffix(".py") for path in FILES} - {"__init__", "__main__"}
    told = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert rooms - told - {"codes", "version"} == set()
