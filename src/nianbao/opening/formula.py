"""The formula of a cell worked out, however a program spells it: what it shows, not its text.

Enough of the language for totals and for the lines that say whose a sheet is; what is beyond it
is ``Beyond``. Nothing outside the workbook is followed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nianbao.form import column_number
from nianbao.layout import letters


LONGEST_FORMULA, DEEPEST_NESTING, LARGEST_AREA = 2_000, 40, 5_000
"""Characters, nesting and cells of an area that are worked out."""

MOST_TEXT = 40_000
"""Characters of a text that is joined from others."""

Value = float | str | bool | None
Cell = Callable[[str, int, int], Any]
"""What stands in a cell, by the sheet's title ("" for the formula's own), row and column."""


class Beyond(Exception):  # noqa: N818 - no error: a formula that is not ours to work out
    """A formula is not understood, or shows an error value."""


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"]|"")*")
    | (?P<cell>(?:(?:'(?:[^']|'')+'|[^\s'"!()\[\]{}<>=,;:&%^*/+-]+)!)?
        \$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.(!]))
    | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)
    | (?P<name>[^\W\d][\w.]*)
    | (?P<sign><=|>=|<>|[-+*/^&=<>%(),;:])
    )""",
    re.VERBOSE,
)
_CELL = re.compile(r"(?:(.+)!)?(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})", re.DOTALL)
_OPEN = re.compile(r"\[\.([^\[\]]{1,40})\]")
_PREFIX = re.compile(r"^(?:of:|msoxl:|oooc:)?=?")
_FOREIGN = re.compile(r"^(?:_XLFN\.|_XLWS\.)+")


@dataclass(frozen=True, slots=True)
class _Area:
    sheet: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    of: tuple[Any, ...]


Node = float | str | bool | _Area | _Call | None


def worked_out(text: str, cell: Cell) -> Value:
    """Return what a formula (no ``=``) shows.

    Raises:
        Beyond: it is not understood, or shows an error value.

    """
    try:
        shown: Value = _single(_value(parsed(text), cell))
    except RecursionError as error:
        raise Beyond(text[:40]) from error
    if isinstance(shown, float) and shown.is_integer() and abs(shown) < 2**53:
        return int(shown)
    return shown


def shifted(text: str, down: int, right: int) -> str:
    """Return a formula as it reads in another cell: references without ``$`` move along."""
    return "".join(
        _moved(match, down, right) if match.lastgroup == "cell" else match[0]
        for match in re.finditer(rf"{_TOKEN.pattern}|(?P<other>.)", text, re.VERBOSE | re.DOTALL)
    )


def _moved(match: re.Match[str], down: int, right: int) -> str:
    said = _CELL.fullmatch(match["cell"])
    if said is None:
        return match[0]
    sheet, fixed, column, still, row = said.groups()
    across = column if fixed else letters(max(1, column_number(column.upper()) + right))
    along = row if still else str(max(1, int(row) + down))
    return f"{f'{sheet}!' if sheet else ''}{fixed}{across}{still}{along}"


# --- reading ----------------------------------------------------------------------------------


@functools.lru_cache(maxsize=2_048)
def parsed(text: str) -> Node:
    """Return a formula as a tree.

    Raises:
        Beyond: it is not understood.

    """
    if len(text) > LONGEST_FORMULA:
        raise Beyond(text[:40])
    plain = _OPEN.sub(lambda one: one[1].replace(":.", ":"), _PREFIX.sub("", text.strip()))
    return _Parser(list(_tokens(plain.rstrip()))).whole()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Beyond(text[at : at + 20])
        yield str(match.lastgroup), match[str(match.lastgroup)]
        at = match.end()


_BINDING = ({"=", "<>", "<", ">", "<=", ">="}, {"&"}, {"+", "-"}, {"*", "/"}, {"^"})


class _Parser:
    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self.tokens, self.at, self.depth = [*tokens, ("end", "")], 0, 0

    def whole(self) -> Node:
        found = self._level(0)
        if self.tokens[self.at][0] != "end":
            raise Beyond(self.tokens[self.at][1])
        return found

    def _take(self, *signs: str) -> str:
        kind, said = self.tokens[self.at]
        if kind != "sign" or said not in signs:
            return ""
        self.at += 1
        return said

    def _level(self, level: int) -> Node:
        if level == len(_BINDING):
            return self._signed()
        left = self._level(level + 1)
        while sign := self._take(*_BINDING[level]):
            left = _Call(sign, (left, self._level(level + 1)))
        return left

    def _signed(self) -> Node:
        if sign := self._take("-", "+"):
            inner = self._signed()
            return _Call("neg", (inner,)) if sign == "-" else inner
        found = self._one()
        while self._take("%"):
            found = _Call("/", (found, 100.0))
        return found

    def _one(self) -> Node:
        kind, said = self.tokens[self.at]
        self.at += 1
        match kind:
            case "number":
                return float(said)
            case "text":
                return said[1:-1].replace('""', '"')
            case "cell":
                return self._area(said)
            case "name":
                return self._named(_FOREIGN.sub("", said.upper()))
        if said != "(":
            raise Beyond(said)
        return self._nested()[0]

    def _named(self, name: str) -> Node:
        if self._take("("):
            return _Call(name, tuple(self._nested(",", ";")))
        if name not in {"TRUE", "FALSE"}:
            raise Beyond(name)
        return name == "TRUE"

    def _nested(self, *between: str) -> list[Node]:
        """Read up to the closing bracket; an argument may be left out."""
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise Beyond("(")
        found: list[Node] = []
        while not self._take(")"):
            if between and self.tokens[self.at][1] in between:
                found.append(None)
            else:
                found.append(self._level(0))
            if not self._take(*between) and self.tokens[self.at][1] != ")":
                raise Beyond(self.tokens[self.at][1])
        self.depth -= 1
        if not between and len(found) != 1:
            raise Beyond("()")
        return found

    def _area(self, said: str) -> _Area:
        first = _corner(said)
        last = first
        if self._take(":"):
            kind, other = self.tokens[self.at]
            self.at += 1
            if kind != "cell":
                raise Beyond(other)
            last = _corner(other)
        rows, columns = sorted((first[1], last[1])), sorted((first[2], last[2]))
        return _Area(first[0], rows[0], columns[0], rows[1], columns[1])


