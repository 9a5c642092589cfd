"""LibreOffice, computing the workbooks of random reports anew, says what the Python check says."""

from __future__ import annotations

import io
import random
from dataclasses import replace

import pytest

from helpers import apart, beside, common, every_edition, fee_of, make_report, settled
from libreoffice import converted
from nianbao.book.order import Order
from nianbao.check import Beside
from nianbao.form import LIMIT, Edition
from nianbao.layout import layout_of
from nianbao.report import Cell, Report, reason_key
from nianbao.template.workbook import draw
from sheets import Saved
from two_engines import Case, compared


FORMS = [
    (edition, level) for edition in every_edition().values() for level in ("township", "county")
]
EACH = 6
"""Workbooks of each form: some dozens in all."""

WRONG = [None, "减4", "/", "无", "0件左右", -1, 1.5, 2.25, 24252.31, LIMIT + 1]
TEXTS = ["", "未收到申请。", "复议纠正一件。", "没有收费。", "新旧", "平安。"]


def random_case(edition: Edition, level: str, dice: random.Random) -> Case:
    """A report with small figures, one in three with some wrong or blank, and what it carries."""
    base = make_report(edition, level=level)
    typed: dict[str, Cell] = {key: base.figures[key] for key in edition.inputs}
    if dice.random() < 0.5:
        typed = {key: dice.choice((0, 0, 0, 1, 2, 12)) for key in typed}
    for key in dice.sample(sorted(typed), 5):
        typed[key] = dice.randrange(300)
    stated: dict[str, Cell] = {}
    if dice.random() < 1 / 3:
        typed |= {key: dice.choice(WRONG) for key in dice.sample(sorted(typed), 4)}
    else:
        stated = {key: dice.randrange(20) for key in dice.sample(sorted(edition.totals), 2)}
    zero = dice.sample([table.key for table in edition.tables], dice.choice((0, 0, 1)))
    blank = [key for key, value in typed.items() if value is None]
    texts = {key: dice.choice((base.narrative[key], *TEXTS)) for key in edition.text_keys}
    report = replace(
        base,
        figures=settled(edition, typed, stated, blank, ((), zero)) | apart(fee_of(base)),
        narrative={key: text or None for key, text in texts.items()},
        contact={**base.contact, dice.choice(("phone", "date")): dice.choice(("", "　", "1"))},
        blanks_are_zero=frozenset(zero),
        explanations=_reasons(edition, level, dice),
    )
    held = beside(edition) if dice.random() < 0.8 else Beside()
    return Case(report, held, frozenset(stated), {key: text or "" for key, text in texts.items()})


def _reasons(edition: Edition, level: str, dice: random.Random) -> dict[str, str]:
    subjects = sorted(set(layout_of(edition, common().sheets, level).reasons.values()))
    keys = [key for one in subjects for key in (one.rule, reason_key(*one))]
    return {key: dice.choice(("无", "县里已批准")) for key in dice.sample(keys, 4)}


def written(edition: Edition, case: Case) -> bytes:
    """The workbook of a case, its formulas without values."""
    report: Report = case.report
    order = Order(
        edition, common(), report.unit, report.year, report, case.held.previous, case.held.register
    )
    buffer = io.BytesIO()
    draw(order).save(buffer)
    return buffer.getvalue()


@pytest.mark.libreoffice
def test_libreoffice_and_check_agree_on_dozens_of_workbooks(tmp_path):
    dice = random.Random(20261124)
    cases = {
        f"{edition.id}-{level}-{number}": (edition, level, random_case(edition, level, dice))
        for edition, level in FORMS
        for number in range(EACH)
    }
    done = converted(tmp_path, {name: written(e, case) for name, (e, _, case) in cases.items()})
    assert set(done) == set(cases)
    for name, (edition, level, case) in cases.items():
        assert compared(Saved(edition, level, done[name]), case) == [], name
