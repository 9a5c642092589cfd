"""The buttons in Excel: check, next finding, zeros of blanks, export.

``main`` and its siblings are what the workbook's macro starts (``RunPython``); ``attach`` does
the same for the workbook that is open, without any macro. Importing this module costs nothing:
the work is imported when a button is pressed. Whatever goes wrong ends in one Chinese message.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple


if TYPE_CHECKING:
    import xlwings as xw

    from nianbao.codes import Code
    from nianbao.errors import FileProblem

PATIENCE = 300
"""How often xlwings asks an Excel that is busy; by itself it would ask forever."""

_BUSY = {-2147418111, -2147417846, -2146777998}

# --- what the buttons start -------------------------------------------------------------------


def main() -> str:
    """校验: check the workbook as it stands, list and mark the findings, go to the first."""
    return called("main")


def next_finding() -> str:
    """下一处: go to the next finding of the list, without checking again."""
    return called("next_finding")


def fill_zeros() -> str:
    """零报告填零: put zeros into blank inputs, where a table's switch says that they are 0."""
    return called("fill_zeros")


def export() -> str:
    """导出数据: write the report as JSON beside the workbook."""
    return called("export")


VERBS = ("main", "next_finding", "fill_zeros", "export")
"""The words by which a frozen program is told which button was pressed."""


def called(verb: str) -> str:
    """Do what a button does for the workbook whose macro started this program."""
    return _press(verb, _called).text


def attach(verb: str = "main") -> str:
    """Do what a button does for the workbook that is open in Excel; needs no macro."""
    return _press(verb, _attached).text


def attached(verb: str = "main") -> int:
    """Do what ``attach`` does; return the exit status: 0 well, 1 faults, 2 could not be done."""
    return _press(verb, _attached).status


# --- one press --------------------------------------------------------------------------------


class _Outcome(NamedTuple):
    """The message that was shown, and the exit status it stands for."""

    text: str
    status: int


def _press(verb: str, find: Callable[[], xw.Book]) -> _Outcome:
    """Find the workbook, act, show one message."""
    book = None
    try:
        from nianbao.button import press  # noqa: PLC0415
        from nianbao.button.live import Live  # noqa: PLC0415
        from nianbao.catalog import common  # noqa: PLC0415 - importing a button stays cheap

        book = find()
        text, wrong = press.ACTIONS[verb](Live(book, common()))
        outcome = _Outcome(text, int(wrong))
    except Exception as error:  # noqa: BLE001 - a clerk is never shown a traceback
        outcome = _Outcome(_explained(error), 2)
    from nianbao.button import boxes  # noqa: PLC0415

    boxes.say(book, outcome.text, wrong=outcome.status > 0)
    return outcome


def _explained(error: Exception) -> str:
    from nianbao.errors import NianbaoError  # noqa: PLC0415

    if _is_busy(error) or (error.__cause__ is not None and _is_busy(error.__cause__)):
        return str(_problem("B04"))
    if isinstance(error, NianbaoError):
        return str(error)
    if isinstance(error, ImportError):
        return str(_problem("B11-parts", name=error.name or "nianbao"))
    with contextlib.suppress(OSError):
        log = Path(tempfile.gettempdir(), "nianbao-button.txt")
        log.write_text(traceback.format_exc(), encoding="utf-8")
    return str(_problem("B07", why=type(error).__name__))


def _problem(key: Code, **values: object) -> FileProblem:
    from nianbao.catalog import common  # noqa: PLC0415
    from nianbao.errors import FileProblem  # noqa: PLC0415

    return FileProblem(common().catalogue[key].finding(**values))


def _is_busy(error: BaseException) -> bool:
    """Whether Excel says that it cannot answer just now: a cell is edited, a dialog is open."""
    codes = {getattr(error, "hresult", None)}
    details = error.args[2] if len(error.args) > 2 else None
    if isinstance(details, tuple) and len(details) > 5:
        codes.add(details[5])
    return bool(codes & _BUSY) or type(error).__name__ == "ExcelBusyError"


# --- finding the workbook ---------------------------------------------------------------------


def _called() -> xw.Book:
    import xlwings as xw  # noqa: PLC0415

    _limit_patience()
    name = next((word[5:] for word in sys.argv if word.startswith("--wb=")), "")
    if "=" in name:  # at which xlwings cuts it
        return next(book for app in xw.apps for book in app.books if book.name == name)
    return xw.Book.caller()


def _attached() -> xw.Book:
    """Return the open workbook of ours: the active one, or the only one."""
    import xlwings as xw  # noqa: PLC0415

    _limit_patience()
    if not len(xw.engines):
        windows = sys.platform == "win32"
        raise _problem("B11-parts", name="pywin32") if windows else _problem("B10-system")
    apps = list(xw.apps)
    books = [book for app in apps for book in app.books]
    ours = [book for book in books if _is_ours(book)]
    if not ours and any(_protected_view(app) for app in apps):
        raise _problem("B03")
    if not books:
        raise _problem("B01")
    active = [book for book in map(_active, apps) if book is not None]
    chosen = next((book for book in active if _is_ours(book)), None)
    if chosen is None and len(ours) == 1:
        return ours[0]
    if chosen is None and not active:
        raise _problem("B01")
    return chosen or active[0]


def _active(app: xw.App) -> xw.Book | None:
    """Return the workbook in front; None where all are hidden, as PERSONAL.XLSB is."""
    book = app.books.active if len(app.books) else None
    return book if book is not None and book.api is not None else None


def _protected_view(app: xw.App) -> bool:
    return getattr(app.api, "ActiveProtectedViewWindow", None) is not None


def _is_ours(book: xw.Book) -> bool:
    from nianbao.catalog import common  # noqa: PLC0415

    return common().sheets["identity"] in {sheet.name for sheet in book.sheets}


def _limit_patience() -> None:
    windows: Any = sys.modules.get("xlwings._xlwindows")
    if windows is not None:
        windows.N_COM_ATTEMPTS = PATIENCE
