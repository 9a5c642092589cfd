"""What a single cell may hold: one list of rules, each in Python, in Excel and as bounds. Pure.

The *state* of a cell is the catalogue key of the first rule that its content breaks, "" for a
good one. Input rules, schema, formulas, colours, counts and findings all follow from this list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from nianbao import expr
from nianbao.codes import Code
from nianbao.form.grid import LIMIT, Kind


State = Code | Literal[""]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a type and two bounds, both included, can say of a number."""

    whole: bool = False
    least: int = -LIMIT
    most: int = LIMIT


@dataclass(frozen=True, slots=True)
class CellRule:
    """A rule on the number in a cell, for the kinds of figures of which ``on`` is true.

    ``breaks`` says whether a number breaks it, ``excel`` the same as a condition on the cell
    ``{x}``; ``bounds`` say the same to input rules and schemas, where bounds can; ``bounded``: no
    whole number within the bounds of its kind breaks it. ``nil``: it holds only where the table
    is declared a nil return. ``asks``: it is no error, but asks for a reason, on a line of the
    check sheet (its key is a rule's own id).
    """

    key: Code
    breaks: Callable[[float], bool]
    excel: str
    on: Callable[[Kind], bool] = lambda _: True
    bounds: Bounds | None = None
    bounded: bool = False
    nil: bool = False
    asks: bool = False


def _clean(value: float) -> float:
    """Return a number as a spreadsheet shows it: without a binary fraction's noise."""
    return value if isinstance(value, int) else float(f"{value:.15g}")


FIGURE: Code = "C01"
INSET: Code = "N10"
PERSON: Code = "N16"
UNFILLED = (FIGURE, INSET, PERSON)
"""The states of a blank cell: a table's, that of a table on the text sheet, of a person to ask."""

NO_NUMBER: Code = "C02"
"""The state of a cell of figures in which something else stands."""

NEGATIVE = CellRule(
    "C03",
    lambda value: value < 0,
    "{x}<0",
    on=lambda kind: kind.minimum is not None,
    bounds=Bounds(least=0),
    bounded=True,
)
LARGE = CellRule(
    "C04-large",
    lambda value: abs(value) > LIMIT,
    f"ABS({{x}})>{LIMIT}",
    bounds=Bounds(least=-LIMIT, most=LIMIT),
    bounded=True,
)
FRACTION = CellRule(
    "C04",
    lambda value: _clean(value) % 1 != 0,
    "{x}<>INT({x})",
    on=lambda kind: kind.whole,
    bounds=Bounds(whole=True),
    bounded=True,
)
NIL = CellRule("C10", lambda value: value != 0, "{x}<>0", nil=True)
DECIMALS = CellRule(
    "C05",
    lambda value: round(_clean(value), expr.DECIMALS) != _clean(value),
    f"ROUND({{x}},{expr.DECIMALS})<>{{x}}",
    on=lambda kind: not kind.whole,
    bounded=True,
    asks=True,
)

RULES = (NEGATIVE, LARGE, FRACTION, NIL, DECIMALS)
"""In the order in which a number is judged; what only asks stands last."""

WRONG = (NO_NUMBER, *(rule.key for rule in RULES if not rule.asks))
"""The states of a cell that is filled with something wrong."""

ASKING = tuple(rule for rule in RULES if rule.asks)
ASKED = tuple(rule.key for rule in ASKING)
"""The states of a cell that may stay as it is, for a reason."""

_OF = {kind: tuple(rule for rule in RULES if rule.on(kind)) for kind in Kind}


def bounds(kind: Kind) -> Bounds:
    """Return the bounds of a kind of figure: all that its rules say in bounds."""
    told = [rule.bounds for rule in _OF[kind] if rule.bounds]
    return Bounds(
        whole=any(one.whole for one in told),
        least=max(one.least for one in told),
        most=min(one.most for one in told),
    )


def _sound() -> range:
    """Return the whole numbers that break no rule in any cell, nil returns apart."""
    told = [bounds(kind) for kind in Kind]
    least, most = max(one.least for one in told), min(one.most for one in told)
    bounded = all(rule.bounded for rule in RULES if not rule.nil)
    return range(least, most + 1) if bounded else range(0)


_SOUND = _sound()
"""Nearly every figure is one of them, and need not be held against each rule."""


def state(
    value: float | str | None, kind: Kind, *, nil: bool = False, unfilled: State = FIGURE
) -> State:
    """Return the state of a cell that holds a figure; ``unfilled`` is that of a blank one."""
    if type(value) is int and not nil and value in _SOUND:
        return ""
    if value is None:
        return unfilled
    if isinstance(value, str | bool) or value != value:  # noqa: PLR0124 - NaN is no number
        return NO_NUMBER
    for rule in _OF[kind]:
        if (nil or not rule.nil) and rule.breaks(value):
            return rule.key
    return ""


def excel_state(x: str, kind: Kind, unfilled: str, zero: str = "", nil: str = "") -> str:
    """Return the formula (no ``=``) of the state of the cell ``x``, the same as ``state``.

    ``zero`` is the condition under which it may be blank, ``nil`` that under which its table is
    a nil return; "" where that cannot be declared.
    """
    number = '""'
    for rule in reversed(_OF[kind]):
        test = rule.excel.format(x=x)
        if not rule.nil or nil:
            number = f'IF({f"AND({nil},{test})" if rule.nil else test},"{rule.key}",{number})'
    left = f'IF({zero},"","{unfilled}")' if zero else f'"{unfilled}"'
    blank = f'IF({expr.excel_empty(x)},{left},"{NO_NUMBER}")'
    return f'IF(ISNUMBER({x}),{number},IF(ISERROR({x}),"{NO_NUMBER}",{blank}))'


def excel_unfilled(x: str, unfilled: str) -> str:
    """Return the formula (no ``=``) of the state of the cell ``x``, which must hold some text."""
    return f'IF(ISERROR({x}),"",IF({expr.excel_empty(x)},"{unfilled}",""))'
