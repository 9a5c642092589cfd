"""``status``: who has filed, who owes, how many days are left; with a fake clock."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from dataclasses import replace

import pytest

from accidents import put, spoilt
from desk import YEAR, Desk, book, complete, figures
from helpers import common
from ledgers import CHINA
from nianbao import cli
from nianbao.cli.status import bar
from nianbao.cli.wrapping import cells
from nianbao.events import Decided, Sealed
from nianbao.ledger.codec import By
from nianbao.ledger.place import LEDGER
from nianbao.ledger.store import Opening, open_ledger
from nianbao.office import dates, receive
from nianbao.office.status import group_of
from nianbao.roster import RosterEntry
from nianbao.turnout import STATES, Count


A, B = complete("659900-T1", "甲乡"), complete("659900-T2", "乙镇")
C = complete("659900-S1", "丙街道", "street")
D = complete("659900-D1", "丁局", "department")


def at(day, hour=9, month=1):
    return dt.datetime(YEAR + 1, month, day, hour, tzinfo=CHINA)


@pytest.fixture
def clock(monkeypatch):
    """Set the clock."""

    def turned(day, hour=9, month=1):
        monkeypatch.setattr(dates, "now", lambda: at(day, hour, month))

    turned(10)
    return turned


@pytest.fixture
def desk(tmp_path, clock):
    assert clock
    return Desk(tmp_path).enrol(A, B, C, D)


def local(desk, text):
    head = 'name = "示例县"\nsource = "示政办发〔2024〕1号"\n'
    (desk.folder / "本地要求.toml").write_text(head + text, encoding="utf-8")


DATES = '[dates]\ntownship = "1月15日"\nstreet = "1月15日"\n'


def status(desk, *words):
    return cli.main(["status", str(desk.inbox), "--units", desk.roster, *words])


def happened(desk, *what, day=10):
    """Record in the desk's ledger what somebody did."""
    with open_ledger(desk.folder / LEDGER, Opening(common(), at(day))) as ledger:
        ledger.append(YEAR, what, By("张三", at(day)))


def told(desk, capsys, *words):
    """The documents of the units by name, and of the whole."""
    capsys.readouterr()
    status(desk, "--json", *words)
    said = json.loads(capsys.readouterr().out)
    return {one["name"]: one for one in said["units"]}, said["turnout"]


def shown(desk, capsys, *words):
    capsys.readouterr()
    status(desk, *words)
    return capsys.readouterr().out


def test_every_state_of_a_unit(desk, capsys, clock):
    local(desk, DATES)
    desk.receive(A)
    (desk.inbox / "乙镇.xlsx").write_bytes(b"PK\x03\x04")
    (desk.inbox / "丁局.xlsx").write_bytes(book(figures(D, disclosure__rules__issued=2)))
    clock(12)
    units, whole = told(desk, capsys)
    assert {name: one["state"] for name, one in units.items()} == {
        "甲乡": "ok", "乙镇": "unreadable", "丙街道": "missing", "丁局": "correct",
    }  # fmt: skip
    assert whole["states"] == {
        "ok": 1, "explained": 0, "correct": 1, "undecided": 0, "unreadable": 1, "missing": 1,
    }  # fmt: skip
    assert whole["groups"]["乡镇"]["states"]["unreadable"] == 1
    assert list(whole["groups"]) == ["乡镇", "街道", "部门"]


def test_two_versions_of_which_nobody_knows_the_newer_are_undecided(desk, capsys):
    changed = figures(A, disclosure__normative__in_force=9)
    (desk.inbox / "甲乡.xlsx").write_bytes(book(A))
    (desk.inbox / "甲乡 终稿.xlsx").write_bytes(book(changed))
    units, _ = told(desk, capsys)
    assert units["甲乡"]["state"] == "undecided"
    assert "nianbao decide prefer" in shown(desk, capsys)


def test_a_reason_given_by_the_unit_or_accepted_is_told_as_such(desk, capsys):
    (desk.inbox / "甲乡.xlsx").write_bytes(spoilt(put("requests.received.individual", "３件")))
    units, _ = told(desk, capsys)
    assert units["甲乡"]["state"] == "correct"
    rules = {one["rule"] for one in units["甲乡"]["findings"] if one["severity"] != "note"}
    why = "电话核实过，是3件"
    happened(desk, *(Decided(act="accept", unit="659900-T1", rule=one, why=why) for one in rules))
    units, whole = told(desk, capsys)
    assert units["甲乡"]["state"] == "explained"
    assert whole["states"]["explained"] == 1