def _corner(said: str) -> tuple[str, int, int]:
    match = _CELL.fullmatch(said)
    if match is None:
        raise Beyond(said)
    sheet = match[1] or ""
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet.removeprefix("$"), int(match[5]), column_number(match[3].upper())


# --- working out ------------------------------------------------------------------------------


def _value(node: Node, cell: Cell) -> Any:
    """Return a value, or a list of values for an area."""
    match node:
        case _Area():
            return _cells(node, cell)
        case _Call("IF", of):
            return _chosen(of, cell)
        case _Call(name, of):
            function = _FUNCTIONS.get(name)
            if function is None:
                raise Beyond(name)
            try:
                return function([_value(one, cell) for one in of])
            except (TypeError, ValueError, ArithmeticError) as error:
                raise Beyond(name) from error
    return node


def _chosen(of: Sequence[Node], cell: Cell) -> Any:
    if not 2 <= len(of) <= 3:
        raise Beyond("IF")
    if _number(_value(of[0], cell)):
        return _value(of[1], cell)
    return _value(of[2], cell) if len(of) == 3 else False


def _cells(area: _Area, cell: Cell) -> Any:
    high, wide = area.bottom - area.top + 1, area.right - area.left + 1
    if high * wide > LARGEST_AREA:
        raise Beyond("area")
    found = [
        cell(area.sheet, row, column)
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    ]
    return found[0] if len(found) == 1 else found


def _single(value: Any) -> Any:
    if isinstance(value, list):
        raise Beyond("area")
    return value


def _number(value: Any) -> float:
    one = _single(value)
    if one is None:
        return 0.0
    if not isinstance(one, int | float):
        raise Beyond(str(one)[:20])
    return float(one)


def _text(value: Any) -> str:
    one = _single(value)
    if isinstance(one, bool):
        return str(one).upper()
    if isinstance(one, float) and one.is_integer():
        return str(int(one))
    text = "" if one is None else str(one)
    if len(text) > MOST_TEXT:
        raise Beyond(text[:20])
    return text


def _flat(values: Sequence[Any]) -> list[Any]:
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _numbers(values: Sequence[Any]) -> list[float]:
    flat = _flat(values)
    return [float(x) for x in flat if isinstance(x, int | float) and not isinstance(x, bool)]


def _rank(value: Any) -> tuple[int, Any]:
    """Order values as a spreadsheet does: numbers, texts, truth."""
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def _compared(values: Sequence[Any], sign: str) -> bool:
    one, other = (_single(value) for value in values)
    like = other if one is None else one
    blank = "" if isinstance(like, str) else 0
    left, right = (_rank(blank if value is None else value) for value in (one, other))
    return {
        "=": left == right, "<>": left != right, "<": left < right,
        ">": left > right, "<=": left <= right, ">=": left >= right,
    }[sign]  # fmt: skip


def _rounded(values: Sequence[Any]) -> float:
    number, digits = values
    factor: float = 10.0 ** int(_number(digits))
    value = _number(number) * factor
    return (int(value + 0.5) if value >= 0 else -int(0.5 - value)) / factor


def _subtotal(values: Sequence[Any]) -> float:
    if _number(values[0]) not in {9, 109}:
        raise Beyond("SUBTOTAL")
    return sum(_numbers(values[1:]))


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    **{sign: functools.partial(_compared, sign=sign) for sign in _BINDING[0]},
    "&": lambda of: _text(of[0]) + _text(of[1]),
    "+": lambda of: _number(of[0]) + _number(of[1]),
    "-": lambda of: _number(of[0]) - _number(of[1]),
    "*": lambda of: _number(of[0]) * _number(of[1]),
    "/": lambda of: _number(of[0]) / _number(of[1]),
    "^": lambda of: float(_number(of[0]) ** _number(of[1])),
    "neg": lambda of: -_number(of[0]),
    "SUM": lambda of: sum(_numbers(of)),
    "SUBTOTAL": _subtotal,
    "COUNT": lambda of: len(_numbers(of)),
    "COUNTA": lambda of: sum(one is not None for one in _flat(of)),
    "COUNTBLANK": lambda of: sum(one in {None, ""} for one in _flat(of)),
    "AND": lambda of: all(map(_number, _flat(of))),
    "OR": lambda of: any(map(_number, _flat(of))),
    "NOT": lambda of: not _number(of[0]),
    "ISNUMBER": lambda of: bool(_numbers(of[:1])),
    "ISBLANK": lambda of: _single(of[0]) is None,
    "ROUND": _rounded,
    "N": lambda of: sum(_numbers(of[:1])),
    "VALUE": lambda of: float(_text(of[0])),
    "TRIM": lambda of: " ".join(_text(of[0]).split(" ")),
    "CONCATENATE": lambda of: "".join(map(_text, of)),
    "TRUE": lambda _of: True,
    "FALSE": lambda _of: False,
}
