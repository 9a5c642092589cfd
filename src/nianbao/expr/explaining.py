"""An expression as a sentence in Chinese, with the actual numbers put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nianbao.expr.evaluating import DECIMALS, number
from nianbao.expr.tree import Binary, Compare, Figure, Node, Number, Ref, Sum, refs


_WORDS = {
    "==": "等于",
    "!=": "不等于",
    "<": "小于",
    "<=": "不大于",
    ">": "大于",
    ">=": "不小于",
}


HUGE = 10**15
"""From here on a figure is written with an exponent; Excel has no more digits either."""


def plain(value: float) -> str:
    """Write a figure as an officer would: no exponent, no trailing zeros; short in any case."""
    if isinstance(value, int):
        return str(value) if abs(value) < HUGE else f"约 1E+{len(str(abs(value))) - 1}"
    if abs(value) >= HUGE:
        return f"{value:.3G}"
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def explain(node: Node, figure: Figure, name: Callable[[Ref], str]) -> str:
    """Say in Chinese, with the actual numbers, how the figures stand to each other.

    An equation gives both sides and the difference
    ("第一项 58＋第二项 2＝60，第三项总计 57＋第四项 2＝59，差 1"); any other condition gives
    what is compared.
    """
    match node:
        case Compare("==", left, Number(due)):
            return f"{_side(left, figure, name)}，应为 {plain(due)}"
        case Compare("==", left, right):
            gap = abs(number(left, figure) - number(right, figure))
            sides = (_side(left, figure, name), _side(right, figure, name))
            return f"{sides[0]}，{sides[1]}，差 {plain(gap)}"
        case Compare(op, left, right):
            return f"{_side(left, figure, name)}，应{_WORDS[op]} {_side(right, figure, name)}"
        case _:
            return stated(node, figure, name)


def stated(node: Node, figure: Figure, name: Callable[[Ref], str]) -> str:
    """Say what the figures of an expression are, whatever they should be; they may be blank."""
    return "，".join(f"{name(ref)} {_value(ref, figure)}" for ref in refs(node))


def _value(ref: Ref, figure: Figure) -> str:
    value = figure(ref)
    return "（空）" if value is None else plain(value)


def _side(node: Node, figure: Figure, name: Callable[[Ref], str]) -> str:
    terms = list(_terms(node, "＋"))
    value = number(node, figure)
    if len(terms) > 3:  # a long sum is only readable without its zeros
        terms = [term for term in terms if number(term[1], figure)]
        if not terms:
            return "各项合计 0"
    shown = "".join(f"{sign}{_term(part, figure, name)}" for sign, part in terms)
    shown = shown.removeprefix("＋")
    plainly = len(terms) == 1 and isinstance(terms[0][1], Number | Ref)
    return shown if plainly else f"{shown}＝{plain(value)}"


def _terms(node: Node, sign: str) -> Iterator[tuple[str, Node]]:
    match node:
        case Binary("+", left, right):
            yield from _terms(left, sign)
            yield from _terms(right, sign)
        case Binary("-", left, right):
            yield from _terms(left, sign)
            yield from _terms(right, "－" if sign == "＋" else "＋")
        case Sum(items):
            for item in items:
                yield from _terms(item, sign)
        case _:
            yield sign, node


def _term(node: Node, figure: Figure, name: Callable[[Ref], str]) -> str:
    match node:
        case Ref():
            return f"{name(node)} {_value(node, figure)}"
        case Binary("%", left, right):
            return f"{_term(left, figure, name)}÷{_term(right, figure, name)} 的余数"
        case Binary(_, left, right):
            return f"{_term(left, figure, name)}×{_term(right, figure, name)}"
        case _:
            return plain(number(node, figure))
