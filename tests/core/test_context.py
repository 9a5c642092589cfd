"""The context: loaded once, by whoever begins something, and passed to everybody else."""

from __future__ import annotations

import ast
from pathlib import Path

import nianbao
from nianbao.context import context


SOURCE = Path(nianbao.__file__).parent
BEGINNING = {
    "cli/program.py",  # the command line
    "library.py",  # a program that imports nianbao
    "button/press.py",  # a button that is pressed in Excel
    "office/engine/serving.py",  # a worker, in its own process
}
"""Who may ask for the context instead of being given it."""

OWN = "context.py"


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def asks(path: Path) -> bool:
    """Whether a module imports the function ``context``."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "nianbao.context"
        and "context" in {one.name for one in node.names}
        for node in ast.walk(tree(path))
    )


def keeps(path: Path) -> set[str]:
    """The functions without an argument whose answer a module keeps for ever."""
    return {
        node.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and not [*node.args.args, *node.args.kwonlyargs]
        and any("cache" in ast.unparse(one) for one in node.decorator_list)
    }


def modules() -> dict[str, Path]:
    return {path.relative_to(SOURCE).as_posix(): path for path in sorted(SOURCE.rglob("*.py"))}


def test_only_who_begins_something_asks_for_the_context():
    assert {name for name, path in modules().items() if asks(path)} == BEGINNING


def test_only_the_context_loads():
    found = {
        name
        for name, path in modules().items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module == "nianbao.catalog" or "catalog" in {one.name for one in node.names})
    }
    assert found == {OWN}


def test_nothing_loaded_is_kept_but_the_context():
    kept = {(name, one) for name, path in modules().items() for one in keeps(path)}
    assert (OWN, "context") in kept
    assert {one for one in kept if one[0] in {OWN, "catalog.py", "words.py"}} == {(OWN, "context")}


def test_it_is_one_value():
    assert context() is context()
    assert context().catalogue is context().common.catalogue
    assert context().edition_for(2023) is context().editions["2021"]
