"""Received files, kept by content: each once, whole, and found out when it is altered."""

from __future__ import annotations

import hashlib
import stat

import pytest

from helpers import common
from nianbao.errors import NianbaoError
from nianbao.ledger.contents import Contents
from nianbao.ledger.faults import LedgerError
from nianbao.office import files


BOOK = b"PK\3\4 a workbook"
DIGEST = hashlib.sha256(BOOK).hexdigest()


@pytest.fixture
def contents(tmp_path):
    def write(path, data):
        files.write_whole(path, data, common(), force=True)

    return Contents(tmp_path / "存档", common(), write)


def there(contents):
    return sorted(str(path.relative_to(contents.folder)) for path in contents.folder.rglob("*.*"))


def test_a_content_is_kept_under_its_hash_and_comes_back(contents):
    assert contents.put(BOOK, "1日/红旗镇(1).XLSX") == DIGEST
    assert there(contents) == [f"{DIGEST[:2]}/{DIGEST}.xlsx"]
    assert contents.get(DIGEST) == BOOK
    assert contents.held() == {DIGEST}
    assert list(contents.faults([DIGEST])) == []


def test_the_same_content_under_another_name_is_kept_once(contents):
    for name in ("红旗镇.xlsx", "红旗镇(1).xlsx", "没有扩展名", "a.et"):
        assert contents.put(BOOK, name) == DIGEST
    assert there(contents) == [f"{DIGEST[:2]}/{DIGEST}.xlsx"]


@pytest.mark.parametrize(
    "name", ["a.exe", "a.lnk", "a", "", ".xlsx", "a.xlsx/..", "a.x\\..\\y", "a.xlsx ", "a.\0"]
)
def test_a_name_gives_no_path_and_nothing_to_start(contents, name):
    contents.put(BOOK, name)
    assert there(contents) == [f"{DIGEST[:2]}/{DIGEST}.bin"]


def test_an_empty_file_is_a_content_too(contents):
    assert contents.get(contents.put(b"", "空.xlsx")) == b""


def test_what_is_kept_is_protected_from_a_slip(contents):
    contents.put(BOOK, "a.xlsx")
    mode = contents.path(DIGEST).stat().st_mode
    assert not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def spoil(contents, data):
    path = contents.path(DIGEST)
    path.chmod(0o644)
    path.write_bytes(data)


@pytest.mark.parametrize("data", [b"", BOOK[:-1], BOOK[:-1] + b"K", BOOK + b"\0"])
def test_an_altered_content_is_found_out_and_mended_when_it_comes_again(contents, data):
    contents.put(BOOK, "a.xlsx")
    spoil(contents, data)
    with pytest.raises(LedgerError, match="被改动或损坏"):
        contents.get(DIGEST)
    (found,) = contents.faults([DIGEST, DIGEST])
    assert (found.rule, found.actual) == ("L11", DIGEST[:12])
    contents.put(BOOK, "b.et")
    assert contents.get(DIGEST) == BOOK
    assert len(there(contents)) == 1


def test_a_missing_content_is_named(contents):
    other = hashlib.sha256(b"other").hexdigest()
    contents.put(BOOK, "a.xlsx")
    (found,) = contents.faults([DIGEST, other])
    assert other[:12] in found.message
    for digest in (other, "", "../../x", "*" * 64):
        with pytest.raises(LedgerError, match="没有指纹"):
            contents.get(digest)


def test_an_archive_that_is_not_there_holds_nothing(contents):
    assert contents.held() == frozenset()
    assert [found.rule for found in contents.faults([DIGEST])] == ["L11"]


def test_what_is_none_of_ours_does_no_harm(contents):
    contents.put(BOOK, "a.xlsx")
    (contents.folder / "Thumbs.db").write_bytes(b"")
    (contents.folder / DIGEST[:2] / ".DS_Store").write_bytes(b"")
    assert DIGEST in contents.held()
    assert contents.get(DIGEST) == BOOK


def test_a_full_disk_leaves_no_half_content(contents, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(NianbaoError, match="磁盘已满"):
        contents.put(BOOK, "a.xlsx")
    assert contents.path(DIGEST) is None
    assert contents.held() == frozenset()


def test_a_content_that_cannot_be_read_is_said(contents):
    contents.put(BOOK, "a.xlsx")
    path = contents.path(DIGEST)
    path.unlink()
    path.mkdir()
    with pytest.raises(LedgerError, match="读不了存档"):
        contents.get(DIGEST)
    assert [found.rule for found in contents.faults([DIGEST])] == ["L11"]
