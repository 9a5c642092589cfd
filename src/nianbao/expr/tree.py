"""What an expression is made of: figures, texts, sums, comparisons, conditions. Pure."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, assert_never


BESIDE = ("prev", "register")
"""Prefixes of a name whose figure is not this report's: last year's, or a register's."""

LENGTH = "length"
"""The prefix of a text whose characters are counted, white space apart; 0 where it is blank."""


YEAR = "year"
"""The name of the report's year, for a rule that begins in one."""

DIGITS = ("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: int | float


class Ref(NamedTuple):
    """A figure: ``key`` is table.row.column once bound; ``source`` is "" or a prefix."""

    key: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class TextRef:
    """A part of the narrative, or a whole section (all its parts joined)."""

    key: str


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of its items; ``span`` marks ``sum(first, ..., last)`` before binding."""

    items: tuple[Node, ...]
    span: bool = False


@dataclass(frozen=True, slots=True)
class Binary:
    """``left op right`` with op one of ``+ - * %``; what ``%`` divides by is a constant above 0."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """``left op right`` with op one of ``== != < <= > >=``."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """``and`` or ``or`` over its items."""

    op: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of its item."""

    item: Node


@dataclass(frozen=True, slots=True)
class Mentions:
    """True where one of the words stands in the joined texts.

    A word that begins with a digit is a whole number: 0件 does not stand in 10件.
    """

    texts: tuple[TextRef, ...]
    words: tuple[str, ...]


def before(word: str) -> str:
    """Return the digits that may not stand before a word, "" where any letter may."""
    return next((digits for digits in DIGITS if word[0] in digits), "")


Node = Number | Ref | Sum | Binary | Compare | Logic | Not | Mentions
Figure = Callable[[Ref], "int | float | None"]
Text = Callable[[TextRef], "str | None"]


class ExprError(ValueError):
    """An expression outside the language; the message says what and where."""


def rewrite(node: Node, replace: Callable[[Node], Node | None]) -> Node:
    """Return the tree with every node for which ``replace`` gives another one exchanged."""
    other = replace(node)
    if other is not None:
        return other
    again = functools.partial(rewrite, replace=replace)
    match node:
        case Sum(items, span):
            return Sum(tuple(again(item) for item in items), span)
        case Binary(op, left, right):
            return Binary(op, again(left), again(right))
        case Compare(op, left, right):
            return Compare(op, again(left), again(right))
        case Logic(op, items):
            return Logic(op, tuple(again(item) for item in items))
        case Not(item):
            return Not(again(item))
        case Number() | Ref() | Mentions():
            return node
        case _:
            assert_never(node)


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, left to right."""
    yield node
    match node:
        case Sum(items) | Logic(_, items):
            for item in items:
                yield from walk(item)
        case Binary(_, left, right) | Compare(_, left, right):
            yield from walk(left)
            yield from walk(right)
        case Not(item):
            yield from walk(item)
        case _:
            return


def refs(node: Node) -> tuple[Ref, ...]:
    """Return the figures the expression reads, each once, in order."""
    return tuple(dict.fromkeys(part for part in walk(node) if isinstance(part, Ref)))


def texts(node: Node) -> tuple[tuple[TextRef, ...], ...]:
    """Return the groups of texts the expression reads, each once, in order."""
    return tuple(dict.fromkeys(p.texts for p in walk(node) if isinstance(p, Mentions)))
