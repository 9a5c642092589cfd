"""A roster that is a workbook, opened as one that came back is: bounded, in a worker."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any

from nianbao.context import Context
from nianbao.errors import FileProblem, Finding
from nianbao.office.engine import BOUNDS, Bounds, asked
from nianbao.opening.opened import open_package, plain
from nianbao.opening.package import OLE, Content
from nianbao.roster import DATE, NUMBER, Sheet


_ZIP = b"PK\x03\x04"
_MOST_DIGITS = 1e15
"""Excel keeps fifteen digits of a number."""


def is_book(data: bytes) -> bool:
    """Whether a file is a workbook, not a text."""
    return data.startswith((_ZIP, OLE[:4]))


def sheets(
    data: bytes, context: Context, password: str | None = None, bounds: Bounds = BOUNDS
) -> list[Sheet] | Finding:
    """Return the sheets of a workbook that somebody sees, or why it cannot be opened.

    Raises:
        NianbaoError: no worker can be started.

    """
    read = functools.partial(_sheets, context=context, password=password)
    return asked(read, data, context, bounds)


def _sheets(data: bytes, context: Context, password: str | None) -> list[Sheet] | Finding:
    """Open the workbook, in the worker."""
    catalogue = context.catalogue
    try:
        package = open_package(plain(data, catalogue, password), catalogue)
        seen = [title for title in package.titles if title not in package.hidden]
        return [_sheet(title, package.cells(title)) for title in seen]
    except FileProblem as problem:
        return problem.finding


def _sheet(title: str, cells: Mapping[tuple[int, int], Content]) -> Sheet:
    said = {at: one for at, one in cells.items() if one.value not in {None, ""}}
    kinds = {at: kind for at, one in said.items() if (kind := _kind(one.value))}
    return Sheet(title, {at: _text(one) for at, one in said.items()}, kinds)


def _kind(value: Any) -> str:
    if isinstance(value, dt.date | dt.time):
        return DATE
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return NUMBER if number else ""


def _text(content: Content) -> str:
    """Return what a cell says: a number without .0, with the zeros that its format puts before."""
    value = content.value
    if _kind(value) != NUMBER:
        return str(value)
    text = str(value) if isinstance(value, int) and value < _MOST_DIGITS else f"{value:.15g}"
    shown = content.look.text(value).strip() if content.look is not None else text
    return shown if shown.lstrip("0") == text else text
