"""The macro project: a locked .xlsm with buttons from a finished .xlsx template.

The VBA project is written from source: our few lines (``macros``) and the standalone module of
the installed xlwings. What the macro may start is settled by the very
hidden sheet ``xlwings.conf``, which goes before any file in the workbook's folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from nianbao.book.parts import (
    MAIN,
    TYPES,
    Parts,
    add_hidden_sheet,
    read,
    sheet_parts,
    unzip,
    zipped,
)
from nianbao.button import shapes
from nianbao.button.actions import ACTIONS
from nianbao.codes import Code
from nianbao.errors import FileProblem
from nianbao.layout import cell_at
from nianbao.layout.hidden import SETTING_KEY, SETTING_VALUE
from nianbao.macros import CLASS, OURS, source, sources
from nianbao.words import Common


HOME = r"%LOCALAPPDATA%\Nianbao"
PYTHON = rf"{HOME}\python\python.exe"
PROGRAM = rf"{HOME}\nianbao-check\nianbao-check.exe"
"""Where the county's kit puts what a press starts."""

_SETTINGS = {
    "INTERPRETER_WIN": PYTHON,
    "INTERPRETER_MAC": "",
    "INTERPRETER": PYTHON,
    "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    "PYTHONPATH": "",
    "CONDA PATH": "",
    "CONDA ENV": "",
    "SHOW CONSOLE": "False",
    "USE UDF SERVER": "False",
    "UDF MODULES": "",
    "DEBUG UDFS": "False",
    "TEMP DIR": "%TEMP%",
    "SHOW_ERROR_POPUPS": "True",
    "LICENSE_KEY": "",
    "ONEDRIVE_CONSUMER_WIN": "",
    "ONEDRIVE_COMMERCIAL_WIN": "",
    "ONEDRIVE_CONSUMER_MAC": "",
    "ONEDRIVE_COMMERCIAL_MAC": "",
    "SHAREPOINT_WIN": "",
    "SHAREPOINT_MAC": "",
    "NIANBAO_EXE": PROGRAM,
}
"""Every setting that the xlwings module looks up, so that no file beside the workbook is asked."""

_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"

_PROJECT = "xl/vbaProject.bin"
_COOKIE = 0xFFFF
_NO_CACHE = bytes.fromhex("cc61ffff000000")
"""What MS-OVBA (2.3.4.1, 2.3.4.2.3) asks of who writes a project without compiling it: a version
that no Excel has, and no cache, so that each compiles the text for itself."""


def macro_workbook(data: bytes, common: Common) -> bytes:
    """Return the .xlsm of a finished .xlsx template; the same input gives the same bytes.

    Raises:
        NianbaoError: the optional part ``nianbao[macro]`` is not installed.

    """
    library, texts = _installed(common)
    parts = unzip(data)
    _add_settings(parts, common)
    shapes.add(parts, common)
    parts[TYPES] = parts[TYPES].replace(_BOOK_TYPE.encode(), _MACRO_TYPE.encode())
    return _with_project(zipped(parts), texts, library)


_SUB = """\
Public Sub {macro}()
    Press "{key}", "import nianbao.button; nianbao.button.{key}()"
End Sub

"""


def with_subs(module: str) -> str:
    """Return the text of our module with a Sub for each action in place of those it has."""
    head, _, rest = module.partition("Public Sub ")
    subs = "".join(_SUB.format(macro=one.macro, key=one.key) for one in ACTIONS.values())
    return head + subs + rest[rest.index("Private Sub ") :]


def derived() -> dict[Path, bytes]:
    """Return what of a project is derived from the list of actions and committed, by its path."""
    path = source(OURS)
    return {path: with_subs(path.read_text(encoding="ascii")).encode()}


def _installed(common: Common) -> tuple[Any, Mapping[str, str]]:
    """Return what writes a project, and the modules for it; both need the optional part."""
    try:
        import pyopenvba  # noqa: PLC0415 - heavy, and optional

        texts = sources()
    except ImportError as error:
        raise FileProblem(common.catalogue["B10-extra"].finding()) from error
    return pyopenvba, texts


def _with_project(data: bytes, texts: Mapping[str, str], library: Any) -> bytes:
    """Give the workbook its VBA project; pyOpenVBA also gives every sheet its codeName."""
    from pyopenvba.vba import VBAModuleKind  # noqa: PLC0415 - heavy, and optional

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(data)
        file = library.ExcelFile(path)
        project = file.add_vba_project()
        for name, text in texts.items():
            kind = VBAModuleKind.other if name == CLASS else VBAModuleKind.standard
            project.add_module(name, text.split("\r\n", 1)[1], kind=kind)  # without VB_Name
        for module in project.modules:
            module.cookie = _COOKIE
            module.dirty = True  # written anew, without the compiled bytes before it
        project.project_cookie = _COOKIE
        file.save()
        parts = unzip(path.read_bytes())
    parts[_PROJECT] = _uncompiled(parts[_PROJECT])
    return zipped(parts)


def _uncompiled(project: bytes) -> bytes:
    """Return the project without its cache of compiled code and of the Excel it was made by."""
    from pyopenvba.cfb import CFB  # noqa: PLC0415 - heavy, and optional

    file = CFB.from_bytes(project)
    file.write_stream_at(["VBA"], "_VBA_PROJECT", _NO_CACHE)
    return bytes(file.to_bytes())


def _add_settings(parts: Parts, common: Common) -> None:
    """Add the very hidden sheet of settings, locked like the others."""
    like = parts[next(iter(sheet_parts(parts).values()))]
    add_hidden_sheet(
        parts, common.sheets["macro"], _settings(common, _protection(like)), "rIdSettings"
    )


def _protection(sheet: bytes) -> str:
    found = read(sheet).find(f"{MAIN}sheetProtection")
    return "" if found is None else etree.tostring(found, with_tail=False).decode()


def _settings(common: Common, protection: str) -> bytes:
    said: dict[str, Code] = {"NIANBAO_MISSING": "B02", "NIANBAO_MAC": "B12-mac"}
    found = {key: common.catalogue[one].finding() for key, one in said.items()}
    rows = {**_SETTINGS, **{key: f"{one.message}。{one.remedy}" for key, one in found.items()}}
    cells = "".join(_row(row, *pair) for row, pair in enumerate(rows.items(), 1))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN[1:-1]}"><sheetPr/><sheetData>{cells}</sheetData>'
        f"{protection}</worksheet>"
    ).encode()


def _row(row: int, key: str, value: str) -> str:
    texts = ((SETTING_KEY, key), (SETTING_VALUE, value))
    return f'<row r="{row}">{"".join(_text(cell_at(row, at), text) for at, text in texts)}</row>'


def _text(cell: str, text: str) -> str:
    if not text:
        return ""
    return f'<c r="{cell}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
