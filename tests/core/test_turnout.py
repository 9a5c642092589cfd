"""Who owes and who must correct: states, groups, deadlines and lateness, worked by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ledgers import CHINA, came
from nianbao.errors import Finding
from nianbao.events import Event, Received
from nianbao.form import Severity
from nianbao.history import History
from nianbao.report import Report, Unit
from nianbao.standing import Standing, Submission
from nianbao.turnout import STATES, Account, Turnout, count, with_history
from nianbao.versions import Facts, Version


TOWN, STREET = Unit("T1", "甲乡", "township"), Unit("S1", "丙街道", "street")
DUE, TODAY = dt.date(2027, 1, 15), dt.date(2027, 1, 12)
ERROR = Finding("T2-01", Severity.ERROR, "不等")
WARNING = Finding("T3-04", Severity.WARNING, "变化大")
GIVEN = replace(WARNING, reason="集中办理了一批申请")
NOTE = Finding("A06", Severity.NOTE, "说明")


def standing(status, *findings, unit=TOWN):
    if status == "missing":
        return Standing(unit, status)
    report = None if status == "unreadable" else Report("2021", 2026, unit)
    return Standing(unit, status, (Submission("甲乡.xlsx", "0" * 64, findings, report),))


def account(status="ok", *findings, due=DUE, today=TODAY, group="乡镇", unit=TOWN, **more):
    return Account(standing(status, *findings, unit=unit), group, due, today, **more)


def moment(day, hour=9):
    return dt.datetime(2027, 1, day, hour, tzinfo=CHINA)


def history(*days, excluded=(), mtime=None):
    """The history of a unit whose files came on days."""
    what = replace(came("甲乡.xlsx"), mtime=mtime)
    assert isinstance(what, Received)
    versions = tuple(
        Version(f"{n}", Facts("T1"), (Event(2026, n, moment(day), "", what, "", ""),))
        for n, day in enumerate(days, 1)
    )
    out = tuple((one, one.first) for one in versions if int(one.sha256) in excluded)
    return History("T1", versions, excluded=out)


# --- states -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "findings", "state"), [
    ("ok", (), "ok"),
    ("ok", (NOTE,), "ok"),
    ("ok", (GIVEN,), "explained"),
    ("warning", (WARNING, GIVEN), "correct"),
    ("error", (ERROR, GIVEN), "correct"),
    ("provisional", (), "correct"),
    ("duplicate", (), "undecided"),
    ("unreadable", (ERROR,), "unreadable"),
    ("missing", (), "missing"),
])  # fmt: skip
def test_each_unit_has_one_state(status, findings, state):
    assert account(status, *findings).state == state


def test_what_is_open_is_what_must_be_mended():
    assert account("error", ERROR, WARNING, GIVEN, NOTE).open == (ERROR, WARNING)
    assert account("missing").open == ()


# --- late -------------------------------------------------------------------------------------

DAYS = [
    (15, {"status": "missing"}, 0),  # the last day
    (16, {"status": "missing"}, 1),
    (14, {"status": "missing"}, 0),
    (30, {"filed": moment(15, 23)}, 0),
    (30, {"filed": moment(16, 0)}, 1),
    (30, {"filed": moment(18)}, 3),
]


@pytest.mark.parametrize(("today", "given", "late"), DAYS)
def test_how_many_days_late(today, given, late):
    more = {"came": "filed" in given, **given}
    one = account(today=dt.date(2027, 1, today), **more)
    assert one.days_late == late
    assert one.late is bool(late)


def test_without_a_ledger_nobody_knows_whether_what_came_is_late():
    one = account(today=dt.date(2027, 2, 1), came=True)
    assert one.days_late is None
    assert not one.late


def test_a_correction_does_not_make_a_unit_late():
    assert with_history(account(), history(14, 20), kept=True).filed == moment(14)


def test_a_file_that_was_taken_out_was_not_filed():
    late = dt.date(2027, 1, 20)
    one = with_history(account("missing", today=late), history(14, excluded={1}), kept=True)
    assert (one.came, one.filed, one.days_late) == (False, None, 5)
    one = with_history(account(today=late), history(14, 17, excluded={1}), kept=True)
    assert (one.filed, one.days_late) == (moment(17), 2)


def test_a_time_that_is_not_kept_is_not_told():
    one = with_history(account(), history(14), kept=False)
    assert (one.came, one.filed) == (True, None)


@pytest.mark.parametrize(("came_on", "changed", "doubtful"), [
    (16, 15, True), (16, 16, False), (15, 14, False), (16, None, False),
])  # fmt: skip
def test_what_was_taken_in_late_but_is_older_is_doubtful(came_on, changed, doubtful):
    mtime = moment(changed) if changed else None
    one = with_history(account(), history(came_on, mtime=mtime), kept=True)
    assert one.doubtful is doubtful


# --- counts -----------------------------------------------------------------------------------


def january(day):
    """Seven units on a day: towns are due on the 15th, the street on the 20th."""
    today = dt.date(2027, 1, day)
    street = {"due": dt.date(2027, 1, 20), "group": "街道", "unit": STREET, "today": today}
    came = {"came": True, "today": today}
    return Turnout(2026, today, (
        account("ok", filed=moment(10), **came),
        account("ok", GIVEN, filed=moment(16), **came),
        account("error", ERROR, filed=moment(12), **came),
        account("missing", **street),
        account("missing", today=today),
        account("unreadable", ERROR, filed=moment(15), group="山区", **came),
        account("duplicate", filed=moment(14), group="山区", **came),
    ))  # fmt: skip


def test_the_whole_is_counted():
    whole = january(17).whole
    assert (whole.units, whole.came, whole.done) == (7, 4, 2)
    assert list(whole.states.values()) == [1, 1, 1, 1, 1, 2]
    assert tuple(whole.states) == STATES
    assert (whole.late, whole.on_time) == (2, 3)


def test_groups_are_counted_in_the_order_of_the_roster():
    groups = january(17).groups
    assert list(groups) == ["乡镇", "街道", "山区"]
    assert [one.units for one in groups.values()] == [4, 1, 2]
    assert [one.late for one in groups.values()] == [2, 0, 0]
    assert [one.on_time for one in groups.values()] == [2, 0, 1]
    assert groups["山区"].states["undecided"] == 1


@pytest.mark.parametrize(("today", "days"), [(10, [5, 10]), (15, [0, 5]), (21, [-6, -1])])
def test_each_deadline_is_told_with_its_days(today, days):
    first, second = january(today).deadlines
    assert [first.days, second.days] == days
    assert (first.day, first.levels, first.units, first.owing) == (DUE, ("township",), 6, 2)
    assert (second.levels, second.units, second.owing) == (("street",), 1, 1)


def test_the_share_on_time_is_unknown_where_one_is():
    known, unknown = account(came=True, filed=moment(1)), account(came=True)
    assert count([known, account("missing")]).on_time == 1
    assert count([known, unknown]).on_time is None
