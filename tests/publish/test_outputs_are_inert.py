"""What hostile text becomes in our outputs: text. No formula, no markup, no odd file name."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from desk import Desk, book, complete
from nianbao import cli
from nianbao.publish.summary_lists import FINDINGS
from nianbao.report import Unit


EVIL = {
    "formula": '=HYPERLINK("http://evil.example","点我")',
    "dde": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1+1)*cmd",
    "tab": "\t=1+1",
    "markup": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "template": "{{ 7*7 }}{% for x in y %}",
    "override": "甲\u202egnp.xslx",
}  # fmt: skip


@pytest.fixture(params=EVIL)
def evil(request):
    return EVIL[request.param]


@pytest.fixture
def desk(tmp_path, evil):
    """A stranger's workbook that says the text wherever a unit can say something."""
    one = complete("659900-T1", "甲乡")
    hostile = replace(
        one,
        unit=Unit(evil[:40], evil, "township"),
        figures={**one.figures, "requests.received.individual": evil, "processing_fee.cases": evil},
        narrative=dict.fromkeys(one.narrative, evil),
        contact=dict.fromkeys(one.contact, evil),
    )
    desk = Desk(tmp_path).enrol(one).receive(one)
    (desk.inbox / "外来.xlsx").write_bytes(book(hostile))
    (desk.inbox / "同名.xlsx").write_bytes(book(replace(hostile, unit=one.unit)))
    return desk


def formulas(path) -> list[str]:
    opened = openpyxl.load_workbook(path)
    return [
        str(cell.value)
        for sheet in opened
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_no_output_runs_what_a_unit_wrote(desk, evil, capsys):
    words = ["--units", desk.roster, "--year", "2023"]
    back = desk.folder / "退回"
    assert cli.main(["check", str(desk.inbox), *words, "--annotate", str(back)]) == 1
    assert desk.merge("--year", "2023", "--provisional") == 1
    written = [*desk.out.iterdir(), *back.iterdir()]
    core = evil.strip().lstrip("=+-@")[:12]
    for path in written:
        if path.suffix == ".xlsx":
            assert [text for text in formulas(path) if core in text] == []
            assert not any("externalLink" in name for name in zipfile.ZipFile(path).namelist())
    page = (desk.out / "看板.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "49" not in page or evil != EVIL["template"]
    listed = openpyxl.load_workbook(desk.out / "汇总.xlsx")[FINDINGS]
    said = "".join(str(cell.value) for row in listed.iter_rows() for cell in row)
    assert core in said
    for path in written:
        assert not set(path.name) & set('<>:"/\\|?*\u202e\t')
    capsys.readouterr()


ODD = ["甲\x01乡", "甲\u202e乡", "甲\n乡", *(["甲\udcff乡"] if sys.platform == "linux" else [])]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
@pytest.mark.parametrize("name", ODD, ids=ascii)
@pytest.mark.parametrize("content", [b"", b"not a workbook", "a workbook"], ids=str)
def test_odd_file_names_stop_nothing(tmp_path, capsys, name, content):
    one = complete("659900-T1", "甲乡")
    desk = Desk(tmp_path).enrol(one)
    data = book(one) if isinstance(content, str) else content
    (desk.inbox / f"{name}.xlsx").write_bytes(data)
    words = ["check", str(desk.inbox), "--annotate", str(tmp_path / "退回")]
    assert cli.main(words) in {0, 1}
    assert cli.main([*words, "--json", "--force"]) in {0, 1}
    assert cli.main(["status", str(desk.inbox), "--units", desk.roster, "--year", "2023"]) in {0, 1}
    assert desk.merge("--year", "2023") in {0, 1}
    (unit,) = desk.summary["units"]
    assert unit["counted"] is isinstance(content, str)
    assert len(list(desk.out.iterdir())) == 4
    capsys.readouterr()


def test_a_cell_never_holds_what_xml_cannot():
    from nianbao.book.draw import put
    from nianbao.book.style import add_styles

    opened = openpyxl.Workbook()
    add_styles(opened)
    put(opened.active, 1, 1, "甲\x00\x07\x1b\ufffe\ud800乡", "项目")
    buffer = io.BytesIO()
    opened.save(buffer)
    assert openpyxl.load_workbook(buffer).active["A1"].value == "甲乡"


def test_a_console_is_not_steered(capsys):
    from nianbao.cli import console

    console.say("甲\x1b[2J乡")
    assert "\x1b" not in capsys.readouterr().out
