"""Which workbook a press is for: the one whose macro called, or the one that is open."""

from __future__ import annotations

import sys
from typing import Any

import xlwings as xw

from nianbao.errors import FileProblem
from nianbao.words import Common


PATIENCE = 300
"""How often xlwings asks an Excel that is busy; by itself it would ask forever."""


def calling(_: Common) -> xw.Book:
    """Return the workbook whose macro started this program."""
    _limit_patience()
    name = next((word[5:] for word in sys.argv if word.startswith("--wb=")), "")
    if "=" in name:  # at which xlwings cuts it
        return next(book for app in xw.apps for book in app.books if book.name == name)
    return xw.Book.caller()


def opened(common: Common) -> xw.Book:
    """Return the open workbook of ours: the active one, or the only one.

    Raises:
        FileProblem: there is no Excel, no workbook in it, or one that may not be read yet.

    """
    _limit_patience()
    catalogue = common.catalogue
    if not len(xw.engines):
        windows = sys.platform == "win32"
        needed = catalogue["B11-parts"].finding(name="pywin32")
        raise FileProblem(needed if windows else catalogue["B10-system"].finding())
    apps = list(xw.apps)
    books = [book for app in apps for book in app.books]
    ours = [book for book in books if _is_ours(book, common)]
    if not ours and any(_protected_view(app) for app in apps):
        raise FileProblem(catalogue["B03"].finding())
    active = [book for book in map(_active, apps) if book is not None]
    chosen = next((book for book in active if _is_ours(book, common)), None)
    if chosen is None and len(ours) == 1:
        return ours[0]
    if chosen is None and not active:
        raise FileProblem(catalogue["B01"].finding())
    return chosen or active[0]


def _active(app: xw.App) -> xw.Book | None:
    """Return the workbook in front; None where all are hidden, as PERSONAL.XLSB is."""
    book = app.books.active if len(app.books) else None
    return book if book is not None and book.api is not None else None


def _protected_view(app: xw.App) -> bool:
    return getattr(app.api, "ActiveProtectedViewWindow", None) is not None


def _is_ours(book: xw.Book, common: Common) -> bool:
    return common.sheets["identity"] in {sheet.name for sheet in book.sheets}


def _limit_patience() -> None:
    windows: Any = sys.modules.get("xlwings._xlwindows")
    if windows is not None:
        windows.N_COM_ATTEMPTS = PATIENCE
