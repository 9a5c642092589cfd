"""The rule language: what it takes, what it refuses, and its three renderings."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao import expr
from nianbao.expr import DEEPEST, LONGEST_SOURCE, ExprError, Ref, Sheet, Verdict


FIGURES = {"a": 58, "b": 2, "c": 57, "d": 2, "x": 0.1, "y": 0.2, "z": 0.3, "none": None}
TEXTS = {
    "t": "纠正一件。",
    "u": None,
    "s": ' 称"无"。 ',
    "w": "  \n",
    "n": "办结10件。",
    "m": "收到10件，受理0件。",
    "f": "收到１０件。",
}


def figure(ref: Ref):
    return (
        FIGURES[ref.key]
        if not ref.source
        else {"prev": 5, "register": None, "year": 2024}[ref.source]
    )


def judged(source: str) -> Verdict:
    return expr.evaluate(expr.parse(source), figure, lambda ref: TEXTS[ref.key])


def named(ref: Ref) -> str:
    return {"a": "第一项", "b": "第二项", "c": "第三项总计", "d": "第四项"}.get(ref.key, ref.key)


SHEET = Sheet(
    areas=lambda refs: [f"{ref.source}{ref.key.upper()}1" for ref in refs],
    text=lambda ref: f"{ref.key.upper()}9",
    zero=lambda _: None,
)


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("a + b == 60", Verdict.PASS),
        ("a + b == c + d", Verdict.FAIL),
        ("a - b == 56 and c * d == 114", Verdict.PASS),
        ("a - (b - c) == 113", Verdict.PASS),
        ("sum(a, b, c) == 117", Verdict.PASS),
        ("x + y == z", Verdict.PASS),  # which floats say it is not
        ("x + y != z", Verdict.FAIL),
        ("x + y <= z and x + y >= z", Verdict.PASS),
        ("x + y < z or x + y > z", Verdict.FAIL),
        ("not a == 58", Verdict.FAIL),
        ("a == 58 or none == 1", Verdict.BLANK),  # blank is contagious
        ("a == -58", Verdict.FAIL),
        ("prev.a == 5", Verdict.PASS),
        ("register.a == 5", Verdict.BLANK),
        ('mentions(t, "纠正")', Verdict.PASS),
        ('mentions(u, t, "复议", "纠正")', Verdict.PASS),
        ('mentions(u, "复议")', Verdict.BLANK),
        ('mentions(w, "复议")', Verdict.BLANK),
        ("mentions(s, '\"无\"')", Verdict.PASS),
        ('not mentions(t, "无")', Verdict.PASS),
        ("a % 10 == 8", Verdict.PASS),
        ("not x % 10 > 0", Verdict.FAIL),
        ('mentions(n, "0件")', Verdict.FAIL),  # 10件 is no 0件
        ('mentions(n, "10件")', Verdict.PASS),
        ('mentions(m, "0件", "零")', Verdict.PASS),  # 10件 and 0件
        ('mentions(f, "０件")', Verdict.FAIL),
        ("year >= 2024", Verdict.PASS),
    ],
)
def test_value(source, verdict):
    assert judged(source) is verdict


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ("a + b == c + d", "ROUND(N(A1)+N(B1)-(N(C1)+N(D1)),6)=0"),
        ("a - (b - c) < 3", "ROUND(N(A1)-(N(B1)-N(C1))-(3),6)<0"),
        ("a * (b + 1) != -2", "ROUND(N(A1)*(N(B1)+1)-((-2)),6)<>0"),
        ("sum(a, b, c * 2) >= 1", "ROUND(SUM(A1,B1,N(C1)*2)-(1),6)>=0"),
        ("not (a == 1 or prev.b == 2)", "NOT(OR(ROUND(N(A1)-(1),6)=0,ROUND(N(prevB1)-(2),6)=0))"),
        ('mentions(t, u, "甲", "乙")', 'OR(ISNUMBER(FIND("甲",T9&U9)),ISNUMBER(FIND("乙",T9&U9)))'),
        ("a % 10 > 0", "ROUND(MOD(N(A1),10)-(0),6)>0"),
        ("year < 2024", "ROUND(N(yearYEAR1)-(2024),6)<0"),
        ("mentions(t, '说\"是\"')", 'ISNUMBER(FIND("说""是""",T9))'),
    ],
)  # fmt: skip
def test_formula(source, formula):
    assert expr.excel_condition(expr.parse(source), SHEET) == formula


