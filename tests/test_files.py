"""Files: whole or not at all, and names that Windows takes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.commands import files
from nianbao.errors import NianbaoError


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_files_or_none(tmp_path, monkeypatch):
    real, done = os.fsync, []

    def full_disk(handle):
        done.append(handle)
        if len(done) == 2:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(files.os, "fsync", full_disk)
    with pytest.raises(NianbaoError, match="磁盘已满"):
        files.write_all({tmp_path / "一": b"1", tmp_path / "二": b"2"})
    assert left(tmp_path) == []


def test_an_old_file_stays_whole_when_the_new_one_fails(tmp_path, monkeypatch):
    (tmp_path / "汇总").write_bytes(b"old")
    monkeypatch.setattr(files.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(NianbaoError):
        files.write_whole(tmp_path / "汇总", b"new", force=True)
    assert (tmp_path / "汇总").read_bytes() == b"old"
    assert left(tmp_path) == ["汇总"]


def test_an_open_workbook_on_windows_is_said_so(tmp_path, monkeypatch):
    def busy(*_):
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(files.Path, "replace", busy)
    with pytest.raises(NianbaoError, match="Excel"):
        files.write_whole(tmp_path / "a.xlsx", b"1")
    assert left(tmp_path) == []


def test_existing_files_are_named_and_kept(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(NianbaoError, match=r"a.*--force"):
        files.write_whole(tmp_path / "a", b"new")
    files.write_whole(tmp_path / "a", b"new", force=True)
    assert (tmp_path / "a").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("多拉特乡", "多拉特乡"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("甲/乙", "甲_乙"),
        ("C:\\a", "C__a"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("  . ", "_"),
        ("", "_"),
        ("a\u202egnp.exe", "a_gnp.exe"),
        ("长" * 300, "长" * 60),
    ],
)
def test_names_of_units_become_names_of_files(name, safe):
    assert files.safe_name(name) == safe


@given(st.text(max_size=80))
def test_any_name_is_one_plain_file_name(name):
    safe = files.safe_name(name)
    assert safe
    assert not set(safe) & set('<>:"/\\|?*\x00\n')
    assert Path(safe).name == safe
    assert safe == safe.rstrip(" .")


def test_units_of_alike_names_get_their_codes():
    names = files.distinct_names({"1": "城关镇", "2": "城关镇", "3": "A", "4": "a"})
    assert len({name.casefold() for name in names.values()}) == 4
    assert names["1"] == "城关镇_1"
