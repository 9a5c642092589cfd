"""End to end in LibreOffice: button, macro, command, button.py, list, recalculated sheet."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from desk import book, complete
from helpers import common, editions
from libreoffice import PATIENCE
from macro_books import remade, with_button
from nianbao.book import style
from nianbao.book.parts import unzip, zipped
from nianbao.button.project import PROGRAM
from nianbao.office.examine import examine
from nianbao.reading.read import read


WRONG = bytes.fromhex(style.WRONG)
BUTTON_FACE = bytes((236, 233, 216))
pytestmark = pytest.mark.libreoffice
HERE = Path(__file__).parents[1] / "support"
UTF8 = {**os.environ, "LC_ALL": "C.UTF-8"}  # or LibreOffice finds no file with a Chinese name

STUB = """
Public Function GetConfig(Key As String, Optional Default As String = "") As Variant
    Dim Row As Integer
    For Row = 1 To 40
        With ThisWorkbook.Worksheets("xlwings.conf")
            If .Cells(Row, 1).Value = Key Then GetConfig = .Cells(Row, 2).Value
        End With
    Next
End Function

Public Function FileExists(ByVal Path As String) As Boolean
    FileExists = InStr(Path, "{there}") > 0
End Function

Public Sub RunPython(Command As String)
    Said "RunPython " & Command
End Sub

Public Sub RunFrozenPython(Program As String, Optional Args As String = "")
    Said "RunFrozenPython " & Program & " " & Args
End Sub

Private Sub Said(Text As String)
    Open "{said}" For Output As #1
    Print #1, Text
    Close #1
End Sub
"""
"""Stands in for xlwings.bas, whose calls of Windows LibreOffice's interpreter cannot make. The
settings come from the workbook's own sheet."""

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def libreoffice(folder: Path):
    """A LibreOffice of our own that lets macros run, listening on the port yielded."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    port = free_port()
    command = [
        "soffice",
        f"-env:UserInstallation=file://{user.parent}",
        "--headless",
        "--norestore",
    ]
    command += ["--nologo", f"--accept=socket,host=127.0.0.1,port={port};urp;"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=UTF8, start_new_session=True, **quiet)
    try:
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the wrapper and the program
        process.wait(30)


def two_faults():
    return complete(
        "659900-T1", "甲乡", disclosure__rules__issued=None, disclosure__rules__repealed=None
    )


def pressed(folder: Path, there: str) -> dict:
    said, path = folder / "said.txt", folder / "甲乡 年报=终稿.xlsm"
    stub = STUB.replace("{said}", str(said)).replace("{there}", there)
    path.write_bytes(remade(lambda file: file.set_module("xlwings", stub), book(two_faults())))
    with libreoffice(folder) as port:
        script = [sys.executable, HERE / "press_in_libreoffice.py", str(port), path, said]
        ran = subprocess.run(script, check=False, stdout=-1, text=True, timeout=PATIENCE, env=UTF8)
    assert ran.returncode == 0
    return json.loads(ran.stdout)


def colours(pdf: Path, colour: bytes) -> int:
    """How many pixels of the second sheet have a colour."""
    draw = ["pdftoppm", "-f", "2", "-l", "2", "-r", "72", pdf]
    return subprocess.run(draw, check=True, capture_output=True).stdout.count(colour)


def test_a_click_goes_through_the_macro_to_the_list_and_the_sheet_recalculates(tmp_path):
    seen = pressed(tmp_path, there="python.exe")
    assert seen["script"].startswith("vnd.sun.star.script:VBAProject.Nianbao.NianbaoCheck?")
    first, mended = seen["first"], seen["mended"]
    assert first["command"] == "RunPython import nianbao.button; nianbao.button.main()"
    expected = examine(read(book(two_faults()), editions(), common()), common())
    assert [row[5] for row in first["list"]] == [f.place for f in expected]
    assert [(row[1], row[3]) for row in first["list"]] == [(f.rule, f.message) for f in expected]
    assert first["message"].startswith("还有 2 处错误")
    assert "2 处需要处理" in first["verdict"]
    assert first["selected"] == first["list"][0][5].replace("!", ".")
    assert "1 处需要处理" in mended["verdict"]
    assert mended["list"] == first["list"][1:]
    assert mended["message"].startswith("还有 1 处错误")
    assert seen["untouched on disk"]
    assert colours(tmp_path / "before.pdf", WRONG) == 0
    assert colours(tmp_path / "after.pdf", WRONG) > 500


def test_where_the_county_hands_out_a_program_the_macro_starts_that(tmp_path):
    seen = pressed(tmp_path, there="nianbao-check.exe")
    assert seen["first"]["command"] == f"RunFrozenPython {PROGRAM} main"


def test_where_nothing_is_installed_nothing_is_started(tmp_path):
    assert pressed(tmp_path, there="nothing there")["first"]["command"] == ""


def test_the_buttons_are_seen_on_the_first_sheet(tmp_path):
    """Buttons are not printed; here they are, to be looked at as on the screen."""
    parts = unzip(with_button())
    for name in [one for one in parts if one.endswith(".vml")]:
        parts[name] = parts[name].replace(b"<x:PrintObject>False</x:PrintObject>", b"")
    path = tmp_path / "a.xlsm"
    path.write_bytes(zipped(parts))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    run = functools.partial(subprocess.run, check=True, capture_output=True, cwd=tmp_path)
    run(["soffice", profile, "--headless", "--convert-to", "pdf", path], timeout=PATIENCE)
    words = run(["pdftotext", "-l", "1", "a.pdf", "-"]).stdout.decode()
    assert {"校验", "下一处", "零报告填零", "导出数据"} <= set(words.split())
    picture = run(["pdftoppm", "-l", "1", "-r", "72", "a.pdf"]).stdout
    assert picture.count(BUTTON_FACE) > 2000
