"""Formats: .xls, .xlsb, .ods and WPS saves say what the .xlsx says; suffixes do not matter."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from desk import Desk, book, complete
from helpers import common, editions
from nianbao import cli
from nianbao.errors import FileProblem
from nianbao.office.examine import examine
from nianbao.reading.read import read
from otherwise_saved import BOOKS, saved


A = complete("659900-T1", "甲乡")
LIBREOFFICE = ("xls", "ods", "xlsx")


EVERY = [
    "xlsb",
    *(pytest.param(kind, marks=pytest.mark.libreoffice) for kind in LIBREOFFICE),
]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("which", BOOKS)
def test_another_format_gives_the_same_report_and_the_same_findings(which, kind):
    here = read(BOOKS[which](), editions(), common())
    there = read(saved(which, kind), editions(), common())
    assert there.report == here.report
    same, found = lines(here), lines(there)
    form = {rule for rule, *_ in found - same}
    assert form <= {"C08", "C19"}  # that it is no .xlsx, or its names are gone; .xlsb: no looks
    assert same <= found
    if kind != "xlsx":
        assert any("不是 .xlsx 格式" in one.message for one in there.findings)


def lines(reading) -> set[tuple[str, str, str]]:
    return {(one.rule, one.place, one.message) for one in examine(reading, common())}


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("kind", "suffix"),
    [("xls", "et"), ("xls", "xlsx"), ("ods", "xlsx"), ("xlsx", "xls"), ("xlsx", "xlsm")],
)
def test_the_suffix_does_not_matter(tmp_path, capsys, kind, suffix):
    path = tmp_path / f"甲乡.{suffix}"
    path.write_bytes(saved("complete", kind))
    cli.main(["check", str(path), "--json"])
    (one,) = json.loads(capsys.readouterr().out)["files"]
    assert one["unit"]["name"] == "甲乡"
    assert one["status"] in {"ok", "warning"}


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + stream.encode("utf-16-le")


IMPOSTORS = {
    "a web page named .xls": (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "a web page of another case": (b"\xef\xbb\xbf\r\n <!DOCTYPE HTML><html>", "网页"),
    "an XML spreadsheet": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "XML",
    ),
    "CSV in UTF-8": ("单位,件数\r\n甲乡,3\r\n".encode("utf-8-sig"), "CSV"),
    "CSV in GBK": ("单位,件数\r\n甲乡,3\r\n".encode("gbk"), "CSV"),
    "a Word document": (zipped("[Content_Types].xml", "word/document.xml"), "Word"),
    "an old Word document": (ole("WordDocument"), "Word"),
    "a presentation": (zipped("[Content_Types].xml", "ppt/presentation.xml"), "演示"),
    "a PDF": (b"%PDF-1.7\n", "PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "图片"),
    "a photo": (b"\xff\xd8\xff\xe0", "图片"),
    "RAR": (b"Rar!\x1a\x07\x00", "RAR"),
    "7z": (b"7z\xbc\xaf\x27\x1c", "7z"),
}


@pytest.mark.parametrize("impostor", IMPOSTORS)
def test_what_is_no_workbook_is_called_what_it_is(impostor):
    data, word = IMPOSTORS[impostor]
    with pytest.raises(FileProblem) as refused:
        read(data, editions(), common())
    assert refused.value.finding.rule == "F01"
    assert word in refused.value.finding.message
    assert refused.value.finding.remedy


# --- folders and archives -----------------------------------------------------------------------


class Named(zipfile.ZipInfo):
    """An entry whose name is written in an encoding, without the UTF-8 flag."""

    encoding = "gb18030"

    def _encodeFilenameFlags(self):  # noqa: N802 - zipfile's hook
        return self.filename.encode(self.encoding), self.flag_bits & ~0x800


class NamedUtf8(Named):
    encoding = "utf-8"


@pytest.mark.parametrize("entry", [zipfile.ZipInfo, Named, NamedUtf8], ids=["flag", "gbk", "utf-8"])
@pytest.mark.parametrize("depth", [1, 3])
def test_an_archive_is_taken_as_it_comes(tmp_path, capsys, entry, depth):
    data = book(A)
    name = "各乡镇/甲乡.xlsx"
    for _ in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(entry(name), data)
            archive.writestr(entry("说明.docx"), b"PK")
            archive.writestr(entry("__MACOSX/._甲乡.xlsx"), b"x")
            archive.writestr(entry("~$甲乡.xlsx"), b"x")
        data, name = buffer.getvalue(), "里层.zip"
    (tmp_path / "收齐.zip").write_bytes(data)
    cli.main(["check", str(tmp_path), "--json"])
    files = {one["file"]: one for one in json.loads(capsys.readouterr().out)["files"]}
    inner = "里层.zip/" * (depth - 1)
    assert files[f"收齐.zip/{inner}各乡镇/甲乡.xlsx"]["status"] == "ok"
    assert [f["rule"] for f in files[f"收齐.zip/{inner}说明.docx"]["findings"]] == ["F08"]
    assert len(files) == 1 + depth


HOSTILE = {
    "../../外面.xlsx": "路径不正常",
    "/etc/甲.xlsx": "路径不正常",
    "C:\\甲.xlsx": "路径不正常",
    "a\\..\\..\\甲.xlsx": "路径不正常",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_path_out_of_an_archive_is_refused_and_the_others_read(tmp_path, capsys, name):
    with zipfile.ZipFile(tmp_path / "收齐.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), book(A))
        archive.writestr("甲乡.xlsx", book(A))
    assert cli.main(["check", str(tmp_path), "--json"]) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    assert sorted(one["status"] for one in files) == ["ok", "unreadable"]
    (finding,) = next(one for one in files if one["status"] == "unreadable")["findings"]
    assert finding["rule"] == "F07"
    assert HOSTILE[name] in finding["message"]


def test_links_are_refused_in_archives_and_out_of_folders(tmp_path, capsys):
    outside = tmp_path / "外面"
    outside.mkdir()
    (outside / "甲乡.xlsx").write_bytes(book(A))
    desk = Desk(tmp_path)
    (desk.inbox / "链接.xlsx").symlink_to(outside / "甲乡.xlsx")
    (desk.inbox / "文件夹").symlink_to(outside, target_is_directory=True)
    link = zipfile.ZipInfo("链接.xlsx")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(desk.inbox / "收齐.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    cli.main(["check", str(desk.inbox), "--json"])
    files = json.loads(capsys.readouterr().out)["files"]
    rules = {one["file"]: [f["rule"] for f in one["findings"]] for one in files}
    assert rules == {"收齐.zip/链接.xlsx": ["F07"], "文件夹": ["F07"], "链接.xlsx": ["F07"]}