def test_a_formula_says_blank_before_it_judges():
    node = expr.parse('a == b and mentions(t, "纠正")')
    said = expr.excel_verdict(node, SHEET, expr.Says('"通过"', '"不符"', '"未填全"', '"无对照"'))
    assert said.startswith("IF(OR(COUNT(A1,B1)<2,LEN(TRIM(CLEAN(SUBSTITUTE(T9,")
    assert said.endswith(',"未填全",IF(AND(ROUND(N(A1)-(N(B1)),6)=0,'
                         'ISNUMBER(FIND("纠正",T9))),"通过","不符"))')  # fmt: skip


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a + b == c + d", "第一项 58＋第二项 2＝60，第三项总计 57＋第四项 2＝59，差 1"),
        ("a == 0", "第一项 58，应为 0"),
        ("a <= c", "第一项 58，应不大于 第三项总计 57"),
        ("a - b > c", "第一项 58－第二项 2＝56，应大于 第三项总计 57"),
        ("x + y == z * 2", "x 0.1＋y 0.2＝0.3，z 0.3×2＝0.6，差 0.3"),
        ("a == 1 and none == 2", "第一项 58，none （空）"),
        ("a % 10 == 0", "第一项 58÷10 的余数＝8，应为 0"),
        ("sum(a, b, c, d) == 1", "第一项 58＋第二项 2＋第三项总计 57＋第四项 2＝119，应为 1"),
    ],
)
def test_explanation(source, said):
    assert expr.explain(expr.parse(source), figure, named) == said


@pytest.mark.parametrize(
    "source",
    [
        "", "a", "a +", "1 + 1", "a = b", "a == b == c", "a < b < c", "a / b == 1", "a ** 2 == 1",
        "a % b == 0", "a % 0 == 0", "2 % -3 == 0",
        "a if b else c", "f(a) == 1", "a[0] == 1", "[a] == 1", "a == 'x'",
        "'x' == 'x'", "a == True", "not a", "a and b", "a == None", "sum() == 1",
        "sum(1, ..., a) == 1", "sum(a, *b) == 1", "sum(a, start=1) == 1", "mentions(t)",
        'mentions("x")', 'mentions("x", t)', 'mentions(t, "")', "mentions(t, 1)",
        "lambda: 1", "a == 1e999", "a == 10**99", "(a == 1) + 1 == 2", "a == 1; b == 2",
        "__import__('os').system('x') == 0", "a == 1\x00", "a.b().c == 1", "-a == 1", "a is b",
        "a in b", "a == 1j", "a == ...",
    ],
)  # fmt: skip
def test_anything_else_is_refused(source):
    with pytest.raises(ExprError):
        expr.parse(source)


def test_how_long_and_deep_an_expression_may_be():
    assert (LONGEST_SOURCE, DEEPEST) == (4_000, 30)


TALLEST = "not " * (DEEPEST - 2) + "a == 1"
"""As deep as may be: the comparison and its sides are two."""


@pytest.mark.parametrize(
    ("fits", "not_any_more", "why"),
    [
        ("a == 1".ljust(LONGEST_SOURCE), "a == 1".ljust(LONGEST_SOURCE + 1), "longer than"),
        (TALLEST, f"not {TALLEST}", "nested too deeply"),
        ("a == 1000000000000000", "a == 1000000000000001", "too large"),
        ("a == -1000000000000000", "a == -1000000000000001", "too large"),
    ],
    ids=["length", "depth", "a constant", "a negative constant"],
)
def test_an_expression_is_bounded(fits, not_any_more, why):
    expr.parse(fits)
    with pytest.raises(ExprError, match=why):
        expr.parse(not_any_more)


