"""Files: whole or not at all, and names that Windows takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.office import files, intake


COMMON = context().common


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
        files.write_all({tmp_path / "一": b"1", tmp_path / "二": b"2"}, COMMON)
    assert left(tmp_path) == []


def test_an_old_file_stays_whole_when_the_new_one_fails(tmp_path, monkeypatch):
    (tmp_path / "汇总").write_bytes(b"old")
    monkeypatch.setattr(files.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(NianbaoError):
        files.write_whole(tmp_path / "汇总", b"new", COMMON, force=True)
    assert (tmp_path / "汇总").read_bytes() == b"old"
    assert left(tmp_path) == ["汇总"]


def test_an_open_workbook_on_windows_is_said_so(tmp_path, monkeypatch):
    def busy(*_):
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(files.Path, "replace", busy)
    with pytest.raises(NianbaoError, match="Excel"):
        files.write_whole(tmp_path / "a.xlsx", b"1", COMMON)
    assert left(tmp_path) == []


def test_a_file_in_use_that_is_read_or_written_is_to_be_closed(tmp_path, monkeypatch):
    def busy(*_):
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(files.Path, "read_bytes", busy)
    monkeypatch.setattr(files.Path, "replace", busy)
    for act in (lambda: files.read_bytes(tmp_path / "名册.csv", COMMON),
                lambda: files.write_whole(tmp_path / "a.xlsx", b"1", COMMON)):  # fmt: skip
        with pytest.raises(NianbaoError, match=r"正被别的程序打开着.*请关掉正打开着它的程序"):
            act()


def test_existing_files_are_named_and_kept(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(NianbaoError, match=r"a.*--force"):
        files.write_whole(tmp_path / "a", b"new", COMMON)
    files.write_whole(tmp_path / "a", b"new", COMMON, force=True)
    assert (tmp_path / "a").read_bytes() == b"new"


@pytest.mark.parametrize(("number", "more"), [(1, ""), (5, ""), (6, "等 6 个")])
def test_of_many_existing_files_five_are_named(tmp_path, number, more):
    paths = [tmp_path / f"{n}.xlsx" for n in range(number)]
    for path in paths:
        path.touch()
    with pytest.raises(NianbaoError) as refused:
        files.refuse_existing(paths, COMMON, force=False)
    names = "、".join(map(str, paths[:5]))
    assert str(refused.value) == (
        f"文件已经存在：{names}{more}。要覆盖请加 --force，或换一个位置。"
    )
    files.refuse_existing(paths, COMMON, force=True)
    files.refuse_existing([tmp_path / "没有.xlsx"], COMMON, force=False)


REFUSALS = [
    (FileNotFoundError(2, "no"), "找不到文件：{}。请核对路径和文件名。"),
    (IsADirectoryError(21, "is"), "这是文件夹，不是文件：{}。"),
    (OSError(99, "?"), "读不了文件：{}（系统不允许，错误号 99）。"),
    (
        PermissionError(13, "no"),
        (
            "读不了文件：{}（没有权限，或文件正被别的程序打开着）。"
            "请关掉正打开着它的程序（Excel、WPS、预览窗口）后再试。"
        ),
    ),
]


@pytest.mark.parametrize(("error", "said"), REFUSALS, ids=lambda one: type(one).__name__)
def test_why_a_file_cannot_be_read(tmp_path, monkeypatch, error, said):
    def refuse(_):
        raise error

    path = tmp_path / "名册.csv"
    monkeypatch.setattr(files.Path, "read_bytes", refuse)
    with pytest.raises(NianbaoError) as refused:
        files.read_bytes(path, COMMON)
    assert str(refused.value) == said.format(path)


def test_a_folder_that_windows_calls_forbidden_is_said_to_be_a_folder(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "denied")

    monkeypatch.setattr(files.Path, "read_bytes", refuse)
    with pytest.raises(NianbaoError, match=r"^这是文件夹，不是文件：.*。$"):
        files.read_bytes(tmp_path, COMMON)


@pytest.mark.parametrize(
    ("number", "why"), [(28, "磁盘已满"), (30, "磁盘是只读的"), (99, "系统不允许，错误号 99")]
)
def test_why_a_file_cannot_be_written(tmp_path, monkeypatch, number, why):
    def refuse(*_):
        raise OSError(number, "")

    monkeypatch.setattr(files.Path, "replace", refuse)
    with pytest.raises(NianbaoError) as refused:
        files.write_whole(tmp_path / "a.xlsx", b"1", COMMON)
    assert str(refused.value) == f"写不了 {tmp_path / 'a.xlsx'}：{why}。"


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


# --- several files are replaced together --------------------------------------------------------


@pytest.fixture
def four(tmp_path):
    """Four files of an earlier run, and what a new run has for them."""
    names = ("汇总.xlsx", "汇总.json", "看板.html", "上报.xlsx")
    for name in names:
        (tmp_path / name).write_bytes(b"old")
    return {tmp_path / name: b"new" for name in names}


def contents(four) -> set[bytes]:
    return {path.read_bytes() for path in four}


@pytest.mark.parametrize("links", [True, False], ids=["with links", "without links"])
@pytest.mark.parametrize("number", [1, 2, 4])
def test_where_one_is_open_in_excel_all_stay_as_they_were(
    tmp_path, four, monkeypatch, number, links
):
    real, busy = files.Path.replace, list(four)[number - 1]

    def replace(self, target):
        if target == busy and self.suffix == ".tmp":
            raise PermissionError(13, "used by another process")
        return real(self, target)

    def no_links(*_):
        raise OSError(95, "not supported")

    monkeypatch.setattr(files.Path, "replace", replace)
    monkeypatch.setattr(files, "_PAUSE", 0)
    if not links:
        monkeypatch.setattr(files.os, "link", no_links)
    with pytest.raises(NianbaoError, match=f"{busy.name}.*Excel"):
        files.write_all(four, COMMON, force=True)
    assert contents(four) == {b"old"}
    assert left(tmp_path) == sorted(path.name for path in four)


def test_a_file_held_for_a_moment_is_waited_for(tmp_path, monkeypatch):
    real, times = files.Path.replace, []

    def replace(self, target):
        times.append(target)
        if len(times) < 3:
            raise PermissionError(13, "the scanner looks at it")
        return real(self, target)

    monkeypatch.setattr(files.Path, "replace", replace)
    files.write_whole(tmp_path / "a", b"1", COMMON)
    assert left(tmp_path) == ["a"]


def test_new_files_are_taken_away_again_where_one_cannot_be_put(tmp_path, monkeypatch):
    real = files.Path.replace

    def replace(self, target):
        if target.name == "b":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(files.Path, "replace", replace)
    with pytest.raises(NianbaoError, match="b：磁盘已满"):
        files.write_all({tmp_path / "a": b"1", tmp_path / "b": b"2"}, COMMON)
    assert left(tmp_path) == []


def test_all_four_are_replaced_and_nothing_else_is_left(tmp_path, four):
    files.write_all(four, COMMON, force=True)
    assert contents(four) == {b"new"}
    assert left(tmp_path) == sorted(path.name for path in four)


KILLED = """
import os, sys
from pathlib import Path
from nianbao.context import context
from nianbao.office import files

