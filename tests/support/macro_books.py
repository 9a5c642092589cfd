"""Workbooks with the button: made once, and made over as a stranger would."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from pyopenvba import ExcelFile

from altered import base
from desk import book, example
from helpers import common
from nianbao.book.parts import unzip, zipped
from nianbao.button.project import macro_workbook


PROJECT = "xl/vbaProject.bin"


def plain() -> bytes:
    """An example report without the button."""
    return book(example("659900-T03"))


@functools.cache
def with_button(edition: str = "2021") -> bytes:
    """The macro workbook of an example report."""
    return macro_workbook(base(edition)[0] if edition != "2021" else plain(), common())


def remade(change, of: bytes | None = None) -> bytes:
    """The macro workbook (of a plain one) after ``change`` has had its project's pyOpenVBA file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(macro_workbook(of, common()) if of else with_button())
        file = ExcelFile(path)
        change(file)
        file.save()
        return path.read_bytes()


def with_parts(**replaced: bytes | None) -> bytes:
    """The macro workbook with parts replaced, added or (None) left out."""
    parts = unzip(with_button())
    for name, data in replaced.items():
        if data is None:
            parts.pop(name)
        else:
            parts[name] = data
    return zipped(parts)
