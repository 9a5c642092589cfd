"""A PostgreSQL that refuses, goes away or is busy: a sentence each, and nothing lost."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from ledgers import YEAR, _plain, by, came, opened, opening
from nianbao.ledger.opening import LOCK
from nianbao.ledger.store import LedgerError, open_ledger


def raw(url, **more):
    return psycopg.connect(_plain(make_url(url)), autocommit=True, **more)


def cut_off(connection):
    """Have the server end a connection, as a broken network or a restart does."""
    number = connection.connection.driver_connection.info.backend_pid
    with raw(connection.engine.url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])


def test_a_connection_lost_in_the_middle_records_nothing_and_the_same_again_completes(database):
    with opened(database) as ledger:
        ledger.append(YEAR, [came("一.xlsx")], by())
        files = [came("二.xlsx"), came("三.xlsx")]
        cut = []

        @sa.event.listens_for(ledger._engine, "before_cursor_execute")
        def statement(connection, _, text, *__):
            if text.startswith("UPDATE nianbao_head") and not cut:
                cut.append(True)
                cut_off(connection)

        with pytest.raises(LedgerError, match="连接中断") as error:
            ledger.append(YEAR, files, by())
        assert error.value.code == "ledger-lost"
        assert [event.what.file for event in ledger.events(YEAR)] == ["一.xlsx"]
        assert len(ledger.append(YEAR, files, by()).events) == 2
        assert ledger.verify(YEAR) == ()


def test_an_answer_lost_after_the_end_is_not_recorded_twice(database, monkeypatch):
    """The server has committed, but we do not hear so: what is proposed again is nothing."""
    from nianbao.history import new_receipts

    with opened(database) as ledger:
        lost, dialect = [], ledger._engine.dialect
        commit = dialect.do_commit

        def committed(raw_connection):
            commit(raw_connection)
            if lost == ["written"]:
                lost.append("lost")
                raise psycopg.OperationalError("server closed the connection unexpectedly")

        @sa.event.listens_for(ledger._engine, "after_cursor_execute")
        def written(_, __, text, *___):
            if text.startswith("INSERT INTO nianbao_event") and not lost:
                lost.append("written")

        monkeypatch.setattr(dialect, "do_commit", committed)

        def propose(known):
            return new_receipts(known, [came("一.xlsx")])

        with pytest.raises(LedgerError) as error:
            ledger.record(YEAR, propose, by())
        assert error.value.code == "ledger-lost"
        assert ledger.record(YEAR, propose, by()).events == ()
        assert len(ledger.events(YEAR)) == 1


def test_somebody_who_holds_the_ledger_is_waited_for_and_then_said(database):
    with opened(database, patience=0.2) as ledger, raw(database) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(LedgerError) as error:
            ledger.append(YEAR, [came("一.xlsx")], by())
        assert error.value.code == "ledger-locked"
        assert ledger.events(YEAR) == ()
        holder.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        assert len(ledger.append(YEAR, [came("一.xlsx")], by()).events) == 1


def test_a_database_for_reading_only(database):
    with opened(database) as ledger:
        ledger.append(YEAR, [came("一.xlsx")], by())
    with raw(database) as admin:
        admin.execute(
            f'ALTER DATABASE "{make_url(database).database}" SET default_transaction_read_only = on'
        )
    with opened(database) as ledger:
        assert len(ledger.events(YEAR)) == 1
        with pytest.raises(LedgerError) as error:
            ledger.append(YEAR, [came("二.xlsx")], by())
    assert error.value.code == "ledger-readonly"


def test_a_user_who_may_not(database):
    with raw(database) as admin:
        admin.execute("DROP ROLE IF EXISTS nianbao_guest")
        admin.execute("CREATE ROLE nianbao_guest LOGIN")
    opened(database).close()
    try:
        guest = make_url(database).set(username="nianbao_guest")
        with pytest.raises(LedgerError) as error:
            open_ledger(guest.render_as_string(hide_password=False), opening())
        assert error.value.code == "ledger-denied"
    finally:
        with raw(database) as admin:
            admin.execute("DROP ROLE nianbao_guest")


def test_a_database_that_is_not_there(database):
    other = make_url(database).set(database="nobody_made_it")
    with pytest.raises(LedgerError) as error:
        open_ledger(other.render_as_string(hide_password=False), opening())
    assert error.value.code == "ledger-no-database"


def test_a_server_that_is_not_there(tmp_path):
    with pytest.raises(LedgerError) as error:
        open_ledger(f"postgresql://nianbao:secret@/nianbao?host={tmp_path}", opening(0.1))
    assert error.value.code == "ledger-unreachable"
    assert "secret" not in str(error.value)


def test_two_who_begin_a_ledger_at_once_begin_one(database):
    import concurrent.futures
    import threading

    barrier = threading.Barrier(2)

    def begin(who):
        barrier.wait(60)
        with opened(database) as ledger:
            ledger.append(YEAR, [came(f"{who}.xlsx")], by(who=who))

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(begin, who) for who in "甲乙"]:
            one.result()
    with opened(database) as ledger:
        assert len(ledger.events(YEAR)) == 2


def test_a_database_with_tables_of_others_holds_a_ledger_too(database):
    with raw(database) as admin:
        admin.execute("CREATE TABLE messages (said text)")
    with opened(database) as ledger:
        assert len(ledger.append(YEAR, [came("一.xlsx")], by()).events) == 1


def test_reading_sees_one_moment(database):
    """Rows and head are read in two queries: what comes between them is in neither."""
    with opened(database) as mine, opened(database) as theirs:
        between = []

        @sa.event.listens_for(mine._engine, "before_cursor_execute")
        def statement(_, __, text, *___):
            if "FROM nianbao_head" in text and not between:
                between.append(True)
                theirs.append(YEAR, [came("一.xlsx")], by())

        assert mine.events(YEAR) == ()
        assert between
        assert len(mine.events(YEAR)) == 1
