"""Archives and folders as they come: names, paths that escape, links, bombs, nesting."""

from __future__ import annotations

import io
import os
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.context import context
from nianbao.errors import FileProblem
from nianbao.office import intake
from nianbao.office.arrival import ArchiveLimits


BOOK = b"PK\x03\x04 a workbook"


def archive(files, **entry) -> bytes:
    """A zip of names and bytes; ``entry`` sets attributes of every entry."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in entry.items():
                setattr(info, key, value)
            packed.writestr(info, data)
    return buffer.getvalue()


def seen(path, **limits) -> dict[str, str | bytes]:
    """What comes in: name -> bytes, or the rule and words of the refusal."""
    found = {}
    for one in intake.entries([path], context().catalogue, limits=ArchiveLimits(**limits)):
        try:
            found[one.name] = one.read()
        except FileProblem as problem:
            found[one.name] = f"{problem.finding.rule} {problem.finding.message}"
    return found


@pytest.fixture
def put(tmp_path):
    def written(data: bytes, name="收.zip"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


def test_an_archive_in_a_folder_in_an_archive(put):
    inner = archive({"乡镇/丙.xlsx": BOOK})
    path = put(archive({"甲.xlsx": BOOK, "部门/乙.xlsm": BOOK, "部门/更多.zip": inner}))
    assert seen(path) == {
        "收.zip/甲.xlsx": BOOK,
        "收.zip/部门/乙.xlsm": BOOK,
        "收.zip/部门/更多.zip/乡镇/丙.xlsx": BOOK,
    }


@pytest.mark.parametrize(
    "name",
    [
        "../甲.xlsx",
        "a/../../甲.xlsx",
        "/etc/甲.xlsx",
        "C:/甲.xlsx",
        "..\\甲.xlsx",
        "\\\\server\\甲.xlsx",
    ],
)
def test_a_path_that_escapes_is_refused_and_the_rest_is_read(put, name):
    found = seen(put(archive({name: BOOK, "乙.xlsx": BOOK})))
    assert found.pop("收.zip/乙.xlsx") == BOOK
    assert [said[:3] for said in found.values()] == ["F07"]


def test_a_link_in_an_archive_is_refused(put):
    found = seen(put(archive({"甲.xlsx": b"/etc/passwd"}, external_attr=0o120777 << 16)))
    assert found["收.zip/甲.xlsx"].startswith("F07")


def test_an_archive_with_a_password_is_named(put):
    data = bytearray(archive({"甲.xlsx": BOOK}))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    assert "密码" in seen(put(bytes(data)))["收.zip/甲.xlsx"]


REFUSED = PermissionError(13, "Permission denied")  # what Windows says of a file open in Excel


@pytest.mark.parametrize(("name", "what"), [("甲.xlsx", "文件"), ("收.zip", "压缩包")])
def test_a_file_in_use_is_to_be_closed_not_saved_again(tmp_path, monkeypatch, name, what):
    (tmp_path / name).write_bytes(archive({"甲.xlsx": BOOK}))
    (tmp_path / "乙.xlsx").write_bytes(BOOK)
    real = intake.Path.open

    def refuse(self, *words, **more):
        if self.name == name:
            raise REFUSED
        return real(self, *words, **more)

    monkeypatch.setattr(intake.Path, "open", refuse)
    found = {}
    for one in intake.entries([tmp_path], context().catalogue):
        try:
            found[one.name] = one.read()
        except FileProblem as problem:
            found[one.name] = problem.finding
    assert found.pop("乙.xlsx") == BOOK
    ((shown, finding),) = found.items()
    assert (shown, finding.rule) == (name, "F01")
    assert finding.message == f"{what}读不了：没有权限，或正被别的程序打开着"
    assert finding.remedy.startswith("请关掉正打开着它的程序")
    assert "另存" not in finding.remedy


def test_a_folder_that_may_not_be_read_is_not_to_be_saved_as_something_else(tmp_path, monkeypatch):
    def refuse(_):
        raise REFUSED

    monkeypatch.setattr(intake.os, "scandir", refuse)
    (one,) = intake.entries([tmp_path], context().catalogue)
    assert one.finding.message.startswith("文件夹读不了：没有权限")
    assert "另存" not in one.finding.remedy


def test_archives_nested_too_deep_are_refused(put):
    data = archive({"甲.xlsx": BOOK})
    for number in range(4):
        data = archive({f"{number}.zip": data, f"{number}.xlsx": BOOK})
    found = seen(put(data))
    assert [name for name, said in found.items() if said == BOOK] == [
        "收.zip/3.xlsx",
        "收.zip/3.zip/2.xlsx",
        "收.zip/3.zip/2.zip/1.xlsx",
    ]
    assert "层" in found["收.zip/3.zip/2.zip/1.zip"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"甲.xlsx": bytes(50_000_000)}, "解开"),
        ({f"{n}.xlsx": b"" for n in range(30)}, "30 个文件"),
        ({"甲.xlsx": os.urandom(3_000_000)}, "压缩包超过"),
    ],
    ids=["a bomb", "too many", "too large"],
)
def test_an_archive_beyond_the_limits_is_refused_whole(put, files, said):
    (found,) = seen(put(archive(files)), entries=20, archive=2_000_000).values()
    assert found.startswith("F05")
    assert said in found


@pytest.mark.parametrize("claimed", [100, 5_000_000], ids=["that lies about its size", "as it is"])
def test_an_entry_is_no_more_than_a_file(put, claimed):
    data = bytearray(archive({"甲.xlsx": BOOK + bytes(5_000_000), "乙.xlsx": BOOK}))
    start = data.index(b"PK\1\2")
    data[start + 24 : start + 28] = claimed.to_bytes(4, "little")
    found = seen(put(bytes(data)), file=1_000_000)
    refused = found["收.zip/甲.xlsx"]
    assert isinstance(refused, str)
    assert refused.startswith("F01" if claimed == 100 else "F05 ")
    assert "文件超过 1 MB" in refused or claimed == 100
    assert found["收.zip/乙.xlsx"] == BOOK


@pytest.mark.parametrize("more", [0, 1])
def test_a_loose_file_beyond_the_limit_is_refused_and_none_is_cut(put, more):
    data = BOOK + bytes(1_000_000 - len(BOOK) + more)
    found = seen(put(data, "甲.xlsx"), file=1_000_000)["甲.xlsx"]
    if more:
        assert isinstance(found, str)
        assert found.startswith("F05 ")
        assert "文件超过 1 MB" in found
    else:
        assert found == data


def test_other_files_are_named_and_skipped_and_the_systems_own_are_not(put, tmp_path):
    put(archive({"__MACOSX/甲.xlsx": b"", "~$甲.xlsx": b"", "说明.docx": b"", "甲.xlsx": BOOK}))
    put(b"", "Thumbs.db")
    put(b"%PDF", "扫描件.pdf")
    found = seen(tmp_path)
    assert found.pop("收.zip/甲.xlsx") == BOOK
    assert {name: said[:3] for name, said in found.items()} == {
        "收.zip/说明.docx": "F08",
        "扫描件.pdf": "F08",
    }


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    inbox = tmp_path / "收到"
    inbox.mkdir()
    (tmp_path / "别处.xlsx").write_bytes(BOOK)
    (inbox / "里面.xlsx").write_bytes(BOOK)
    (inbox / "外.xlsx").symlink_to(tmp_path / "别处.xlsx")
    (inbox / "内.xlsx").symlink_to(inbox / "里面.xlsx")
    (inbox / "圈").symlink_to(inbox)
    found = seen(inbox)
    assert found["里面.xlsx"] == found["内.xlsx"] == BOOK
    assert found["外.xlsx"].startswith("F07")
    assert found["圈"].startswith("F07")


@given(st.binary(max_size=400), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_entries_or_refusals(tmp_path_factory, noise, at):
    whole = archive({"甲.xlsx": BOOK, "乙.zip": archive({"丙.xlsx": BOOK})})
    path = tmp_path_factory.getbasetemp() / "收.zip"
    path.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
    assert all(isinstance(said, bytes | str) for said in seen(path).values())
