"""The .xlsm with the button: what stands in it, read by other tools than wrote it."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from types import SimpleNamespace

import olefile
import openpyxl
import pytest
from lxml import etree
from oletools.olevba import VBA_Parser
from openxml_audit import OpenXmlValidator
from pyopenvba import check_file
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.cfb import CFB
from pyopenvba.exceptions import VBACompileError
from pyopenvba.interpreter import Interpreter
from pyopenvba.vba import parse_vba_project, synthesize_class_header

from desk import YEAR, Desk, book, complete, example
from helpers import common, editions
from macro_books import PROJECT, plain, with_button
from nianbao import cli, macros
from nianbao.book.parts import MAIN, unzip
from nianbao.button import ACTIONS
from nianbao.button.project import macro_workbook
from nianbao.office.examine import examine
from nianbao.reading.read import read


VML = {"v": "urn:schemas-microsoft-com:vml", "x": "urn:schemas-microsoft-com:office:excel"}


@pytest.fixture(scope="module", params=["2019", "2021"])
def whole(request):
    return with_button(request.param)


@pytest.fixture(scope="module")
def parts(whole):
    return unzip(whole)


def project(parts):
    return olefile.OleFileIO(io.BytesIO(parts[PROJECT]))


# --- the command ------------------------------------------------------------------------------


def test_the_command_makes_workbooks_with_a_button(tmp_path):
    unit = complete("659900-T1", "甲乡")
    desk = Desk(tmp_path).enrol(unit)
    words = ["--units", desk.roster, "--year", str(YEAR), "-o", str(desk.out), "--macro"]
    assert cli.main(["template", *words]) == 0
    made = (desk.out / "甲乡.xlsm").read_bytes()
    names = [one[2] for one in VBA_Parser("甲乡.xlsm", data=made).extract_macros()]
    assert {"Nianbao.bas", "xlwings.bas"} < set(names)
    assert read(made, editions(), common()).report.unit == unit.unit
    assert cli.main(["template", *words[:-1]]) == 0
    sent = (desk.out / "甲乡.xlsx").read_bytes()
    assert macro_workbook(sent, common()) == made


def without_pyopenvba(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyopenvba", None)


def without_xlwings(monkeypatch):
    monkeypatch.setattr(macros, "util", SimpleNamespace(find_spec=lambda _: None))


@pytest.mark.parametrize("without", [without_pyopenvba, without_xlwings])
def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch, capsys, without):
    without(monkeypatch)
    desk = Desk(tmp_path).enrol(complete("659900-T1", "甲乡"))
    words = ["--units", desk.roster, "--year", str(YEAR), "-o", str(desk.out), "--macro"]
    assert cli.main(["template", *words]) == 2
    assert 'pip install "nianbao[macro]"' in capsys.readouterr().err
    assert not desk.out.exists()


def test_neither_the_help_nor_a_template_without_a_button_loads_the_macro_writer(tmp_path):
    desk = Desk(tmp_path).enrol(complete("659900-T1", "甲乡"))
    unbuttoned = ["template", "--units", desk.roster, "--year", str(YEAR), "-o", str(desk.out)]
    code = "import sys; from nianbao import cli; cli.main(sys.argv[1:]); print(*sys.modules)"
    for words in (["--help"], unbuttoned):
        run = [sys.executable, "-c", f"try:\n {code}\nexcept SystemExit: print(*sys.modules)"]
        ran = subprocess.run([*run, *words], capture_output=True, text=True, check=True)
        assert "nianbao.cli" in ran.stdout
        assert "pyopenvba" not in ran.stdout


def test_the_same_template_gives_the_same_bytes():
    assert macro_workbook(book(example("659900-T03")), common()) == with_button()


# --- the figures are those of the plain workbook ----------------------------------------------


def test_it_reads_as_the_plain_workbook_does():
    before, mine = (read(data, editions(), common()) for data in (plain(), with_button()))
    assert mine.report == before.report
    assert examine(mine, common()) == examine(before, common())


def test_every_sheet_and_the_structure_stay_locked():
    opened = openpyxl.load_workbook(io.BytesIO(with_button()), keep_vba=True)
    assert opened.security.lockStructure
    for sheet in opened:
        assert sheet.protection.sheet, sheet.title
        assert sheet.protection.algorithmName == "SHA-512", sheet.title


# --- the project ------------------------------------------------------------------------------


def test_the_project_holds_our_few_lines_and_the_xlwings_module_and_nothing_else():
    parser = VBA_Parser("a.xlsm", data=with_button())
    texts = {name.partition(".")[0]: code for _, _, name, code in parser.extract_macros()}
    ours = macros.sources()
    assert set(ours) == {"Nianbao", "xlwings", "Dictionary"} < set(texts)
    for name, text in texts.items():
        rest = [line for line in text.splitlines() if not line.startswith("Attribute ")]
        due = [x for x in ours.get(name, "").splitlines() if not x.startswith("Attribute ")]
        assert "".join(rest).split() == "".join(due).split(), name


def test_nothing_in_the_project_was_compiled_by_some_excel(parts):
    """MS-OVBA 2.3.4.1: version 0xFFFF, no cache; 2.3.4.2.3: cookies 0xFFFF, text at offset 0."""
    assert project(parts).openstream("VBA/_VBA_PROJECT").read().hex() == "cc61ffff000000"
    read = parse_vba_project(CFB.from_bytes(parts[PROJECT]))
    assert {(one.text_offset, one.cookie) for one in read.modules} == {(0, 0xFFFF)}
    assert read.project_cookie == 0xFFFF
    assert len(read.modules) == 1 + 3 + sum(n.startswith("xl/worksheets/sheet") for n in parts)
    for one in read.modules:  # a compressed text begins with 1, then its first words
        assert b"Attribut" in project(parts).openstream(f"VBA/{one.stream_name}").read(12), one.name


def test_no_module_holds_compiled_code_that_differs_from_its_text(tmp_path):
    path = tmp_path / "a.xlsm"
    path.write_bytes(with_button())
    parser = VBA_Parser(str(path))
    assert parser.detect_vba_macros()
    assert not parser.detect_vba_stomping()


def test_our_module_is_short_ascii_and_starts_nothing_by_itself():
    text = macros.sources()[macros.OURS] + macros.sources()[macros.CLASS]
    assert text.isascii()
    assert len(text.splitlines()) < 70
    assert not re.search(r"auto_?open|workbook_open|shell|createobject|declare", text.lower())


def test_code_names_are_those_of_the_project(parts):
    lines = project(parts).openstream("PROJECT").read().decode("ascii").split("\r\n")
    documents = [line[9:].partition("/")[0] for line in lines if line.startswith("Document=")]
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    bearers = {"xl/workbook.xml": "workbookPr", **dict.fromkeys(sheets, "sheetPr")}
    given = [
        etree.fromstring(parts[name]).find(f"{MAIN}{tag}").get("codeName")
        for name, tag in bearers.items()
    ]
    assert sorted(documents) == sorted(given)
    assert len(set(documents)) == len(documents) == 1 + len(sheets)
    assert [line for line in lines if line.startswith("Module=")] == [
        "Module=Nianbao",
        "Module=xlwings",
    ]
    assert [line for line in lines if line.startswith("Class=")] == ["Class=Dictionary"]


def test_the_reader_of_its_writer_finds_no_fault(whole, tmp_path):
    path = tmp_path / "a.xlsm"
    path.write_bytes(whole)
    report = check_file(path)
    assert report.complete
    assert report.issues == ()


def test_it_is_valid_open_xml(whole, tmp_path):
    path = tmp_path / "a.xlsm"
    path.write_bytes(whole)
    found = OpenXmlValidator(max_errors=0).validate(str(path)).errors
    assert [str(one) for one in found if one.severity.value == "error"] == []


# --- what it may start ------------------------------------------------------------------------


def settings():
    sheet = openpyxl.load_workbook(io.BytesIO(with_button()))["xlwings.conf"]
    assert sheet.sheet_state == "veryHidden"
    assert sheet.protection.sheet
    return {row[0]: row[1] or "" for row in sheet.iter_rows(max_col=2, values_only=True)}


def test_the_workbook_decides_every_setting_that_its_macros_ask_for():
    """What the sheet does not name is looked for in a file beside the workbook: anyone's."""
    asked = set()
    for text in macros.sources().values():
        for line in text.splitlines():
            asked |= set(re.findall(r'GetConfig\("([^"]+)"', line))
    assert {"INTERPRETER_WIN", "PYTHONPATH", "NIANBAO_EXE"} < asked
    assert asked <= set(settings())


