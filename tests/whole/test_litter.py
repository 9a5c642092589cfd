"""What is shipped is what is meant to be, and comments name files that are there."""

from __future__ import annotations

import re
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from helpers import CASES, data


ROOT = Path(__file__).parents[2]
MEANT = data(CASES / "packages.toml")
LITTER = (
    "templates/.~lock.2021.xlsx#",
    "templates/~$2021.xlsx",
    "schemas/editions/.~lock.2021.toml#",
    "src/nianbao/__pycache__/check.cpython-311.pyc",
    "examples/.DS_Store",
    "docs/Thumbs.db",
    "tests/support/__pycache__/helpers.cpython-311.pyc",
)
"""What programs leave beside the files that people open."""

CODE, TEXT = (
    ("src", "packaging", "benchmarks", "schemas"),
    ("docs", "README.md", "tests"),
)


@pytest.fixture(scope="module", params=["with .gitignore", "without"])
def shipped(request, tmp_path_factory):
    """The files of the wheel and of the sdist, built from a tree with litter in it."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("dist")
    own = shutil.ignore_patterns(".*_cache", ".git", ".venv", ".hypothesis", "__pycache__", "dist")
    shutil.copytree(ROOT, tree, dirs_exist_ok=True, ignore=own)
    for name in LITTER:
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_bytes(b"left behind")
    if request.param == "without":
        (tree / ".gitignore").unlink()
    (wheel,) = WheelBuilder(str(tree)).build(directory=str(out), versions=["standard"])
    (sdist,) = SdistBuilder(str(tree)).build(directory=str(out), versions=["standard"])
    with tarfile.open(sdist) as packed:
        source = {one.name.partition("/")[2] for one in packed if one.isfile()}
    if request.param == "without":
        source.add(".gitignore")
    return {"wheel": set(zipfile.ZipFile(wheel).namelist()), "sdist": source}


def meets(pattern: str) -> re.Pattern[str]:
    parts = {"**": ".*", "*": "[^/]*"}
    return re.compile("".join(parts.get(p, re.escape(p)) for p in re.split(r"(\*+)", pattern)))


@pytest.mark.parametrize("kind", MEANT)
def test_every_file_that_is_shipped_is_meant_to_be(kind, shipped):
    patterns = [meets(one) for one in MEANT[kind]]
    assert sorted(f for f in shipped[kind] if not any(p.fullmatch(f) for p in patterns)) == []
    unmet = [p.pattern for p in patterns if not any(p.fullmatch(f) for f in shipped[kind])]
    assert unmet == []


@pytest.mark.parametrize("kind", MEANT)
def test_no_litter_is_shipped(kind, shipped):
    bad = re.compile(r"\.~lock|~\$|__pycache__|\.pyc$|\.DS_Store|Thumbs\.db")
    assert [name for name in shipped[kind] if bad.search(name)] == []


def test_the_wheel_has_every_module_and_all_data_of_the_tree(shipped):
    inside = {name for name in shipped["wheel"] if ".dist-info/" not in name}
    tree = {f.removeprefix("src/") for f in shipped["sdist"] if f.startswith("src/")}
    for folder in ("schemas", "templates", "examples"):
        tree |= {f"nianbao/{f}" for f in shipped["sdist"] if f.startswith(f"{folder}/")}
    assert inside == tree
    assert len(inside) > 150


# --- comments ---------------------------------------------------------------------------------

ELSEWHERE = {"xlwings.bas", "2027.toml", "run.py", "command.py"}
"""Of a library, or made by a test."""


NAME = re.compile(r"(?<![\w.-])[\w-]+(?:\.[\w-]+)?\.(?:py|md|toml|spec|bas|cls)(?!\w)")


def test_every_file_that_is_named_is_there():
    tops = [ROOT / top for top in (*CODE, *TEXT)]
    kinds = {".py", ".toml", ".md", ".spec", ".bas", ".cls"}
    files = [f for top in tops for f in ([top] if top.is_file() else sorted(top.rglob("*")))]
    files = [f for f in files if f.suffix in kinds and f != Path(__file__)]
    there = {f.name for f in (*files, *ROOT.glob("*.*"))} | ELSEWHERE
    names = [(f, name) for f in files for name in set(NAME.findall(f.read_text("utf-8")))]
    absent = [(f, name) for f, name in names if name.isascii() and name not in there]
    assert sorted(f"{f.relative_to(ROOT)}: {name}" for f, name in absent) == []
    assert len(names) > 50
