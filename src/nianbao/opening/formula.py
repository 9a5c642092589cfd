"""The formula of a cell worked out, however a program spells it: what it shows, not its text.

Nothing outside the workbook is followed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from nianbao.opening.formula_tree import BINDING, Area, Beyond, Call, Node, parsed


LARGEST_AREA = 5_000
"""Cells of an area that is worked out."""

MOST_TEXT = 40_000
"""Characters of a text that is joined from others."""

Value = float | str | bool | None
Cell = Callable[[str, int, int], Any]
"""What stands in a cell, by the sheet's title ("" for the formula's own), row and column."""


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


def _value(node: Node, cell: Cell) -> Any:
    """Return a value, or a list of values for an area."""
    match node:
        case Area():
            return _cells(node, cell)
        case Call("IF", of):
            return _chosen(of, cell)
        case Call(name, of):
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


def _cells(area: Area, cell: Cell) -> Any:
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
    **{sign: functools.partial(_compared, sign=sign) for sign in BINDING[0]},
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