def test_the_first_file_tells_the_time_and_a_correction_does_not_change_it(desk, capsys, clock):
    desk.receive(A)
    told(desk, capsys)
    clock(20)
    (desk.inbox / "甲乡.xlsx").write_bytes(book(figures(A, disclosure__normative__in_force=9)))
    units, _ = told(desk, capsys, "--deadline", "1月15日")
    assert units["甲乡"]["filed"] == at(10).isoformat()
    assert units["甲乡"]["days_late"] == 0
    assert units["乙镇"]["days_late"] == 5
    assert "1月10日 09:00" in shown(desk, capsys)


def test_late_is_who_files_or_owes_after_the_deadline(desk, capsys, clock):
    local(desk, DATES)
    desk.receive(A)
    told(desk, capsys)
    clock(18)
    desk.receive(B, D)
    units, whole = told(desk, capsys)
    late = {name: one["days_late"] for name, one in units.items()}
    assert late == {"甲乡": 0, "乙镇": 3, "丙街道": 3, "丁局": 0}
    assert (whole["late"], whole["on_time"], whole["on_time_share"]) == (2, 2, 0.5)
    said = shown(desk, capsys)
    assert "按时报送 2/4（50%），逾期 2" in said
    assert "1月18日 09:00，晚 3 天" in said
    assert "逾期 3 天" in said


@pytest.mark.parametrize(("day", "words"), [
    (10, "还有 5 天"), (15, "就是今天"), (17, "已过 2 天"),
])  # fmt: skip
def test_deadlines_are_told_with_the_days_to_each(desk, capsys, clock, day, words):
    local(desk, DATES)
    clock(day)
    desk.receive(A)
    _, whole = told(desk, capsys)
    assert [(one["day"], one["days"], one["levels"]) for one in whole["deadlines"]] == [
        ("2024-01-15", 15 - day, ["township", "street"]), ("2024-01-31", 31 - day, ["department"]),
    ]  # fmt: skip
    said = shown(desk, capsys)
    assert f"报送截止 2024年1月15日（乡镇、街道）：{words}，3 个单位里还差 2 个没有报" in said
    assert "报送截止 2024年1月31日（部门）" in said


def test_without_options_the_laws_day_counts(desk, capsys):
    _, whole = told(desk, capsys, "--year", str(YEAR))
    assert [one["day"] for one in whole["deadlines"]] == ["2024-01-31"]


def test_a_deadline_given_wins(desk, capsys):
    local(desk, DATES)
    desk.receive(A)
    _, whole = told(desk, capsys, "--deadline", "2024-01-20")
    assert [one["day"] for one in whole["deadlines"]] == ["2024-01-20"]


@pytest.mark.parametrize("more", [(), ("--year", str(YEAR))])
@pytest.mark.parametrize("text", ["明天", "2月30日", "13月1日"])
def test_what_is_no_deadline_is_refused_before_anything_is_recorded(desk, capsys, text, more):
    desk.receive(A)
    assert status(desk, "--deadline", text, *more) == 2
    said = capsys.readouterr().err
    assert "--deadline 后面的“" in said
    assert text in said
    assert not list(desk.folder.glob("存档/**/*.xlsx"))


def test_a_deadline_within_the_year_reported_is_refused(desk, capsys):
    desk.receive(A)
    assert status(desk, "--deadline", f"{YEAR}-12-31") == 2
    assert "年报要在次年报送" in capsys.readouterr().err


def test_last_years_date_in_the_options_is_refused_with_its_place(desk, capsys):
    local(desk, f'[dates]\ntownship = "{YEAR}年1月15日"\n')
    desk.receive(A)
    assert status(desk) == 2
    said = capsys.readouterr().err
    assert f"本地要求里乡镇的报送截止“{YEAR}年1月15日”不对" in said


def test_without_a_ledger_nothing_is_said_of_the_time(desk, capsys, clock):
    clock(20)
    desk.receive(A)
    units, whole = told(desk, capsys, "--no-ledger", "--deadline", "1月15日")
    assert units["甲乡"]["filed"] is None
    assert units["甲乡"]["days_late"] is None
    assert units["乙镇"]["days_late"] == 5
    assert whole["on_time"] is None
    assert "不知道各单位是哪天报的" in shown(desk, capsys, "--no-ledger")


def test_an_old_file_taken_in_late_is_doubtful(desk, capsys, clock):
    clock(20)
    desk.receive(A, B)
    os.utime(desk.inbox / "甲乡.xlsx", (at(14).timestamp(),) * 2)
    os.utime(desk.inbox / "乙镇.xlsx", (at(19).timestamp(),) * 2)
    said = shown(desk, capsys, "--deadline", "1月15日")
    assert "1 个单位（甲乡）的文件截止以后才登记，却在截止以前就存好了" in said


