"""A press on an open workbook: the real xlwings API over ``engine.py``, the CLI as the judge."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import subprocess
import sys
import tomllib

import pytest
import xlwings as xw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Protection

import engine
import mutations
from altered import base, shown
from desk import book, example, figures
from helpers import CASES, SHARED, corpus
from nianbao import button, cli
from nianbao.catalog import common, editions
from nianbao.errors import FileProblem
from nianbao.layout import FINDINGS_FROM, SAID
from nianbao.report import from_document
from nianbao.xlsx import press
from nianbao.xlsx.examine import examine
from nianbao.xlsx.live import Live
from nianbao.xlsx.macros import sources
from nianbao.xlsx.opening import open_package
from nianbao.xlsx.order import Order
from nianbao.xlsx.read import read, read_package
from nianbao.xlsx.write import workbook
from once import once


LIST = "校验结果"


@pytest.fixture
def excel():
    with engine.started() as running:
        yield running


def complete_report():
    report = example("659900-T03")
    zeros = dict.fromkeys(editions()[report.edition].fields, 0)
    said = "本年度未收到政府信息公开申请，考核、社会评议正常，没有责任追究情形。"
    texts = dict.fromkeys(editions()[report.edition].text_keys, said)
    whole = dataclasses.replace(report, figures=zeros, narrative=texts, nil_returns=frozenset())
    return figures(whole)


def by_cli(data):
    """What ``nianbao check`` says of a file."""
    return examine(read(data, editions(), common()), common())


def by_button(data):
    """What a press says of the same workbook when it is open."""
    with engine.started() as running:
        return press.examined(Live(xw.Book(impl=running.app.books.put(data)), common()))


def listed(opened):
    """The rows of the list that are not blank."""
    opened.calculate()
    sheet = opened.values[LIST]
    rows = sheet.iter_rows(FINDINGS_FROM, sheet.max_row, 1, 6, values_only=True)
    return [row for row in rows if any(row)]


# --- the same findings ------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize("number", sorted(corpus()) if SHARED.is_dir() else [])
def test_corpus_as_the_command_line(number):
    report = corpus()[number]
    order = Order(editions()[report.edition], common(), report.unit, report.year, report)
    data = workbook(order)
    assert by_button(data) == by_cli(data)


EDGES = [None, 0, 1, 7, 250, -4, 0.5, 1.005, 10**10, "无", "５", "12件", "=1+1", " ", "251000元"]


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_workbooks_as_the_command_line(data):
    edition = data.draw(st.sampled_from(list(editions().values())))
    start = complete_report() if edition.id == "2021" else example_of(edition.id)
    keys = data.draw(st.lists(st.sampled_from(list(edition.fields)), max_size=25))
    changed = {key: data.draw(st.sampled_from(EDGES)) for key in keys}
    nil = data.draw(st.sets(st.sampled_from([table.key for table in edition.tables])))
    report = dataclasses.replace(
        start, figures={**start.figures, **changed}, nil_returns=frozenset(nil)
    )
    filled = book(report)
    assert by_button(filled) == by_cli(filled)


def example_of(edition):
    reading = read(base(edition)[0], editions(), common())
    return reading.report


ALTERED = tomllib.loads((CASES / "mutations.toml").read_text(encoding="utf-8"))["case"]


NO_EXCEL_DOES_THIS = {
    "requests copied and the original deleted",
    "the name of a switch redirected",
    "the name of last year's figure redirected",
    "identity: a row inserted, names left",
    "the name of the unit redirected to its code",
    "cover: a row inserted, names left",
    "last year: a row inserted, names left",
    "last year: sorted, names left",
    "the other edition",
    "value: not a number in a number cell",
    "value: a shared string that is not there",
    "a cell beyond the sheet",
}
"""Done to a file by a program: cells moved and their names left. An open workbook has its names
where Excel keeps them, and the sheet 汇集 follows those."""

NOT_SEEN_WHEN_OPEN = {"value: a percentage", "value: shown in thousands"}
"""The button is given numbers, not how they are shown (docs/button.md)."""


def openable():
    """The damaged workbooks that can stand open in Excel, which lets no name dangle."""
    beyond = {"share_strings"}  # openpyxl loses the strings
    return [
        case
        for case in ALTERED
        if not case.get("refused")
        and case["name"] not in NO_EXCEL_DOES_THIS | NOT_SEEN_WHEN_OPEN
        and all(s["do"] in mutations.ON_BOOK and s["do"] not in beyond for s in case["steps"])
        and not any(s["do"] == "rename" and s.get("names") is False for s in case["steps"])
        and not any(s.get("to", "").startswith("[1]") for s in case["steps"])
    ]


@pytest.mark.parametrize("case", openable(), ids=lambda case: case["name"])
def test_damaged_workbooks_as_the_command_line(case, excel):
    opened = excel.app.books.put(mutations.mutate(base(case.get("base", "2021"))[0], case["steps"]))
    opened.dirty = True  # Excel computes what a script left without values, and saves it so
    opened.calculate()
    found = press.examined(Live(xw.Book(impl=opened), common()))
    expected = by_cli(opened.saved)
    assert sorted(map(shown, found)) == sorted(map(shown, expected))


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_a_workbook_without_the_gathering_sheet_is_read_sheet_by_sheet(edition, excel):
    data = base(edition)[0]
    opened = excel.app.books.put(data)
    opened.formulas[common().sheets["gather"]].delete_cols(1, 4)
    opened.values[common().sheets["gather"]].delete_cols(1, 4)
    live = Live(xw.Book(impl=opened), common())
    package = live.package()
    whole = open_package(data, common().catalogue)
    assert package.names == whole.names
    assert read_package(package, editions(), common()).report == (
        read_package(whole, editions(), common()).report
    )


@pytest.mark.parametrize("name", ["2-收到的填报表", "3-改正后的填报表", "5-收齐后汇总"])
def test_every_workbook_of_the_demo_as_the_command_line(name, tmp_path_factory):
    folder = once(tmp_path_factory, "demo", lambda top: cli.main(["demo", str(top / "年报")]))
    paths = [p for p in sorted((folder / "年报" / name).glob("*.xlsx")) if p.name != "汇总.xlsx"]
    assert paths
    read_at_all = 0
    for path in paths:
        data = path.read_bytes()
        try:
            expected = by_cli(data)
        except FileProblem:  # the demo's broken file, which no Excel opens
            continue
        read_at_all += 1
        assert by_button(data) == expected, path.name
    assert read_at_all >= len(paths) - 1


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
    assert all(opened.formulas[sheet].protection.sheet for sheet in opened.formulas.sheetnames)


def test_the_list_holds_rule_place_message_remedy_and_time(excel):
    data = base("2021")[0]
    opened = excel.app.books.put(data)
    button.attach()
    words = common().severities
    assert listed(opened) == [
        (words[f.severity.value], f.rule, f"{f.sheet} {f.cell}".strip(), f.message,
         f.remedy or None, f.place)
        for f in by_cli(data)
    ]  # fmt: skip
    said = opened.values[LIST].cell(SAID, 1).value
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d　还有 \d+ 处错误", said)


def test_a_faultless_workbook_passes(excel):
    opened = excel.app.books.put(book(complete_report()))
    assert button.attach() == "校验通过，可以上报。"
    assert excel.app.alerts[-1].mode == "info"
    assert listed(opened) == []


def test_more_findings_than_the_list_holds_are_counted(excel):
    opened = excel.app.books.put(book(complete_report()))
    live = Live(xw.Book(impl=opened), common())
    one = common().catalogue["B01"].finding().at("首页", "B8")
    live.show([one] * 305, "", "")
    rows = listed(opened)
    assert len(rows) == 300
    assert rows[-1][3] == "另有 6 处没有列出，改好上面的再校验"


# --- going from finding to finding ------------------------------------------------------------


def two_faults():
    return book(
        figures_as_stated(disclosure__rules__issued=None, disclosure__fees__amount_wan="无")
    )


def figures_as_stated(**changes):
    report = complete_report()
    named = {key.replace("__", "."): value for key, value in changes.items()}
    return dataclasses.replace(report, figures={**report.figures, **named})


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
    live = Live(xw.Book(impl=opened), common())
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
    assert opened.values["三、依申请公开"]["E9"].value == 4
    assert len(opened.writes) < 12


def test_zeros_need_a_declared_nil_return(excel):
    opened = excel.app.books.put(two_faults())
    assert "没有哪张表选了“零报告”" in button.attach("fill_zeros")
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


# --- faults: one message each, nothing written ------------------------------------------------


def wrong(excel, opened, text):
    assert excel.app.alerted == text
    assert excel.app.alerts[-1].mode == "critical"
    assert opened.writes == []
    assert "Traceback" not in text


def test_not_our_workbook(excel):
    buffer = io.BytesIO()
    Workbook().save(buffer)
    opened = excel.app.books.put(buffer.getvalue())
    text = button.attach()
    assert text.startswith("不是年报填报表")
    wrong(excel, opened, text)


@pytest.mark.parametrize(("cell", "value", "says"), [
    ("B2", "2031", "年度应当用 2019、2021 版格式，这个文件是 2031 版"),
    ("B8", "nianbao 99.0.1", "比这张表（99.0.1）旧"),
])  # fmt: skip
def test_a_form_this_program_does_not_know(excel, cell, value, says):
    opened = excel.app.books.put(two_faults())
    opened.unlocked_by_hand(f"标识!{cell}", value)
    text = button.attach()
    assert says in text
    wrong(excel, opened, text)


def test_an_older_edition_is_the_first_thing_said(excel):
    opened = excel.app.books.put(base("2019")[0])
    opened.unlocked_by_hand("标识!B3", 2023)
    said = button.attach()
    assert "2023年度应当用 2021 版格式，这个文件是 2019 版。请向县里索取" in said
    assert "第 1 处" in said


def test_a_template_of_another_batch_is_a_finding(excel):
    opened = excel.app.books.put(two_faults())
    opened.unlocked_by_hand("标识!B7", "0123456789abcdef")
    opened.unlocked_by_hand("标识!B8", "nianbao 0.0.1")
    button.attach()
    assert any("不是同一批生成的" in row[3] for row in listed(opened))


def test_a_cell_is_being_edited(excel):
    opened = excel.app.books.put(two_faults())
    excel.app.editing = True
    assert button.attach().startswith("Excel 正忙，或有一个格正在编辑")
    assert opened.writes == []


def test_the_cell_is_edited_when_the_list_is_written(excel, monkeypatch):
    opened = excel.app.books.put(two_faults())

    def busy(*_):
        raise engine.ComError(engine.BUSY)

    monkeypatch.setattr(Live, "show", busy)
    assert button.attach().startswith("Excel 正忙")
    assert opened.writes == []


def test_protected_view(excel):
    excel.app.protected_view = object()
    assert button.attach().startswith("工作簿在“受保护的视图”里")


def test_no_workbook_and_no_excel(excel):
    assert button.attach().startswith("没有找到打开着的 Excel 工作簿")
    excel.running = False
    assert button.attach().startswith("没有找到打开着的 Excel 工作簿")


def test_a_computer_without_excel(capsys):
    assert button.attach().startswith("按钮只能用在 Windows 的 Microsoft Excel 上")
    assert "按钮只能用在" in capsys.readouterr().err


def test_a_program_that_lacks_a_part_says_which(excel, monkeypatch):
    excel.app.books.put(two_faults())
    monkeypatch.setitem(sys.modules, "nianbao.xlsx.live", None)
    assert button.attach().startswith("缺少部件：nianbao.xlsx.live。请用县里新发的 Nianbao")


def test_on_windows_no_engine_means_that_pywin32_is_missing(monkeypatch):
    monkeypatch.setattr(button, "_show", lambda *_, **__: None)
    monkeypatch.setattr(sys, "platform", "win32")
    assert button.attach().startswith("缺少部件：pywin32")


def test_a_program_without_a_window_or_a_console_still_ends_well(monkeypatch):
    """pythonw has no streams; here there is no message box either."""
    monkeypatch.setattr(sys, "stderr", None)
    assert button.attached() == 2


def test_a_list_that_cannot_be_written_still_tells_the_result(excel):
    opened = excel.app.books.put(two_faults())
    for row in opened.formulas[LIST].iter_rows():
        for cell in row:
            cell.protection = Protection(locked=True)
    text = button.attach()
    assert text.startswith("“校验结果”表不在了，或不能写")
    assert "还有 2 处错误" in text
    wrong(excel, opened, text)


def test_a_list_that_is_gone(excel):
    opened = excel.app.books.put(two_faults())
    del opened.formulas[LIST], opened.values[LIST]
    assert button.attach().startswith("“校验结果”表不在了")
    assert opened.writes == []


def test_an_error_of_our_own_is_one_sentence(excel, monkeypatch, tmp_path):
    opened = excel.app.books.put(two_faults())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(Live, "package", lambda _: 1 // 0)
    text = button.attach()
    assert text.startswith("校验程序出了意外（ZeroDivisionError），表里什么都没有改")
    wrong(excel, opened, text)
    assert "Traceback" in (tmp_path / "nianbao-button.txt").read_text(encoding="utf-8")


# --- which workbook ---------------------------------------------------------------------------


def test_the_macro_acts_on_the_workbook_it_stands_in(excel):
    opened = excel.app.books.put(two_faults())
    xw.Book(impl=opened).set_mock_caller()
    excel.app.books.put(book(complete_report()), "/nowhere/other.xlsx")
    assert "还有 2 处错误" in button.main()


def test_a_name_with_an_equals_sign_is_found_whole(excel, monkeypatch):
    excel.app.books.put(two_faults(), "/nowhere/年报=终稿.xlsm")
    excel.app.books.put(book(complete_report()), "/nowhere/年报.xlsm")
    monkeypatch.setattr(sys, "argv", ["-c", "--wb=年报=终稿.xlsm", "--from_xl=1", "--hwnd=7"])
    assert "还有 2 处错误" in button.main()


def test_the_shortcut_takes_the_only_workbook_of_ours(excel):
    buffer = io.BytesIO()
    Workbook().save(buffer)
    excel.app.books.put(two_faults())
    excel.app.books.put(buffer.getvalue(), "/nowhere/其他.xlsx")
    assert "还有 2 处错误" in button.attach()


def test_the_shortcut_takes_the_active_one_of_several(excel):
    excel.app.books.put(book(complete_report()), "/nowhere/甲.xlsx")
    excel.app.books.put(two_faults(), "/nowhere/乙.xlsx")
    assert "还有 2 处错误" in button.attach()


# --- the contract with the macro --------------------------------------------------------------


def test_every_command_of_the_macro_exists():
    commands = re.findall(r'Press "(\w+)", "(.*?)"', sources()["Nianbao"])
    assert [verb for verb, _ in commands] == ["main", "next_finding", "fill_zeros", "export"]
    assert set(press.ACTIONS) == set(button.VERBS) == {verb for verb, _ in commands}
    for verb, command in commands:
        assert command == f"import nianbao.button; nianbao.button.{verb}()"
        assert callable(getattr(button, verb))


def test_importing_the_button_is_cheap():
    code = "import sys, nianbao.button; print(sorted({m.partition('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    for heavy in ("xlwings", "openpyxl", "lxml", "jsonschema", "ironcalc"):
        assert f"'{heavy}'" not in loaded.stdout