def test_only_the_county_s_folder_is_started_from():
    given = settings()
    assert given["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
    assert given["PYTHONPATH"] == given["CONDA PATH"] == given["UDF MODULES"] == ""
    programs = [value for value in given.values() if value.endswith(".exe")]
    assert len(programs) == 3
    assert all(value.startswith("%LOCALAPPDATA%\\Nianbao\\") for value in programs)


def test_a_missing_interpreter_is_one_chinese_sentence():
    missing = common().catalogue["B02"].finding()
    assert settings()["NIANBAO_MISSING"] == f"{missing.message}。{missing.remedy}"
    text = macros.sources()[macros.OURS]
    said = text[text.index("Private Sub Press") :]
    assert said.index("xlwings.FileExists(GetConfig") < said.index("RunPython Command")
    assert 'Else\r\n        MsgBox GetConfig("NIANBAO_MISSING")' in said


ON_A_MAC = "#Const Mac = True\r\n"
TRIED = """
Function Tried() As String
    Dim d As Dictionary
    Set d = New Dictionary
    d.Add UCase("one"), "A"
    d.Add "EMPTY", ""
    Tried = d.Exists("ONE") & d.Exists("TWO") & d.Item("ONE") & d.Exists("EMPTY")
End Function
"""


def test_on_a_mac_a_press_says_one_sentence_and_does_not_touch_xlwings(tmp_path):
    """pyOpenVBA's interpreter, which refuses what a module does not know; xlwings is not there."""
    said = common().catalogue["B12-mac"].finding()
    path = tmp_path / "a.xlsx"
    path.write_bytes(with_button())
    excel = ExcelApplication.open(path)
    excel.add_module(ON_A_MAC + macros.sources()[macros.OURS], name="OnAMac")
    for action in ACTIONS.values():
        excel.dialogs.clear()
        excel.run(action.macro)
        assert [one[:2] for one in excel.dialogs] == [("MsgBox", f"{said.message}。{said.remedy}")]


def test_where_it_is_no_mac_xlwings_is_asked():
    excel = ExcelApplication()
    excel.add_workbook()
    excel.add_module(macros.sources()[macros.OURS], name="Nianbao")
    with pytest.raises(VBACompileError, match="xlwings"):
        excel.run("NianbaoCheck")


def test_every_class_that_xlwings_names_on_a_mac_is_in_the_project():
    """A class that the project lacks is a compile error."""
    text = re.sub(r"'.*", "", macros.sources()[macros.LIBRARY])
    assert set(re.findall(r"\bNew (\w+)", text)) == {macros.CLASS}
    asked = set(re.findall(r"\b(?:d|GetConfigFromSheet\(\w+\))\.(\w+)", text))
    given = set(re.findall(r"Public (?:Sub|Function) (\w+)", macros.sources()[macros.CLASS]))
    assert {"Add", "Exists"} < asked <= given


def test_the_class_keeps_what_it_is_given():
    interpreter = Interpreter()
    text = macros.sources()[macros.CLASS].split("\r\n", 1)[1]
    header = synthesize_class_header(macros.CLASS)
    interpreter.add_module(header + text, name=macros.CLASS, kind="class")
    interpreter.add_module(TRIED, name="Trial")
    assert interpreter.run("Tried") == "TrueFalseATrue"


# --- the buttons ------------------------------------------------------------------------------


def drawings(parts):
    return {n: etree.fromstring(d) for n, d in parts.items() if n.endswith(".vml")}


def drawn(drawing):
    """Caption and macro of each button of a sheet."""
    return [
        ("".join(shape.find("v:textbox", VML).itertext()), macro.text.removeprefix("[0]!"))
        for shape in drawing.iterfind("v:shape", VML)
        for macro in shape.iterfind(".//x:FmlaMacro", VML)
    ]


def test_the_sheets_show_the_buttons_of_the_list(parts):
    first, *others = (drawn(d) for _, d in sorted(drawings(parts).items(), key=_number))
    assert first == [(one.caption, one.macro) for one in ACTIONS.values()]
    assert len(others) >= 5
    for one in others:
        assert one == [(a.caption, a.macro) for a in ACTIONS.values() if a.everywhere]


def _number(part):
    return int(re.search(r"(\d+)\.vml", part[0])[1])


def test_no_button_stands_on_another_or_on_text(whole, parts):
    opened = openpyxl.load_workbook(io.BytesIO(whole))
    for name, drawing in drawings(parts).items():
        number = int(re.search(r"(\d+)\.vml", name)[1])
        sheet = opened.worksheets[number - 1]
        ends = (0, 0)
        for anchor in drawing.iterfind(".//x:Anchor", VML):
            left, left_off, top, _, right, right_off, bottom, _ = map(int, anchor.text.split(","))
            assert ends <= (left, left_off) < (right, right_off), name
            ends = (right, right_off)
            for row in sheet.iter_rows(top + 1, bottom + 1, left + 1, right + bool(right_off)):
                for cell in row:
                    centred = cell.alignment.horizontal == "center" and top == 0
                    assert not cell.value or centred, (name, cell.coordinate)
