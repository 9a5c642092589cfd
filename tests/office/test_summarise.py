"""What ``merge`` writes and prints: last year, fees, what is published, who is missing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from desk import YEAR, Desk, complete, write_text
from helpers import common, with_fee
from nianbao import cli
from nianbao.report import to_document


TOWN = {"requests__carried_out__individual": 0, "requests__granted__individual": 3}
A, B = complete("659900-T1", "甲乡", **TOWN), complete("659900-T2", "乙镇", **TOWN)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).enrol(A, B)


def told(desk, rule: str) -> list[str]:
    return [one["message"] for one in desk.summary["findings"] if one["rule"] == rule]


def test_fees_are_added_up_in_the_summary(desk):
    paid = with_fee(A, cases=2, yuan=1250.5), with_fee(B, cases=1, yuan=0.1)
    assert desk.receive(*paid).merge() == 1  # no multiple of 10 元
    assert desk.summary["report"]["processing_fee"] == {"cases": 3, "yuan": 1250.6}


def test_the_sum_is_held_against_last_years(desk, tmp_path, capsys):
    before = replace(complete("659900", "示例县", "county"), year=YEAR - 1)
    path = tmp_path / "上年.json"
    path.write_text(json.dumps(to_document(before), ensure_ascii=False), encoding="utf-8")
    assert desk.receive(A, B).merge() == 0
    assert told(desk, "A05") == []
    assert desk.merge("--force", "--previous", str(path)) == 1
    message = "合计 0，上年汇总的结转下年度是 1"
    assert [one.endswith(message) for one in told(desk, "A05")] == [True, True]
    assert message in capsys.readouterr().out


def test_what_is_published_is_held_against_the_sum(desk, tmp_path, capsys):
    published = complete("659900", "示例县", "county", requests__received__individual=7)
    path = tmp_path / "公布.json"
    path.write_text(json.dumps(to_document(published), ensure_ascii=False), encoding="utf-8")
    assert desk.receive(A, B).merge("--published", str(path)) == 1
    assert any("公布数 7 与各单位之和 6 不一致" in one for one in told(desk, "A04"))
    assert "公布数 7 与各单位之和 6 不一致" in capsys.readouterr().out


def test_who_is_counted_and_what_is_to_be_done_is_printed(desk, capsys):
    assert desk.receive(A).merge() == 1
    printed = capsys.readouterr().out
    assert "示例县 2023年度　暂定数：名册 2 个单位，计入 1 个" in printed
    assert "提醒 A08　缺 1 个单位，汇总数是暂定数。请催报或催改，收齐后重新汇总。" in printed
    assert "A06" not in printed  # a note
    assert "A01" not in printed  # the table says so
    assert "乙镇" in printed
    assert desk.receive(B).merge("--force") == 0
    printed = capsys.readouterr().out
    assert "示例县 2023年度　已收齐：名册 2 个单位，计入 2 个" in printed
    assert "A08" not in printed


def test_a_provisional_sum_says_so_where_it_goes_up(desk, capsys):
    desk.receive(A).merge()
    upward = desk.out / "上报.xlsx"
    write_text(upward)
    capsys.readouterr()
    cli.main(["check", str(upward), "--json"])
    (one,) = json.loads(capsys.readouterr().out)["files"]
    said = [f["message"] for f in one["findings"] if f["rule"] == "A08"]
    missing = common().statuses["missing"]
    assert said == [f"这是暂定的汇总数，有单位没有计入或含有错误：乙镇（{missing}）"]
