"""Events kept, in turn, on every store; whoever comes second sees what came first."""

from __future__ import annotations

import concurrent.futures
import contextlib
import datetime as dt
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from ledgers import YEAR, at, by, came, digest, opened
from nianbao.errors import NianbaoError
from nianbao.events import (
    Asked,
    Decided,
    Head,
    Member,
    Merged,
    Received,
    Reminded,
    Reopened,
    Returned,
    Sealed,
    Undone,
    head_of,
)
from nianbao.history import new_receipts
from nianbao.ledger.store import BehindError, LedgerError


EVERY = (
    Received(
        file="1日/红旗镇(1).xlsx",
        sha256=digest("红旗镇"),
        size=61_234,
        how="archive",
        mtime=at(4, 17),
        unit="T01",
        saved=at(4, 16),
        made_with="Microsoft Excel",
        dated=dt.date(2027, 1, 4),
        answers=digest("先")[:12],
    ),
    Received(file="坏的\udcff.xlsx", sha256=digest("坏"), size=0, readable=False),
    Returned(unit="T01", of=digest("红旗镇"), book=digest("退"), asked=(Asked("T3-01", "a.b.c"),)),
    Reminded(unit="T02", owes="missing", text="请于1月31日前报来。", deadline=dt.date(2027, 1, 31)),
    Decided(act="waive", why="电话核实", unit="T01", rule="T3-04", until=dt.date(2028, 1, 31)),
    Undone(number=5, why="记错了单位"),
    Merged(
        id=digest("汇总"),
        members=(Member("T01", digest("红旗镇")),),
        program="0.1.0",
        parts={"roster": digest("名册")},
        outputs={"汇总.xlsx": digest("出")},
        provisional=True,
    ),
    Sealed(id=digest("汇总")),
    Reopened(why="市里退回"),
)


def test_every_kind_comes_back_as_it_was_recorded(ledger):
    done = (
        *ledger.append(YEAR, EVERY[:5], by()).events,
        *ledger.append(YEAR, EVERY[5:], by()).events,
    )
    assert ledger.events(YEAR) == done
    told = [event.what for event in done]
    assert told[0] == EVERY[0]
    assert told[2:] == list(EVERY[2:])
    assert told[1].file == "坏的�.xlsx"  # what is not UTF-8 cannot be kept as it is
    assert [event.number for event in done] == list(range(1, 10))
    assert {(event.who, event.at) for event in done} == {("张三", at(5))}
    assert ledger.verify(YEAR) == ()


def test_each_event_names_the_one_before_it(ledger):
    first = ledger.append(YEAR, EVERY[:2], by()).events
    second = ledger.append(YEAR, EVERY[2:3], by(6)).events
    assert [e.previous for e in (*first, *second)] == ["", first[0].hash, first[1].hash]
    assert ledger.head(YEAR) == Head(YEAR, 3, second[0].hash) == head_of(YEAR, second)


def test_years_have_chains_of_their_own(ledger):
    ledger.append(YEAR, EVERY[:1], by())
    ledger.append(YEAR - 1, EVERY[:1], by())
    assert ledger.years() == (YEAR - 1, YEAR)
    assert [event.number for event in ledger.events(YEAR)] == [1]
    assert ledger.events(YEAR)[0].hash != ledger.events(YEAR - 1)[0].hash
    assert ledger.events(YEAR + 1) == ()
    assert ledger.head(YEAR + 1) == Head(YEAR + 1)


def test_nothing_is_appended_where_nothing_happened(ledger):
    assert ledger.append(YEAR, [], by()).events == ()
    assert ledger.years() == ()


def test_later_events_are_read_on_from_a_head(ledger):
    first = ledger.append(YEAR, EVERY[:2], by()).events
    second = ledger.append(YEAR, EVERY[2:4], by()).events
    assert ledger.events(YEAR, head_of(YEAR, first)) == second
    with pytest.raises(LedgerError):
        ledger.events(YEAR, Head(YEAR, 2, digest("another chain")))


def test_who_is_behind_is_told(ledger):
    head = ledger.head(YEAR)
    ledger.append(YEAR, EVERY[:1], by())
    with pytest.raises(BehindError):
        ledger.append(YEAR, EVERY[1:2], by(), head)
    assert len(ledger.events(YEAR)) == 1


def test_the_same_command_again_records_nothing_twice(ledger):
    files = [came("红旗镇.xlsx"), came("城关镇.xlsx", unit="T02")]
    assert len(ledger.record(YEAR, lambda known: new_receipts(known, files), by()).events) == 2
    assert ledger.record(YEAR, lambda known: new_receipts(known, files), by(6)).events == ()
    assert len(ledger.events(YEAR)) == 2


def test_what_was_proposed_is_proposed_anew_when_somebody_was_quicker(shared):
    with opened(shared) as mine, opened(shared) as theirs:
        seen = []

        def propose(known):
            seen.append(len(known))
            if len(seen) == 1:  # between our reading and our writing
                theirs.append(YEAR, [came("红旗镇.xlsx")], by(who="李四"))
            return new_receipts(known, [came("红旗镇.xlsx"), came("城关镇.xlsx")])

        done = mine.record(YEAR, propose, by())
        assert seen == [0, 1]
        assert [event.what.file for event in done.events] == ["城关镇.xlsx"]
        told = [(event.who, event.what.file) for event in mine.events(YEAR)]
        assert told == [("李四", "红旗镇.xlsx"), ("张三", "城关镇.xlsx")]


