"""Workbooks as other programs save them in other formats."""

from __future__ import annotations

import functools
import io
import subprocess
import tempfile
from pathlib import Path

import openpyxl
from pyxlsbwriter import XlsbWriter

from accidents import put, spoilt
from desk import book, complete
from nianbao.book.computed import with_values


A = complete("659900-T1", "甲乡")


def faulty() -> bytes:
    def change(opened):
        put("requests.received.individual", "无")(opened)
        put("requests.received.enterprise", "３件")(opened)
        put("requests.received.research", None)(opened)
        put("disclosure.rules.issued", 2)(opened)
        put("disclosure.normative.issued", -1)(opened)
        put("disclosure.fees.amount_wan", 1.5)(opened)
        put("disputes.review.upheld", 0.5)(opened)

    return spoilt(change)


BOOKS = {"complete": functools.partial(book, A), "faulty": faulty}


@functools.cache
def saved(which: str, kind: str) -> bytes:
    """The workbook saved by another program in another format."""
    data = BOOKS[which]()
    if kind == "xlsb":
        return xlsb(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in" / "a.xlsx"
        path.parent.mkdir()
        path.write_bytes(data)
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        words = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder]
        subprocess.run([*words, str(path)], check=True, capture_output=True)
        return (Path(folder) / f"a.{kind}").read_bytes()


def xlsb(data: bytes) -> bytes:
    """The values of every sheet as an .xlsb."""
    opened = openpyxl.load_workbook(io.BytesIO(with_values(data)), data_only=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsb"
        with XlsbWriter(str(path)) as writer:
            for sheet in opened:
                writer.add_sheet(sheet.title)
                writer.write_sheet([list(row) for row in sheet.iter_rows(values_only=True)])
        return path.read_bytes()
