"""The sheets, ranges and names of ``engine.py``: what COM hands over, and what Excel refuses."""

from __future__ import annotations

import datetime as dt
import re

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter, range_boundaries
from xlwings import base_classes


ERRORS = {
    "#DIV/0!": -2146826281,
    "#N/A": -2146826246,
    "#NAME?": -2146826259,
    "#NULL!": -2146826288,
    "#NUM!": -2146826252,
    "#REF!": -2146826265,
    "#VALUE!": -2146826273,
}
TEXTS = {number: text for text, number in ERRORS.items()}
BUSY = -2147418111


class ComError(Exception):
    """What pywin32 raises: hresult, words, details, argument."""

    def __init__(self, hresult, details=None):
        super().__init__(hresult, "com_error", details, None)
        self.hresult = hresult


def refused(words):
    return ComError(-2147352567, (0, "Microsoft Excel", words, None, 0, -2146827284))


class Sheets(base_classes.Sheets):
    def __init__(self, book):
        self.book = book

    @property
    def api(self):
        return self

    def __call__(self, name_or_index):
        self.book.app.ask()
        titles = self.book.held.titles
        if isinstance(name_or_index, int):
            return Sheet(self.book, titles[name_or_index - 1])
        return Sheet(self.book, titles[titles.index(name_or_index)])

    def __len__(self):
        return len(self.book.held.titles)

    def __iter__(self):
        self.book.app.ask()
        return iter([Sheet(self.book, title) for title in self.book.held.titles])

    def add(self, *_):
        raise refused("the structure is locked")


class Sheet(base_classes.Sheet):
    def __init__(self, book, title):
        self._book, self.title = book, title

    api = property(lambda self: self)
    book = property(lambda self: self._book)
    name = property(lambda self: self.title)
    held = property(lambda self: self._book.held.sheet(self.title))

    def range(self, arg1, arg2=None):
        return Range(self, arg1, arg2)

    @property
    def used_range(self):
        return Range(self, (1, 1), self.held.end)

    def activate(self):
        self._book.app.ask()
        if not self._book.held.visible(self.title):
            raise refused("a hidden sheet")
        self._book.active_title = self.title


class Range(base_classes.Range):
    options = None

    def __init__(self, sheet, arg1, arg2):
        self._sheet = sheet
        if isinstance(arg1, str):
            left, top, right, bottom = range_boundaries(arg1)
        else:
            (top, left), (bottom, right) = _corner(arg1), _corner(arg2 or arg1)
        self.box = (top, left, bottom, right)

    api = property(lambda self: self)
    sheet = property(lambda self: self._sheet)
    row = property(lambda self: self.box[0])
    column = property(lambda self: self.box[1])
    shape = property(lambda self: (self.box[2] - self.row + 1, self.box[3] - self.column + 1))
    max_cells_per_read = 4_000_000
    max_cells_per_write = 100_000

    def __call__(self, arg1, arg2=None):
        row, column = divmod(arg1 - 1, self.shape[1]) if arg2 is None else (arg1 - 1, arg2 - 1)
        return Range(self._sheet, (self.row + row, self.column + column), None)

    def __len__(self):
        return self.shape[0] * self.shape[1]

    @property
    def address(self):
        top, left, bottom, right = self.box
        return f"${get_column_letter(left)}${top}:${get_column_letter(right)}${bottom}"

    def _rows(self):
        top, left, bottom, right = self.box
        columns = range(left, right + 1)
        return [[(row, column) for column in columns] for row in range(top, bottom + 1)]

    def _asked(self, look):
        self._sheet.book.app.ask()
        self._sheet.book.reads.append((self._sheet.title, self.address))
        return tuple(tuple(map(look, row)) for row in self._rows())

    @property
    def raw_value(self):
        held = self._sheet.held
        return self._asked(lambda where: _as_com(held.value(where)))

    @raw_value.setter
    def raw_value(self, data):
        self._sheet.book.app.ask()
        held, rows = self._sheet.held, self._rows()
        block = data if isinstance(data, list | tuple) else [[data] * len(row) for row in rows]
        pairs = [
            (where, value)
            for row, values in zip(rows, block, strict=True)
            for where, value in zip(row, values, strict=True)
            if where not in held.covered  # Excel lets what is under a merged cell go
        ]
        if held.protected and any(held.locked(where) for where, _ in pairs):
            raise refused("a locked cell")
        for where, value in pairs:
            held.put(where, value)
        self._sheet.book.writes.append((self._sheet.title, self.address))

    @property
    def formula(self):
        held = self._sheet.held

        def shown(where):
            content = held.content(where)
            return "" if content is None else str(content)

        return self._asked(shown)

    def select(self):
        self._sheet.book.app.ask()
        if self._sheet.book.active_title != self._sheet.title:
            raise refused("select on a sheet that is not active")
        self._sheet.book.selected = f"{self._sheet.title}!{self.address.partition(':')[0]}".replace(
            "$", ""
        )


def _corner(at):
    if isinstance(at, Range):
        return at.row, at.column
    return at


def _as_com(value):
    match value:
        case bool() | None:
            return value
        case int():
            return float(value)
        case dt.datetime() | float():
            return value
        case dt.date():
            return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001
        case dt.time():
            return dt.datetime(1899, 12, 30, value.hour, value.minute)  # noqa: DTZ001
        case dt.timedelta():
            return dt.datetime(1899, 12, 30) + value  # noqa: DTZ001
        case str() if value in ERRORS:
            return ERRORS[value]
    return str(value)


class Names(base_classes.Names):
    def __init__(self, book):
        self.book = book
        self.all = list(book.held.source.names.items())

    def __call__(self, name_or_index):
        return Name(self.book, *self.all[name_or_index - 1])

    def __len__(self):
        return len(self.all)


class Name(base_classes.Name):
    def __init__(self, book, name, element):
        self.book, self._name, self.to = book, name, element.text or ""

    name = property(lambda self: self._name)
    refers_to = property(lambda self: f"={self.to}")

    @property
    def refers_to_range(self):
        found = _AREA.fullmatch(self.to)
        title = found and (found["quoted"] or found["plain"] or "").replace("''", "'")
        if title not in self.book.held.titles:
            raise refused("no range")
        first, _, last = found["cells"].replace("$", "").partition(":")
        end = coordinate_to_tuple(last) if last else None
        return Range(Sheet(self.book, title), coordinate_to_tuple(first), end)


_AREA = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<cells>[$A-Z0-9:]+)")
