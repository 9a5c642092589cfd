"""An expression as an Excel formula, of functions that every spreadsheet has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nianbao.expr.evaluating import DECIMALS
from nianbao.expr.tree import (
    BESIDE,
    Binary,
    Compare,
    ExprError,
    Logic,
    Mentions,
    Node,
    Not,
    Number,
    Ref,
    Sum,
    TextRef,
    before,
    refs,
    texts,
)


@dataclass(frozen=True)
class Sheet:
    """How a workbook spells what an expression reads.

    ``areas`` turns figures into comma-joined cell ranges, ``text`` a text into its cell(s)
    joined by ``&``, and ``zero`` a figure into the condition that blanks of its table are
    declared to be zero (None where that cannot be declared).
    """

    areas: Callable[[Sequence[Ref]], list[str]]
    text: Callable[[TextRef], str]
    zero: Callable[[Ref], str | None]


def excel_blank(node: Node, sheet: Sheet) -> str:
    """Return the Excel condition that something the expression reads is blank.

    A blank cell counts as known where blanks of its table are declared to be zero.
    """
    tests = _unknowns(refs(node), sheet)
    tests += [excel_empty(_joined_cells(group, sheet)) for group in texts(node)]
    return _any(tests)


def excel_unheld(node: Node, sheet: Sheet) -> str:
    """Return the Excel condition that nobody gave what the expression holds figures against."""
    return _any(_unknowns([ref for ref in refs(node) if ref.source in BESIDE], sheet))


def _any(tests: Sequence[str]) -> str:
    if not tests:
        return "FALSE"
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"


def _unknowns(read: Sequence[Ref], sheet: Sheet) -> list[str]:
    groups: dict[str | None, list[Ref]] = {}
    for ref in read:
        groups.setdefault(sheet.zero(ref), []).append(ref)
    return [_unknown(condition, members, sheet) for condition, members in groups.items()]


def _unknown(zero: str | None, members: Sequence[Ref], sheet: Sheet) -> str:
    areas = sheet.areas(members)
    known = f"COUNT({','.join(areas)})"
    if zero is not None:
        blanks = "+".join(f"COUNTBLANK({area})" for area in areas)
        known += f"+IF({zero},{blanks},0)"
    return f"{known}<{len(members)}"


def _joined_cells(group: Sequence[TextRef], sheet: Sheet) -> str:
    return "&".join(sheet.text(ref) for ref in group)


def excel_number(node: Node, sheet: Sheet) -> str:
    """Return the Excel formula (no ``=``) of a figure expression."""
    match node:
        case Number(value):
            return f"{value}" if value >= 0 else f"({value})"
        case Ref():
            return f"N({sheet.areas([node])[0]})"
        case Sum(items):
            return f"SUM({','.join(_sum_parts(items, sheet))})"
        case Binary("*", left, right):
            return f"{_factor(left, sheet)}*{_factor(right, sheet)}"
        case Binary("%", left, right):
            return f"MOD({excel_number(left, sheet)},{excel_number(right, sheet)})"
        case Binary(op, left, right):
            tail = excel_number(right, sheet)
            return f"{excel_number(left, sheet)}{op}{_bracketed(right, tail)}"
        case _:
            raise ExprError("a condition has no value")


def _factor(node: Node, sheet: Sheet) -> str:
    return _bracketed(node, excel_number(node, sheet))


def _bracketed(node: Node, rendered: str) -> str:
    return f"({rendered})" if isinstance(node, Binary) else rendered


def _sum_parts(items: Sequence[Node], sheet: Sheet) -> list[str]:
    cells = [item for item in items if isinstance(item, Ref)]
    rest = [excel_number(item, sheet) for item in items if not isinstance(item, Ref)]
    return (sheet.areas(cells) if cells else []) + rest


def excel_condition(node: Node, sheet: Sheet) -> str:
    """Return the Excel formula (no ``=``) that is TRUE where the condition holds."""
    match node:
        case Compare(op, left, right):
            gap = f"{excel_number(left, sheet)}-({excel_number(right, sheet)})"
            return f"ROUND({gap},{DECIMALS}){'=' if op == '==' else '<>' if op == '!=' else op}0"
        case Logic(op, items):
            return f"{op.upper()}({','.join(excel_condition(i, sheet) for i in items)})"
        case Not(item):
            return f"NOT({excel_condition(item, sheet)})"
        case Mentions(group, words):
            cells = _joined_cells(group, sheet)
            found = [_says(cells, word) for word in words]
            return found[0] if len(found) == 1 else f"OR({','.join(found)})"
        case _:
            raise ExprError("a figure is neither true nor false")


def _says(cells: str, word: str) -> str:
    """Return the condition that a word stands in cells, as ``says`` has it."""
    for digit in before(word):
        cells = f'SUBSTITUTE({cells},{excel_text(digit + word)},"")'
    return f"ISNUMBER(FIND({excel_text(word)},{cells}))"


def excel_total(node: Node, sheet: Sheet) -> str:
    """Return the Excel formula (no ``=``) of a figure that is blank until all it reads is known."""
    return f'IF({excel_blank(node, sheet)},"",{excel_number(node, sheet)})'


def excel_empty(cells: str) -> str:
    """Return the Excel condition that a text holds nothing but white space, as ``joined``."""
    return f'LEN(TRIM(CLEAN(SUBSTITUTE({cells},"　",""))))=0'


def excel_length(cell: str) -> str:
    """Return the Excel formula (no ``=``) of the characters of a text, as ``characters``."""
    return f'LEN(SUBSTITUTE(SUBSTITUTE(CLEAN({cell})," ",""),"　",""))'


def excel_text(value: str) -> str:
    """Quote a string for a formula."""
    return '"' + value.replace('"', '""') + '"'


@dataclass(frozen=True)
class Says:
    """What a verdict shows, each a formula: ``unheld`` where nothing is there to compare with."""

    passed: str
    failed: str
    blank: str
    unheld: str


def excel_verdict(node: Node, sheet: Sheet, says: Says) -> str:
    """Return the formula (no ``=``) that shows one of ``says``."""
    condition, blank = excel_condition(node, sheet), excel_blank(node, sheet)
    known = f"IF({blank},{says.blank},IF({condition},{says.passed},{says.failed}))"
    unheld = excel_unheld(node, sheet)
    return known if unheld == "FALSE" else f"IF({unheld},{says.unheld},{known})"