def test_what_pythons_own_parser_cannot_nest_is_refused():
    with pytest.raises(ExprError):
        expr.parse("(" * 300 + "a" + ")" * 300 + "== 1")


@given(st.text(alphabet="ab01 .,+-*()<>=!'\"sumnotandorprev…\n", max_size=40))
def test_parsing_only_ever_refuses(source):
    try:
        node = expr.parse(source)
    except ExprError:
        return
    assert all(isinstance(ref, Ref) for ref in expr.refs(node))


@given(st.lists(st.one_of(st.none(), st.integers(-9, 9)), min_size=3, max_size=3))
def test_python_says_the_same_of_integers(values):
    known = dict(zip("abc", values, strict=True))
    source = "a + b * c == a * 2 - b or a < b and not b >= c"
    verdict = expr.evaluate(expr.parse(source), lambda ref: known[ref.key], lambda _: None)
    if None in values:
        assert verdict is Verdict.BLANK
    else:
        a, b, c = values
        holds = a + b * c == a * 2 - b or (a < b and not b >= c)
        assert verdict is (Verdict.PASS if holds else Verdict.FAIL)


def test_every_node_is_walked_and_rewritten():
    source = 'not (sum(a, b * 2) == c) and (d < 1 or mentions(t, "x"))'
    node = expr.parse(source)
    assert [ref.key for ref in expr.refs(node)] == ["a", "b", "c", "d"]
    assert expr.texts(node) == ((expr.TextRef("t"),),)
    moved = expr.rewrite(node, lambda n: Ref("z") if n == Ref("b") else None)
    assert [ref.key for ref in expr.refs(moved)] == ["a", "z", "c", "d"]
    assert expr.rewrite(node, lambda _: None) == node


def test_a_blank_figure_has_no_value():
    with pytest.raises(ExprError):
        expr.number(expr.Sum((Ref("a"), Ref("none"))), figure)
    with pytest.raises(ExprError):
        expr.number(Ref("none"), figure)


# --- what stands in Excel ---------------------------------------------------------------------


def held(*zero: str) -> Sheet:
    """A sheet on which blanks of some figures' table may be declared zero."""
    return dataclasses.replace(SHEET, zero=lambda ref: "$J$2" if ref.key in zero else None)


@pytest.mark.parametrize(
    ("source", "zero", "formula"),
    [
        ("a == 1", (), "COUNT(A1)<1"),
        ("a == b + c", (), "COUNT(A1,B1,C1)<3"),
        ("a == b", ("a",), "OR(COUNT(A1)+IF($J$2,COUNTBLANK(A1),0)<1,COUNT(B1)<1)"),
        ('mentions(t, "x")', (), expr.excel_empty("T9")),
        ("length.t <= 9", (), "COUNT(lengthT1)<1"),
    ],
)
def test_when_a_formula_says_that_something_is_blank(source, zero, formula):
    assert expr.excel_blank(expr.parse(source), held(*zero)) == formula


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ("a == b", "FALSE"),
        ("a == prev.b", "COUNT(prevB1)<1"),
        ("a == prev.b + register.c", "COUNT(prevB1,registerC1)<2"),
    ],
)
def test_when_a_formula_says_that_nothing_is_held_against_it(source, formula):
    assert expr.excel_unheld(expr.parse(source), SHEET) == formula


def test_a_condition_is_no_figure_and_a_figure_no_condition():
    condition, number = expr.parse("a == 1"), expr.parse("a == 1").left
    with pytest.raises(ExprError):
        expr.number(condition, figure)
    with pytest.raises(ExprError):
        expr.evaluate(number, figure, lambda _: None)
