"""Whose report a file is: cover, file name and roster against what the workbook says of itself."""

from __future__ import annotations

import json

import pytest

from desk import YEAR, Desk, book, complete, figures
from libreoffice import converted
from mutations import mutate
from nianbao import cli
from nianbao.names import UnitNames
from nianbao.report import Unit


A = complete("659900-T1", "甲镇")
B = complete("659900-T2", "乙镇", requests__received__individual=5, requests__granted__individual=4)
COPIED = [{"do": "without_hidden"}]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).enrol(A, B)


def checked(desk, capsys, *more):
    status = cli.main(["check", str(desk.inbox), "--units", desk.roster, "--json", *more])
    said = json.loads(capsys.readouterr().out)
    return status, {one["file"]: one for one in said["files"]}, said["findings"]


def rules(document):
    return {(one["rule"], one["severity"]) for one in document["findings"]}


def counted(desk):
    return {one["name"] for one in desk.summary["units"] if one["counted"]}


# --- a neighbour's workbook -------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), ("--provisional",)])
def test_a_neighbours_workbook_with_another_cover_counts_for_neither(desk, capsys, more):
    edited = mutate(book(A), [{"do": "put", "sheet": "cover", "cell": "B6", "value": "乙镇"}])
    (desk.inbox / "乙镇2023年报.xlsx").write_bytes(edited)
    status, files, _ = checked(desk, capsys)
    assert status == 1
    found = [one for one in files["乙镇2023年报.xlsx"]["findings"] if one["rule"] == "C11"]
    assert {one["severity"] for one in found} == {"error"}
    assert all("甲镇" in one["message"] and "乙镇" in one["message"] for one in found)
    assert {one["cell"] for one in found} == {"B6", None}
    assert desk.merge(*more) == 1
    assert counted(desk) == set()


def test_a_file_named_after_another_unit_is_an_error_that_names_both(desk, capsys):
    (desk.inbox / "乙镇2023年报.xlsx").write_bytes(book(A))
    status, files, _ = checked(desk, capsys)
    assert status == 1
    (found,) = files["乙镇2023年报.xlsx"]["findings"]
    assert (found["rule"], found["severity"]) == ("C11", "error")
    assert "甲镇" in found["message"]
    assert "乙镇" in found["message"]
    assert desk.merge("--provisional") == 1
    assert counted(desk) == set()


def test_without_a_roster_a_file_may_be_named_as_it_likes(desk, capsys):
    path = desk.inbox / "乙镇.xlsx"
    path.write_bytes(book(A))
    assert cli.main(["check", str(path)]) == 0
    assert "甲镇" in capsys.readouterr().out


ROSTER = [
    Unit(str(number), name, "township")
    for number, name in enumerate(["新乡", "示例县大新乡", "甲镇", "甲镇卫生院", "公安局"])
]


@pytest.mark.parametrize(("file", "own", "other"), [
    ("新乡2023.xlsx", "甲镇", "新乡"),
    ("收到/新 乡.xlsx", "甲镇", "新乡"),
    ("大新乡2023.xlsx", "示例县大新乡", None),
    ("新乡2023.xlsx", "示例县大新乡", "新乡"),
    ("示例县大新乡.xlsx", "新乡", None),
    ("甲镇卫生院.xlsx", "甲镇", None),
    ("甲镇卫生院.xlsx", "公安局", "甲镇卫生院"),
    ("甲镇.xlsx", "甲镇卫生院", "甲镇"),
    ("甲镇代新乡报.xlsx", "甲镇", None),
    ("新乡、公安局.xlsx", "甲镇", None),
    ("年报.xlsx", "甲镇", None),
    ("新乡/年报.xlsx", "甲镇", None),
    ("甲镇.xlsx", "", None),
])  # fmt: skip
def test_another_unit_in_a_file_name(file, own, other):
    unit = next((one for one in ROSTER if one.name == own), Unit("9", own, "township"))
    found = UnitNames(ROSTER).another(file, unit)
    assert (found.name if found else None) == other