common = context().common
folder, after = Path(sys.argv[1]), int(sys.argv[2])
real, done = files.Path.replace, []

def replace(self, target):
    if len(done) == after:
        os.kill(os.getpid(), 9)
    done.append(target)
    return real(self, target)

files.Path.replace = replace
names = ("汇总.xlsx", "汇总.json", "看板.html", "上报.xlsx")
files.write_all({folder / name: b"new" for name in names}, common, force=bool(sys.argv[3:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no kill -9")
@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize("force", [True, False], ids=["over older ones", "for the first time"])
def test_killed_between_two_files_each_is_whole_and_the_same_command_completes(
    tmp_path, four, after, force
):
    if not force:
        for path in four:
            path.unlink()
    words = [sys.executable, "-c", KILLED, str(tmp_path), str(after), *(["force"] if force else [])]
    assert subprocess.run(words, check=False).returncode == -9
    there = [path for path in four if path.exists()]
    assert contents(there) <= {b"old", b"new"}
    assert len(there) == (4 if force else after)
    assert all(
        not one.name.startswith(".") for one in intake.entries([tmp_path], context().catalogue)
    )
    files.write_all(four, COMMON)  # not asked for --force again
    assert contents(four) == {b"new"}
    assert left(tmp_path) == sorted(path.name for path in four)
    with pytest.raises(NianbaoError, match="--force"):
        files.write_all(four, COMMON)


def test_a_link_that_waits_for_us_is_not_written_through(tmp_path):
    (tmp_path / "别处").write_bytes(b"theirs")
    files._hidden(tmp_path / "a", "tmp").symlink_to(tmp_path / "别处")
    files.write_whole(tmp_path / "a", b"ours", COMMON)
    assert (tmp_path / "别处").read_bytes() == b"theirs"
    assert (tmp_path / "a").read_bytes() == b"ours"


def test_names_for_a_folder_that_knows_no_case_differ():
    names = files.numbered(["甲", "甲", "a", "A", "甲（2）"])
    assert names[:2] == ["甲", "甲（2）"]
    assert len({name.casefold() for name in names}) == 5
