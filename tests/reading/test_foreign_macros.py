"""Macros of a returned workbook: ours, or a finding; never run."""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from types import SimpleNamespace

import pytest

from helpers import CASES, common, editions
from macro_books import PROJECT, plain, remade, with_button, with_parts
from nianbao import macros
from nianbao.book.parts import unzip, zipped
from nianbao.office.examine import examine
from nianbao.reading import foreign_macros
from nianbao.reading.read import read


@pytest.fixture(scope="module")
def parts():
    return unzip(with_button())


def judged(data):
    finding = foreign_macros.foreign_macros(data, common().catalogue)
    return finding and finding.message


def test_our_own_macros_are_no_finding():
    assert judged(with_button()) is None
    assert judged(plain()) is None


def test_macros_as_excel_respells_them_are_ours():
    def respell(file):
        text = macros.sources()[macros.OURS].split("\r\n", 1)[1]
        file.set_module(macros.OURS, text.replace("Verb", "verb").replace("    ", "  "))

    assert judged(remade(respell)) is None


EVIL = 'Sub Auto_Open()\r\nShell "calc.exe"\r\nEnd Sub\r\n'


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.vba_project().add_module("Evil", EVIL), "多出代码 Evil"),
        (lambda f: f.set_module("ThisWorkbook", EVIL), "多出代码 ThisWorkbook"),
        (lambda f: f.set_module("Nianbao", EVIL), "改动了模块 Nianbao"),
        (lambda f: f.set_module("Dictionary", EVIL), "改动了模块 Dictionary"),
        (
            lambda f: f.set_module("xlwings", macros.sources()["xlwings"] + EVIL),
            "改动了模块 xlwings",
        ),
    ],
)
def test_a_project_that_differs_is_a_finding(change, says):
    data = remade(change)
    assert says in judged(data)
    found = examine(read(data, editions(), common()), common())
    assert any(f.rule == "C08" and says in f.message for f in found)


BROKEN = {
    "text": lambda _: b"not a project",
    "empty": lambda _: b"",
    "missing": lambda _: None,
    "cut off": lambda project: project[:9000],
    "huge": lambda _: b"\0" * (foreign_macros.LARGEST + 1),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_project_that_cannot_be_read_is_a_finding_and_the_figures_are_read(how, parts):
    data = with_parts(**{PROJECT: BROKEN[how](parts[PROJECT])})
    assert "宏工程读不出来" in judged(data)
    assert read(data, editions(), common()).report == read(plain(), editions(), common()).report


@pytest.mark.parametrize("kind", ["activeX", "macrosheet"])
def test_controls_and_old_macro_sheets_are_a_finding(kind):
    types = unzip(with_button())["[Content_Types].xml"]
    more = f'<Override PartName="/xl/x.xml" ContentType="application/{kind}+xml"/></Types>'
    data = with_parts(**{"[Content_Types].xml": types.replace(b"</Types>", more.encode())})
    assert "含有控件或旧式宏表" in judged(data)


def test_a_plain_workbook_renamed_to_xlsm_has_no_macros():
    assert judged(plain()) is None


DECLARED = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'


def test_a_project_that_is_declared_but_not_there_is_none():
    parts = unzip(plain())
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", DECLARED)
    assert judged(zipped(parts)) is None
    evil = {**parts, "xl/evil.BIN": b"no project"}
    assert "宏工程读不出来" in judged(zipped(evil))


def test_a_class_as_libreoffice_respells_it_is_ours():
    def respell(file):
        text = macros.sources()[macros.CLASS]
        file.set_module(macros.CLASS, f"Option ClassModule\r\n{text}")

    assert judged(remade(respell)) is None


def test_macros_in_an_opendocument_are_a_finding():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("content.xml", "<x/>")
        archive.writestr("Basic/Standard/Module1.xml", "<x/>")
    assert "OpenDocument" in judged(buffer.getvalue())


def test_without_the_extra_it_is_said_that_nothing_was_compared(monkeypatch):
    book = with_button()
    monkeypatch.setitem(sys.modules, "pyopenvba.cfb", None)
    assert "没有核对" in judged(book)


def test_without_the_module_to_compare_with_the_same_is_said(monkeypatch):
    book = with_button()
    monkeypatch.setattr(macros, "util", SimpleNamespace(find_spec=lambda _: None))
    monkeypatch.setattr(foreign_macros, "_known", foreign_macros._known.__wrapped__)
    assert "没有核对" in judged(book)


def test_what_a_release_wrote_stays_known():
    listed = macros.known()
    for name, text in macros.sources().items():
        digest = hashlib.sha256(foreign_macros._bare(text).encode()).hexdigest()
        assert digest in listed[name], f"add to known.txt: {name} {digest}"


def test_the_workbook_of_an_earlier_release_is_still_ours():
    """Other lines of ours, no class, and what Excel compiled before the text."""

    def earlier(file):
        text = (CASES / "Nianbao-0.1.0.bas").read_text(encoding="ascii")
        file.set_module(macros.OURS, text.partition("\n")[2])
        file.vba_project().delete_module(macros.CLASS)

    assert judged(remade(earlier)) is None


def test_a_signed_project_is_still_ours():
    types = unzip(with_button())["[Content_Types].xml"]
    kind = "application/vnd.ms-office.vbaProjectSignature"
    more = f'<Override PartName="/xl/vbaProjectSignature.bin" ContentType="{kind}"/></Types>'
    signed = {
        "[Content_Types].xml": types.replace(b"</Types>", more.encode()),
        "xl/vbaProjectSignature.bin": b"\0" * 64,
    }
    assert judged(with_parts(**signed)) is None
