"""LibreOffice as an engine for xlwings: the real API over UNO, formulas alive, locks enforced.

Of ``engine.py`` it differs in what stands behind it: here a running program calculates. Needs
``uno``, which Debian's ``python3-uno`` puts where only the system's Python looks.
"""

from __future__ import annotations

import sys
import time

import xlwings as xw
from xlwings import base_classes

import engine
from libreoffice import PATIENCE


PACKAGES = "/usr/lib/python3/dist-packages"


def connect(port: int, patience: float = PATIENCE):
    """The desktop of a soffice that listens on ``port``."""
    sys.path.append(PACKAGES)
    import uno
    from com.sun.star.connection import NoConnectException

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    url = f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext"
    deadline = time.monotonic() + patience
    while True:
        try:
            context = resolver.resolve(url)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return context.ServiceManager.createInstance("com.sun.star.frame.Desktop")


def open_document(desktop, path):
    """Open a file whose macros may run."""
    from com.sun.star.beans import PropertyValue
    from com.sun.star.document.MacroExecMode import ALWAYS_EXECUTE_NO_WARN

    options = PropertyValue("MacroExecutionMode", 0, ALWAYS_EXECUTE_NO_WARN, 0)
    hidden = PropertyValue("Hidden", 0, True, 0)  # without a screen it dies of a window
    return desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (options, hidden))


def export(document, path) -> None:
    """Write a document as a PDF."""
    from com.sun.star.beans import PropertyValue

    kind = PropertyValue("FilterName", 0, "calc_pdf_Export", 0)
    document.storeToURL(path.as_uri(), (kind,))


def running(document) -> xw.Book:
    """The document as an xlwings book of an engine that is registered for good."""
    program = Program(document)
    found = xw.Engine(impl=program)
    xw.engines.add(found)
    xw.engines.active = found
    return xw.Book(impl=program.app.books(1))


class Program(engine.Excel):
    def __init__(self, document):
        super().__init__()
        self.app = App(self)
        self.app.books.open_books.append(Book(self.app, document))


class App(engine.App):
    def calculate(self):
        for book in self.books.open_books:
            book.document.calculateAll()


class Sheets(base_classes.Sheets):
    def __init__(self, book):
        self.book = book

    api = property(lambda self: self.book.document.Sheets)

    def __call__(self, name_or_index):
        if isinstance(name_or_index, int):
            return Sheet(self.book, self.api.getByIndex(name_or_index - 1))
        return Sheet(self.book, self.api.getByName(name_or_index))

    def __len__(self):
        return self.api.Count

    def __iter__(self):
        return (self(number) for number in range(1, len(self) + 1))


class Book(base_classes.Book):
    def __init__(self, app, document):
        self._app, self.document = app, document

    api = property(lambda self: self.document)
    app = property(lambda self: self._app)
    name = property(lambda self: self.document.Title)
    fullname = property(lambda self: self.document.URL)
    sheets = property(Sheets)

    def activate(self):
        pass


class Sheet(base_classes.Sheet):
    def __init__(self, book, sheet):
        self._book, self.sheet = book, sheet

    api = property(lambda self: self.sheet)
    book = property(lambda self: self._book)
    name = property(lambda self: self.sheet.Name)

    def range(self, arg1, arg2=None):
        if isinstance(arg1, str):
            return Range(self, self.sheet.getCellRangeByName(arg1))
        (top, left), (bottom, right) = _corner(arg1), _corner(arg2 or arg1)
        at = (left - 1, top - 1, right - 1, bottom - 1)
        return Range(self, self.sheet.getCellRangeByPosition(*at))

    @property
    def used_range(self):
        cursor = self.sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return self.range((1, 1), (end.EndRow + 1, end.EndColumn + 1))

    def activate(self):
        self._book.document.CurrentController.setActiveSheet(self.sheet)


class Range(base_classes.Range):
    options = None

    def __init__(self, sheet, area):
        self._sheet, self.area = sheet, area
        self.at = area.RangeAddress

    api = property(lambda self: self.area)
    sheet = property(lambda self: self._sheet)
    row = property(lambda self: self.at.StartRow + 1)
    column = property(lambda self: self.at.StartColumn + 1)
    max_cells_per_read = 4_000_000
    max_cells_per_write = 100_000

    @property
    def shape(self):
        rows = self.at.EndRow - self.at.StartRow + 1
        return rows, self.at.EndColumn - self.at.StartColumn + 1

    def __call__(self, arg1, arg2=None):
        row, column = divmod(arg1 - 1, self.shape[1]) if arg2 is None else (arg1 - 1, arg2 - 1)
        return self._sheet.range((self.row + row, self.column + column))

    def __len__(self):
        return self.shape[0] * self.shape[1]

    @property
    def raw_value(self):
        return self.area.getDataArray()

    @raw_value.setter
    def raw_value(self, data):
        block = data if isinstance(data, list | tuple) else [[data]]
        self.area.setDataArray(tuple(tuple(row) for row in block))

    @property
    def formula(self):
        return self.area.getFormulaArray()

    def select(self):
        self._sheet.book.document.CurrentController.select(self.area)


def _corner(at):
    return (at.row, at.column) if isinstance(at, Range) else at
