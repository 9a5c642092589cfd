"""What a press says and asks, in a box in front of Excel.

A box that stands behind Excel is never answered, and while it stands there Excel waits.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    import xlwings as xw

TITLE = "年报校验"
INFORMATION, EXCLAMATION, QUESTION = 0x40, 0x30, 0x24
"""Of Windows' MessageBox: with an OK, with an OK, with Yes and No."""

IN_FRONT = 0x50000
"""Topmost, and with the focus; whoever has it at the time."""

_YES = 6


def say(book: xw.Book | None, text: str, *, wrong: bool) -> None:
    """Show a message; without a box or a console, as under pythonw on Linux, nothing."""
    if sys.platform == "win32":
        _box(book, text, EXCLAMATION if wrong else INFORMATION)
        return
    if book is not None:
        with contextlib.suppress(Exception):  # it has gone or does not answer
            book.app.alert(text, TITLE, mode="critical" if wrong else "info")
            return
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n")


def agrees(book: xw.Book, question: str) -> bool:
    """Ask what is answered by yes or no."""
    if sys.platform == "win32":
        return _box(book, question, QUESTION) == _YES
    return bool(book.app.alert(question, TITLE, buttons="yes_no") == "yes")


def _box(book: xw.Book | None, text: str, kind: int) -> int:
    """Show a box that belongs to Excel's window, where it has one; return the answer's number."""
    import ctypes  # noqa: PLC0415

    owner = 0
    if book is not None:
        with contextlib.suppress(Exception):  # it has gone or does not answer
            owner = book.app.hwnd or 0
    windows: Any = ctypes.windll  # type: ignore[attr-defined,unused-ignore]
    return int(windows.user32.MessageBoxW(owner, text, TITLE, kind | IN_FRONT))
