"""``nianbao button``: press without a macro, set up a computer, collect the kit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desk import book, complete
from helpers import HERE
from nianbao import cli
from nianbao.button import ACTIONS, machine


# --- pressing without a macro -----------------------------------------------------------------


def test_attach_presses_on_the_open_workbook(excel):
    excel.app.books.put(book(complete("659900-T1", "甲乡", disclosure__rules__issued=None)))
    assert cli.main(["button", "attach"]) == 1
    assert excel.app.alerted.startswith("还有 1 处错误")
    assert cli.main(["button", "attach", "下一处"]) == 0
    assert excel.app.alerted.startswith("第 1 处（共 1 处）")


def test_attach_tells_a_clean_workbook_from_none_at_all(excel):
    assert cli.main(["button", "attach"]) == 2
    excel.app.books.put(book(complete("659900-T1", "甲乡")))
    assert cli.main(["button", "attach"]) == 0
    assert excel.app.alerted == "校验通过，可以上报。"


def test_elsewhere_than_on_windows_every_job_says_what_is_needed(capsys):
    for job in ("attach", "install", "status", "remove"):
        assert cli.main(["button", job]) == 2
        assert "按钮只能用在 Windows 的 Microsoft Excel 上" in capsys.readouterr().err


def test_a_shortcut_without_a_console_ends_well(monkeypatch):
    """pythonw has neither stream."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main(["button", "attach"]) == 2


def test_an_unknown_button_is_refused_with_those_there_are(capsys):
    assert cli.main(["button", "attach", "保存"]) == 2
    assert "，".join(one.word for one in ACTIONS.values()) in capsys.readouterr().err.replace(
        "”, “", "，"
    )


# --- a computer -------------------------------------------------------------------------------

CLSID = "{00024500-0000-0000-C000-000000000046}"
EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE /automation"
WPS = r"C:\Users\张\AppData\Local\Kingsoft\WPS Office\office6\et.exe /Automation"


class Computer:
    """A clerk's computer: a registry of two dicts, a desktop, the modules of its Python."""

    def __init__(self, folder: Path):
        self.desk = folder / "桌面"
        self.desk.mkdir()
        self.root = {
            r"Excel.Application\CLSID": CLSID,
            rf"CLSID\{CLSID}\LocalServer32": EXCEL,
        }
        self.locations = [
            r"C:\Program Files\Microsoft Office\root\Office16\XLSTART",
            r"%APPDATA%\Microsoft\Excel\XLSTART",
            r"%APPDATA%\Microsoft\Templates",
        ]
        self.modules = {"xlwings", "pythoncom"}

    def classes(self, key):
        return self.root.get(key, "")

    def trusted(self, _):
        return self.locations

    def desktop(self):
        return self.desk

    def link(self, path, target, arguments, words):
        path.write_text(f"{target} {arguments}\n{words}", encoding="utf-8")

    def has(self, module):
        return module in self.modules

    windows = (10, 0)

    def version(self):
        return self.windows


@pytest.fixture
def computer(tmp_path, monkeypatch):
    here = Computer(tmp_path)
    monkeypatch.setattr(machine, "system", lambda _: here)
    monkeypatch.setattr(machine, "PROGRAM", str(tmp_path / "nianbao-check.exe"))
    monkeypatch.setattr(machine, "PYTHON", str(tmp_path / "python.exe"))
    return here


@pytest.mark.parametrize(("windows", "old"), [
    ((6, 1), True), ((6, 3), True), ((10, 0), False), ((11, 0), False),
])  # fmt: skip
def test_a_windows_that_the_wheels_do_not_run_on_is_named(computer, capsys, windows, old):
    ready(computer)
    computer.windows = windows
    capsys.readouterr()
    assert cli.main(["button", "status"]) == int(old)
    said = capsys.readouterr().out
    assert ("校验程序要 Windows 10 或更新" in said) == old
    assert (f"这台电脑是 Windows {windows[0]}.{windows[1]}" in said) == old


def test_the_page_for_the_county_promises_the_same_windows():
    page = (HERE.parent / "docs" / "校验按钮.md").read_text(encoding="utf-8")
    assert f"要 {machine.WINDOWS}、64 位" in page
    assert "8.1" not in page


def ready(computer):
    Path(machine.PYTHON).write_bytes(b"")
    computer.locations.append(r"D:\年报")
    assert cli.main(["button", "install"]) == 0


def test_install_puts_a_shortcut_on_the_desktop_that_presses(computer, capsys):
    ready(computer)
    (link,) = computer.desk.iterdir()
    assert link.name == "年报校验.lnk"
    started = link.read_text(encoding="utf-8").splitlines()[0]
    assert started == f"{sys.executable} -m nianbao button attach"
    assert "这台电脑可以用了。" in capsys.readouterr().out


def test_the_shortcut_of_the_frozen_program_starts_the_program(computer, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    ready(computer)
    (link,) = computer.desk.iterdir()
    assert link.read_text(encoding="utf-8").startswith(f"{sys.executable} button attach\n")


def test_the_shortcut_opens_no_console_window_where_it_can(computer, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    (tmp_path / "pythonw.exe").write_bytes(b"")
    ready(computer)
    (link,) = computer.desk.iterdir()
    assert link.read_text(encoding="utf-8").startswith(str(tmp_path / "pythonw.exe"))


def _without_excel(computer):
    computer.root.clear()


def _with_wps(computer):
    computer.root[rf"CLSID\{CLSID}\LocalServer32"] = WPS


def _without_parts(computer):
    computer.modules.clear()


def _without_program(_):
    Path(machine.PYTHON).unlink()


def _without_shortcut(computer):
    (computer.desk / "年报校验.lnk").unlink()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_without_excel, ["没有找到 Microsoft Excel"]),
        (_with_wps, ["Excel 的登记被别的程序占用了", "et.exe"]),
        (_without_parts, ["缺少部件：xlwings", "缺少部件：pywin32"]),
        (_without_program, [r"%LOCALAPPDATA%\Nianbao 里没有校验程序", "双击上级发的"]),
        (_without_shortcut, ["桌面上没有“年报校验”"]),
    ],
)
def test_status_says_what_is_missing_and_how_to_mend_it(computer, capsys, spoil, says):
    ready(computer)
    assert cli.main(["button", "status"]) == 0
    capsys.readouterr()
    spoil(computer)
    assert cli.main(["button", "status"]) == 1
    said = "".join(capsys.readouterr().out.split())
    for words in says:
        assert words.replace(" ", "") in said
    assert "改法：" in said
    assert "这台电脑可以用了" not in said


def test_no_trusted_location_is_a_note(computer, capsys):
    ready(computer)
    computer.locations.pop()
    assert cli.main(["button", "status"]) == 0
    assert "没有另设受信任位置" in capsys.readouterr().out


def test_remove_takes_the_shortcut_away_and_says_where_the_rest_is(computer, capsys):
    ready(computer)
    assert cli.main(["button", "remove"]) == 0
    assert list(computer.desk.iterdir()) == []
    assert r"%LOCALAPPDATA%\Nianbao" in capsys.readouterr().out
    assert cli.main(["button", "remove"]) == 0
    assert "桌面上没有要去掉的" in capsys.readouterr().out
