"""Decisions: what they do to findings, how long they hold, how they are undone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ledgers import YEAR, at, by, digest
from nianbao.decisions import in_force, undoable
from nianbao.errors import Finding
from nianbao.events import (
    Decided,
    Event,
    Head,
    Member,
    Merged,
    Reopened,
    Sealed,
    Undone,
    closed,
    contents_of,
    merge_id,
)
from nianbao.form import Severity
from nianbao.history import merges
from nianbao.ledger.codec import chained, event_of


TODAY = dt.date(2027, 1, 20)
ERROR = Finding("T3-01", Severity.ERROR, "不等", field="requests.total.total")
WARNING = Finding("T3-04", Severity.WARNING, "与上年不接", field="requests.carried_in.individual")
OTHER = replace(WARNING, field="requests.carried_in.enterprise")
NOTE = Finding("T3-04", Severity.NOTE, "说明")


def events(*what, year=YEAR) -> list[Event]:
    return [event_of(row) for row in chained(Head(year), what, by())]


def decided(act, rule="T3-04", unit="T01", **more) -> Decided:
    return Decided(act=act, rule=rule, unit=unit, why="电话核实", **more)


def settled(*what, findings=(ERROR, WARNING, OTHER, NOTE), unit="T01"):
    return in_force(events(*what), YEAR, TODAY).settle(unit, findings)


def test_without_a_decision_nothing_changes():
    assert settled().findings == (ERROR, WARNING, OTHER, NOTE)
    assert settled(decided("accept", unit="T02")).findings == (ERROR, WARNING, OTHER, NOTE)
    assert settled(decided("waive", rule="T9-99")).waived == ()


def test_an_accepted_reason_explains_the_warnings_of_the_rule():
    found = settled(decided("accept"))
    assert {one.field for one in found.findings if one.explained} == {WARNING.field, OTHER.field}
    assert found.waived == ()
    found = settled(decided("accept", field=WARNING.field))
    assert [one.field for one in found.findings if one.explained] == [WARNING.field]


def test_an_error_cannot_be_explained():
    assert settled(decided("accept", rule="T3-01")).findings == (ERROR, WARNING, OTHER, NOTE)


def test_a_reason_of_the_unit_stays():
    said = replace(WARNING, reason="跨年转来")
    assert settled(decided("accept"), findings=[said]).findings == (said,)


def test_a_waived_rule_leaves_the_findings_but_is_said():
    found = settled(decided("waive"), decided("waive", rule="T3-01"))
    assert found.findings == (NOTE,)
    assert [(one, event.number) for one, event in found.waived] == [
        (ERROR, 2),
        (WARNING, 1),
        (OTHER, 1),
    ]
    assert [one for one, _ in found.arithmetic] == [ERROR]


@pytest.mark.parametrize(
    ("until", "day", "holds"),
    [
        (None, TODAY, True),
        (None, dt.date(2030, 1, 1), True),  # when an old year is rebuilt
        (TODAY, TODAY, True),
        (TODAY, TODAY + dt.timedelta(1), False),
    ],
)
def test_a_decision_holds_to_its_last_day(until, day, holds):
    known = events(decided("waive", until=until))
    assert bool(in_force(known, YEAR, day).events) is holds


@pytest.mark.parametrize(
    ("what", "holds"),
    [
        (decided("waive"), False),  # it expired with its year
        (decided("waive", until=dt.date(2028, 3, 31)), True),
        (decided("accept", until=dt.date(2028, 3, 31)), True),
        (decided("waive", until=dt.date(2028, 1, 1)), False),
        (Decided(act="exclude", sha256=digest("A"), why="错", until=dt.date(2029, 1, 1)), False),
    ],
)
def test_a_decision_of_an_earlier_year_holds_only_where_it_says_so(what, holds):
    known = [*events(what), *events(Reopened(why=""), year=YEAR + 1)]
    assert bool(in_force(known, YEAR + 1, dt.date(2028, 1, 20)).events) is holds
    assert not in_force(known, YEAR - 1, dt.date(2027, 1, 20)).events


def test_a_decision_can_be_undone_also_a_year_later():
    waiver = decided("waive", until=dt.date(2029, 1, 1))
    assert not in_force(events(waiver, Undone(number=1, why="错")), YEAR, TODAY).events
    later = events(Undone(number=1, why="错", year=YEAR), year=YEAR + 1)
    known = [*events(waiver), *later]
    assert not in_force(known, YEAR + 1, dt.date(2028, 1, 20)).events
    assert not undoable(known, Undone(number=1, why="", year=YEAR), YEAR + 1)
    assert undoable(events(waiver), Undone(number=1, why="", year=YEAR), YEAR + 1)
    assert not undoable(known, Undone(number=1, why=""), YEAR + 1)


def test_files_taken_out_and_corrected():
    known = in_force(
        events(
            Decided(act="exclude", sha256=digest("A"), why="发错了"),
            Decided(act="correct", sha256=digest("B"), unit="T02", why="代码错"),
            Decided(act="correct", sha256=digest("B"), unit="T03", why="又错"),
        ),
        YEAR,
        TODAY,
    )
    assert known.excluded(digest("A")).number == 1
    assert known.excluded(digest("B")) is None
    assert (known.corrected(digest("B")), known.corrected(digest("A"))) == ("T03", None)


@pytest.mark.parametrize(
    "lacking",
    [
        {"act": "waive", "unit": "T01", "rule": "T3-01", "why": " "},
        {"act": "waive", "unit": "T01", "why": "好"},
        {"act": "accept", "rule": "T3-01", "why": "好"},
        {"act": "exclude", "why": "好"},
        {"act": "correct", "sha256": "a", "why": "好"},
    ],
)
def test_a_decision_says_on_what_and_why(lacking):
    with pytest.raises(ValueError, match="needs"):
        Decided(**lacking)


# --- merges, seals ----------------------------------------------------------------------------

MEMBERS = (Member("T01", digest("A")), Member("T02", digest("B")))
PARTS = {"roster": digest("R"), "edition": "2021"}


def test_the_id_of_a_merge_is_of_all_that_goes_in_whatever_the_order():
    own = merge_id(MEMBERS, PARTS, ["x", "y"], "0.1.0")
    assert own == merge_id(MEMBERS[::-1], dict(reversed(PARTS.items())), ["y", "x"], "0.1.0")
    others = [
        merge_id(MEMBERS[:1], PARTS, ["x", "y"], "0.1.0"),
        merge_id(MEMBERS, {**PARTS, "edition": "2019"}, ["x", "y"], "0.1.0"),
        merge_id(MEMBERS, PARTS, ["x"], "0.1.0"),
        merge_id(MEMBERS, PARTS, ["xy"], "0.1.0"),
        merge_id(MEMBERS, PARTS, ["x", "y"], "0.1.1"),
        merge_id((Member("T01", digest("B")), Member("T02", digest("A"))), PARTS, ["x", "y"], "0"),
    ]
    assert len({own, *others}) == 7


def test_what_must_be_kept_is_named_by_the_events():
    one = Merged(id="1", members=MEMBERS, program="0", parts={**PARTS, "previous": ""})
    known = events(one, replace(one, provisional=True))
    assert list(contents_of(known)) == [digest("R")]
    assert merges(known)["1"].number == 2


def test_a_year_is_closed_until_it_is_reopened():
    assert closed(events()) is None
    assert closed(events(Sealed(id="1"))).at == at(5)
    assert closed(events(Sealed(id="1"), Reopened(why="改"))) is None
    assert closed(events(Sealed(id="1"), Reopened(why="改"), Sealed(id="2"))).number == 3
