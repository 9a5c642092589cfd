"""Reads a rule's text; anything outside the closed language is refused with what and where."""

from __future__ import annotations

import ast

from nianbao.expr.tree import (
    BESIDE,
    LENGTH,
    YEAR,
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
)


LONGEST_SOURCE, DEEPEST, LARGEST = 4_000, 30, 10**15
"""Bounds of an expression: characters, nesting, and constants (Excel knows 15 digits)."""

_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Mod: "%"}
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
    if len(source) > LONGEST_SOURCE:
        raise ExprError(f"longer than {LONGEST_SOURCE} characters: {source[:40]!r}…")
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
            return _binary(_BINARY[type(op)], _numeric(left), _numeric(right))
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


def _binary(op: str, left: Node, right: Node) -> Binary:
    if op == "%" and not (isinstance(right, Number) and right.value > 0):
        raise ExprError("% divides by a constant above 0")
    return Binary(op, left, right)


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
    if name == YEAR:
        return Ref(YEAR, YEAR)
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
