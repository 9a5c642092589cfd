"""What an expression says of figures: pass, fail, or blank, which is neither."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import cast

from nianbao.expr.tree import (
    Binary,
    Compare,
    ExprError,
    Figure,
    Logic,
    Mentions,
    Node,
    Not,
    Number,
    Ref,
    Sum,
    Text,
    TextRef,
    before,
    refs,
    texts,
)


DECIMALS = 6
"""Figures that agree to this many decimals are equal, in Python as in Excel."""


class Verdict(enum.Enum):
    """What a rule says of a report; blank is not wrong."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    BLANK = "blank"


def evaluate(node: Node, figure: Figure, text: Text) -> Verdict:
    """Judge: BLANK where any figure or text that is read is blank, else PASS or FAIL."""
    return judge(node, refs(node), texts(node), figure, text)


def judge(
    node: Node,
    read: Sequence[Ref],
    said: Sequence[Sequence[TextRef]],
    figure: Figure,
    text: Text,
) -> Verdict:
    """Judge a node whose operands (``refs`` and ``texts`` of it) are known already."""
    for ref in read:
        if figure(ref) is None:
            return Verdict.BLANK
    if any(not joined(group, text) for group in said):
        return Verdict.BLANK
    return Verdict.PASS if holds(node, figure, text) else Verdict.FAIL


def joined(group: Sequence[TextRef], text: Text) -> str:
    """Return the texts of a group run together, outer spaces gone."""
    return "".join(text(ref) or "" for ref in group).strip()


def characters(text: str | None) -> int:
    """Return how many characters a text has, white space apart."""
    return len("".join((text or "").split()))


def number(node: Node, figure: Figure) -> int | float:
    """Return the value of a figure expression, all of whose figures are known."""
    match node:
        case Number(value):
            return value
        case Ref():
            known = figure(node)
            if known is None:
                raise ExprError(f"{node.key} is blank")
            return known
        case Sum(items):  # of figures, nearly always: many, so without a call each
            found = [figure(i) if isinstance(i, Ref) else number(i, figure) for i in items]
            if None in found:
                raise ExprError("a figure of the sum is blank")
            return sum(cast("list[int | float]", found))
        case Binary(op, left, right):
            return _arithmetic(op, number(left, figure), number(right, figure))
        case _:
            raise ExprError("a condition has no value")


def _arithmetic(op: str, left: float, right: float) -> int | float:
    if op == "+":
        return left + right
    if op == "%":
        return left % right
    return left - right if op == "-" else left * right


def holds(node: Node, figure: Figure, text: Text) -> bool:
    """Return whether a condition, all of whose operands are known, is true."""
    match node:
        case Compare(op, left, right):
            return _compare(op, number(left, figure) - number(right, figure))
        case Logic(op, items):
            verdicts = (holds(item, figure, text) for item in items)
            return all(verdicts) if op == "and" else any(verdicts)
        case Not(item):
            return not holds(item, figure, text)
        case Mentions(group, words):
            whole = joined(group, text)
            return any(says(whole, word) for word in words)
        case _:
            raise ExprError("a figure is neither true nor false")


def says(whole: str, word: str) -> bool:
    """Return whether a word stands in a text, as a whole number if it begins with one."""
    for digit in before(word):
        whole = whole.replace(f"{digit}{word}", "")
    return word in whole


def _compare(op: str, difference: float) -> bool:
    gap = 0 if abs(difference) < 0.5 * 10**-DECIMALS else difference
    return {
        "==": gap == 0,
        "!=": gap != 0,
        "<": gap < 0,
        "<=": gap <= 0,
        ">": gap > 0,
        ">=": gap >= 0,
    }[op]
