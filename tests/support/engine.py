"""An Excel of our own for xlwings: the real API over a workbook's XML, with Excel's refusals.

It implements what ``button/live.py`` and ``button`` use and no more: blocks of values as COM
hands them over (floats, None, error numbers, date-times), locked cells and hidden sheets that
refuse, a cell being edited, protected view. What is open is held by ``engine_book.py``.
Reads and writes of ranges are counted.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import xlwings as xw
from xlwings import base_classes

from engine_book import Workbook
from engine_cells import BUSY, TEXTS, ComError, Names, Range, Sheets
from oox import at, cell_name


class Excel(base_classes.Apps):
    """The running program; ``apps`` and ``type`` make it an engine as well."""

    name, type = "desk", "desktop"

    def __init__(self):
        self.app = App(self)
        self.running = True

    @property
    def apps(self):
        return self

    def __iter__(self):
        return iter([self.app] if self.running else [])

    def __len__(self):
        return int(self.running)

    @staticmethod
    def prepare_xl_data_element(x, _):
        return "" if x is None else x

    @staticmethod
    def clean_value_data(data, datetime_builder, empty_as, _, err_to_str):
        def clean(value):
            match value:
                case None | "":
                    return empty_as
                case dt.datetime():
                    parts = {"year": value.year, "month": value.month, "day": value.day}
                    time = {"hour": value.hour, "minute": value.minute, "second": value.second}
                    return datetime_builder(**parts, **time, microsecond=0)
                case int() if value in TEXTS and not isinstance(value, bool):
                    return TEXTS[value] if err_to_str else None
            return value

        return [[clean(value) for value in row] for row in data]


class App(base_classes.App):
    books = None

    def __init__(self, excel):
        self.excel = excel
        self.books = Books(self)
        self.alerts = []
        self.answer = "yes"
        self.editing = False
        self.protected_view = None

    @property
    def api(self):
        return SimpleNamespace(ActiveProtectedViewWindow=self.protected_view)

    engine = property(lambda self: self.excel)
    pid = 1

    def ask(self):
        """What every question to Excel goes through."""
        if self.editing:
            raise ComError(BUSY)

    def activate(self, *_):
        self.ask()

    def calculate(self):
        self.ask()
        for book in self.books.open_books:
            book.calculate()

    def alert(self, prompt, title, buttons, mode, _):
        self.ask()
        self.alerts.append(SimpleNamespace(text=prompt, title=title, mode=mode, buttons=buttons))
        return self.answer if buttons == "yes_no" else "ok"

    @property
    def alerted(self):
        return self.alerts[-1].text


class Books(base_classes.Books):
    def __init__(self, app):
        self.app = app
        self.open_books = []

    @property
    def api(self):
        return self

    def open(self, path, **_):
        return self.put(Path(path).read_bytes(), str(path))

    def put(self, data, fullname="/nowhere/book.xlsx"):
        book = Book(self.app, data, fullname)
        self.open_books.insert(0, book)
        return book

    @property
    def active(self):
        return self.open_books[0]

    def __call__(self, name_or_index):
        if isinstance(name_or_index, int):
            return self.open_books[name_or_index - 1]
        return next(book for book in self.open_books if book.name == name_or_index)

    def __len__(self):
        self.app.ask()
        return len(self.open_books)

    def __iter__(self):
        self.app.ask()
        return iter(self.open_books)


class Book(base_classes.Book):
    def __init__(self, app, data, fullname):
        self._app, self._fullname = app, fullname
        self.reads, self.writes = [], []
        self.held = Workbook(data)
        self.active_title = self.held.titles[0]
        self.selected = ""

    def calculate(self):
        self.held.calculate()

    @property
    def saved(self):
        return self.held.saved

    def type_in(self, place, value):
        """What a user does: ``sheet!cell`` gets a value, unless it is locked."""
        title, _, cell = place.rpartition("!")
        Range(self.sheets(title), cell, None).raw_value = value

    def unlocked_by_hand(self, place, value):
        """What a user with the password does."""
        title, _, cell = place.rpartition("!")
        self.held.sheet(title).put(at(cell), value)

    def value(self, place):
        """What ``sheet!cell`` shows."""
        title, _, cell = place.rpartition("!")
        return self.held.sheet(title).value(at(cell))

    @property
    def content(self):
        """Every constant and formula, to see what a press changed."""
        return {
            (title, cell_name(where)): content
            for title in self.held.titles
            for where in self.held.sheet(title).cells
            if (content := self.held.sheet(title).content(where)) is not None
        }

    api = property(lambda self: self)
    app = property(lambda self: self._app)
    name = property(lambda self: Path(self._fullname).name)
    fullname = property(lambda self: self._fullname)
    sheets = property(Sheets)
    names = property(Names)

    def activate(self):
        self._app.ask()

    def save(self, *_):
        raise AssertionError("the button never saves")


@contextlib.contextmanager
def started():
    """A running Excel that xlwings finds, for the time of a test."""
    excel = Excel()
    engine = xw.Engine(impl=excel)
    xw.engines.add(engine)
    before, xw.engines.active = xw.engines.active, engine
    try:
        yield excel
    finally:
        xw.engines.engines.remove(engine)
        xw.engines.active = before
        if hasattr(xw.Book, "_mock_caller"):
            del xw.Book._mock_caller
