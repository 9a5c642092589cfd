"""The template's formulas, computed by IronCalc, say of any report what the Python check says.

Every rule of every edition, and of ``editions/toy.toml``, which uses every feature of the rule
language; complete reports most, but blanks, words, nil returns, written-over totals, and with or
without last year's and the registers' figures too.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import apart, beside, common, every_edition, fee_of, make_report, settled, toy
from nianbao.check import (
    Beside,
)
from nianbao.form import LIMIT, Edition
from nianbao.layout import layout_of
from nianbao.report import Cell, reason_key
from sheets import sheets
from two_engines import Case, compared


FORMS = [
    pytest.param(edition, level, id=f"{edition.id}-{level}")
    for edition in every_edition().values()
    for level in ("township", "county", "prefecture")
    if edition is not toy() or level != "prefecture"
]
REASONS = st.sampled_from(["", "无", " 无 ", "已核对", "已 核　对\n", "县里已批准", "见 第六部分"])
PEOPLE = st.sampled_from(["", " ", "　\n", "张三", "0901-1234567"])

COUNTS = st.one_of(st.integers(0, 4), st.integers(0, 300))
ODD = st.one_of(
    st.none(),
    st.sampled_from(["减4", "/", "无", "—", "0件左右", "TRUE", " ", "　"]),
    st.sampled_from([-1, -8, 1.5, 2.25, 0.125, 2.5 + 4e-7, 2.5 + 6e-7, 24252.311082]),
    st.sampled_from([LIMIT, LIMIT + 1, -LIMIT - 1, 10**12]),
)
SAID = st.sampled_from(
    [
        "",
        "  ",
        "　",
        "\n",
        "未收到申请。",
        " 复议纠正一件。",
        "收到10件。",
        "收到10件，受理0件。",
        "０件",
        "２０件和12 件",
        "不存在需要改进的问题。",
        "未收取信息处理费。",
        "费",
        "旧",
        "新",
        '称"无"。',
        "平安。",
    ]
)


def _blank_if_white(value: Cell) -> Cell:
    return None if isinstance(value, str) and not value.strip() else value


@st.composite
def cases(draw, edition: Edition, level: str) -> Case:
    base = make_report(edition, level=level)
    inputs = {key: base.figures[key] for key in edition.inputs}
    if draw(st.integers(0, 3)) == 0:  # any figures at all
        chosen = random.Random(draw(st.integers(0, 10**6)))
        inputs = {key: chosen.choice((0, 0, 0, 1, 2, 12)) for key in inputs}
    keys = st.sampled_from(list(inputs))
    inputs |= draw(st.dictionaries(keys, COUNTS, max_size=8))
    typed = dict(inputs)
    nil: frozenset[str] = frozenset()
    zero: frozenset[str] = frozenset()
    stated: dict[str, Cell] = {}
    if not draw(st.integers(0, 2)):
        typed |= draw(st.dictionaries(keys, ODD, max_size=4))
        tables = st.sampled_from([table.key for table in edition.tables])
        nil = draw(st.frozensets(tables, max_size=1))
        zero = draw(st.frozensets(tables, max_size=2)) - nil
        declared = nil | zero
        typed = {k: v for k, v in typed.items() if not (k.split(".")[0] in declared and _white(v))}
    elif draw(st.booleans()):
        stated = draw(st.dictionaries(st.sampled_from(list(edition.totals)), COUNTS, max_size=2))
    given_ = {key: _blank_if_white(value) for key, value in typed.items()}
    blank = [key for key in edition.inputs if given_.get(key) is None]
    texts = {key: str(base.narrative[key]) for key in edition.text_keys}
    texts |= draw(st.dictionaries(st.sampled_from(edition.text_keys), SAID, max_size=3))
    report = replace(
        base,
        figures=settled(edition, given_, stated, blank, (nil, zero)) | apart(fee_of(base)),
        narrative={key: text.strip() or None for key, text in texts.items()},
        nil_returns=nil,
        blanks_are_zero=zero,
        explanations=draw(_reasons(edition, level)),
    )
    if draw(st.booleans()):
        report = replace(report, year=draw(st.sampled_from([2023, 2024, 2090, 2091])))
    if draw(st.booleans()):
        people = st.dictionaries(st.sampled_from(list(common().contact)), PEOPLE, max_size=2)
        report = replace(report, contact={**report.contact, **draw(people)})
    if edition.small and draw(st.booleans()):
        typed = {key: draw(st.one_of(COUNTS, ODD)) for key in edition.small}
        small = {key: _blank_if_white(value) for key, value in typed.items()}
        report = replace(report, figures={**report.figures, **small})
    return Case(report, draw(_held(edition)), frozenset(stated), texts)


def _reasons(edition: Edition, level: str) -> st.SearchStrategy[dict[str, str]]:
    """Reasons for rules and for single places, some of them too short."""
    subjects = sorted(set(layout_of(edition, common().sheets, level).reasons.values()))
    keys = [key for one in subjects for key in (one.rule, reason_key(*one))]
    return st.dictionaries(st.sampled_from(keys), REASONS, max_size=4)


def _white(value: Cell) -> bool:
    return isinstance(value, str) and not value.strip()


@st.composite
def _held(draw, edition: Edition) -> Beside:
    base = beside(edition)
    keys = {"prev": [], "register": []}
    for ref in dict.fromkeys(
        ref for one in edition.checks for ref in one.refs if ref.source in keys
    ):
        keys[ref.source].append(ref.key)
    assert base.previous is not None
    numbers = st.one_of(COUNTS, st.none(), st.sampled_from([2.5 + 4e-7, 2.5 + 6e-7, 0.13]))
    before = draw(st.dictionaries(st.sampled_from(keys["prev"]), numbers, max_size=4))
    register = draw(st.dictionaries(st.sampled_from(keys["register"]), numbers, max_size=2))
    previous = replace(base.previous, figures={**base.previous.figures, **before})
    known = {key: v for key, v in {**base.register, **register}.items() if v is not None}
    return Beside(previous if draw(st.integers(0, 4)) else None, known)


def disagreements(edition: Edition, level: str, case: Case) -> list[str]:
    """Where sheet and check differ, in words."""
    sheet = sheets(edition, level)
    sheet.type_in(case.report, case.held, case.stated, case.typed)
    return compared(sheet, case)


@pytest.mark.parametrize(("edition", "level"), FORMS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_sheet_and_check_agree_on_any_report(edition, level, data):
    case = data.draw(cases(edition, level))
    assert disagreements(edition, level, case) == []
