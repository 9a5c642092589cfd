"""Old and foreign workbooks (.xls, .xlsb, .ods, .et) through calamine, as the same ``Package``.

Calamine tells neither formulas nor defined names nor number formats: the figures are found by
their labels, totals compared by value, and a finding says so. It lays a sheet out as one block,
however sparse it is, so it runs where memory is limited (``nianbao.worker``).
"""

from __future__ import annotations

import contextlib
import functools
import io
import re
from collections.abc import Iterator
from typing import Any

from nianbao.errors import Catalogue, FileProblem
from nianbao.xlsx import biff
from nianbao.xlsx.package import OLE, Cells, Content, Limits, Package, too_much, unreadable


_REMEMBERED = re.compile(r"'[^']*'#")
"""The title under which LibreOffice remembers a sheet of another workbook: none of this one's."""

MOST_BLOCK = 3_000_000
"""Cells of the block that a sheet may span; a form spans some thousand."""


def package(data: bytes, catalogue: Catalogue, limits: Limits) -> Package:
    """Open a workbook that is not Office Open XML.

    Raises:
        FileProblem: it is damaged, has a password, or is larger than the limits.

    """
    import python_calamine as calamine  # noqa: PLC0415 - only for such files

    with _explained(catalogue, "文件损坏或不是工作簿"):
        if data.startswith(OLE) and biff.largest_block(data) > MOST_BLOCK:
            raise too_much(catalogue, "一张表里的内容太多")
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = {one.name: number for number, one in enumerate(book.sheets_metadata)}
    titles = tuple(one.name for one in book.sheets_metadata if not _REMEMBERED.match(one.name))
    if not titles or len(set(titles)) < len(titles):
        raise unreadable(catalogue, "文件损坏或不是工作簿")
    if len(titles) > limits.sheets:
        raise too_much(catalogue, f"有 {len(titles)} 张工作表")
    load = {
        title: functools.partial(_cells, book, sheets[title], catalogue, limits) for title in titles
    }
    hidden = frozenset(
        one.name for one in book.sheets_metadata if "Visible" not in str(one.visible)
    )
    return Package(titles, {}, load, formulas=False, hidden=hidden)


@contextlib.contextmanager
def _explained(catalogue: Catalogue, why: str) -> Iterator[None]:
    """Turn what calamine raises at a damaged file into its refusal.

    A panic of Rust code is no ``Exception`` to Python and has no class to import.
    """
    import python_calamine as calamine  # noqa: PLC0415

    try:
        yield
    except calamine.PasswordError as error:
        raise FileProblem(catalogue["F02"].finding()) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise unreadable(catalogue, why) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(catalogue, why) from error


def _cells(book: Any, number: int, catalogue: Catalogue, limits: Limits) -> Cells:
    with _explained(catalogue, "文件内部的内容损坏"):
        sheet = book.get_sheet_by_index(number)
        if sheet.height * sheet.width > MOST_BLOCK:
            raise too_much(catalogue, "一张表里的内容太多")
        rows = sheet.to_python(skip_empty_area=True)
    top, left = sheet.start or (0, 0)
    found = {
        (top + row, left + column): Content(_value(value, catalogue, limits))
        for row, line in enumerate(rows, 1)
        for column, value in enumerate(line, 1)
        if value != ""
    }
    if len(found) > limits.cells:
        raise too_much(catalogue, "一张表里的内容太多")
    return found


def _value(value: Any, catalogue: Catalogue, limits: Limits) -> Any:
    if isinstance(value, str) and len(value) > limits.text:
        raise too_much(catalogue, "一个单元格里的文字太多")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