def test_of_two_officers_at_once_nothing_is_lost(shared):
    """Both append at the same time again and again; a barrier lets neither be first."""
    rounds, barrier = 25, threading.Barrier(2)
    opened(shared).close()

    def officer(who):
        with opened(shared) as ledger:
            for n in range(rounds):
                barrier.wait(60)
                file = came(f"{who}{n}.xlsx")
                ledger.record(
                    YEAR, lambda known, file=file: new_receipts(known, [file]), by(who=who)
                )

    with concurrent.futures.ThreadPoolExecutor(2) as both:
        for done in [both.submit(officer, who) for who in ("张三", "李四")]:
            done.result()
    with opened(shared) as ledger:
        events = ledger.events(YEAR)
    assert len({event.what.file for event in events}) == len(events) == 2 * rounds
    assert [event.number for event in events] == list(range(1, 2 * rounds + 1))


PROCESS = """
import sys
from ledgers import YEAR, by, came, opened
from pathlib import Path
where, who = sys.argv[1:]
with opened(where if "://" in where else Path(where)) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(20):
        ledger.append(YEAR, [came(f"{who}{n}.xlsx")], by(who=who))
"""


def test_of_two_programs_at_once_nothing_is_lost(shared):
    support = Path(__file__).parents[1] / "support"
    run = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(support)!r})\n{PROCESS}"]
    both = [
        subprocess.Popen([*run, str(shared), who], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for who in ("张三", "李四")
    ]
    for one in both:
        assert one.stdout.readline() == b"ready\n"
    for one in both:
        one.stdin.write(b"go\n")
        one.stdin.flush()
    for one in both:
        one.communicate(timeout=120)
        assert one.returncode == 0
    with opened(shared) as ledger:
        assert len(ledger.events(YEAR)) == 40


def test_threads_of_one_program_share_a_ledger_in_memory():
    with opened(None) as ledger, concurrent.futures.ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(ledger.append, YEAR, [came(f"{n}.xlsx")], by()) for n in range(40)]
        for one in calls:
            one.result()
        assert len(ledger.events(YEAR)) == 40


def test_a_clock_that_was_set_back_is_said_and_nothing_is_lost(ledger):
    ledger.append(YEAR, [came("一.xlsx")], by(9))
    done = ledger.append(YEAR, [came("二.xlsx")], by(8))
    assert [note.rule for note in done.notes] == ["L07"]
    assert "2027-01-08 09:00" in done.notes[0].message
    assert [event.number for event in ledger.events(YEAR)] == [1, 2]
    assert [one.rule for one in ledger.verify(YEAR)] == ["L07"]
    assert ledger.append(YEAR, [came("三.xlsx")], by(10)).notes == ()


def test_a_time_without_its_zone_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="zone"):
        by().__class__("张三", dt.datetime(2027, 1, 5))  # noqa: DTZ001


def test_a_closed_year_takes_letters_but_no_decisions(ledger):
    ledger.append(YEAR, [Sealed(id=digest("汇总"))], by(20))
    for what in (EVERY[2], EVERY[4], EVERY[6], EVERY[7]):
        with pytest.raises(NianbaoError, match="2026 年度已于 2027-01-20 封账"):
            ledger.append(YEAR, [what], by(21))
    ledger.append(YEAR, [came("迟到.xlsx"), EVERY[3]], by(21))
    ledger.append(YEAR, [Reopened(why="市里退回")], by(22))
    assert len(ledger.append(YEAR, [EVERY[4]], by(22)).events) == 1


def test_only_a_decision_that_holds_can_be_undone(ledger):
    ledger.append(YEAR, [came("一.xlsx"), EVERY[4]], by())
    for number in (1, 3):
        with pytest.raises(NianbaoError, match=f"第 {number} 条不是决定"):
            ledger.append(YEAR, [Undone(number=number, why="错")], by())
    ledger.append(YEAR, [Undone(number=2, why="错")], by())
    with pytest.raises(NianbaoError, match="已经撤销"):
        ledger.append(YEAR, [Undone(number=2, why="错")], by())


def test_the_database_itself_refuses_to_change_or_remove_an_event(ledger):
    ledger.append(YEAR, EVERY[:3], by())
    for statement in ("UPDATE nianbao_event SET who = ''", "DELETE FROM nianbao_event"):
        with pytest.raises(LedgerError) as error, ledger._writing() as connection:
            connection.execute(sa.text(statement))
        assert error.value.code == "ledger-append"
    assert len(ledger.events(YEAR)) == 3


def test_a_transaction_that_fails_leaves_nothing(ledger):
    ledger.append(YEAR, EVERY[:1], by())
    with contextlib.suppress(KeyError), ledger._writing() as connection:
        connection.execute(sa.text("UPDATE nianbao_head SET number = 7"))
        raise KeyError
    assert ledger.head(YEAR).number == 1
    with pytest.raises(NianbaoError):
        ledger.append(YEAR, [came("二.xlsx"), Undone(number=9, why="没有")], by())
    assert len(ledger.events(YEAR)) == 1
