"""Ledgers that cannot be opened or written: a sentence each, and nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpers import common
from ledgers import YEAR, at, by, came, opened, opening
from nianbao.errors import NianbaoError
from nianbao.ledger import opening as rooms
from nianbao.ledger.store import LedgerError, open_ledger
from nianbao.ledger.tables import MIGRATIONS


FILES = [came(f"{n}.xlsx") for n in range(200)]


@pytest.fixture
def path(tmp_path):
    """A ledger in a file, with some events."""
    path = tmp_path / "台账.sqlite"
    with opened(path) as ledger:
        ledger.append(YEAR, FILES, by())
    return path


def refusal(where, **more) -> LedgerError:
    def use():
        with opened(where, **more) as ledger:
            ledger.events(YEAR)
            ledger.append(YEAR, [came("新.xlsx")], by())

    with pytest.raises(LedgerError) as error:
        use()
    return error.value


def names(path):
    return sorted(one.name for one in path.parent.iterdir())


def test_a_ledger_is_one_file_without_anything_beside_it(path):
    assert names(path) == ["台账.sqlite"]
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    raw.close()


def test_a_ledger_that_another_program_made_wal_is_so_no_more(path):
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
    raw.close()
    with opened(path) as ledger:
        assert len(ledger.events(YEAR)) == 200
    assert names(path) == ["台账.sqlite"]


def test_a_ledger_is_made_whole_with_its_folders(tmp_path):
    path = tmp_path / "2026" / "台账.sqlite"
    opened(path).close()
    assert path.read_bytes().startswith(b"SQLite format 3\0")
    assert names(path) == ["台账.sqlite"]


def test_a_ledger_that_another_has_just_made_stays(path):
    before = path.read_bytes()
    rooms.put_new(path, b"an empty one")
    assert path.read_bytes() == before
    assert names(path) == ["台账.sqlite"]


def test_a_file_system_without_links_has_ledgers_too(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(rooms.os, "link", no_links)
    path = tmp_path / "台账.sqlite"
    with opened(path) as ledger:
        ledger.append(YEAR, FILES[:1], by())
    assert names(path) == ["台账.sqlite"]
    rooms.put_new(path, b"an empty one")
    with opened(path) as ledger:
        assert len(ledger.events(YEAR)) == 1


def test_a_locked_ledger(path):
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert refusal(path, patience=0.05).code == "ledger-locked"
    holder.execute("ROLLBACK")
    holder.close()
    with opened(path) as ledger:
        assert len(ledger.append(YEAR, [came("新.xlsx")], by()).events) == 1


def test_a_ledger_that_another_reads_can_be_read(path):
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with opened(path, patience=0.05) as ledger:
        assert len(ledger.events(YEAR)) == 200
        with pytest.raises(LedgerError, match="占用"):
            ledger.append(YEAR, [came("新.xlsx")], by())
    holder.close()


@pytest.fixture
def guest():
    """A folder of others, as somebody who may only read there."""
    folder = Path(tempfile.mkdtemp(prefix="nianbao-"))
    opened(folder / "台账.sqlite").close()
    (folder / "台账.sqlite").chmod(0o444)
    folder.chmod(0o555)
    own = os.geteuid()
    if own == 0:
        os.seteuid(65534)  # root may write all the same
    yield folder
    os.seteuid(own)
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_read_only_ledger_can_be_read(guest):
    with opened(guest / "台账.sqlite") as ledger:
        assert ledger.events(YEAR) == ()
        with pytest.raises(LedgerError) as error:
            ledger.append(YEAR, [came("新.xlsx")], by())
    assert error.value.code == "ledger-readonly"
    assert names(guest / "台账.sqlite") == ["台账.sqlite"]
    with pytest.raises(LedgerError) as error:
        opened(guest / "另.sqlite")
    assert error.value.code == "ledger-denied"


def test_what_is_read_only_is_said_so(path):
    with opened(path) as ledger:
        listener = "PRAGMA query_only = ON"

        @sa.event.listens_for(ledger._engine, "connect")
        def connected(raw, _):
            raw.execute(listener)

        assert len(ledger.events(YEAR)) == 200
        with pytest.raises(LedgerError) as error:
            ledger.append(YEAR, [came("新.xlsx")], by())
    assert error.value.code == "ledger-readonly"
    with opened(path) as ledger:
        assert len(ledger.events(YEAR)) == 200


@pytest.mark.parametrize("left", [0, 60, 100, 4096, 3 * 4096, 30_000, 60_001])
def test_a_truncated_ledger_is_refused_and_stays_as_it_is(path, left):
    path.write_bytes(path.read_bytes()[:left])
    assert refusal(path).code in {"ledger-damaged", "ledger-foreign"}
    assert path.stat().st_size == left


def test_a_ledger_overwritten_in_the_middle_is_refused(path):
    data = bytearray(path.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    path.write_bytes(data)
    assert refusal(path).code in {"ledger-damaged", "ledger-edited"}


@pytest.mark.parametrize("data", [b"x" * 5000, b"PK\3\4" + b"0" * 5000, "记事本".encode() * 99])
def test_no_database(tmp_path, data):
    path = tmp_path / "台账.sqlite"
    path.write_bytes(data)
    assert refusal(path).code == "ledger-foreign"
    assert path.read_bytes() == data


def test_a_database_of_something_else(tmp_path):
    path = tmp_path / "台账.sqlite"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE messages (text)")
    raw.close()
    before = path.read_bytes()
    assert refusal(path).code == "ledger-other"
    assert path.read_bytes() == before


def test_a_folder_in_place_of_a_ledger(tmp_path):
    (tmp_path / "台账.sqlite").mkdir()
    assert refusal(tmp_path / "台账.sqlite").code == "ledger-denied"


def test_a_place_where_nothing_can_be_made(tmp_path):
    (tmp_path / "文件").write_bytes(b"")
    assert refusal(tmp_path / "文件" / "台账.sqlite").code == "ledger-denied"


@pytest.mark.parametrize("table", ["nianbao_event", "nianbao_head"])
def test_a_table_dropped_by_hand(path, table):
    with sqlite3.connect(path) as raw:
        raw.execute(f"DROP TABLE {table}")
    raw.close()
    assert refusal(path).code == "ledger-edited"


def test_a_full_disk_loses_nothing(path):
    with opened(path) as ledger:
        pages = []

        @sa.event.listens_for(ledger._engine, "connect")
        def connected(raw, _):
            (now,) = raw.execute("PRAGMA page_count").fetchone()
            pages.append(now)
            raw.execute(f"PRAGMA max_page_count = {now}")

        with pytest.raises(LedgerError, match="磁盘已满") as error:
            ledger.append(YEAR, [came(f"{n}再.xlsx") for n in range(2000)], by())
        assert error.value.code == "ledger-full"
        assert pages
    with opened(path) as ledger:
        assert len(ledger.events(YEAR)) == 200
        assert len(ledger.append(YEAR, [came("新.xlsx")], by()).events) == 1
        assert ledger.verify(YEAR) == ()


def test_a_full_disk_when_it_is_made_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rooms.os, "fsync", full)
    with pytest.raises(LedgerError, match="磁盘已满"):
        opened(tmp_path / "台账.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_run_killed_while_it_writes_is_undone_by_the_next(path, tmp_path):
    """What a killed run leaves is the file half written and its journal, as copied here."""
    copy = tmp_path / "killed" / "台账.sqlite"
    copy.parent.mkdir()
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA cache_size = 1")  # so that pages are written before the end
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("DROP TRIGGER nianbao_no_update")
    raw.execute("UPDATE nianbao_event SET who = 'half of them'")
    for one in path.parent.glob("台账.sqlite*"):
        copy.with_name(one.name).write_bytes(one.read_bytes())
    assert names(copy) == ["台账.sqlite", "台账.sqlite-journal"]
    raw.close()
    assert copy.read_bytes() != path.read_bytes()
    with opened(copy) as ledger:
        assert len(ledger.events(YEAR)) == 200
    assert names(copy) == ["台账.sqlite"]


# --- versions of the tables -------------------------------------------------------------------


def note(connection):
    connection.execute(sa.text("CREATE TABLE nianbao_note (said TEXT)"))


def broken(connection):
    note(connection)
    connection.execute(sa.text("CREATE TABLE nianbao_note (said TEXT)"))


def test_an_older_ledger_is_brought_forward_after_a_backup(path):
    before = path.read_bytes()
    for _ in range(2):
        with opened(path, steps=(*MIGRATIONS, note)) as ledger:
            assert len(ledger.events(YEAR)) == 200
            with ledger._reading() as connection:
                rows = connection.execute(sa.text("SELECT version, at FROM nianbao_schema"))
                assert [tuple(row) for row in rows] == [(n, at(5).isoformat()) for n in (1, 2)]
    backup = path.with_name("台账-备份-2027-01-05-第1版.sqlite")
    assert names(path) == sorted([path.name, backup.name])
    assert backup.read_bytes() == before
    with opened(backup) as ledger:
        assert len(ledger.events(YEAR)) == 200


def test_a_backup_never_replaces_another(path):
    first = path.with_name("台账-备份-2027-01-05-第1版.sqlite")
    first.write_bytes(b"of this morning")
    opened(path, steps=(*MIGRATIONS, note)).close()
    assert first.read_bytes() == b"of this morning"
    assert path.with_name("台账-备份-2027-01-05-第1版（2）.sqlite").exists()


def test_without_a_backup_nothing_is_changed(path, monkeypatch):
    def full(*_):
        raise OSError(28, "full")

    before = path.read_bytes()
    monkeypatch.setattr(rooms, "put_new", full)
    with pytest.raises(LedgerError, match="先备份") as error:
        opened(path, steps=(*MIGRATIONS, note))
    assert error.value.code == "ledger-backup"
    assert path.read_bytes() == before


def test_a_step_that_fails_is_undone(shared):
    opened(shared).close()
    with pytest.raises(NianbaoError):
        opened(shared, steps=(*MIGRATIONS, broken))
    with opened(shared) as ledger:
        assert len(ledger.append(YEAR, FILES[:1], by()).events) == 1
    opened(shared, steps=(*MIGRATIONS, note)).close()


def test_a_newer_ledger_is_refused_and_not_touched(shared):
    opened(shared, steps=(*MIGRATIONS, note)).close()
    with pytest.raises(LedgerError, match=r"第 2 版.*只认到第 1 版") as error:
        opened(shared)
    assert error.value.code == "ledger-newer"


# --- what is said of where it stands ----------------------------------------------------------


def test_a_network_drive_is_warned_of(tmp_path, monkeypatch):
    monkeypatch.setattr(rooms, "here_on_network", lambda _: True)
    with opened(tmp_path / "台账.sqlite") as ledger:
        (found,) = ledger.notes
        assert (found.rule, found.severity.value) == ("L08", "warning")
        assert str(tmp_path) in found.message


def test_an_empty_ledger_beside_a_full_archive_is_said(tmp_path):
    (tmp_path / "存档").mkdir()
    for expected in (["L09"], []):
        with opened(tmp_path / "台账.sqlite") as ledger:
            assert [one.rule for one in ledger.notes] == expected


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@host/db", "sqlite:///a", "http://u:secret@x", "://", "postgres:// :/"]
)
def test_an_address_that_is_none(url):
    with pytest.raises(LedgerError) as error:
        open_ledger(url, opening(0.1))
    assert error.value.code in {"ledger-url", "ledger-unreachable"}
    assert "secret" not in str(error.value)


def test_without_the_driver_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LedgerError, match=r"nianbao\[postgres\]"):
        open_ledger("postgresql://nobody@localhost/nothing", opening())


def test_every_refusal_can_be_said():
    codes = [code for code in common().refusals if code.startswith("ledger-")]
    said = dict.fromkeys(
        ["name", "why", "actual", "expected", "year", "number", "at", "path", "known"], "甲"
    )
    assert all("{" not in str(common().refuse(code, **said)) for code in codes)
    assert len(codes) > 20
