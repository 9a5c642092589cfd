"""The cache of readings: never the truth, and gone without a word when it is spoilt."""

from __future__ import annotations

import sqlite3

import pytest

from ledgers import digest
from nianbao.ledger import cache
from nianbao.ledger.cache import Cache, stamp


VALUES = {digest(str(n)): f'{{"unit": {n}}}'.encode() for n in range(1200)}
STAMP = stamp("editions", "0.1.0")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "缓存.sqlite"
    with Cache(path, STAMP) as kept:
        kept.keep(VALUES)
    return path


def found(path, wanted=VALUES, own=STAMP):
    with Cache(path, own) as kept:
        return kept.found(wanted)


def test_values_come_back_in_bulk(path):
    assert found(path) == VALUES
    assert found(path, [digest("7"), digest("unknown"), digest("7")]) == {
        digest("7"): VALUES[digest("7")]
    }
    assert found(path, []) == {}


def test_a_value_is_replaced_and_others_stay(path):
    with Cache(path, STAMP) as kept:
        kept.keep({digest("7"): b"new"})
        kept.keep({})
        assert kept.found([digest("7"), digest("8")]) == {
            digest("7"): b"new",
            digest("8"): VALUES[digest("8")],
        }


@pytest.mark.parametrize("other", [("editions", "0.1.1"), ("edition", "s0.1.0"), ("editions",)])
def test_another_program_or_edition_finds_nothing(path, other):
    assert found(path, own=stamp(*other)) == {}
    assert found(path) == VALUES


def test_without_a_file_it_keeps_for_the_run():
    with Cache(None, STAMP) as kept:
        kept.keep(VALUES)
        assert kept.found(VALUES) == VALUES


def test_a_deleted_cache_is_begun_anew(path):
    path.unlink()
    assert found(path) == {}
    with Cache(path, STAMP) as kept:
        kept.keep(VALUES)
    assert found(path) == VALUES


def middle(data):
    return data[:8000] + b"\xff" * 30_000 + data[38_000:]


SPOILT = [
    lambda _: b"",
    lambda _: b"no database at all" * 99,
    lambda data: data[:5000],
    lambda data: data[: len(data) // 2],
    middle,
    lambda data: data[:100] + b"\0" * (len(data) - 100),
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_spoilt_cache_is_thrown_away_and_rebuilt(path, spoil):
    path.write_bytes(spoil(path.read_bytes()))
    for _ in range(3):
        with Cache(path, STAMP) as kept:
            right = kept.found(VALUES)
            assert right.items() <= VALUES.items()
            kept.keep(VALUES)
    assert found(path) == VALUES


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reading_1 SET value = 'text'",
        "UPDATE reading_1 SET value = x'00'",
        "UPDATE reading_1 SET sum = NULL",
        "DROP TABLE reading_1",
        "ALTER TABLE reading_1 RENAME COLUMN value TO worth",
    ],
)
def test_what_was_changed_by_hand_is_not_believed(path, statement):
    with sqlite3.connect(path) as raw:
        raw.execute(statement)
    raw.close()
    assert found(path) == {}
    with Cache(path, STAMP) as kept:
        kept.keep(VALUES)
    assert found(path) == VALUES


def test_a_value_moved_to_another_content_is_not_believed(path):
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM reading_1 WHERE sha256 = ?", [digest("1")])
        raw.execute("UPDATE reading_1 SET sha256 = ? WHERE sha256 = ?", [digest("1"), digest("2")])
    raw.close()
    assert digest("1") not in found(path)


def test_a_cache_in_use_or_that_cannot_be_made_is_as_none(path, tmp_path, monkeypatch):
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(cache, "PATIENCE", 0.01)
    with Cache(path, STAMP) as kept:
        kept.keep({digest("new"): b"1"})
        assert kept.found(VALUES) == {}
    holder.close()
    assert found(path) == VALUES
    with Cache(tmp_path / "none" / "缓存.sqlite", STAMP) as kept:
        kept.keep(VALUES)
        assert kept.found(VALUES) == {}


def test_a_cache_that_grew_too_large_is_begun_anew(path, monkeypatch):
    monkeypatch.setattr(cache, "LARGEST", 10_000)
    assert found(path) == {}
