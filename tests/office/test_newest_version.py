"""A resubmission under any name: the newest version counts, the others stay, with the reason."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from desk import YEAR, Desk, book, complete
from helpers import common
from nianbao import cli
from nianbao.context import context
from nianbao.office import dates, files
from nianbao.reading.read import read
from nianbao.template.sent_back import ToSend, sent_back
from oox import Book


A = complete("659900-T1", "甲乡")
B = complete("659900-T2", "乙镇", requests__received__individual=5, requests__granted__individual=4)
NEWER = complete(
    "659900-T1", "甲乡", requests__received__individual=9, requests__granted__individual=8
)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    clock(monkeypatch, 11)
    return Desk(tmp_path).enrol(A, B)


def clock(monkeypatch, day: int, hour: int = 9):
    moment = dt.datetime(YEAR + 1, 1, day, hour, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    monkeypatch.setattr(dates, "now", lambda: moment)
    return moment


def saved(data: bytes, day: int) -> bytes:
    """The workbook as a program saved it on a day."""
    typed = Book(data)
    core = typed.parts["docProps/core.xml"].decode()
    head, _, rest = core.partition("<dcterms:modified")
    tag, _, rest = rest.partition(">")
    _, _, tail = rest.partition("<")
    moment = f"{YEAR + 1}-01-{day:02}T08:00:00Z"
    typed.parts["docProps/core.xml"] = f"{head}<dcterms:modified{tag}>{moment}<{tail}".encode()
    return typed.data()


def put(desk, name: str, data: bytes, day: int):
    path = desk.inbox / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    moment = dt.datetime(YEAR + 1, 1, day, 8, tzinfo=dt.UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def mended(desk, back: Path) -> bytes:
    """The workbook that went back, filled in right."""
    came = read(back.read_bytes(), context().editions, common())
    assert came.facts.answers
    report = complete("659900-T1", "甲乡", requests__received__individual=4,
                      requests__granted__individual=3)  # fmt: skip
    fresh = sent_back(ToSend(report, came.edition, came.beside, ()), report.unit, common())
    mark = files.digest((desk.inbox / "甲乡.xlsx").read_bytes())
    return fresh.workbook("甲乡.xlsx", mark, dates.now())


def received(desk) -> int:
    return desk.summary["report"]["tables"]["requests"]["received"]["total"]


def rules(desk) -> list[str]:
    return sorted(one["rule"] for one in desk.summary["findings"] if one["rule"].startswith("L"))


def test_a_corrected_file_under_another_name_counts_and_the_first_one_stays(
    desk, monkeypatch, capsys
):
    put(desk, "甲乡.xlsx", saved(book(A), 10), 10)
    put(desk, "乙镇.xlsx", saved(book(B), 10), 10)
    assert desk.merge() == 0
    assert received(desk) == 8
    clock(monkeypatch, 12)
    put(desk, "甲乡(1).xlsx", saved(book(NEWER), 11), 12)
    assert desk.merge() == 0
    assert received(desk) == 14
    assert rules(desk) == ["L01"]
    said = capsys.readouterr().out
    assert "甲乡.xlsx（1月11日 09:00 收到" in said
    assert "留存，不计" in said
    assert {unit["name"]: unit["file"] for unit in desk.summary["units"]}["甲乡"] == "甲乡(1).xlsx"


def test_what_was_sent_back_and_mended_counts_whatever_its_name_and_clock(desk, monkeypatch):
    wrong = complete("659900-T1", "甲乡", requests__received__individual=4)
    put(desk, "甲乡.xlsx", saved(book(wrong), 10), 10)
    put(desk, "乙镇.xlsx", saved(book(B), 10), 10)
    back = desk.folder / "退回"
    words = [str(desk.inbox), "--units", desk.roster, "--annotate", str(back)]
    assert cli.main(["check", *words]) == 1
    clock(monkeypatch, 12)
    put(desk, "改好的.xlsx", saved(mended(desk, back / "甲乡.xlsx"), 2), 2)
    assert desk.merge() == 0
    assert received(desk) == 9
    (told,) = [one for one in desk.summary["findings"] if one["rule"] == "L01"]
    assert "按退回表改后重报的" in told["message"]
    assert cli.main(["check", *words]) == 0
    assert not list(back.glob("甲乡*"))  # mended: what went back is no longer due


def test_the_workbook_that_was_sent_back_comes_back_as_it_was(desk, monkeypatch):
    wrong = complete("659900-T1", "甲乡", requests__received__individual=4)
    put(desk, "甲乡.xlsx", saved(book(wrong), 10), 10)
    back = desk.folder / "退回"
    cli.main(["check", str(desk.inbox), "--units", desk.roster, "--annotate", str(back)])
    clock(monkeypatch, 12)
    shutil.copy(back / "甲乡.xlsx", desk.inbox / "甲乡 改.xlsx")
    desk.merge()
    assert rules(desk) == ["L01", "L06"]


def test_two_files_of_one_day_that_nothing_tells_apart_are_asked_about(desk, capsys):
    put(desk, "甲乡.xlsx", book(A), 10)
    put(desk, "甲乡（终稿）.xlsx", book(NEWER), 10)
    put(desk, "乙镇.xlsx", book(B), 10)
    assert desk.merge() == 1
    assert received(desk) == 5
    assert rules(desk) == ["L02"]
    said = capsys.readouterr().out
    mark = next(word.split()[0] for word in said.split("nianbao decide prefer ")[1:])
    words = ["decide", "prefer", mark, "--units", desk.roster]
    assert cli.main([*words, "--why", "电话核实"]) == 0
    assert desk.merge() == 0
    assert received(desk) in {8, 14}
    assert rules(desk) == ["L01"]


def test_two_files_that_say_the_same_need_no_decision(desk):
    put(desk, "甲乡.xlsx", book(A), 10)
    put(desk, "甲乡 另存.xlsx", saved(book(A), 9), 10)
    put(desk, "乙镇.xlsx", book(B), 10)
    assert desk.merge() == 0
    assert received(desk) == 8
    assert rules(desk) == ["L05"]


def test_an_older_folder_looked_at_again_brings_nothing_back(desk, monkeypatch):
    first, second = desk.inbox / "12日", desk.inbox / "13日"
    put(desk, "12日/甲乡.xlsx", book(A), 10)
    put(desk, "12日/乙镇.xlsx", book(B), 10)
    words = ["--units", desk.roster, "-o", str(desk.out)]
    assert cli.main(["merge", str(first), *words]) == 0
    clock(monkeypatch, 13)
    put(desk, "13日/甲乡.xlsx", book(NEWER), 13)
    assert cli.main(["merge", str(second), *words]) == 0
    assert received(desk) == 14  # 乙镇 out of the archive
    assert cli.main(["merge", str(first), *words]) == 0
    assert received(desk) == 14
    assert rules(desk) == ["L01"]


def test_a_file_taken_out_of_the_folder_still_counts_and_is_named(desk, capsys):
    path = put(desk, "甲乡.xlsx", book(A), 10)
    put(desk, "乙镇.xlsx", book(B), 10)
    desk.merge()
    path.unlink()
    assert desk.merge() == 0
    assert received(desk) == 8
    assert "按存档计入的：甲乡.xlsx" in capsys.readouterr().out
    assert desk.merge("--no-ledger", "--force") == 1
    assert received(desk) == 5


def test_a_file_of_another_year_takes_no_units_place(desk, monkeypatch):
    import dataclasses

    put(desk, "甲乡.xlsx", saved(book(A), 10), 10)
    put(desk, "乙镇.xlsx", saved(book(B), 10), 10)
    clock(monkeypatch, 13)
    last = dataclasses.replace(NEWER, year=YEAR - 1)
    put(desk, "甲乡 去年.xlsx", saved(book(last), 12), 12)
    assert desk.merge() == 1
    assert received(desk) == 8
    assert [one["file"] for one in desk.summary["others"]] == ["甲乡 去年.xlsx"]


def test_without_a_ledger_the_newest_still_counts_and_nothing_is_left(desk):
    put(desk, "甲乡.xlsx", saved(book(A), 10), 10)
    put(desk, "甲乡(1).xlsx", saved(book(NEWER), 12), 12)
    put(desk, "乙镇.xlsx", saved(book(B), 10), 10)
    assert desk.merge("--no-ledger") == 0
    assert received(desk) == 14
    assert {path.name for path in desk.folder.iterdir()} == {"units.csv", "收到", "汇总"}
