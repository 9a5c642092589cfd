"""What a press costs and changes, where it leads, zeros, export."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest
import xlwings as xw

from altered import base
from desk import book
from helpers import common, editions
from nianbao import button
from nianbao.button.live import Live
from nianbao.context import context
from nianbao.errors import to_mend
from nianbao.layout import SAID
from nianbao.reading.read import read
from nianbao.report import from_document
from press_books import LIST, by_cli, complete_report, listed, two_faults


# --- what a press costs and changes -----------------------------------------------------------


def test_a_press_on_a_full_workbook_reads_six_ranges_and_writes_three_at_most(excel):
    for data in (base("2021")[0], base("2019")[0], book(complete_report())):
        opened = excel.app.books.put(data)
        button.attach()
        assert len(opened.reads) <= 6, opened.reads
        assert len(opened.writes) <= 3, opened.writes


def test_a_press_changes_nothing_but_the_list(excel):
    opened = excel.app.books.put(base("2021")[0])
    before = opened.content
    button.attach()
    after = opened.content
    changed = {at for at in {*before, *after} if before.get(at) != after.get(at)}
    assert changed
    assert {sheet for sheet, _ in changed} == {LIST}
    assert all(opened.held.sheet(title).protected for title in opened.held.titles)


def test_the_list_holds_rule_place_message_remedy_and_time(excel):
    data = base("2021")[0]
    opened = excel.app.books.put(data)
    button.attach()
    words = common().severities
    assert listed(opened) == [
        (words[f.severity.value], f.rule, f"{f.sheet} {f.cell}".strip(), f.message,
         f.remedy or None, f.place)
        for f in to_mend(by_cli(data))  # what the unit explained is not asked again
    ]  # fmt: skip
    said = opened.value(f"{LIST}!A{SAID}")
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d　还有 \d+ 处错误", said)


def test_a_faultless_workbook_passes(excel):
    opened = excel.app.books.put(book(complete_report()))
    assert button.attach() == "校验通过，可以上报。"
    assert excel.app.alerts[-1].mode == "info"
    assert listed(opened) == []


def test_more_findings_than_the_list_holds_are_counted(excel):
    opened = excel.app.books.put(book(complete_report()))
    live = Live(xw.Book(impl=opened), context())
    one = common().catalogue["B01"].finding().at("首页", "B8")
    live.show([one] * 305, "", "")
    rows = listed(opened)
    assert len(rows) == 300
    assert rows[-1][3] == "另有 6 处没有列出，改好上面的再校验"


# --- going from finding to finding ------------------------------------------------------------


def test_presses_lead_from_finding_to_finding_and_end(excel):
    opened = excel.app.books.put(two_faults())
    places = list(dict.fromkeys(f.place for f in by_cli(two_faults())))
    assert len(places) == 2
    said = []
    for _ in range(3):
        said.append(button.attach())
        assert opened.selected in places
    first, second, third = (re.search(r"第 (\d) 处（共 2 处）", text)[1] for text in said)
    assert (first, second, third) == ("1", "2", "1")
    for place in places:
        opened.type_in(place, 0)
    assert button.attach() == "校验通过，可以上报。"
    assert listed(opened) == []


def test_after_a_mend_a_press_leads_to_what_is_left(excel):
    opened = excel.app.books.put(two_faults())
    button.attach()
    mended = opened.selected
    opened.type_in(mended, 0)
    assert "第 1 处（共 1 处）" in button.attach()
    assert opened.selected != mended


def test_the_next_button_moves_without_checking(excel):
    opened = excel.app.books.put(two_faults())
    assert "先按“校验”" in button.attach("next_finding")
    button.attach()
    first = opened.selected
    opened.reads.clear()
    said = button.attach("next_finding")
    assert opened.selected != first
    assert "第 2 处（共 2 处）" in said
    assert len(opened.reads) == 1


def test_a_finding_on_a_sheet_that_is_gone_selects_nothing(excel):
    opened = excel.app.books.put(two_faults())
    live = Live(xw.Book(impl=opened), context())
    assert not live.select("没有这张表!A1")
    assert live.select("首页")
    assert opened.active_title == "首页"


# --- zeros ------------------------------------------------------------------------------------


def test_zeros_go_into_the_blank_inputs_of_nil_returns_only(excel):
    report = complete_report()
    blank = {k: None for k in report.figures if k.startswith(("requests.", "disputes."))}
    nil = dataclasses.replace(
        report, figures={**report.figures, **blank}, nil_returns=frozenset({"requests"})
    )
    opened = excel.app.books.put(book(nil))
    opened.type_in("三、依申请公开!E9", 4)
    opened.type_in("三、依申请公开!F9", " ")
    before = opened.content
    assert "表三填了 " in button.attach("fill_zeros")
    opened.calculate()
    edition = editions()["2021"]
    places = read(opened.saved, editions(), common()).places
    for key in edition.inputs:
        place = places[key]
        at = (place.sheet, place.cell)
        if key.startswith("requests.") and at not in before:
            assert opened.content[at] == 0
        else:
            assert opened.content.get(at) == before.get(at)
    assert opened.value("三、依申请公开!E9") == 4
    assert len(opened.writes) < 12


def test_zeros_need_a_declared_nil_return(excel):
    opened = excel.app.books.put(two_faults())
    assert "没有哪张表选了“全部为零”或“空格按零”" in button.attach("fill_zeros")
    assert opened.writes == []


# --- export -----------------------------------------------------------------------------------


def test_export_writes_the_report_beside_the_workbook(excel, tmp_path):
    data = base("2021")[0]
    path = tmp_path / "某乡 年报.xlsx"
    path.write_bytes(data)
    excel.app.books.open(path)
    assert "某乡 年报.json" in button.attach("export")
    document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert from_document(document) == read(data, editions(), common()).report
    assert sorted(p.name for p in tmp_path.iterdir()) == ["某乡 年报.json", "某乡 年报.xlsx"]


def test_export_replaces_nothing_unasked(excel, tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(two_faults())
    path.with_suffix(".json").write_text("原来的", encoding="utf-8")
    excel.app.books.open(path)
    excel.app.answer = "no"
    assert "没有动" in button.attach("export")
    assert path.with_suffix(".json").read_text(encoding="utf-8") == "原来的"
    excel.app.answer = "yes"
    assert "注意：还有" in button.attach("export")


@pytest.mark.parametrize("where", ["https://share/book.xlsx", "Book1", "/nowhere/book.xlsx"])
def test_export_needs_a_folder(excel, where):
    excel.app.books.put(two_faults(), where)
    assert button.attach("export").startswith("这个工作簿还没有存在本机的文件夹里")


def test_export_that_cannot_write_says_so_and_leaves_nothing(excel, tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(two_faults())
    path.with_suffix(".json").mkdir()
    excel.app.books.open(path)
    assert button.attach("export").startswith("导出的文件写不进去")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["表.json", "表.xlsx"]
