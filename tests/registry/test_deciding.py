"""Decisions through the command line: each counts at once, says why, and can be undone."""

from __future__ import annotations

import json

import pytest

from desk import Desk, book, complete
from nianbao import cli
from nianbao.office import files


A, B = complete("659900-T1", "甲乡"), complete("659900-T2", "乙镇")
WRONG = complete("659900-T2", "乙镇", requests__received__individual=9)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).enrol(A, B)


def decide(desk, *words: str) -> int:
    return cli.main(["decide", *words, "--units", desk.roster, "--who", "张三"])


def mark(desk, name: str) -> str:
    return files.digest((desk.inbox / name).read_bytes())[:12]


def counted(desk) -> dict[str, bool]:
    return {unit["name"]: unit["counted"] for unit in desk.summary["units"]}


def decisions(desk, capsys) -> list[dict]:
    capsys.readouterr()
    assert decide_list(desk) == 0
    return json.loads(capsys.readouterr().out)["decisions"]


def decide_list(desk) -> int:
    return cli.main(["decide", "list", "--json", "--units", desk.roster])


def errors(desk, capsys) -> set[str]:
    capsys.readouterr()
    cli.main(["check", str(desk.inbox), "--units", desk.roster, "--json"])
    found = json.loads(capsys.readouterr().out)["files"]
    return {f["rule"] for one in found for f in one["findings"] if f["severity"] == "error"}


def test_a_rule_waived_counts_and_says_so_and_is_undone(desk, capsys):
    desk.receive(A, WRONG)
    rules = errors(desk, capsys)
    assert rules
    assert desk.merge() == 1
    assert counted(desk) == {"甲乡": True, "乙镇": False}
    for rule in rules:
        assert (
            decide(
                desk, "waive", "乙镇", rule.lower(), "--why", "区划 调整", "--until", "2099-12-31"
            )
            == 0
        )
    desk.merge()
    assert counted(desk) == {"甲乡": True, "乙镇": True}
    said = desk.summary
    assert {one["rule"] for one in said["waived"]} == rules
    assert {(one["why"], one["who"]) for one in said["decisions"]} == {("区划 调整", "张三")}
    for one in decisions(desk, capsys):
        assert (one["state"], one["until"]) == ("in force", "2099-12-31")
        assert decide(desk, "undo", str(one["number"]), "--why", "不成立") == 0
    assert {one["state"] for one in decisions(desk, capsys)} == {"undone"}
    desk.merge()
    assert counted(desk) == {"甲乡": True, "乙镇": False}
    assert desk.summary["waived"] == []


def test_a_warning_whose_reason_is_accepted_is_explained(desk):
    big = complete("659900-T2", "乙镇", disclosure__licensing__decisions=2000)
    desk.receive(A, big)
    assert desk.merge() == 1
    (unit,) = [one for one in desk.summary["units"] if one["name"] == "乙镇"]
    rules = {one["rule"] for one in unit["findings"] if one["severity"] == "warning"}
    assert rules
    for rule in rules:
        assert decide(desk, "accept", "659900-T2", rule, "--why", "赋权乡镇，已核") == 0
    assert desk.merge() == 0
    (unit,) = [one for one in desk.summary["units"] if one["name"] == "乙镇"]
    assert {one["reason"] for one in unit["findings"] if one["severity"] == "warning"} == {
        "赋权乡镇，已核"
    }


def test_a_file_excluded_does_not_count(desk):
    desk.receive(A, B)
    assert desk.merge() == 0
    assert decide(desk, "exclude", mark(desk, "乙镇.xlsx"), "--why", "发错了") == 0
    assert desk.merge() == 1
    assert counted(desk) == {"甲乡": True, "乙镇": False}
    (unit,) = [one for one in desk.summary["units"] if one["name"] == "乙镇"]
    assert unit["status"] == "missing"


