"""Chinese in 80 columns: lines full, no 。 at their start, words and numbers whole."""

from __future__ import annotations

import os
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from nianbao.cli import console
from nianbao.cli.console import whole, wrapped


@pytest.mark.parametrize(("text", "width", "lines"), [
    ("", 10, [""]),
    ("核对三个数。", 10, ["核对三个", "数。"]),
    ("核对三个数。", 12, ["核对三个数。"]),
    ("应为 643，差 173。", 12, ["应为 643，差", "173。"]),
    ("在“三、依申请”里", 8, ["在“三、", "依申请”", "里"]),
    ("放在 /tmp/a/b/c.xlsx 里", 10, ["放在", "/tmp/a/b/c.xlsx", "里"]),
    (f"放在 {whole('收 到/甲乡的 年报.xlsx')}。", 10, ["放在", "收 到/甲乡的 年报.xlsx。"]),
    ("请执行：nianbao button install 再试", 12, ["请执行：", "nianbao button install", "再试"]),
    (f"{whole('甲')}{whole('乙')}", 2, ["甲", "乙"]),
])  # fmt: skip
def test_a_text_is_broken_where_a_reader_expects_it(text, width, lines):
    assert wrapped(text, width) == lines


LETTERS = st.text(st.sampled_from("报表数据12.abc，。（）“” 　"), max_size=120)


@given(text=LETTERS, width=st.integers(8, 80))
def test_nothing_is_lost_and_only_a_single_word_is_too_long(text, width):
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    long = [line for line in lines if cell_len(line) > width]
    assert [line for line in long if not _is_one_word(line)] == []


def _is_one_word(line):
    return len(re.findall(r"[!-~]+|[报表数据]", line)) == 1


PATH = "/很长的/路径 里有空格/" + "示例县某某某某镇人民政府" * 6 + ".xlsx"


@pytest.fixture
def terminal(monkeypatch):
    """The output as a terminal of 40 columns."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(console, "terminal", lambda: True)


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_texts_are_broken_and_paths_are_not(capsys):
    console.say(f"结果在 {whole(PATH)}：" + "这是一段很长的话，" * 9, 2)
    lines = capsys.readouterr().out.splitlines()
    assert any(PATH in line for line in lines)
    assert len(lines) > 4
    assert [line for line in lines if cell_len(line) > 40 and PATH not in line] == []


def test_redirected_output_is_not_broken(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    console.say(f"结果在 {whole(PATH)}：" + "这是一段很长的话，" * 9, 2)
    console.table(("单位", "文件"), [("甲乡", PATH)])
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == f"  结果在 {PATH}：" + "这是一段很长的话，" * 9
    assert rest[1] == f"甲乡  {PATH}"


@pytest.mark.usefixtures("terminal")
def test_a_table_breaks_no_file_name(capsys):
    console.table(("单位", "状态", "文件"), [("甲乡", "合格", PATH), ("长" * 90, "", "乙.xlsx")])
    assert PATH in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="quoted as cmd does there")
@pytest.mark.usefixtures("terminal")
def test_a_printed_command_is_what_a_shell_takes(capsys):
    words = ["nianbao", "check", PATH, "$HOME `x`", "甲乡.xlsx", "it's"]
    console.command(words)
    (line,) = capsys.readouterr().out.splitlines()
    assert shlex.split(line) == words
    assert "甲乡.xlsx" in line.split()


FORGED = "甲乡.xlsx\n错误 C02　伪造\r\x0b\x0c\x1c\x85\u2028\u2029\x1b[31m\x9b\u202e尾"


def test_a_text_from_outside_forges_no_line_and_steers_no_terminal(capsys):
    console.say(FORGED)
    console.table(("文件",), [(FORGED,)])
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 3
    assert not set("\x1b\x9b\u202e\u2028\u2029") & set(said)
    console.warn(FORGED)
    assert len(capsys.readouterr().err.splitlines()) == 1


def shown(monkeypatch, capsys, whole):
    """What a terminal is sent while a job of as many steps is done."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with console.progress("读表") as show:
        for done in range(whole):
            show(done + 1, whole)
    return capsys.readouterr().err


def test_only_a_long_job_shows_how_far_it_is(monkeypatch, capsys):
    assert shown(monkeypatch, capsys, console.FEW) == ""
    assert "读表" in shown(monkeypatch, capsys, console.FEW + 1)