# --- check with a roster tells what only all files together tell ------------------------------


def test_check_reports_two_files_of_one_unit_and_copies(desk, capsys):
    desk.receive(A, B)
    other = figures(A, requests__granted__enterprise=1, requests__received__enterprise=1)
    (desk.inbox / "甲镇终稿.xlsx").write_bytes(book(other))
    (desk.inbox / "乙镇(1).xlsx").write_bytes(book(B))
    status, files, together = checked(desk, capsys)
    assert status == 1
    assert all(one["status"] == "ok" for one in files.values())
    assert {(one["rule"], one["severity"]) for one in together} == {
        ("L02", "error"),
        ("L05", "note"),
    }
    text = "".join(one["message"] for one in together)
    assert all(name in text for name in files)
    assert cli.main(["check", str(desk.inbox), "--units", desk.roster]) == 1
    said = capsys.readouterr().out
    assert said.rindex("L02") > said.rindex("乙镇.xlsx　")
    assert "甲镇终稿.xlsx" in said


def test_check_says_nothing_of_it_where_each_unit_sent_one(desk, capsys):
    desk.receive(A, B)
    assert checked(desk, capsys)[::2] == (0, [])


# --- the visible sheets in a new workbook -----------------------------------------------------


def test_a_copied_form_is_counted_with_a_warning(desk, capsys):
    desk.receive(B)
    (desk.inbox / "甲镇.xlsx").write_bytes(mutate(book(A), COPIED))
    status, files, _ = checked(desk, capsys)
    assert status == 1
    assert rules(files["甲镇.xlsx"]) == {("C21", "warning")}
    assert files["甲镇.xlsx"]["unit"] == {"code": "659900-T1", "name": "甲镇", "level": "township"}
    assert files["甲镇.xlsx"]["year"] == YEAR
    assert desk.merge() == 1
    assert counted(desk) == {"甲镇", "乙镇"}
    assert desk.summary["report"]["tables"]["requests"]["received"]["total"] == 8


@pytest.mark.parametrize(("cell", "value", "expected"), [
    ("B7", None, {("C21", "warning")}),
    ("B6", "乙镇", {("C21", "warning"), ("C21", "error"), ("C09", "warning"), ("C11", "error")}),
    ("B7", "659900-T9", {("C21", "warning"), ("C21", "error"), ("C09", "error")}),
    ("B6", "丙镇", {("C21", "warning"), ("C21", "error"), ("C09", "warning"), ("C11", "error")}),
])  # fmt: skip
def test_a_copied_form_must_be_of_the_roster_as_its_cover_says(desk, capsys, cell, value, expected):
    steps = [*COPIED, {"do": "put", "sheet": "cover", "cell": cell, "value": value}]
    (desk.inbox / "年报.xlsx").write_bytes(mutate(book(A), steps))
    files = checked(desk, capsys)[1]
    assert rules(files["年报.xlsx"]) == expected
    assert desk.merge("--year", str(YEAR)) == 1
    assert counted(desk) == ({"甲镇"} if value is None else set())


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_a_copied_form_of_another_format(desk, capsys, tmp_path, kind):
    saved = converted(tmp_path / "saved", {"甲镇": mutate(book(A), COPIED)}, kind)["甲镇"]
    (desk.inbox / f"甲镇.{kind}").write_bytes(saved)
    files = checked(desk, capsys)[1]
    also = {("C08", "warning")} if kind == "ods" else set()
    assert rules(files[f"甲镇.{kind}"]) == {("C21", "warning"), *also}
    assert files[f"甲镇.{kind}"]["unit"]["code"] == "659900-T1"


def test_nothing_goes_back_for_a_file_of_nobody_knows_whom(desk, tmp_path):
    (desk.inbox / "乙镇.xlsx").write_bytes(book(A))
    words = ["check", str(desk.inbox), "--units", desk.roster, "--annotate", str(tmp_path / "退回")]
    assert cli.main(words) == 1
    assert ".xlsx" not in {path.suffix for path in (tmp_path / "退回").iterdir()}
