"""A roster that is a workbook: read as its CSV would be, refused with sheet and line."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import zipfile

import msoffcrypto
import openpyxl
import pytest

from nianbao import cli
from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.office.engine import HERE
from nianbao.office.rosters import load_roster


HEADS = ("代码", "名称", "类别", "前身", "联系人", "电话")
ROWS = (
    ("654224", "托里县", "县级"),
    ("654224-D01", "托里县政府办公室", "部门", "", "王五", "0901-3682001"),
    ("654224-T05", "多拉特乡", "乡镇", "654224-T01、654224-T02"),
)


def book(*rows, sheets=(), title="名册", formats=()) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, code in formats:
        sheet[cell].number_format = code
    for name, more in sheets:
        other = made.create_sheet(name)
        for row in more:
            other.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(data: bytes, folder, name="名册.xlsx", bounds=HERE, password=None):
    path = folder / name
    path.write_bytes(data)
    return load_roster(path, context(), password, bounds)


def encrypted(data: bytes, word: str) -> bytes:
    out = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(data)).encrypt(word, out)
    return out.getvalue()


def units(roster) -> list[tuple[str, ...]]:
    return [(one.unit.code, one.unit.name, one.unit.level) for one in roster.units]


def refused(data: bytes, folder, name="名册.xlsx") -> str:
    with pytest.raises(NianbaoError) as stop:
        read(data, folder, name)
    return str(stop.value)


EXPECTED = [
    ("654224", "托里县", "county"),
    ("654224-D01", "托里县政府办公室", "department"),
    ("654224-T05", "多拉特乡", "township"),
]


def test_it_is_read_as_its_csv_is(tmp_path):
    roster = read(book(HEADS, *ROWS), tmp_path)
    lines = "\n".join(",".join(row) for row in (HEADS, *ROWS))
    (tmp_path / "units.csv").write_text(lines, encoding="utf-8")
    assert roster == load_roster(tmp_path / "units.csv", context())
    assert units(roster) == EXPECTED
    assert roster.units[2].predecessors == ("654224-T01", "654224-T02")


def test_it_is_opened_in_a_worker_as_returned_workbooks_are(tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(book(HEADS, *ROWS))
    assert units(load_roster(path, context())) == EXPECTED


@pytest.mark.parametrize(
    "data",
    [
        book(("托里县年报单位名册",), (), HEADS, *ROWS),
        book(("说明",), sheets=[("空", []), ("单位", [HEADS, *ROWS])]),
        book((None, *HEADS), *((None, *row) for row in ROWS)),
        book(HEADS, (), *ROWS, ("", " ", None)),
        book(HEADS, (654224, *ROWS[0][1:]), *ROWS[1:]),
        book(HEADS, (654224.0, *ROWS[0][1:]), *ROWS[1:]),
    ],
    ids=["a title above", "another sheet", "a column before", "blank lines", "a number", "a float"],
)
def test_however_it_is_laid_out(data, tmp_path):
    assert units(read(data, tmp_path)) == EXPECTED


def test_a_hidden_sheet_is_no_roster(tmp_path):
    made = openpyxl.load_workbook(
        io.BytesIO(book(HEADS, *ROWS, sheets=[("单位", [HEADS, ROWS[0]])]))
    )
    made["名册"].sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    assert units(read(out.getvalue(), tmp_path)) == EXPECTED[:1]


def test_zeros_that_a_format_shows_are_read(tmp_path):
    data = book(
        HEADS,
        (654, "甲乡", "乡镇"),
        (12_345, "乙镇", "乡镇"),
        formats=[("A2", "0000"), ("A3", "#,##0")],
    )
    assert [one[0] for one in units(read(data, tmp_path))] == ["0654", "12345"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("065422", "甲乡", "乡镇"), (65423, "乙镇", "乡镇")],
            "第 3 行：代码“65423”是数字，前面的 0 被 Excel 去掉了",
        ),
        (
            [(1.23456789012345678e17, "甲乡", "乡镇")],
            "第 2 行：代码“1.23456789012346e+17”被 Excel 改成了科学计数",
        ),
        ([(dt.date(2024, 1, 5), "甲乡", "乡镇")], "第 2 行：这一行的代码或名称被 Excel 改成了日期"),
        ([("T1", "甲乡", "乡镇", dt.date(2024, 1, 5))], "改成了日期"),
        ([("#N/A", "甲乡", "乡镇")], "第 2 行：这一行有公式错误"),
        ([("T1", "甲乡", "村")], "第 2 行：类别“村”不认识"),
        ([("", "甲乡", "乡镇")], "第 2 行：代码或名称是空的"),
        ([("T1", "甲乡", "乡镇"), ("T1", "乙镇", "乡镇")], "第 3 行：代码“T1”与第 2 行重复"),
        ([], "没有单位"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_sheet_and_line(rows, said, tmp_path):
    message = refused(book(HEADS, *rows), tmp_path)
    assert said in message
    assert "名册.xlsx 的“名册”表" in message


@pytest.mark.parametrize(
    "rows",
    [
        [("65422", "甲乡", "乡镇"), (6542, "乙镇", "乡镇")],
        [("065422", "甲乡", "乡镇"), ("T1", "乙镇", "乡镇"), (65423, "丙乡", "乡镇")],
        [("065422", "甲乡", "乡镇"), (165423, "乙镇", "乡镇")],
        [(65422, "甲乡", "乡镇"), (654230, "乙镇", "乡镇")],
    ],
    ids=["no zero before", "codes of several kinds", "as long", "numbers only"],
)
def test_of_zeros_that_may_not_have_been_there_nothing_is_said(rows, tmp_path):
    assert len(read(book(HEADS, *rows), tmp_path).units) == len(rows)


def test_which_sheet_is_meant_or_which_heading_is_missing_is_said(tmp_path):
    one = refused(book(("代码", "名称"), ("T1", "甲乡")), tmp_path)
    assert "名册.xlsx 的“名册”表 第一行没有“level、类别”这一列" in one
    two = book(("代码", "名称"), sheets=[("二", [("名称", "类别")])])
    assert "没有一张工作表同时有代码、名称、类别三列" in refused(two, tmp_path)
    assert "是空的" in refused(book(), tmp_path)


def test_an_encrypted_one_is_opened_with_the_password_or_named(tmp_path):
    locked = encrypted(book(HEADS, *ROWS), "开门")
    assert "设了打开密码" in refused(locked, tmp_path)
    with pytest.raises(NianbaoError, match="密码"):
        read(locked, tmp_path, password="关门")
    assert units(read(locked, tmp_path, password="开门")) == EXPECTED


def test_a_bomb_is_bounded(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 200_000_000)
    assert "打不开" in refused(out.getvalue(), tmp_path)


def test_the_commands_take_it_as_it_is(tmp_path, capsys):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(book(HEADS, *ROWS))
    words = ["template", "--year", "2023", "--units", str(path), "-o", str(tmp_path / "下发")]
    assert cli.main(words) == 0
    assert {one.name for one in (tmp_path / "下发").iterdir()} == {
        "托里县政府办公室.xlsx", "多拉特乡.xlsx",
    }  # fmt: skip
    capsys.readouterr()
    path.write_bytes(book(HEADS, ("T1", "甲乡", "村")))
    assert cli.main([*words, "--force"]) == 2
    assert "名册.xlsx 的“名册”表 有错：第 2 行：类别“村”不认识" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["xls", "ods"])
@pytest.mark.libreoffice
def test_older_and_other_formats_are_read_too(kind, tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(book(HEADS, (654224, *ROWS[0][1:]), *ROWS[1:]))
    soffice = shutil.which("soffice")
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    words = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, path]
    subprocess.run(words, check=True, capture_output=True)
    assert units(load_roster(path.with_suffix(f".{kind}"), context(), bounds=HERE)) == EXPECTED


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 xlsx", "没有传完整"),
        (b"\xd0\xcf\x11\xe0 xls", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""),
    ],
)
def test_what_cannot_be_opened_is_refused_with_what_to_do(data, why, tmp_path):
    message = refused(data, tmp_path)
    assert "打不开" in message
    assert why in message
    assert "另存为“CSV UTF-8”" in message
