"""The program for computers without Python: frozen here, and run as it is run there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk import book, complete
from macro_books import with_button
from once import once


SPEC = Path(__file__).parents[2] / "packaging" / "nianbao-check.spec"
CHECK = ("check", "--json")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The frozen program; PyInstaller builds it for the system it runs on."""
    return once(tmp_path_factory, "frozen", _freeze) / "nianbao-check" / "nianbao-check"


def _freeze(folder: Path) -> None:
    where = ["--distpath", folder, "--workpath", folder / "build"]
    build = [sys.executable, "-m", "PyInstaller", "--log-level", "ERROR", *where, SPEC]
    subprocess.run(build, check=True, capture_output=True)


def run(*words):
    """Run it where no Python can be found."""
    bare = {"PATH": "/nowhere", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        words, check=False, capture_output=True, env=bare, encoding="utf-8", errors="replace"
    )


def test_the_frozen_program_finds_what_the_command_finds(program, tmp_path):
    books = {
        "有错.xlsx": book(complete("659900-T1", "甲乡", disclosure__rules__issued=None)),
        "无错.xlsx": book(complete("659900-T2", "乙镇")),
        "带按钮.xlsm": with_button(),
        "坏的.xlsx": b"PK",
    }
    for name, data in books.items():
        (tmp_path / name).write_bytes(data)
    ours = run(sys.executable, "-m", "nianbao", *CHECK, tmp_path)
    frozen = run(program, *CHECK, tmp_path)
    assert frozen.returncode == ours.returncode == 1
    assert json.loads(frozen.stdout) == json.loads(ours.stdout)
    assert frozen.stderr == ours.stderr
    files = {Path(one["file"]).name: one["status"] for one in json.loads(frozen.stdout)["files"]}
    assert files == {
        "有错.xlsx": "error", "无错.xlsx": "ok", "带按钮.xlsm": "ok", "坏的.xlsx": "unreadable",
    }  # fmt: skip


def test_a_press_from_the_macro_ends_in_one_sentence_and_no_error(program):
    pressed = run(program, "main", "--wb=表.xlsm", "--from_xl=1", "--app=x", "--hwnd=1")
    assert pressed.returncode == 0  # or the macro shows the error stream as an error of xlwings
    assert "Traceback" not in pressed.stderr
    assert "校验程序出了意外" in pressed.stderr


def test_a_double_click_presses_on_the_open_workbook(program):
    started = run(program)
    assert started.returncode == 2
    assert "按钮只能用在 Windows 的 Microsoft Excel 上" in started.stderr


def test_every_verb_of_a_clerk_is_in_it(program):
    assert run(program, "button", "status").returncode == 2
    assert run(program, "--version").stdout.startswith("nianbao ")


def test_it_is_small_enough_to_be_handed_out(program):
    files = [Path(top) / name for top, _, names in os.walk(program.parent) for name in names]
    assert sum(path.stat().st_size for path in files) < 160e6
