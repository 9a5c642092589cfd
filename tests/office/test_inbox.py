"""What an officer's folder holds: nothing, broken files, odd names, hidden things; each is said."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest

from desk import YEAR, Desk, book, complete
from nianbao import cli
from nianbao.office import dates


A = complete("659900-T1", "甲乡")
B = complete("659900-T2", "乙镇")
RAR, SEVEN = b"Rar!\x1a\x07\x00 rest", b"7z\xbc\xaf\x27\x1c rest"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(dates, "today", lambda: dt.date(YEAR + 1, 1, 12))
    return Desk(tmp_path).enrol(A, B)


def checked(capsys, *words) -> dict:
    """``check --json``: file -> its document, with the exit status under ''."""
    capsys.readouterr()
    status = cli.main(["check", *map(str, words), "--json"])
    said = json.loads(capsys.readouterr().out)
    return {"": status} | {one["file"]: one for one in said["files"]}


def rules(document: dict) -> list[str]:
    return [finding["rule"] for finding in document["findings"]]


def statuses(desk) -> dict[str, str]:
    return {unit["name"]: unit["status"] for unit in desk.summary["units"]}


def archive(files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return buffer.getvalue()


# --- an empty folder --------------------------------------------------------------------------


@pytest.mark.parametrize("left", [{}, {"Thumbs.db": b"x", "~$甲乡.xlsx": b"x", ".DS_Store": b"x"}])
def test_an_empty_folder_has_every_unit_missing(desk, capsys, left):
    for name, data in left.items():
        (desk.inbox / name).write_bytes(data)
    words = [str(desk.inbox), "--units", desk.roster]
    assert cli.main(["status", *words]) == 1
    said = capsys.readouterr().out
    assert "未报 2" in said
    assert f"{YEAR}年度" in said
    assert "文件夹是空的" in said
    assert f"没有一个文件读得出年度，按 {YEAR} 年度" in said
    assert desk.merge() == 1
    said = capsys.readouterr().out
    assert "文件夹是空的" in said
    assert statuses(desk) == {"甲乡": "missing", "乙镇": "missing"}
    assert cli.main(["check", *words]) == 1
    said = capsys.readouterr().out
    assert "文件夹是空的" in said
    assert "名册上的 2 个单位都没有报送" in said


def test_a_year_that_is_given_is_not_guessed(desk, capsys):
    words = ["status", str(desk.inbox), "--units", desk.roster, "--year", str(YEAR - 1)]
    assert cli.main(words) == 1
    said = capsys.readouterr().out
    assert f"{YEAR - 1}年度" in said
    assert "读得出年度" not in said


def test_an_empty_folder_is_a_finding_without_a_roster_too(desk, capsys):
    found = checked(capsys, desk.inbox)
    assert found.pop("") == 1
    assert [rules(one) for one in found.values()] == [["F09"]]


def test_an_empty_archive_among_other_files_is_named(desk, capsys):
    (desk.receive(A).inbox / "空.zip").write_bytes(archive({"__MACOSX/._a": b""}))
    found = checked(capsys, desk.inbox)
    assert rules(found["空.zip"]) == ["F09"]
    assert found["甲乡.xlsx"]["status"] == "ok"


# --- a broken file of a known unit ------------------------------------------------------------


@pytest.mark.parametrize(("name", "data", "why"), [
    ("示例县甲乡2023年报.xlsx", book(A)[:9000], "没有传完整"),
    ("甲乡.xlsx", b"", "0 字节"),
    ("甲乡.rar", RAR, "RAR 压缩包"),
    ("甲乡年报.docx", b"PK\x03\x04", ".docx"),
    ("甲乡/年报.xlsx", b"%PDF-1.7", "PDF"),
])  # fmt: skip
def test_a_broken_file_of_a_known_unit_is_unreadable_not_missing(desk, capsys, name, data, why):
    desk.receive(B)
    path = desk.inbox / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    assert desk.merge() == 1
    assert statuses(desk) == {"甲乡": "unreadable", "乙镇": "ok"}
    assert desk.summary["units"][0]["files"] == [name]
    assert why in str(desk.summary["units"][0]["findings"])
    assert desk.summary["gaps"] == ["甲乡（读不出）"]
    assert desk.summary["others"] == []
    found = {one["rule"]: one["message"] for one in desk.summary["findings"]}
    assert found["A01"] == f"“甲乡”报来的文件读不出，没有计入：{name}"
    said = capsys.readouterr().out
    assert "读不出" in said
    assert name in said
    assert why in said
    page = (desk.out / "看板.html").read_text(encoding="utf-8")
    assert "读不出" in page
    assert why in page
    cli.main(["status", str(desk.inbox), "--units", desk.roster])
    said = capsys.readouterr().out
    assert "读不出 1" in said
    assert "未报" not in said


def test_where_another_file_of_the_unit_can_be_read_that_one_counts(desk):
    (desk.receive(A, B).inbox / "甲乡（坏）.xlsx").write_bytes(b"PK\x03\x04")
    assert desk.merge() == 1
    assert statuses(desk) == {"甲乡": "ok", "乙镇": "ok"}
    assert desk.summary["others"] == []
    (told,) = [one for one in desk.summary["findings"] if one["rule"] == "L03"]
    assert "甲乡（坏）.xlsx" in told["message"]


def test_a_broken_file_that_names_two_units_or_none_is_of_none(desk):
    (desk.inbox / "甲乡和乙镇.xlsx").write_bytes(b"x")
    (desk.inbox / "年报.xlsx").write_bytes(b"x")
    desk.merge()
    assert statuses(desk) == {"甲乡": "missing", "乙镇": "missing"}
    assert len(desk.summary["others"]) == 2


# --- names that do not tell -------------------------------------------------------------------


ODD = ["甲乡.xlsx(1)", "甲乡.xlsx.download", "甲乡.zip", "甲乡", "甲乡.xlsx - 副本", "甲乡.xlsx.1"]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("packed", [False, True])
def test_a_workbook_under_an_odd_name_is_read_and_said(desk, capsys, name, packed):
    data = archive({name: book(A)}) if packed else book(A)
    (desk.inbox / ("收.zip" if packed else name)).write_bytes(data)
    found = checked(capsys, desk.inbox)
    one = found[f"收.zip/{name}" if packed else name]
    assert (one["status"], rules(one)) == ("warning", ["F11"])
    assert desk.receive(B).merge() == 1
    assert desk.summary["complete"] is True
    assert statuses(desk) == {"甲乡": "warning", "乙镇": "ok"}


@pytest.mark.parametrize(("name", "data", "rule", "word"), [
    ("各乡镇.rar", RAR, "F10", "RAR"),
    ("各乡镇.7z", SEVEN, "F10", "7z"),
    ("其实是.zip", RAR, "F10", "RAR"),
    ("各乡镇.part1.rar", b"cut", "F10", "RAR"),
    ("各乡镇.tar.gz", b"\x1f\x8b\x08", "F10", "gzip"),
    ("甲.xlsx.crdownload", book(A)[:5000], "F08", "没有下载完"),
    ("甲.xlsx(1)", book(A)[:5000], "F08", "没有下载完"),
    ("坏.zip", book(A)[:5000], "F01", "压缩包损坏"),
    ("通知.docx", archive({"[Content_Types].xml": b"", "word/document.xml": b""}), "F08", "docx"),
    ("照片.jpg", b"\xff\xd8\xff", "F08", "jpg"),
    (".隐藏.xlsx", book(A), "F08", "隐藏"),
    (".trash/甲.xlsx", book(A), "F08", "隐藏"),
    (".trash/深/甲.zip", b"", "F08", "隐藏"),
])  # fmt: skip
def test_what_is_not_read_is_named_with_its_remedy(desk, capsys, name, data, rule, word):  # noqa: PLR0917
    path = desk.inbox / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data)
    (desk.inbox / "收.zip").write_bytes(archive({name: data}))
    found = checked(capsys, desk.inbox)
    for shown in (name, f"收.zip/{name}"):
        (one,) = found[shown]["findings"]
        assert one["rule"] == rule
        assert word in one["message"]
        assert one["remedy"]


def test_the_other_files_of_a_hidden_folder_are_counted(desk, capsys):
    (desk.inbox / ".git" / "objects").mkdir(parents=True)
    for name in ("HEAD", "objects/a", "objects/b", "甲.xlsx"):
        (desk.inbox / ".git" / name).write_bytes(b"x")
    found = checked(capsys, desk.inbox)
    assert set(found) == {"", ".git", ".git/甲.xlsx"}
    assert "另有 3 个文件" in found[".git"]["findings"][0]["message"]


def test_archives_under_odd_names_are_opened(desk, capsys):
    (desk.inbox / "收.zip(1)").write_bytes(archive({"甲乡.xlsx": book(A)}))
    found = checked(capsys, desk.inbox)
    assert found["收.zip(1)/甲乡.xlsx"]["status"] == "ok"


@pytest.mark.parametrize("name", [
    "~$甲乡.xlsx", "._甲乡.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", ".~lock.甲乡.xlsx#",
    ".nianbao-0123.tmp", "__MACOSX/甲乡.xlsx",
])  # fmt: skip
def test_what_systems_and_programs_leave_is_ignored(desk, capsys, name):
    (desk.inbox / "__MACOSX").mkdir()
    (desk.receive(A).inbox / name).write_bytes(b"x")
    assert set(checked(capsys, desk.inbox)) == {"", "甲乡.xlsx"}


def test_no_file_goes_unmentioned(desk, capsys):
    """The property: every file of a tree is named, or the hidden folder that it is in."""
    names = [*ODD, "乙.txt", "丙.csv", ".丁", ".戊/己.xlsx", "庚/辛.rar", "庚/壬.xlsx", "癸.exe"]
    for name in names:
        (desk.inbox / name).parent.mkdir(exist_ok=True)
        (desk.inbox / name).write_bytes(b"x")
    assert set(checked(capsys, desk.inbox)) == {"", *names}


def test_the_roster_and_last_years_file_in_the_folder_are_no_findings(desk, capsys):
    desk.receive(A, B)
    roster, before = desk.inbox / "名册.csv", desk.inbox / "去年.json"
    roster.write_bytes((desk.folder / "units.csv").read_bytes())
    last = complete("659900-T1", "甲乡")
    from nianbao.report import to_document

    before.write_text(json.dumps({**to_document(last), "year": YEAR - 1}), encoding="utf-8")
    more = ["--units", str(roster), "--previous", str(before)]
    assert set(checked(capsys, desk.inbox, *more)) == {"", "甲乡.xlsx", "乙镇.xlsx"}
    assert cli.main(["status", str(desk.inbox), *more]) in {0, 1}
    assert "没有计入" not in capsys.readouterr().out
    given = sorted(map(str, desk.inbox.iterdir()))
    assert set(checked(capsys, *given, "--units", str(roster))) == {
        "", "甲乡.xlsx", "乙镇.xlsx", "去年.json",
    }  # fmt: skip
