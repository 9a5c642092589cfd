"""Labels as clerks retype them: the point, the bracket, a mark; their row is found all the same."""

from __future__ import annotations

import io
import itertools

import openpyxl
import pytest

from altered import base, understood
from helpers import common, editions
from nianbao.layout import layout_of
from nianbao.opening.package import bare


@pytest.mark.parametrize(("typed", "official"), [
    ("2、重复申请", "2.重复申请"),
    ("2．重复申请", "2.重复申请"),
    ("２。 重复申请", "2.重复申请"),
    ("2.重复申请*", "2.重复申请"),
    ("*2.重复申请：", "2.重复申请"),
    ("(一) 予以公开", "（一）予以公开"),
    ("〔一〕予以公开", "（一）予以公开"),
    ("【一】予以　公开", "（一）予以公开"),
    ("总 计。", "总计"),
])  # fmt: skip
def test_a_label_is_told_by_its_words(typed, official):
    assert bare(typed) == bare(official)


@pytest.mark.parametrize(
    "other", ["3.重复申请", "重复申请", "2.重复", "12.重复申请", "2.1重复申请"]
)
def test_another_label_is_another(other):
    assert bare(other) != bare("2.重复申请")


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
def test_the_official_labels_of_a_table_stay_apart(edition):
    for table in edition.tables:
        texts = sorted({label.text for label in table.printed})
        alike = [p for p in itertools.combinations(texts, 2) if bare(p[0]) == bare(p[1])]
        assert alike == []


@pytest.mark.parametrize("edition", list(editions()))
@pytest.mark.parametrize("names", [True, False], ids=["names", "no names"])
def test_every_label_edited_slightly_changes_no_figure(edition, names):
    data, before = base(edition)
    opened = openpyxl.load_workbook(io.BytesIO(data))
    level = before.reading.report.unit.level
    layout = layout_of(editions()[edition], common().sheets, level)
    for table in editions()[edition].tables:
        for _, box in layout.labels(table):
            cell = opened[table.sheet].cell(box.top, box.left)
            cell.value = cell.value.replace(".", "、").replace("（", "(").replace("）", " )") + "*"
    if not names:
        for name in list(opened.defined_names):
            del opened.defined_names[name]
    buffer = io.BytesIO()
    opened.save(buffer)
    after = understood(buffer.getvalue())
    assert after.said == before.said
    faults = [{f for f in one.findings if f.severity.value == "error"} for one in (before, after)]
    assert faults[0] == faults[1]
