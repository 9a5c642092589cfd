"""The rule language: parse once, then evaluate, render as Excel, explain.

A rule is an expression over figures, e.g. ``received + carried_in == total + carried_out``.
The language is closed: names, numbers, ``+ - *``, comparisons, ``and or not``,
``sum(first, ..., last)`` and ``mentions(text, "word")``. Anything else is refused when the
edition is loaded. Blank is contagious: where one operand is blank the verdict is BLANK, which
is neither right nor wrong. Pure: no files, no third-party code.
"""

from __future__ import annotations

import ast
import enum
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never, cast


BESIDE = ("prev", "register")
"""Prefixes of a name whose figure is not this report's: last year's, or a register's."""

LENGTH = "length"
"""The prefix of a text whose characters are counted, white space apart; 0 where it is blank."""

DECIMALS = 6
"""Figures that agree to this many decimals are equal, in Python as in Excel."""

LONGEST, DEEPEST, LARGEST = 4_000, 30, 10**15
"""Bounds of an expression: characters, nesting, and constants (Excel knows 15 digits)."""


class Verdict(enum.Enum):
    """What a rule says of a report; blank is not wrong."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Ref:
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
    """``left op right`` with op one of ``+ - *``."""

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
    """True where one of the words stands in the joined texts."""

    texts: tuple[TextRef, ...]
    words: tuple[str, ...]


Node = Number | Ref | Sum | Binary | Compare | Logic | Not | Mentions
Figure = Callable[[Ref], "int | float | None"]
Text = Callable[[TextRef], "str | None"]


class ExprError(ValueError):
    """An expression outside the language; the message says what and where."""


_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_COMPARE = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def parse(source: str) -> Node:
    """Parse a rule's text.

    Raises:
        ExprError: the text is not of the language.

    """
    if len(source) > LONGEST:
        raise ExprError(f"longer than {LONGEST} characters: {source[:40]!r}…")
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ExprError(f"cannot parse {source!r}: {error}") from None
    except (RecursionError, MemoryError):  # so says Python's own parser
        raise ExprError(f"nested too deeply: {source[:40]!r}…") from None
    if _depth(tree) > DEEPEST:
        raise ExprError(f"nested too deeply: {source[:40]!r}…")
    node = _node(tree)
    if not isinstance(node, Compare | Logic | Not | Mentions):
        raise ExprError(f"{source!r} is a figure, not a condition")
    return node


def _depth(tree: ast.expr) -> int:
    deepest, layer = 0, [tree]
    while layer:
        deepest += 1
        children = (child for one in layer for child in ast.iter_child_nodes(one))
        layer = [child for child in children if isinstance(child, ast.expr)]
    return deepest


def _number(value: float) -> Number:
    if not abs(value) <= LARGEST:
        raise ExprError("a constant that is too large")
    return Number(value)


def _node(tree: ast.expr) -> Node:  # noqa: C901 - one case for each thing allowed
    match tree:
        case ast.Constant(value=bool()):
            raise ExprError("true and false are not part of the language")
        case ast.Constant(value=int() | float() as value):
            return _number(value)
        case ast.Name() | ast.Attribute():
            return _ref(_dotted(tree))
        case ast.BinOp(left, op, right) if type(op) in _BINARY:
            return Binary(_BINARY[type(op)], _numeric(left), _numeric(right))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return _number(-value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_logical(operand))
        case ast.BoolOp(op, values):
            name = "and" if isinstance(op, ast.And) else "or"
            return Logic(name, tuple(_logical(value) for value in values))
        case ast.Compare(left, [op], [right]) if type(op) in _COMPARE:
            return Compare(_COMPARE[type(op)], _numeric(left), _numeric(right))
        case ast.Call(ast.Name(id="sum"), args, []):
            return _sum(args)
        case ast.Call(ast.Name(id="mentions"), args, []):
            return _mentions(args)
    raise ExprError(f"not part of the language: {ast.unparse(tree)!r}")


def _numeric(tree: ast.expr) -> Node:
    node = _node(tree)
    if isinstance(node, Compare | Logic | Not | Mentions):
        raise ExprError(f"a condition where a figure is due: {ast.unparse(tree)!r}")
    return node


def _logical(tree: ast.expr) -> Node:
    node = _node(tree)
    if not isinstance(node, Compare | Logic | Not | Mentions):
        raise ExprError(f"a figure where a condition is due: {ast.unparse(tree)!r}")
    return node


def _dotted(tree: ast.expr) -> str:
    match tree:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value)}.{attr}"
    raise ExprError(f"not a name: {ast.unparse(tree)!r}")


def _ref(name: str) -> Ref:
    head, _, rest = name.partition(".")
    return Ref(rest, head) if head in (*BESIDE, LENGTH) and rest else Ref(name)


def _sum(args: list[ast.expr]) -> Sum:
    match args:
        case [first, ast.Constant(value=value), last] if value is ...:
            ends = (_numeric(first), _numeric(last))
            if not all(isinstance(end, Ref) for end in ends):
                raise ExprError("sum(first, ..., last) takes two names")
            return Sum(ends, span=True)
    if not args:
        raise ExprError("sum() of nothing")
    return Sum(tuple(_numeric(arg) for arg in args))


def _mentions(args: list[ast.expr]) -> Mentions:
    texts, words = [], []
    for arg in args:
        match arg:
            case ast.Constant(value=str() as word) if word:
                words.append(word)
            case ast.Name() | ast.Attribute() if not words:
                texts.append(TextRef(_dotted(arg)))
            case _:
                raise ExprError("mentions(text, …, 'word', …) takes texts, then words")
    if not texts or not words:
        raise ExprError("mentions() needs a text and a word")
    return Mentions(tuple(texts), tuple(words))


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


# --- evaluate -------------------------------------------------------------------------------


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
            return any(word in whole for word in words)
        case _:
            raise ExprError("a figure is neither true nor false")


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


# --- Excel ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """How a workbook spells what an expression reads.

    ``areas`` turns figures into comma-joined cell ranges, ``text`` a text into its cell(s)
    joined by ``&``, and ``nil`` a figure into the condition that its table is a nil return
    (None where that cannot be declared).
    """

    areas: Callable[[Sequence[Ref]], list[str]]
    text: Callable[[TextRef], str]
    nil: Callable[[Ref], str | None]


def excel_blank(node: Node, sheet: Sheet) -> str:
    """Return the Excel condition that something the expression reads is blank.

    A blank cell counts as known where its table is declared a nil return.
    """
    groups: dict[str | None, list[Ref]] = {}
    for ref in refs(node):
        groups.setdefault(sheet.nil(ref), []).append(ref)
    tests = [_unknown(condition, members, sheet) for condition, members in groups.items()]
    tests += [excel_empty(_joined_cells(group, sheet)) for group in texts(node)]
    if not tests:
        return "FALSE"
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"


def _unknown(nil: str | None, members: Sequence[Ref], sheet: Sheet) -> str:
    areas = sheet.areas(members)
    known = f"COUNT({','.join(areas)})"
    if nil is not None:
        blanks = "+".join(f"COUNTBLANK({area})" for area in areas)
        known += f"+IF({nil},{blanks},0)"
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
            found = [f"ISNUMBER(FIND({excel_text(word)},{cells}))" for word in words]
            return found[0] if len(found) == 1 else f"OR({','.join(found)})"
        case _:
            raise ExprError("a figure is neither true nor false")


def excel_empty(cells: str) -> str:
    """Return the Excel condition that a text holds nothing but white space, as ``joined``."""
    return f'LEN(TRIM(CLEAN(SUBSTITUTE({cells},"　",""))))=0'


def excel_length(cell: str) -> str:
    """Return the Excel formula (no ``=``) of the characters of a text, as ``characters``."""
    return f'LEN(SUBSTITUTE(SUBSTITUTE(CLEAN({cell})," ",""),"　",""))'


def excel_text(value: str) -> str:
    """Quote a string for a formula."""
    return '"' + value.replace('"', '""') + '"'


def excel_verdict(node: Node, sheet: Sheet, *, words: tuple[str, str, str]) -> str:
    """Return the formula (no ``=``) that shows one of ``words`` (pass, fail, blank)."""
    passed, failed, blank = (excel_text(word) for word in words)
    condition = excel_condition(node, sheet)
    return f"IF({excel_blank(node, sheet)},{blank},IF({condition},{passed},{failed}))"


# --- explain --------------------------------------------------------------------------------

_WORDS = {
    "==": "等于",
    "!=": "不等于",
    "<": "小于",
    "<=": "不大于",
    ">": "大于",
    ">=": "不小于",
}


def plain(value: float) -> str:
    """Write a figure as an officer would: no exponent, no trailing zeros."""
    if isinstance(value, int):
        return str(value)
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
        case Binary(_, left, right):
            return f"{_term(left, figure, name)}×{_term(right, figure, name)}"
        case _:
            return plain(number(node, figure))
