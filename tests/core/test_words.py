"""Nothing that a finding or a refusal says is worded in the program: the catalogue has the words.

What the sheets, the pages and the command line say of themselves stands where they are made; no
error is made there but from the catalogue.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nianbao


SOURCE = Path(nianbao.__file__).parent
CHINESE = re.compile(r"[\u3400-\u9fff]")

ROOMS = {
    "book": "the looks of sheets, by the names that Excel shows",
    "cli": "help, and what a command that did its work says; locale/ has click's own sentences",
    "layout": "the headings of sheets, by which they are drawn and found again",
    "publish": "what the summary and the board say",
    "template": "what the sheets of a workbook say, much of it inside formulas",
}
"""The rooms that say things of their own in Chinese, and what."""

MODULES = {
    "button/actions.py": "what stands on the buttons, and in the docs of each",
    "button/boxes.py": "the title of a box",
    "button/machine.py": "the name of the shortcut, and of a Windows",
    "button/shapes.py": "the name of a font",
    "catalog.py": "the catalogue itself, or an edition, could not be read",
    "check.py": "how a long list of names is cut",
    "decoding.py": "faults of common.toml, too, which are said before it is read",
    "edition_file.py": "the unit of a figure",
    "errors.py": "how a blank is shown",
    "expr/explaining.py": "an expression as a sentence: the operators, the mirror of the formula",
    "form/rules.py": "the names of figures in such a sentence",
    "ingest/alignment.py": "patterns of published reports",
    "ingest/edition_text.py": "patterns of published reports",
    "ingest/text.py": "patterns of published reports",
    "local.py": "the name of the file; days as they are written",
    "looks/displayed.py": "how a date is shown",
    "looks/numberformat.py": "the words of Excel's number formats",
    "office/dates.py": "days as they are written",
    "office/keeping.py": "the names of a roster",
    "office/owned.py": "the name of a file",
    "office/rulebook.py": "docs/rules.md",
    "office/send_back.py": "the letter that goes back to a unit",
    "office/sniff.py": "words in the names of files",
    "reading/copied_sheets.py": "patterns of titles",
    "reading/identity.py": "patterns of titles",
    "reading/shown_identity.py": "patterns of titles",
    "roster/superiors.py": "the name of the sum of a roster without a row for it",
    "ledger/opening.py": "the name of a backup, of what is kept nowhere",
    "ledger/place.py": "the names of our files in an office's folder",
    "office/documents.py": "the names of a summary's files",
    "office/intake.py": "the names of files that are none of the inbox",
    "office/messages.py": "marks in a list of findings",
    "office/outputs.py": "the name of the folder of earlier outputs",
    "registry/remind.py": "the name of the list of what was written",
    "registry/chronicle.py": "how an event is cited",
    "schema.py": "the titles in the JSON Schema",
    "standing.py": "how a long list of names is cut",
    "versions.py": "how a version is told from others: when it came, was saved, its mark",
    "values.py": "units that are typed behind a figure; how a date is shown",
    "words.py": "the name of a sort of unit",
}
"""The modules elsewhere that hold Chinese, and what it is: no sentence of a finding or error."""

BEFORE = {"catalog.py", "decoding.py"}
"""What may word an error: what goes wrong before there are words."""

MAKERS = {"words.py", "catalog.py"}
"""Who may make a ``NianbaoError`` of a text: ``refuse``, and what goes wrong before it."""


@functools.cache
def modules() -> dict[str, ast.Module]:
    found = {one.relative_to(SOURCE).as_posix(): one for one in sorted(SOURCE.rglob("*.py"))}
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in found.items()}


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """The texts of a program, of f-strings too; not its docstrings."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


def worded(tree: ast.AST) -> list[str]:
    return [one.value for one in texts(tree) if CHINESE.search(one.value)]


def called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


@functools.cache
def refusals() -> set[str]:
    """The classes of errors that users are shown: ``NianbaoError``, and what derives from it."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found, more = set[str](), {"NianbaoError"}
    while more:
        found |= more
        more = {name for name, of in bases.items() if of & found} - found
    return found


@functools.cache
def errors() -> set[str]:
    """What makes an error or a finding: classes, by the last part of their name."""
    own = {
        node.name
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    }
    return refusals() | own | {"Finding"}


def spoken(node: ast.AST) -> bool:
    """Whether a text is given as it stands; what is looked up by one, or filled in, is not."""
    if isinstance(node, ast.Call | ast.Subscript):
        return spoken(node.func) if isinstance(node, ast.Call) else False
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return is_text or any(map(spoken, ast.iter_child_nodes(node)))


def own_words(name: str, tree: ast.Module) -> list[str]:
    """Where a module words an error or a finding itself: what is raised, made or returned so."""
    made = [
        one
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and called(node) in errors())
        for one in worded(node)
    ]
    plainly = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in refusals()
        if any(map(spoken, [*node.args, *(one.value for one in node.keywords)]))
    ]
    return ([] if name in BEFORE else made) + ([] if name in MAKERS else plainly)


def test_no_error_is_worded_where_it_is_raised():
    assert {name: found for name, one in modules().items() if (found := own_words(name, one))} == {}


def test_only_a_refusal_makes_an_error_of_a_text():
    made = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "NianbaoError"
    }
    assert made == MAKERS


def test_chinese_stands_only_where_it_is_known_why():
    holding = {name for name, tree in modules().items() if worded(tree)}
    assert {name for name in holding if name.partition("/")[0] not in ROOMS} == set(MODULES)
    assert {name.partition("/")[0] for name in holding} >= set(ROOMS)


@pytest.mark.parametrize("line", [
    'raise NianbaoError("没有安装")',
    'raise NianbaoError(f"{path}：no")',
    'raise NianbaoError("{}: no".format(path))',
    'raise FileProblem(f"写不了 {path}") from None',
    'raise errors.FileProblem("no")',
    'raise _KitError(("没有 pip",)[0])',
    'raise ValueError("不对")',
    'return NianbaoError(message="没有安装")',
    'yield Finding("C01", severity, f"{name}不对")',
])  # fmt: skip
def test_such_a_line_is_found(line):
    assert own_words("office/files.py", ast.parse(f"def function():\n    {line}"))


@pytest.mark.parametrize("line", [
    '"""没有"""',
    'raise common.refuse("missing", path=path) from None',
    'raise FileProblem(catalogue["F02"].finding(actual=f"{name}.xlsx"))',
    'raise _KitError("kit-pip", said=said)',
])  # fmt: skip
def test_what_the_catalogue_words_is_not_found(line):
    tree = ast.parse(f"def function():\n    {line}")
    assert (own_words("office/files.py", tree), worded(tree)) == ([], [])
