"""One press: find the workbook, do what the action does, say one message.

Whatever goes wrong, a part that is missing included, ends in one Chinese message: what a press
needs is therefore loaded within it.
"""

from __future__ import annotations

import contextlib
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nianbao.button import boxes
from nianbao.button.actions import ACTIONS, CHECK


if TYPE_CHECKING:
    import xlwings as xw

_BUSY = {-2147418111, -2147417846, -2146777998}


class _Outcome(NamedTuple):
    """The message that was shown, and the exit status it stands for."""

    text: str
    status: int


def called(key: str) -> str:
    """Do an action for the workbook whose macro started this program."""
    return _press(key, by_macro=True).text


def attach(key: str = CHECK) -> str:
    """Do an action for the workbook that is open in Excel; needs no macro."""
    return _press(key, by_macro=False).text


def attached(key: str = CHECK) -> int:
    """Do what ``attach`` does; return the exit status: 0 well, 1 faults, 2 could not be done."""
    return _press(key, by_macro=False).status


def _press(key: str, *, by_macro: bool) -> _Outcome:
    book: xw.Book | None = None
    try:
        from nianbao.button import find  # noqa: PLC0415
        from nianbao.button.live import Live  # noqa: PLC0415
        from nianbao.context import context  # noqa: PLC0415

        given = context()
        book = (find.calling if by_macro else find.opened)(given.common)
        text, wrong = ACTIONS[key].run(Live(book, given))
        outcome = _Outcome(text, int(wrong))
    except Exception as error:  # noqa: BLE001 - a clerk is never shown a traceback
        outcome = _Outcome(_explained(error), 2)
    boxes.say(book, outcome.text, wrong=outcome.status > 0)
    return outcome


def _explained(error: Exception) -> str:
    from nianbao.context import context  # noqa: PLC0415
    from nianbao.errors import FileProblem, NianbaoError  # noqa: PLC0415

    catalogue = context().catalogue
    if _is_busy(error) or (error.__cause__ is not None and _is_busy(error.__cause__)):
        return str(FileProblem(catalogue["B04"].finding()))
    if isinstance(error, NianbaoError):
        return str(error)
    if isinstance(error, ImportError):
        return str(FileProblem(catalogue["B11-parts"].finding(name=error.name or "nianbao")))
    with contextlib.suppress(OSError):
        log = Path(tempfile.gettempdir(), "nianbao-button.txt")
        log.write_text(traceback.format_exc(), encoding="utf-8")
    return str(FileProblem(catalogue["B07"].finding(why=type(error).__name__)))


def _is_busy(error: BaseException) -> bool:
    """Whether Excel says that it cannot answer just now: a cell is edited, a dialog is open."""
    codes = {getattr(error, "hresult", None)}
    details = error.args[2] if len(error.args) > 2 else None
    if isinstance(details, tuple) and len(details) > 5:
        codes.add(details[5])
    return bool(codes & _BUSY) or type(error).__name__ == "ExcelBusyError"
