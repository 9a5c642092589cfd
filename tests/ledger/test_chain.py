"""A ledger that was tampered with: the first place is named, and how."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from ledgers import YEAR, by, came, digest
from nianbao.errors import NianbaoError
from nianbao.events import Head
from nianbao.ledger import codec
from nianbao.ledger.chain import Fault, first_fault, understood
from nianbao.ledger.codec import Row, chained, event_of, hash_of


FILES = [came(f"{n}.xlsx", unit=f"T{n:02}") for n in range(1, 7)]
WHOLE = list(chained(Head(YEAR), FILES, by()))
HEAD = Head(YEAR, 6, WHOLE[-1].hash)


def again(rows):
    """The rows with the numbers in which they now stand."""
    return [dataclasses.replace(row, number=n) for n, row in enumerate(rows, 1)]


def true(row, **now):
    """A row that says something else, with the hash of what it says."""
    row = dataclasses.replace(row, **now)
    return dataclasses.replace(row, hash=hash_of(row))


def exchanged(one, other):
    rows = list(WHOLE)
    rows[one - 1], rows[other - 1] = rows[other - 1], rows[one - 1]
    return again(rows)


def said_by(row, other):
    """A row that now says what another does."""
    return dataclasses.replace(row, who=other.who, at=other.at, kind=other.kind, body=other.body)


def test_a_whole_chain_has_no_fault():
    assert first_fault(WHOLE, HEAD) is None
    assert first_fault([], Head(YEAR)) is None
    assert first_fault(WHOLE[3:], HEAD, Head(YEAR, 3, WHOLE[2].hash)) is None


@pytest.mark.parametrize("name", ["at", "who", "kind", "body", "previous", "hash"])
@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_changed_event_is_named(name, number):
    rows = list(WHOLE)
    row = rows[number - 1]
    rows[number - 1] = dataclasses.replace(row, **{name: f"{getattr(row, name)}1"})
    assert first_fault(rows, HEAD) == Fault("changed", number)


def test_a_changed_year_is_noticed():
    rows = [dataclasses.replace(row, year=YEAR - 1) for row in WHOLE]
    assert first_fault(rows, HEAD) == Fault("changed", 1)


@pytest.mark.parametrize("number", [1, 3, 6])
def test_an_event_changed_with_its_hash_is_named(number):
    rows = list(WHOLE)
    rows[number - 1] = true(rows[number - 1], who="李四")
    assert first_fault(rows, HEAD) == Fault("changed", number)


@pytest.mark.parametrize("number", [1, 3, 5, 6])
def test_a_removed_event_is_named(number):
    rows = [row for row in WHOLE if row.number != number]
    assert first_fault(rows, HEAD) == Fault("removed", number)
    if number < 6:
        assert first_fault(again(rows), HEAD) == Fault("removed", number)


def test_all_removed_is_noticed():
    assert first_fault([], HEAD) == Fault("removed", 1)


@pytest.mark.parametrize("number", [1, 3, 6])
def test_an_inserted_event_is_named(number):
    before = WHOLE[number - 2].hash if number > 1 else ""
    forged = true(WHOLE[0], number=number, who="李四", previous=before)
    rows = again([*WHOLE[: number - 1], forged, *WHOLE[number - 1 :]])
    assert first_fault(rows, HEAD) == Fault("inserted", number)
    wrong = dataclasses.replace(forged, hash=digest("no hash of it"))
    rows = again([*WHOLE[: number - 1], wrong, *WHOLE[number - 1 :]])
    assert first_fault(rows, HEAD) == Fault("inserted", number)


def test_an_event_appended_by_hand_is_named():
    forged = true(WHOLE[0], number=7, previous=WHOLE[-1].hash)
    assert first_fault([*WHOLE, forged], HEAD) == Fault("inserted", 7)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 3), (2, 5), (5, 6)])
def test_swapped_events_are_named(one, other):
    assert first_fault(exchanged(one, other), HEAD) == Fault("swapped", one, other)
    rows = list(WHOLE)
    rows[one - 1] = said_by(WHOLE[one - 1], WHOLE[other - 1])
    rows[other - 1] = said_by(WHOLE[other - 1], WHOLE[one - 1])
    assert first_fault(rows, HEAD) == Fault("swapped", one, other)


def test_the_hash_is_over_each_part():
    row = WHOLE[2]
    others = [
        dataclasses.replace(row, year=1), dataclasses.replace(row, number=1),
        dataclasses.replace(row, at="1"), dataclasses.replace(row, who="1"),
        dataclasses.replace(row, kind="1"), dataclasses.replace(row, body="1"),
        dataclasses.replace(row, previous="1"),
        dataclasses.replace(row, at=row.at + row.who, who=""),
    ]  # fmt: skip
    assert len({hash_of(one) for one in (row, *others)}) == len(others) + 1


# --- what an event says, strictly -------------------------------------------------------------

STRANGE = [
    ("approved", "{}"),  # a kind of a newer program
    ("sealed", '{"id":"1","signed":true}'),  # a part of a newer program
    ("sealed", "{}"),
    ("sealed", '{"id":1}'),
    ("sealed", '{"id":"1","why":""}'),  # not canonical: a default that is said
    ("sealed", '{ "id":"1"}'),
    ("sealed", '{"id":"1","id":"1"}'),
    ("sealed", "["),
    ("sealed", "[]"),
    ("decided", '{"act":"bless","why":"好"}'),
    ("decided", '{"act":"waive","unit":"1","why":"好"}'),  # of what?
    ("received", '{"file":"a","mtime":"gestern","sha256":"","size":1}'),
]


@pytest.mark.parametrize(("kind", "body"), STRANGE)
def test_what_is_not_understood_is_refused(kind, body):
    row = true(WHOLE[0], kind=kind, body=body)
    with pytest.raises(codec.UnknownKindError):
        event_of(row)
    assert first_fault([row], Head(YEAR, 1, row.hash)) is None
    assert understood([row]) == Fault("unknown", 1)


@pytest.mark.parametrize("at", ["", "2027-01-05", "2027-01-05T09:00:00"])
def test_a_time_that_is_none_is_refused(at):
    with pytest.raises(codec.UnknownKindError):
        event_of(true(WHOLE[0], at=at))


def test_the_same_event_is_always_written_the_same():
    assert codec.body_of(came("红旗镇.xlsx", "c", unit="")) == (
        f'{{"file":"红旗镇.xlsx","sha256":"{digest("c")}","size":1}}'
    )


# --- in a ledger ------------------------------------------------------------------------------


def without_guards(connection):
    for name in ("nianbao_no_update", "nianbao_no_delete"):
        connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}"))


def without_guard(connection):
    connection.execute(sa.text("DROP TRIGGER nianbao_no_change ON nianbao_event"))


BY_HAND = [
    ("UPDATE nianbao_event SET who = '李四' WHERE number = 2", "第 2 条事后被改过"),
    ("DELETE FROM nianbao_event WHERE number = 2", "从第 2 条起少了"),
    ("DELETE FROM nianbao_event WHERE number = 6", "从第 6 条起少了"),
    ("UPDATE nianbao_head SET number = 5", "第 6 条是事后插进去"),
    ("UPDATE nianbao_head SET hash = 'x'", "第 6 条事后被改过"),
]


@pytest.mark.parametrize(("statement", "said"), BY_HAND)
def test_a_ledger_edited_by_hand_is_refused_and_verify_names_the_place(ledger, statement, said):
    ledger.append(YEAR, FILES, by())
    with ledger._writing() as connection:
        sqlite = connection.dialect.name == "sqlite"
        (without_guards if sqlite else without_guard)(connection)
        connection.execute(sa.text(statement))
    (found,) = ledger.verify(YEAR)
    assert said in found.message
    with pytest.raises(NianbaoError, match=said):
        ledger.events(YEAR)
    with pytest.raises(NianbaoError):
        ledger.record(YEAR, lambda _: [came("新.xlsx")], by())
    rows, _ = ledger._rows(YEAR)
    assert len(rows) <= 6


def test_a_last_event_that_is_not_the_head_takes_no_successor(ledger):
    ledger.append(YEAR, FILES, by())
    with ledger._writing() as connection:
        connection.execute(sa.text("UPDATE nianbao_head SET hash = 'x'"))
    with pytest.raises(NianbaoError, match="手工改动"):
        ledger.append(YEAR, [came("新.xlsx")], by())


def test_a_ledger_written_anew_is_not_that_of_earlier_outputs(ledger):
    ledger.append(YEAR, FILES, by())
    earlier = ledger.head(YEAR)
    assert ledger.verify(YEAR, [earlier, Head(YEAR), Head(YEAR - 1, 6, "x")]) == ()
    (found,) = ledger.verify(YEAR, [dataclasses.replace(earlier, hash=digest("before"))])
    assert (found.rule, found.actual) == ("L10", 6)
    (found,) = ledger.verify(YEAR, [dataclasses.replace(earlier, number=9)])
    assert found.actual == 9


def test_an_event_of_a_newer_program_is_said_so(ledger):
    ledger.append(YEAR, FILES[:1], by())
    row = true(WHOLE[1], kind="approved", body="{}")
    values = dataclasses.asdict(Row(**dataclasses.asdict(row)))
    with ledger._writing() as connection:
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        connection.execute(sa.text(f"INSERT INTO nianbao_event ({names}) VALUES ({marks})"), values)
        connection.execute(
            sa.text("UPDATE nianbao_head SET number = 2, hash = :h"), {"h": row.hash}
        )
    with pytest.raises(NianbaoError, match="第 2 条是较新版本的程序写的"):
        ledger.events(YEAR)
