"""A press that cannot be done: one message each, nothing written; and which workbook it takes."""

from __future__ import annotations

import ctypes
import io
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlwings as xw
from openpyxl import Workbook

import engine
from altered import base
from desk import book
from nianbao import button
from nianbao.button import boxes
from nianbao.button.live import Live
from press_books import LIST, complete_report, listed, two_faults


IN_FRONT = 0x40000 | 0x10000  # MB_TOPMOST, MB_SETFOREGROUND
EXCLAMATION, INFORMATION, YES_NO, YES, NO = 0x30, 0x40, 0x24, 6, 7


def boxes_of_windows(monkeypatch, answer=1):
    """Let the system be Windows; return the arguments of every MessageBoxW."""
    shown = []

    def show(*words):
        shown.append(words)
        return answer

    user32 = SimpleNamespace(MessageBoxW=show)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(user32=user32), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    return shown


# --- messages ---------------------------------------------------------------------------------


def test_on_windows_a_message_stands_in_front_of_excel(excel, monkeypatch):
    shown = boxes_of_windows(monkeypatch)
    monkeypatch.setattr(engine.App, "hwnd", 4711)
    excel.app.books.put(two_faults())
    button.attach()
    excel.app.books.put(book(complete_report()))
    button.attach()
    assert [(owner, kind) for owner, _, _, kind in shown] == [
        (4711, IN_FRONT | EXCLAMATION), (4711, IN_FRONT | INFORMATION),
    ]  # fmt: skip
    assert shown[1][1] == "校验通过，可以上报。"
    assert excel.app.alerts == []


@pytest.mark.parametrize(("answer", "says"), [(YES, True), (NO, False)])
def test_on_windows_a_question_stands_in_front_of_excel(excel, monkeypatch, answer, says):
    shown = boxes_of_windows(monkeypatch, answer)
    opened = xw.Book(impl=excel.app.books.put(two_faults()))
    assert boxes.agrees(opened, "换吗？") is says
    assert shown == [(0, "换吗？", "年报校验", IN_FRONT | YES_NO)]


def test_nothing_but_boxes_shows_a_box():
    """A second way would stand behind Excel."""
    ours = Path(button.__file__).parent
    used = {
        path.name
        for path in ours.rglob("*.py")
        if re.search(r"MessageBox|\.alert\(", path.read_text(encoding="utf-8"))
    }
    assert used == {"boxes.py"}


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


def test_only_the_personal_macro_workbook_is_open(excel, monkeypatch):
    """PERSONAL.XLSB is hidden: there are books, and no active one (xlwings: one around None)."""
    buffer = io.BytesIO()
    Workbook().save(buffer)
    excel.app.books.put(buffer.getvalue(), "/nowhere/PERSONAL.XLSB")
    nothing = SimpleNamespace(api=None)
    monkeypatch.setattr(engine.Books, "active", property(lambda _: nothing))
    assert button.attach().startswith("没有找到打开着的 Excel 工作簿")
    excel.app.books.put(two_faults())
    assert "还有 2 处错误" in button.attach()


def test_a_computer_without_excel(capsys):
    assert button.attach().startswith("按钮只能用在 Windows 的 Microsoft Excel 上")
    assert "按钮只能用在" in capsys.readouterr().err


def test_a_program_that_lacks_a_part_says_which(excel, monkeypatch):
    excel.app.books.put(two_faults())
    monkeypatch.setitem(sys.modules, "nianbao.button.live", None)
    assert button.attach().startswith("缺少部件：nianbao.button.live。请用上级新发的 Nianbao")


def test_on_windows_no_engine_means_that_pywin32_is_missing(monkeypatch):
    shown = boxes_of_windows(monkeypatch)
    assert button.attach().startswith("缺少部件：pywin32")
    ((owner, text, title, kind),) = shown
    assert (owner, title, kind) == (0, "年报校验", IN_FRONT | EXCLAMATION)
    assert text.startswith("缺少部件：pywin32")


def test_a_program_without_a_window_or_a_console_still_ends_well(monkeypatch):
    """pythonw has no streams; here there is no message box either."""
    monkeypatch.setattr(sys, "stderr", None)
    assert button.attached() == 2


def test_a_list_that_cannot_be_written_still_tells_the_result(excel):
    opened = excel.app.books.put(two_faults())
    opened.held.sheet(LIST).locked_whole = True
    text = button.attach()
    assert text.startswith("“校验结果”表不在了，或不能写")
    assert "还有 2 处错误" in text
    wrong(excel, opened, text)


def test_a_list_that_is_gone(excel):
    opened = excel.app.books.put(two_faults())
    opened.held.remove(LIST)
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


# --- starting ---------------------------------------------------------------------------------


def test_importing_the_button_is_cheap():
    code = "import sys, nianbao.button; print(sorted({m.partition('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    for heavy in ("xlwings", "openpyxl", "lxml", "jsonschema", "ironcalc"):
        assert f"'{heavy}'" not in loaded.stdout
