"""``nianbao diff`` and ``nianbao trace`` as an officer meets them, in the folder of the ledger."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from desk import complete, figures
from helpers import common
from january import January
from nianbao import cli
from nianbao.cli.wrapping import cells


A, B = (
    complete("659900-T1", "甲乡"),
    complete("659900-T2", "乙镇", requests__carried_out__research=0),
)
WRONG = figures(A, requests__granted__individual=5)
SUMMED = "requests.received.individual"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return January(tmp_path, monkeypatch).enrol(A, B)


@pytest.fixture
def mended(desk, capsys):
    """A correction that changes a figure and a text besides, which nobody asked for."""
    desk.put("甲乡.xlsx", WRONG)
    desk.send_back()
    text = f"{A.narrative['problems'][:-1]}，明年改。"
    other = replace(
        figures(A, disclosure__normative__issued=4), narrative={**A.narrative, "problems": text}
    )
    desk.put("更正.xlsx", other)
    desk.look()
    capsys.readouterr()
    return desk


def test_what_changed_unasked_stands_first(mended, capsys):
    assert mended.run("diff", "甲乡") == 1
    said = capsys.readouterr().out
    marks = [
        "甲乡 2023年度　两版比较",
        "旧：甲乡.xlsx（1月9日 10:00 收到，填报日期 1月8日，指纹 ",
        "新：更正.xlsx（1月9日 11:00 收到，填报日期 1月8日，指纹 ",
        "旧的一版 1月9日 退回过，要求改 2 处。",
        "没有要求改而改了的 2 处：",
        "行政规范性文件·本年制发件数：1 → 4",
        "，明年改。”",
        "按要求改了的 1 处：",
        "（一）予以公开·自然人：5 → 2",
        "改好的 2 处：",
        "错误 T3-01　三、依申请公开!D30",
    ]
    at = [said.find(mark) for mark in marks]
    assert -1 not in at
    assert at == sorted(at)
    assert "没有改好的" not in said
    assert "新出现的" not in said


def test_lines_fit_eighty_columns_on_a_terminal(mended, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("nianbao.cli.console.terminal", lambda: True)
    mended.run("diff", "甲乡")
    mended.merge()
    mended.run("trace", SUMMED)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 30
    assert max(map(cells, lines)) <= 80


def test_diff_exits_with_nothing_to_say(desk, capsys):
    desk.put("甲乡.xlsx", WRONG)
    desk.send_back()
    desk.put("更正.xlsx", A)
    desk.look()
    assert desk.run("diff", "659900-T1") == 0
    assert desk.run("diff", "甲乡", "--json") == 0
    said = capsys.readouterr().out
    document = json.loads(said[said.index("{\n") :])
    assert (document["unasked"], document["left"], document["new"]) == (0, [], [])


def test_versions_are_named_by_their_fingerprints(mended, capsys):
    mended.run("diff", "甲乡", "--json")
    known = json.loads(capsys.readouterr().out)
    old, new = known["from"]["sha256"], known["to"]["sha256"]
    assert mended.run("diff", "甲乡", "--from", new[:8], "--to", old[:8]) == 1
    said = capsys.readouterr().out
    assert "本年制发件数：4 → 1" in said
    assert "新出现的 2 处：" in said
    assert "改法：逐项核对" in said
    assert mended.run("diff", "甲乡", "--from", "0123456789ab") == 2
    error = capsys.readouterr().err
    assert old[:12] in error
    assert new[:12] in error


def test_a_trace_of_a_figure(desk, capsys):
    other = figures(A, disclosure__normative__issued=4)
    desk.receive(other, B)
    assert desk.merge() == 0
    capsys.readouterr()
    assert desk.run("trace", "新收", "自然人") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "示例县 2023年度　一、本年新收政府信息公开申请数量·自然人：6 件"
    assert said[1].startswith(f"代号 {SUMMED}。2024-01-09 10:00 汇总")
    assert said[1].endswith("，已收齐。")
    assert said[3] == "计入的 2 个单位，数大的在前："
    assert said[5].split()[:4] == ["甲乡", "3", "—", "甲乡.xlsx"]
    assert "  T3-01　错误　自然人：第一项加第二项之和，等于第三项加第四项之和　通过" in said
    assert desk.run("trace", "requests.received.total") == 0
    assert "这是总计，由下面 6 项算出：" in capsys.readouterr().out


def test_a_trace_says_what_came_since_and_who_is_left_out(desk, capsys):
    desk.receive(A)
    desk.merge()
    desk.put("甲乡改.xlsx", figures(A, disclosure__normative__issued=4))
    desk.look()
    capsys.readouterr()
    assert desk.run("trace", SUMMED, "--previous", desk.roster) == 2  # no report is in there
    assert "用不上" in capsys.readouterr().err
    assert desk.run("trace", SUMMED) == 0
    said = capsys.readouterr()
    assert "这次汇总以后又收到 1 份文件、作了 0 个决定" in said.err
    assert "暂定数" in said.out
    assert f"没有计入的 1 个单位：\n  乙镇　{common().statuses['missing']}\n" in said.out
    assert desk.run("trace", SUMMED, "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["since"]) == 1


def test_a_figure_that_may_be_several(desk, capsys):
    desk.receive(A, B)
    desk.merge()
    capsys.readouterr()
    assert desk.run("trace", "总计") == 2
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert said.out == ""
    assert lines[0].startswith("“总计”可以指 34 项")
    assert lines[1] == "  requests.received.total　一、本年新收政府信息公开申请数量·总计"
    assert (len(lines), lines[-1]) == (12, "  ……还有 24 项")
    assert desk.run("trace", "火星人") == 2
    assert "没有“火星人”这个数" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["diff", "甲乡"], ["trace", "自然人"]])
def test_where_no_ledger_is_none_is_made(tmp_path, monkeypatch, capsys, words):
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) == 2
    said = capsys.readouterr().err
    assert f"{tmp_path} 里没有台账“台账.sqlite”" in said
    assert "--ledger" in said
    assert list(tmp_path.iterdir()) == []


def test_the_ledger_may_lie_elsewhere(mended, tmp_path_factory, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    for words in (["--ledger", str(mended.folder)], ["--units", mended.roster]):
        assert mended.run("diff", "甲乡", *words) == 1
        assert "两版比较" in capsys.readouterr().out
    assert mended.run("trace", "自然人", "--ledger", str(mended.folder)) == 2
    assert "2023年度还没有汇总过" in capsys.readouterr().err
