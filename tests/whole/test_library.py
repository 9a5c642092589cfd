"""``import nianbao``: what a program is given, the same from bytes and from a path."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import zipfile

import pytest

import nianbao
from desk import YEAR, Desk, book, complete, figures
from nianbao import cli
from nianbao.report import to_document


A = complete("659900-T1", "甲乡")
B = complete("659900-T2", "乙镇", requests__received__individual=5, requests__granted__individual=4)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).enrol(A, B)


def test_importing_it_and_asking_for_the_version_loads_nothing():
    code = (
        "import sys, nianbao; assert nianbao.__version__ and 'merge' in dir(nianbao)\n"
        "print([m for m in sys.modules if m.startswith('nianbao.') and m != 'nianbao.version'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_what_it_offers_is_there_whatever_modules_are_loaded_before_or_after():
    for name in nianbao.__all__:
        if name in {"check", "merge", "template"}:
            module = importlib.import_module(f"nianbao.{name}")
            assert sys.modules[f"nianbao.{name}"] is module
            assert getattr(nianbao, name) is not module
        assert getattr(nianbao, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        _ = nianbao.nonsense


def test_a_workbook_is_read_from_bytes_and_from_a_path(desk):
    desk.receive(A)
    data = book(A)
    assert nianbao.read(data).report == nianbao.read(desk.inbox / "甲乡.xlsx").report
    assert nianbao.read(data).report.figure("requests.received.individual") == 3
    for bad in (b"", b"%PDF", data[:9000]):
        with pytest.raises(nianbao.NianbaoError, match=r"[一-龥]"):
            nianbao.read(bad)
    with pytest.raises(nianbao.NianbaoError, match="找不到"):
        nianbao.read(desk.folder / "没有.xlsx")


def test_a_file_is_checked_as_the_command_line_checks_it(desk, capsys):
    wrong = figures(B, requests__received__individual=9)
    desk.receive(A, wrong)
    cli.main(["check", str(desk.inbox), "--units", desk.roster, "--year", "2024", "--json"])
    said = {one["file"]: one for one in json.loads(capsys.readouterr().out)["files"]}
    for name, one in said.items():
        mine = nianbao.check(desk.inbox / name, units=desk.roster, year=2024)
        told = [(f.rule, f.place, f.message) for f in mine.findings]
        cells = [f"{f['sheet']}!{f['cell']}" if f["cell"] else f["sheet"] for f in one["findings"]]
        expected = zip(one["findings"], cells, strict=True)
        assert told == [(f["rule"], cell, f["message"]) for f, cell in expected]
        assert (mine.file, mine.status, mine.sha256) == (name, one["status"], one["sha256"])


def test_a_document_and_what_is_no_form_are_checked_too():
    data = json.dumps(to_document(A), ensure_ascii=False).encode()
    assert nianbao.check(data).status == "ok"
    bad = nianbao.check(b"PK\x03\x04")
    assert (bad.status, bad.report) == ("unreadable", None)
    assert bad.findings[0].severity is nianbao.Severity.ERROR


@pytest.mark.parametrize("processes", [False, True])
def test_a_roster_is_merged_as_the_command_line_merges_it(desk, processes):
    desk.receive(A, B)
    assert desk.merge() == 0
    summary = nianbao.merge([desk.inbox], desk.roster, processes=processes)
    assert to_document(summary.report)["tables"] == desk.summary["report"]["tables"]
    assert [one.status for one in summary.standings] == ["ok", "ok"]
    assert summary.complete


def test_bytes_and_archives_are_merged_and_who_is_missing_is_told(desk):
    with zipfile.ZipFile(desk.folder / "收齐.zip", "w") as archive:
        archive.writestr("甲乡.xlsx", book(A))
    both = nianbao.merge([desk.folder / "收齐.zip", book(B)], desk.roster)
    assert both.complete
    one = nianbao.merge([book(B), b"nothing"], desk.roster)
    assert [standing.unit.name for standing in one.left_out] == ["甲乡"]
    assert [stranger.status for stranger in one.strangers] == ["unreadable"]
    with pytest.raises(nianbao.NianbaoError, match="找不到"):
        nianbao.merge([desk.folder / "没有"], desk.roster)


def test_a_template_is_what_the_command_line_writes(desk):
    words = ["template", "--year", str(YEAR), "--units", desk.roster, "-o", str(desk.out)]
    assert cli.main(words) == 0
    mine = nianbao.check(nianbao.template(A.unit, YEAR))
    assert mine.sha256
    theirs = nianbao.check(desk.out / "甲乡.xlsx")
    assert mine.report == theirs.report
    assert mine.findings == theirs.findings
    with pytest.raises(nianbao.NianbaoError, match="1990"):
        nianbao.template(A.unit, 1990)
