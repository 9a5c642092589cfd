"""Which version counts: the officer's real days in January, one after the other."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from helpers import common
from ledgers import YEAR, at, by, came, digest
from nianbao.decisions import in_force
from nianbao.events import Decided, Head, Reminded, Returned, Undone
from nianbao.history import histories, new_receipts, reminded, returned
from nianbao.ledger.codec import chained, event_of


def year(*days):
    """The events of runs: each a day (or a moment) and what happened then."""
    events = []
    for when, *what in days:
        moment = at(when) if isinstance(when, int) else when
        head = Head(YEAR, len(events), events[-1].hash if events else "")
        events += map(event_of, chained(head, what, replace(by(), at=moment)))
    return events


def of(events, unit="T01"):
    decisions = in_force(events, YEAR, dt.date(YEAR + 1, 1, 31))
    return histories(events, decisions, YEAR)[unit]


def told(history):
    """What an officer sees: the content that counts, or those to decide between; and the ids."""
    said = list(history.findings("红旗镇", common().catalogue))
    names = {digest(name): name for name in "ABCDE"}
    rivals = "?".join(sorted(names[one.sha256] for one in history.rivals))
    return names[history.counted.sha256] if history.counted else rivals, [one.rule for one in said]


A = came("红旗镇.xlsx", "A", saved=at(4, 10), dated=dt.date(2027, 1, 4))
B = came("红旗镇(1).xlsx", "B", saved=at(8, 10), dated=dt.date(2027, 1, 8))
C = came("红旗镇 改.xlsx", "C", saved=at(9, 10), dated=dt.date(2027, 1, 9))
BARE = {name: came(f"{name}.xlsx", name) for name in "ABC"}
BACK = Returned(unit="T01", of=digest("A"), book=digest("退"))
MENDED = came("退回 红旗镇.xlsx", "B", answers=digest("A")[:12])


def prefer(name):
    return Decided(act="prefer", sha256=digest(name), why="电话核实")


def exclude(name):
    return Decided(act="exclude", sha256=digest(name), why="发错了")


CASES = {
    "one file": ([(5, A)], "A", []),
    "a resubmission under another name": ([(5, A), (9, B)], "B", ["L01"]),
    "both put into the folder on one day": ([(9, A, B)], "B", ["L01"]),
    "both on one day, the later named first": ([(9, B, A)], "B", ["L01"]),
    "the corrected workbook under another name": ([(5, A), (6, BACK), (9, MENDED)], "B", ["L01"]),
    "the corrected one against every clock": (
        [(9, replace(MENDED, saved=at(1), dated=dt.date(2027, 1, 1)), A)], "B", ["L01"],
    ),
    "a correction of a correction": (
        [(9, A, MENDED, came("再.xlsx", "C", answers=digest("B")[:12]))], "C", ["L01", "L01"],
    ),
    "two corrections of one, by their dates": (
        [(9, A, replace(MENDED, saved=at(7)), replace(C, answers=digest("A")[:12]))],
        "C", ["L01", "L01"],
    ),
    "two corrections of one without dates": (
        [(9, A, MENDED, came("再.xlsx", "C", answers=digest("A")[:12]))], "B?C", ["L02"],
    ),
    "an identical file sent twice": (
        [(5, A), (6, replace(A, file="红旗镇(1).xlsx"))], "A", ["L05"],
    ),
    "the same file seen in every run": ([(5, A), (6, A)], "A", []),
    "an old version sent after the newer": ([(9, B), (10, A)], "B", ["L01"]),
    "an old version sent again": ([(5, A), (9, B), (10, replace(A, file="又.xlsx"))], "B",
        ["L01", "L05"]),
    "without dates the order of arrival": ([(5, BARE["A"]), (9, BARE["B"])], "B", ["L01"]),
    "without dates on one day": ([(9, BARE["A"], BARE["B"])], "A?B", ["L02"]),
    "without dates three on two days": (
        [(5, BARE["A"]), (9, BARE["B"], BARE["C"])], "B?C", ["L02"],
    ),
    "without dates the first one sent again": (
        [(5, BARE["A"]), (9, BARE["B"]), (10, replace(BARE["A"], file="又.xlsx"))], "A?B",
        ["L02", "L05"],
    ),
    "one date against the order of arrival": (
        [(9, replace(B, dated=None)), (10, replace(A, dated=None))], "A?B", ["L02"],
    ),
    "the two dates against each other": (
        [(8, replace(A, dated=dt.date(2027, 1, 8))), (9, replace(B, dated=dt.date(2027, 1, 4)))],
        "A?B", ["L02"],
    ),
    "only the day on the cover": ([(9, replace(B, saved=None), replace(A, saved=None))], "B",
        ["L01"]),
    "a clock that is years behind says nothing": (
        [(5, A), (9, replace(B, saved=dt.datetime(2008, 1, 1, tzinfo=dt.UTC), dated=None))],
        "B", ["L01"],
    ),
    "a clock in the future says nothing": (
        [(5, replace(A, saved=at(25), dated=None)), (9, replace(B, dated=None))], "B", ["L01"],
    ),
    "two programs that mean different zones": (
        [(9, replace(A, dated=None, made_with="WPS", saved=at(8, 18)),
             replace(B, dated=None, made_with="Microsoft Excel", saved=at(8, 10)))],
        "A?B", ["L02"],
    ),
    "two programs days apart": (
        [(9, replace(A, made_with="WPS"), replace(B, made_with="Microsoft Excel"))], "B", ["L01"],
    ),
    "a time without zone": (
        [(9, replace(A, saved=dt.datetime(2027, 1, 4)), B)], "B", ["L01"],  # noqa: DTZ001
    ),
    "decided": ([(9, BARE["A"], BARE["B"]), (10, prefer("A"))], "A", ["L01"]),
    "decided against what is certain": ([(5, A), (9, B), (10, prefer("A"))], "A", ["L01"]),
    "decided twice, the last counts": (
        [(9, BARE["A"], BARE["B"]), (10, prefer("A")), (11, prefer("B"))], "B", ["L01"],
    ),
    "decided and undone": (
        [(9, BARE["A"], BARE["B"]), (10, prefer("A")), (11, Undone(number=3, why="错"))],
        "A?B", ["L02"],
    ),
    "decided, and then a newer one": (
        [(8, A, B), (8, prefer("A")), (9, C)], "C", ["L01", "L01"],
    ),
    "decided, and then one that may be older": (
        [(8, BARE["A"], BARE["B"]), (8, prefer("A")), (10, came("又.xlsx", "C", saved=at(3)))],
        "C", ["L01", "L01"],
    ),
    "one of two taken out": ([(9, BARE["A"], BARE["B"], exclude("B"))], "A", ["L04"]),
    "the newest taken out": ([(5, A), (9, B), (10, exclude("B"))], "A", ["L04"]),
    "all taken out": ([(5, A), (6, exclude("A"))], "", ["L04"]),
    "a preferred file that is taken out": (
        [(5, A), (9, B), (10, prefer("A"), exclude("A"))], "B", ["L04"],
    ),
    "a broken file after a good one": (
        [(5, A), (9, replace(C, readable=False, saved=None, dated=None))], "A", ["L03"],
    ),
    "a broken file, then a good one": (
        [(5, replace(BARE["A"], readable=False)), (9, B)], "B", [],
    ),
    "only a broken file": ([(5, replace(BARE["A"], readable=False))], "", []),
    "a broken file taken out": (
        [(5, A), (9, replace(BARE["C"], readable=False), exclude("C"))], "A", ["L04"],
    ),
    "the workbook sent back comes back as it was": (
        [(5, A), (6, replace(BACK, book=digest("B"))), (9, MENDED)], "B", ["L01", "L06"],
    ),
    "a fingerprint that is too short": (
        [(9, BARE["A"], replace(MENDED, answers=digest("A")[:4]))], "A?B", ["L02"],
    ),
    "fingerprints in a circle": (
        [(9, came("1.xlsx", "A", answers=digest("B")), came("2.xlsx", "B", answers=digest("A")))],
        "A?B", ["L02"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_which_version_counts(name):
    days, counted, rules = CASES[name]
    assert told(of(year(*days))) == (counted, rules)


def test_no_order_of_the_files_of_one_run_decides():
    three = [BARE["A"], MENDED, came("再.xlsx", "C", answers=digest("A")[:12])]
    assert {told(of(year((9, *o))))[0] for o in itertools.permutations(three)} == {"B?C"}
    three[2] = replace(three[2], saved=at(8))
    three[1] = replace(three[1], saved=at(7))
    assert {told(of(year((9, *o))))[0] for o in itertools.permutations(three)} == {"C"}


def test_versions_are_shown_oldest_first_whatever_came_first():
    history = of(year((10, C), (11, A), (12, B)))
    assert [one.sha256 for one in history.versions] == [digest(name) for name in "ABC"]


def test_a_question_names_both_files_their_times_and_the_command():
    (found,) = of(year((9, BARE["A"], BARE["B"]))).findings("红旗镇", common().catalogue)
    assert found.severity.value == "error"
    for part in ("红旗镇", "A.xlsx", "B.xlsx", "1月9日 09:00 收到", digest("A")[:12]):
        assert part in found.message
    assert f"nianbao decide prefer {digest('B')[:12]} --why" in found.remedy


def test_a_replaced_version_is_named_with_the_reason():
    (found,) = of(year((5, A), (9, MENDED))).findings("红旗镇", common().catalogue)
    assert "红旗镇.xlsx（1月5日 09:00 收到，1月4日 10:00 保存" in found.message
    assert "退回 红旗镇.xlsx" in found.message
    assert "按退回表改后重报" in found.message


def test_a_unit_is_on_time_by_its_first_file():
    assert of(year((12, B), (9, A))).filed == at(9)
    assert of(year((5, replace(A, readable=False)), (9, B))).filed == at(5)


def test_a_file_of_another_unit_is_corrected_by_decision():
    other = came("红旗镇.xlsx", "B", unit="T09")
    decision = Decided(act="correct", sha256=digest("B"), unit="T01", why="代码填错了")
    before = year((5, other))
    assert set(histories(before, in_force(before, YEAR, at(9).date()), YEAR)) == {"T09"}
    after = year((5, other), (6, decision))
    assert told(of(after))[0] == "B"
    undone = year((5, other), (6, decision), (7, Undone(number=2, why="没有错")))
    assert told(of(undone, "T09"))[0] == "B"


def test_files_of_no_known_unit_stand_together_and_none_counts():
    events = year((5, came("不知.xlsx", "A", unit=""), came("谁的.xlsx", "B", unit="")))
    history = of(events, "")
    assert len(history.versions) == 2
    assert history.counted is None
    assert list(history.findings("", common().catalogue)) == []


def test_what_a_later_reading_can_tell_is_recorded_and_counts_and_is_no_arrival():
    locked = came("锁.xlsx", "A", unit="", readable=False)
    opened = replace(locked, unit="T01", readable=True, saved=at(4))
    newer = came("锁(1).xlsx", "B", saved=at(6))
    events = year((5, locked), (6, newer))
    assert new_receipts(events, [opened, newer]) == (opened,)
    events = year((5, locked), (6, newer), (7, opened))
    assert new_receipts(events, [opened, newer]) == ()
    assert new_receipts(events, [locked]) == ()  # without the password again
    assert told(of(events))[0] == "B"
    assert of(events).versions[0].first.at == at(5)
    assert len(of(events).versions[0].arrivals) == 1


def test_the_newest_receipt_says_what_the_program_then_read():
    events = year(
        (5, came("红旗镇.xlsx", "A", unit="", readable=False)), (6, replace(A, file="又.xlsx"))
    )
    assert told(of(events))[0] == "A"


def test_only_what_is_new_is_recorded():
    events = year((5, A), (6, B))
    assert new_receipts(events, [A, B]) == ()
    changed = replace(A, sha256=digest("C"))
    renamed = replace(A, file="红旗镇(2).xlsx")
    assert new_receipts(events, [changed, renamed]) == (changed, renamed)
    again = year((5, A), (6, changed))
    assert new_receipts(again, [replace(A, mtime=at(7))]) == (
        replace(A, mtime=at(7)),
    )  # sent again
    assert new_receipts(again, [A]) == ()  # it lies where it lay, in a folder of another day


def test_who_was_reminded_and_returned_when():
    letter = Reminded(unit="T02", owes="missing", text="请报来")
    events = year((5, A), (6, BACK, letter), (9, letter))
    assert [event.at for event in reminded(events)["T02"]] == [at(6), at(9)]
    assert [event.number for event in returned(events)["T01"]] == [2]


def test_what_was_written_over_in_one_second_is_the_newer():
    old, new = came("红旗镇.xlsx", "A"), came("红旗镇.xlsx", "B")
    assert told(of(year((5, old), (5, new)))) == ("B", ["L01"])
    other = came("红旗镇(1).xlsx", "B")
    assert told(of(year((5, old), (5, other))))[0] == "A?B"
