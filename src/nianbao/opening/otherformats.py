"""Old and foreign workbooks (.xls, .xlsb, .ods, .et) through calamine, as the same ``Package``.

Calamine tells neither formulas nor defined names: the figures are found by their labels, totals
compared by value, and a finding says so. How the figures of an .xls or .ods look is read beside
it; where that is not possible a finding (C19) says so. Calamine lays a sheet out as one block,
however sparse it is, so it runs where memory is limited (``nianbao.office.worker``).
"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Protocol

from nianbao.codes import FaultCode
from nianbao.errors import Catalogue, FileProblem
from nianbao.looks import numberformat
from nianbao.looks.frames import Frame
from nianbao.looks.ods import OdsLooks
from nianbao.looks.styles import Look
from nianbao.looks.xls import OldLooks
from nianbao.opening import biff, properties
from nianbao.opening.package import (
    BROKEN,
    OLE,
    Cells,
    Content,
    Framed,
    Limits,
    Package,
    too_much,
    unreadable,
)


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

    with _explained(catalogue, "file-no-workbook"):
        if data.startswith(OLE) and biff.largest_block(data) > MOST_BLOCK:
            raise too_much(catalogue, "file-sheet-full")
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = {one.name: number for number, one in enumerate(book.sheets_metadata)}
    titles = tuple(one.name for one in book.sheets_metadata if not _REMEMBERED.match(one.name))
    if not titles or len(set(titles)) < len(titles):
        raise unreadable(catalogue, "file-no-workbook")
    if len(titles) > limits.sheets:
        raise too_much(catalogue, "file-sheets", count=len(titles))
    looks = _looks(data, limits)
    load = {
        title: functools.partial(_cells, book, sheets[title], catalogue, limits, looks)
        for title in titles
    }
    visible = calamine.SheetVisibleEnum.Visible
    hidden = frozenset(one.name for one in book.sheets_metadata if one.visible != visible)
    return Package(
        titles, {}, load, formulas=False, hidden=hidden,
        properties=lambda: properties.of_other(data),
    )  # fmt: skip


class _Looks(Protocol):
    def sheet(self, title: str) -> tuple[dict[tuple[int, int], Look], Frame]: ...


def _looks(data: bytes, limits: Limits) -> _Looks | None:
    """Return how the figures of a workbook look; None where that cannot be told."""
    with contextlib.suppress(*BROKEN):
        if data.startswith(OLE):
            return OldLooks(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "content.xml" in names:
                parts = [_part(archive, one, limits) for one in ("content.xml", "styles.xml")
                         if one in names]  # fmt: skip
                return OdsLooks(parts[0], parts[1] if len(parts) > 1 else None)
    return None


def _part(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    with archive.open(name) as stream:
        data = stream.read(limits.part + 1)
    if len(data) > limits.part or data.count(b"<") > limits.marks:
        raise ValueError(name)
    return data


@contextlib.contextmanager
def _explained(catalogue: Catalogue, why: FaultCode) -> Iterator[None]:
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


def _cells(
    book: Any, number: int, catalogue: Catalogue, limits: Limits, looks: _Looks | None
) -> Cells:
    with _explained(catalogue, "file-part-damaged"):
        sheet = book.get_sheet_by_index(number)
        if sheet.height * sheet.width > MOST_BLOCK:
            raise too_much(catalogue, "file-sheet-full")
        rows = sheet.to_python(skip_empty_area=True)
    top, left = sheet.start or (0, 0)
    seen, frame = _seen(looks, sheet.name)
    found = {
        (at := (top + row, left + column)): _content(_value(value, catalogue, limits), seen.get(at))
        for row, line in enumerate(rows, 1)
        for column, value in enumerate(line, 1)
        if value != ""
    }
    if len(found) > limits.cells:
        raise too_much(catalogue, "file-sheet-full")
    return Framed(found, frame)


def _seen(looks: _Looks | None, title: str) -> tuple[dict[tuple[int, int], Look], Frame | None]:
    with contextlib.suppress(*BROKEN):
        if looks is not None:
            return looks.sheet(title)
    return {}, None


def _content(value: Any, look: Look | None) -> Content:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    day = numberformat.date(value, look.code) if number and look is not None else None
    return Content(day or value, None, look)


def _value(value: Any, catalogue: Catalogue, limits: Limits) -> Any:
    if isinstance(value, str) and len(value) > limits.text:
        raise too_much(catalogue, "file-cell-long")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
