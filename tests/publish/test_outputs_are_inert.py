"""What hostile text becomes in our outputs: text. No formula, no markup, no odd file name."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from desk import Desk, book, complete
from nianbao import cli
from nianbao.publish.summary_lists import FINDINGS
from nianbao.report import Report, Unit


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


def hostile(number: int, evil: str) -> tuple[Report, Report, Report]:
    """A faultless report; a stranger's that says the text wherever a unit can say something; and
    one like it that passes for the first.
    """
    one = complete(f"659900-T{number}", f"第{number}乡")
    strange = replace(
        one,
        unit=Unit(f"{number}{evil[:40]}", evil, "township"),
        figures={**one.figures, "requests.received.individual": evil, "processing_fee.cases": evil},
        narrative=dict.fromkeys(one.narrative, evil),
        contact=dict.fromkeys(one.contact, evil),
    )
    return one, strange, replace(strange, unit=one.unit)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> list[Path]:
    """All that is written of an inbox with every text in it."""
    desk = Desk(tmp_path_factory.mktemp("县"))
    came = [hostile(number, evil) for number, evil in enumerate(EVIL.values())]
    desk.enrol(*(one for one, _, _ in came)).receive(*(one for one, _, _ in came))
    for number, (_, strange, same) in enumerate(came):
        (desk.inbox / f"外来{number}.xlsx").write_bytes(book(strange))
        (desk.inbox / f"同名{number}.xlsx").write_bytes(book(same))
    words, back = ["--units", desk.roster, "--year", "2023"], desk.folder / "退回"
    assert cli.main(["check", str(desk.inbox), *words, "--annotate", str(back)]) == 1
    assert desk.merge("--year", "2023", "--provisional") == 1
    return [*desk.out.iterdir(), *back.iterdir()]


@pytest.fixture(scope="module")
def formulas(written) -> list[str]:
    """Every formula of every workbook that is written."""
    books = [openpyxl.load_workbook(path) for path in written if path.suffix == ".xlsx"]
    cells = (c for opened in books for sheet in opened for row in sheet.iter_rows() for c in row)
    return [str(cell.value) for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_no_output_runs_what_a_unit_wrote(written, formulas, evil):
    core = evil.strip().lstrip("=+-@")[:12]
    assert [text for text in formulas if core in text] == []
    named = {path.name: path for path in written}
    listed = openpyxl.load_workbook(named["汇总.xlsx"])[FINDINGS]
    said = "".join(str(cell) for row in listed.iter_rows(values_only=True) for cell in row)
    assert core in said


def test_no_output_links_elsewhere_runs_a_script_or_has_an_odd_name(written, formulas):
    assert len(formulas) > 1000
    assert len(written) > 2 * len(EVIL)
    for path in written:
        assert not set(path.name) & set('<>:"/\\|?*\u202e\t')
        if path.suffix == ".xlsx":
            assert not any("externalLink" in name for name in zipfile.ZipFile(path).namelist())
    (page,) = (path.read_text(encoding="utf-8") for path in written if path.suffix == ".html")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert EVIL["template"] in page  # as it was written, not worked out


ODD = ["甲\x01乡", "甲\u202e乡", "甲\n乡", *(["甲\udcff乡"] if sys.platform == "linux" else [])]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_odd_file_names_stop_nothing(tmp_path, capsys, name):
    one = complete("659900-T1", "丙乡")
    desk = Desk(tmp_path).enrol(one)
    for kind, data in {"": book(one), "空": b"", "坏": b"not a workbook"}.items():
        (desk.inbox / f"{name}{kind}.xlsx").write_bytes(data)
    words = ["check", str(desk.inbox), "--annotate", str(tmp_path / "退回")]
    assert cli.main(words) == 1
    assert cli.main([*words, "--json", "--force"]) == 1
    assert cli.main(["status", str(desk.inbox), "--units", desk.roster, "--year", "2023"]) == 1
    assert desk.merge("--year", "2023") == 1
    (unit,) = desk.summary["units"]
    assert unit["counted"] is True
    assert len(desk.summary["others"]) == 2
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
