"""The rule language: parse once, then evaluate, render as Excel, explain.

A rule is an expression over figures, e.g. ``received + carried_in == total + carried_out``.
The language is closed: names, numbers, ``+ - * %``, comparisons, ``and or not``,
``sum(first, ..., last)``, ``mentions(text, "word")`` and ``year``. Anything else is refused when
the edition is loaded. Blank is contagious: where one operand is blank the verdict is BLANK, which
is neither right nor wrong. Pure: no files, no third-party code.
"""

from __future__ import annotations

from nianbao.expr.evaluating import (
    DECIMALS,
    Verdict,
    characters,
    evaluate,
    holds,
    joined,
    judge,
    number,
)
from nianbao.expr.excel import (
    Says,
    Sheet,
    excel_blank,
    excel_condition,
    excel_empty,
    excel_length,
    excel_number,
    excel_text,
    excel_total,
    excel_unheld,
    excel_verdict,
)
from nianbao.expr.explaining import (
    explain,
    plain,
    stated,
)
from nianbao.expr.parsing import (
    DEEPEST,
    LARGEST,
    LONGEST_SOURCE,
    parse,
)
from nianbao.expr.tree import (
    BESIDE,
    LENGTH,
    YEAR,
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
    refs,
    rewrite,
    texts,
    walk,
)


__all__ = [
    "BESIDE",
    "DECIMALS",
    "DEEPEST",
    "LARGEST",
    "LENGTH",
    "LONGEST_SOURCE",
    "YEAR",
    "Binary",
    "Compare",
    "ExprError",
    "Figure",
    "Logic",
    "Mentions",
    "Node",
    "Not",
    "Number",
    "Ref",
    "Says",
    "Sheet",
    "Sum",
    "Text",
    "TextRef",
    "Verdict",
    "characters",
    "evaluate",
    "excel_blank",
    "excel_condition",
    "excel_empty",
    "excel_length",
    "excel_number",
    "excel_text",
    "excel_total",
    "excel_unheld",
    "excel_verdict",
    "explain",
    "holds",
    "joined",
    "judge",
    "number",
    "parse",
    "plain",
    "refs",
    "rewrite",
    "stated",
    "texts",
    "walk",
]