def test_a_file_of_another_year_is_no_filing(desk, capsys, clock):
    clock(20)
    old = replace(A, year=YEAR - 1)
    (desk.inbox / "甲乡.xlsx").write_bytes(book(old))
    units, _ = told(desk, capsys, "--year", str(YEAR), "--deadline", "1月15日")
    assert (units["甲乡"]["state"], units["甲乡"]["filed"]) == ("correct", None)
    assert units["甲乡"]["days_late"] == 5


def test_files_of_unknown_units_are_counted(desk, capsys):
    stranger = complete("659900-T9", "生人乡")
    _, whole = told(desk.receive(A, stranger), capsys)
    assert whole["unknown"] == 1
    assert "生人乡.xlsx" in shown(desk, capsys)


def test_all_clean_is_0_and_anything_else_is_1(desk, capsys):
    assert status(desk.receive(A, B, C)) == 1
    assert status(desk.receive(D)) == 0
    said = capsys.readouterr().out
    assert "4 个单位都报了" in said
    assert f"[{'#' * 40}] 报来 4/4（100%），其中没有问题的 4" in said


def test_a_closed_year_says_so(desk, capsys):
    desk.receive(A)
    status(desk)
    happened(desk, Sealed(id="1" * 64), day=28)
    assert "2024年1月28日 封账" in shown(desk, capsys)


def test_the_group_is_the_rosters_else_the_sort_of_unit():
    entry = RosterEntry(A.unit, 2)
    assert group_of(entry, common()) == "乡镇"
    assert group_of(replace(entry, group="山区片"), common()) == "山区片"


def roster(desk, phone):
    lines = [f"{r.unit.code},{r.unit.name},{r.unit.level},山区片,李四,{phone}" for r in (A, B)]
    lines = ["代码,名称,类别,分组,联系人,电话", "659900,示例县,县级,,,", *lines]
    (desk.folder / "units.csv").write_text("\n".join(lines), encoding="utf-8")


def test_the_rosters_groups_are_counted_and_its_people_are_nothing_to_read_again_for(
    desk, capsys, monkeypatch
):
    roster(desk, "13900000000")
    desk.receive(A, B)
    assert list(told(desk, capsys)[1]["groups"]) == ["山区片"]
    monkeypatch.setattr(receive, "one", None)
    roster(desk, "13911111111")
    units, _ = told(desk, capsys)
    assert [one["state"] for one in units.values()] == ["ok", "ok"]


# --- on the screen ----------------------------------------------------------------------------


def test_an_80_column_gbk_console_shows_all_of_it(desk, capsys, clock):
    local(desk, DATES)
    clock(18)
    desk.receive(A, D)
    (desk.inbox / "乙镇.xlsx").write_bytes(b"PK\x03\x04")
    said = shown(desk, capsys)
    assert said.encode("gbk").decode("gbk") == said
    table = [line for line in said.splitlines() if "  " in line]
    assert max(map(wide, table)) <= 80


def wide(line):
    """The columns that a Chinese console needs: what may be wide, is."""
    return max(cells(line), len(line.encode("gbk")))


@pytest.mark.parametrize(("done", "came", "drawn"), [
    (0, 0, "." * 40), (0, 1, "+" + "." * 39), (40, 40, "#" * 40),
    (20, 30, "#" * 20 + "+" * 10 + "." * 10),
])  # fmt: skip
def test_the_bar_shows_what_is_done_what_came_and_what_did_not(done, came, drawn):
    states = dict.fromkeys(STATES, 0) | {"ok": done, "correct": came - done, "missing": 40 - came}
    assert bar(Count(40, states, 0, None)) == f"[{drawn}]"


def test_the_sums_of_unchanged_files_are_not_added_up_again_and_what_was_wrong_is_still_known(
    tmp_path, capsys, monkeypatch
):
    merging = sys.modules["nianbao.merge"]  # the library has a function of that name
    one = complete("659900-T1", "甲乡")
    desk = Desk(tmp_path).enrol(one).receive(one)
    words = ["status", str(desk.inbox), "--units", desk.roster]
    added = []
    real = merging._report
    monkeypatch.setattr(merging, "_report", lambda *given: added.append(1) or real(*given))
    first, told = cli.main(words), capsys.readouterr().out
    assert added == [1]
    assert (cli.main(words), capsys.readouterr().out) == (first, told)
    assert added == [1]
    other = figures(one, disclosure__normative__in_force=9)
    (desk.inbox / "甲乡.xlsx").write_bytes(book(other))
    cli.main(words)
    assert added == [1, 1]
    assert cli.main([*words, "--json"]) == first  # the figures are wanted
    assert added == [1, 1, 1]
