"""The formula of a cell as a tree, however a program spells it; and moved to another cell.

Enough of the language for totals and for the lines that say whose a sheet is; what is beyond it
is ``Beyond``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nianbao.form import column_number
from nianbao.layout import letters


LONGEST_FORMULA, DEEPEST_NESTING = 2_000, 40
"""Characters and nesting of a formula that is understood."""


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
class Area:
    """Cells of a sheet, "" for the formula's own."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator and what it is given."""

    name: str
    of: tuple[Any, ...]


Node = float | str | bool | Area | Call | None


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


BINDING = ({"=", "<>", "<", ">", "<=", ">="}, {"&"}, {"+", "-"}, {"*", "/"}, {"^"})


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
        if level == len(BINDING):
            return self._signed()
        left = self._level(level + 1)
        while sign := self._take(*BINDING[level]):
            left = Call(sign, (left, self._level(level + 1)))
        return left

    def _signed(self) -> Node:
        if sign := self._take("-", "+"):
            inner = self._signed()
            return Call("neg", (inner,)) if sign == "-" else inner
        found = self._one()
        while self._take("%"):
            found = Call("/", (found, 100.0))
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
            return Call(name, tuple(self._nested(",", ";")))
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

    def _area(self, said: str) -> Area:
        first = _corner(said)
        last = first
        if self._take(":"):
            kind, other = self.tokens[self.at]
            self.at += 1
            if kind != "cell":
                raise Beyond(other)
            last = _corner(other)
        rows, columns = sorted((first[1], last[1])), sorted((first[2], last[2]))
        return Area(first[0], rows[0], columns[0], rows[1], columns[1])


def _corner(said: str) -> tuple[str, int, int]:
    match = _CELL.fullmatch(said)
    if match is None:
        raise Beyond(said)
    sheet = match[1] or ""
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet.removeprefix("$"), int(match[5]), column_number(match[3].upper())
