"""A January of 60 units over ten days, on every store: who counts is as kept by hand beside it."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from ledgers import YEAR, at, came, digest, opened
from nianbao.decisions import in_force
from nianbao.events import Decided, Reminded, Returned, Sealed, contents_of
from nianbao.history import histories, new_receipts, reminded
from nianbao.ledger.codec import By


UNITS = [f"T{n:02}" for n in range(1, 61)]
OFFICERS = ("张三", "李四")


class Folder:
    """The officer's folder, and beside it what ought to come out."""

    def __init__(self):
        self.files, self.counts, self.asked = {}, {}, set()
        self.chance = random.Random(2027)

    def put(self, unit, content, name, **more):
        self.files[name] = came(name, content, unit, **more)

    def first(self, unit, day):
        if self.chance.random() < 0.1:
            self.put(unit, f"{unit}/坏", f"{unit}坏.xlsx", readable=False)
            return
        self.put(unit, f"{unit}/1", f"{unit}.xlsx", saved=at(day, 8))
        self.counts[unit] = f"{unit}/1"

    def corrected(self, unit, day):
        mended = self.counts.get(unit)
        if mended is None:
            return self.first(unit, day)
        new = f"{mended}+"
        kind = self.chance.choice(["returned", "copy", "same", "late", "bare"])
        if kind == "returned":
            self.put(unit, new, f"退回 {unit} {day}.xlsx", answers=digest(mended)[:12])
        elif kind == "copy":
            self.put(unit, new, f"{unit}({day}).xlsx", saved=at(day, 8))
        elif kind == "same":  # written over in the folder
            self.put(unit, new, f"{unit}.xlsx", saved=at(day, 8))
        elif kind == "late":  # the same again under another name
            self.put(unit, mended, f"{unit} 又报{day}.xlsx", saved=self._saved(mended))
            return None
        else:
            self.put(unit, new, f"{unit} 新{day}.xlsx")
        self.counts[unit] = new
        return None

    def _saved(self, content):
        return next(one.saved for one in self.files.values() if one.sha256 == digest(content))


def run(where, folder, who, moment):
    """What a command does: record what is new in the folder."""
    with opened(where) as ledger:
        known = list(folder.files.values())
        return ledger.record(YEAR, lambda events: new_receipts(events, known), By(who, moment))


def standing(where):
    with opened(where) as ledger:
        events = ledger.events(YEAR)
        found = ledger.verify(YEAR)
    decisions = in_force(events, YEAR, dt.date(2027, 1, 20))
    return events, histories(events, decisions, YEAR), found


def test_a_january(shared):
    folder = Folder()
    for day in range(11, 21):
        for unit in UNITS[(day - 11) * 6 : (day - 10) * 6]:
            folder.first(unit, day)
        for unit in folder.chance.sample(UNITS[: (day - 11) * 6], 4 if day > 11 else 0):
            folder.corrected(unit, day)
        for hour, who in zip((9, 15), OFFICERS, strict=True):
            run(shared, folder, who, at(day, hour))
            assert run(shared, folder, who, at(day, hour, 30)).events == ()
        events, units, found = standing(shared)
        assert found == ()
        told = {unit: one.counted.sha256 for unit, one in units.items() if one.counted}
        assert told == {unit: digest(content) for unit, content in folder.counts.items()}
        assert not any(one.rivals for one in units.values())
    assert set(contents_of(events)) >= {one.sha256 for one in folder.files.values()}
    silent = [unit for unit in UNITS if unit not in folder.counts]
    assert silent
    with opened(shared) as ledger:
        letters = [Reminded(unit=unit, owes="missing", text="请报来") for unit in silent]
        ledger.append(YEAR, letters, By("张三", at(21)))
        two = [came("甲.xlsx", "甲", silent[0]), came("乙.xlsx", "乙", silent[0])]
        ledger.append(YEAR, two, By("张三", at(22)))
    assert set(reminded(standing(shared)[0])) == set(silent)
    assert len(standing(shared)[1][silent[0]].rivals) == 2
    with opened(shared) as ledger:
        prefer = Decided(act="prefer", sha256=digest("乙"), why="电话核实")
        ledger.append(YEAR, [prefer, Sealed(id="汇总")], By("李四", at(23)))
    assert standing(shared)[1][silent[0]].counted.sha256 == digest("乙")


KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from ledgers import YEAR, by, came, opened
where, stop = sys.argv[1], int(sys.argv[2])
steps = 0

def step(*_):
    global steps
    steps += 1
    if steps == stop:
        os.kill(os.getpid(), signal.SIGKILL)

with opened(where if "://" in where else Path(where)) as ledger:
    ledger.events(YEAR)
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(ledger._engine, name, step)
    ledger.append(YEAR, [came(f"{n}.xlsx") for n in range(60)], by())
"""


def test_a_run_killed_at_any_step_has_recorded_all_or_nothing(shared):
    support = Path(__file__).parents[1] / "support"
    script = f"import sys; sys.path.insert(0, {str(support)!r})\n{KILLED}"
    opened(shared).close()
    before = 0
    for stop in range(1, 99, 3):
        words = [sys.executable, "-c", script, str(shared), str(stop)]
        ended = subprocess.run(words, check=False, timeout=120).returncode
        events, _, found = standing(shared)
        assert found == ()
        assert len(events) in {before, before + 60}
        before = len(events)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert before >= 60
    assert stop > 6


@pytest.mark.parametrize("nth", range(1, 12))
def test_a_run_interrupted_lets_go_of_the_ledger(shared, nth):
    """Ctrl-C at the n-th statement of a transaction, or as it ends."""
    with opened(shared) as ledger:
        left = [nth]

        def step(*_):
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt

        for name in ("after_cursor_execute", "commit"):
            sa.event.listen(ledger._engine, name, step)
        with contextlib.suppress(KeyboardInterrupt):
            ledger.append(YEAR, [came("一.xlsx")], By("张三", at(11)))
        with opened(shared, patience=0.5) as other:
            assert len(other.append(YEAR, [came("二.xlsx")], By("李四", at(11))).events) == 1
            done = [] if left[0] <= 0 else ["张三"]
            assert [event.who for event in other.events(YEAR)] == [*done, "李四"]


def test_what_goes_back_is_known_by_its_fingerprint(tmp_path):
    where = tmp_path / "台账.sqlite"
    folder = Folder()
    folder.put("T01", "一", "红旗镇.xlsx")
    run(where, folder, "张三", at(11))
    with opened(where) as ledger:
        back = Returned(unit="T01", of=digest("一"), book=digest("退"), file="红旗镇.xlsx")
        ledger.append(YEAR, [back], By("张三", at(11, 10)))
    folder.put("T01", "退", "红旗镇 退.xlsx", answers=digest("一")[:12])
    run(where, folder, "张三", at(12))
    history = standing(where)[1]["T01"]
    assert history.counted.sha256 == digest("退")
    assert history.counted.unchanged
