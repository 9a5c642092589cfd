"""What can be pressed is listed once: the macro, its functions, the command and the docs agree."""

from __future__ import annotations

import pkgutil
import re

import pytest
import xlwings as xw
from cogapp import Cog

from helpers import CASES, HERE
from nianbao import button, cli, macros
from nianbao.button.actions import ACTIONS
from nianbao.button.live import Live
from nianbao.button.project import with_subs
from nianbao.context import context
from press_books import two_faults


each = pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)


def said(excel, press):
    """What a press of a workbook with two faults says, and what stands in the workbook then."""
    opened = excel.app.books.put(two_faults())
    xw.Book(impl=opened).set_mock_caller()
    text = press(opened)
    content = opened.content.items()
    return text, [one for at, one in content if not re.match(r"\d{4}-\d\d-\d\d", str(one))]


@each
def test_the_macro_and_the_command_do_what_the_list_says(action, excel):
    due = said(excel, lambda opened: _told(action, Live(xw.Book(impl=opened), context())))
    assert said(excel, lambda _: getattr(button, action.key)()) == due
    assert said(excel, lambda _: button.called(action.key)) == due  # the frozen program
    assert said(excel, lambda _: button.attach(action.key)) == due
    assert said(excel, lambda _: _by_command(action, excel)) == due


def _by_command(action, excel):
    assert cli.main(["button", "attach", action.word]) in {0, 1, 2}
    return excel.app.alerted


def _told(action, live):
    try:
        return action.run(live)[0]
    except Exception as error:  # noqa: BLE001 - as a press tells it
        return str(error)


def test_the_macro_has_a_sub_for_each_and_no_other():
    text = macros.sources()[macros.OURS]
    assert with_subs(text.replace("\r\n", "\n")) == text.replace("\r\n", "\n")
    subs = re.findall(r'Public Sub (\w+)\(\)\r\n    Press "(\w+)", "(.*)"\r\nEnd Sub', text)
    assert subs == [
        (one.macro, key, f"import nianbao.button; nianbao.button.{key}()")
        for key, one in ACTIONS.items()
    ]
    assert len(re.findall("Sub ", text)) == len(subs) + 1  # and Press


def test_another_action_is_another_sub():
    text = macros.source(macros.OURS).read_text(encoding="ascii")
    less = re.sub(r"Public Sub NianbaoExport\(\)\n.*\nEnd Sub\n\n", "", text)
    assert "Export" not in less
    assert with_subs(less) == text


def test_what_macros_that_are_out_call_is_there():
    text = (CASES / "Nianbao-0.1.0.bas").read_text(encoding="ascii")
    commands = re.findall(r"nianbao\.button\.(\w+)\(\)", text)
    assert len(commands) == 4
    assert all(callable(getattr(button, name)) for name in commands)
    subs = set(re.findall(r"Public Sub (\w+)", text))
    assert subs <= {one.macro for one in ACTIONS.values()}


def test_no_two_actions_share_a_name():
    for name in ("macro", "caption", "word", "about"):
        assert len({getattr(one, name) for one in ACTIONS.values()}) == len(ACTIONS), name
    modules = {one.name for one in pkgutil.iter_modules(button.__path__)}
    assert not modules & set(ACTIONS)  # the function would hide the module


@each
def test_names_are_such_as_vba_takes(action):
    assert re.fullmatch("[a-z][a-z_]*", action.key)
    assert re.fullmatch("Nianbao[A-Za-z]{1,23}", action.macro)


@pytest.mark.parametrize("page", ["button.md", "校验按钮.md"])
def test_the_pages_list_them(page):
    path = HERE.parent / "docs" / page
    assert Cog().main(["cog", "--check", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    for action in ACTIONS.values():
        assert f"| {action.caption} |" in text