def test_a_file_of_a_wrong_code_is_the_units_that_is_decided(desk):
    stranger = complete("000000-X", "乙镇")
    desk.receive(A)
    (desk.inbox / "来的.xlsx").write_bytes(book(stranger))
    assert desk.merge() == 1
    assert counted(desk) == {"甲乡": True, "乙镇": False}
    assert decide(desk, "correct", mark(desk, "来的.xlsx"), "乙镇", "--why", "代码填错了") == 0
    assert desk.merge() == 0
    assert counted(desk) == {"甲乡": True, "乙镇": True}


@pytest.mark.parametrize(("words", "said"), [
    (["waive", "丁乡", "T3-01", "--why", "x"], "丁乡"),
    (["waive", "乙镇", "T9-99", "--why", "x"], "T9-99"),
    (["waive", "乙镇", "T3-01", "--why", " "], "理由"),
    (["waive", "乙镇", "T3-01", "--why", "x", "--until", "明天"], "明天"),
    (["waive", "乙镇", "T3-01", "--why", "x", "--until", "2001-01-01"], "过去"),
    (["waive", "乙镇", "T3-01", "--why", "x", "--field", "不是"], "不是"),
    (["exclude", "zz", "--why", "x"], "指纹"),
    (["exclude", "ffffffffffff", "--why", "x"], "没有收到"),
    (["undo", "1", "--why", "x"], "不是决定"),
], ids=lambda one: " ".join(one) if isinstance(one, list) else one)  # fmt: skip
def test_what_cannot_be_decided_is_a_sentence_and_nothing_is_recorded(desk, words, said, capsys):
    desk.receive(A, B).merge()
    capsys.readouterr()
    assert decide(desk, *words) == 2
    assert said in capsys.readouterr().err
    assert decisions(desk, capsys) == []


def verify(desk) -> int:
    return cli.main(["verify", str(desk.out / "汇总.json")])


def test_a_year_is_closed_with_its_last_merge_and_opened_again(desk, capsys):
    desk.receive(A)
    where = ["--units", desk.roster]
    assert cli.main(["status", str(desk.inbox), *where]) == 1
    assert cli.main(["seal", *where]) == 2  # nothing was merged
    desk.merge()
    assert cli.main(["seal", *where]) == 2  # a unit is missing, and no reason given
    desk.receive(B)
    cli.main(["status", str(desk.inbox), *where])
    assert cli.main(["seal", "--why", "急", *where]) == 2  # something came since
    assert desk.merge() == 0
    assert cli.main(["seal", *where]) == 0
    assert cli.main(["seal", *where]) == 2
    assert decide(desk, "exclude", mark(desk, "乙镇.xlsx"), "--why", "发错了") == 2
    assert desk.merge() == 0  # the same again changes nothing
    assert verify(desk) == 0
    assert cli.main(["seal", "--reopen", *where]) == 2
    assert cli.main(["seal", "--reopen", "--why", "复核", *where]) == 0
    assert decide(desk, "exclude", mark(desk, "乙镇.xlsx"), "--why", "发错了") == 0
    capsys.readouterr()
    assert cli.main(["ledger", "list", *where]) == 0
    listed = capsys.readouterr().out
    assert all(word in listed for word in ("收到", "汇总", "封账", "重新打开", "决定"))
    assert cli.main(["ledger", "verify", *where]) == 0


def test_what_was_changed_afterwards_is_named(desk, capsys):
    desk.receive(A, B).merge()
    assert verify(desk) == 0
    board = desk.out / "看板.html"
    board.write_bytes(board.read_bytes() + b" ")
    capsys.readouterr()
    assert verify(desk) == 1
    assert "看板.html 与汇总时写的不同" in capsys.readouterr().out
    kept = next((desk.folder / "存档").glob("*/*.xlsx"))
    kept.chmod(0o644)
    kept.write_bytes(b"PK")
    assert cli.main(["ledger", "verify", "--units", desk.roster]) == 1
    assert "存档" in capsys.readouterr().out
