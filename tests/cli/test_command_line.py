"""The command line as an officer meets it: exit status, words, whole files, bad input."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from accidents import drop, identity, insert_row, put, relabel, spoilt
from desk import YEAR, Desk, book, complete, example, figures, write_text
from helpers import common, edition_for, editions
from nianbao import cli
from nianbao.cli import console
from nianbao.errors import NianbaoError
from nianbao.office import dates
from nianbao.report import to_document


A = complete("659900-T1", "甲乡")
B = complete("659900-T2", "乙镇", requests__received__individual=5, requests__granted__individual=4)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def checked(capsys, *words) -> dict:
    """``check --json`` of the words: file -> its document, with the exit status under ''."""
    status = cli.main(["check", *words, "--json"])
    said = json.loads(capsys.readouterr().out)
    return {"": status} | {one["file"]: one for one in said["files"]}


def rules(document: dict) -> list[str]:
    return [finding["rule"] for finding in document["findings"]]


# --- the round trip ---------------------------------------------------------------------------


def test_templates_are_named_by_unit_and_pass_through_fill_and_check(desk, capsys):
    desk.enrol(A, B)
    out = str(desk.folder / "下发")
    assert cli.main(["template", "--year", str(YEAR), "--units", desk.roster, "-o", out]) == 0
    assert sorted(p.name for p in Path(out).iterdir()) == ["乙镇.xlsx", "甲乡.xlsx"]
    blank = checked(capsys_after(capsys), out)
    assert blank[""] == 1
    texts = {"N08", "N08c"}  # of the five aspects nothing is said where nothing is written
    assert set(rules(blank["甲乡.xlsx"])) == {"C01", "N10", "N16", *texts}


def capsys_after(capsys):
    capsys.readouterr()
    return capsys


def test_fill_gives_back_the_report_it_was_given(tmp_path, capsys):
    source, target = tmp_path / "甲.json", tmp_path / "甲.xlsx"
    source.write_text(json.dumps(to_document(A), ensure_ascii=False), encoding="utf-8")
    assert cli.main(["fill", str(source), "-o", str(target)]) == 0
    assert cli.main(["check", str(target)]) == 0
    assert "甲乡" in capsys.readouterr().out


def test_merge_writes_four_files_and_the_prefecture_takes_the_county_in(desk, tmp_path):
    desk.enrol(A, B).receive(A, B)
    assert desk.merge() == 0
    names = {path.name for path in desk.out.iterdir()}
    assert names == {"汇总.xlsx", "汇总.json", "看板.html", "上报.xlsx"}
    assert desk.summary["complete"] is True
    received = desk.summary["report"]["tables"]["requests"]["received"]
    assert received["individual"] == received["total"] == 8
    write_text(desk.out / "上报.xlsx")
    assert cli.main(["check", str(desk.out / "上报.xlsx")]) == 0
    (tmp_path / "市.csv").write_text("code,name,level\n659900,示例县,县级\n", encoding="utf-8")
    up = ["merge", str(desk.out / "上报.xlsx"), "--units", str(tmp_path / "市.csv")]
    assert cli.main([*up, "-o", str(tmp_path / "市")]) == 0
    city = json.loads((tmp_path / "市" / "汇总.json").read_text(encoding="utf-8"))
    assert city["report"]["unit"]["level"] == "prefecture"
    assert city["report"]["tables"] == desk.summary["report"]["tables"]


def test_a_county_without_text_is_asked_for_it_and_left_out_above(desk, tmp_path, capsys):
    desk.enrol(A, B).receive(A, B)
    assert desk.merge() == 0
    assert "文字部分（第一、五部分）还没有写" in capsys.readouterr().out
    found = checked(capsys, str(desk.out / "上报.xlsx"))
    assert rules(found["上报.xlsx"]) == ["N16", "N16", "N16", "N08", "N08c"]
    (tmp_path / "市.csv").write_text("code,name,level\n659900,示例县,县级\n", encoding="utf-8")
    up = ["merge", str(desk.out / "上报.xlsx"), "--units", str(tmp_path / "市.csv")]
    for more, counted in (([], False), (["--provisional"], True)):
        assert cli.main([*up, "-o", str(tmp_path / f"市{counted}"), *more]) == 1
        city = json.loads((tmp_path / f"市{counted}" / "汇总.json").read_text(encoding="utf-8"))
        assert city["units"][0]["counted"] is counted


def test_text_written_into_the_summary_survives_a_further_merge(desk, capsys):
    desk.enrol(A, B).receive(A, B)
    assert desk.merge() == 0
    write_text(desk.out / "上报.xlsx")
    later = figures(B, disclosure__normative__in_force=9)
    (desk.inbox / "乙镇.xlsx").write_bytes(book(later))
    capsys.readouterr()
    assert desk.merge("--force") == 0
    assert "还没有写" not in capsys.readouterr().out
    assert desk.summary["report"]["narrative"]["problems"].startswith(f"{YEAR}年，problems")
    assert cli.main(["check", str(desk.out / "上报.xlsx")]) == 0


def test_another_units_name_in_a_text_is_found_with_the_roster_only(desk, capsys):
    texts = {**A.narrative, "problems": "乙镇公开内容更新不够及时，明年逐月检查。"}
    copied = dataclasses.replace(A, narrative=texts)
    desk.enrol(copied, B).receive(copied, B)  # names without their county: two letters are few
    name = "示例县乙河镇"
    other = dataclasses.replace(B, unit=dataclasses.replace(B.unit, name=name))
    copied = dataclasses.replace(copied, narrative={**texts, "problems": "乙河镇更新慢，要检查。"})
    desk.enrol(copied, other).receive(copied)
    found = checked(capsys_after(capsys), str(desk.inbox / "甲乡.xlsx"))
    assert "N15" not in rules(found["甲乡.xlsx"])
    found = checked(capsys, str(desk.inbox / "甲乡.xlsx"), "--units", desk.roster)
    assert rules(found["甲乡.xlsx"]) == ["N15"]
    desk.merge()
    (unit,) = [one for one in desk.summary["units"] if one["name"] == "甲乡"]
    assert [finding["rule"] for finding in unit["findings"]] == ["N15"]


def test_rules_show_source_and_kind_of_every_rule_and_sentence(capsys):
    assert cli.main(["rules", "2021", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert all(
        one["text"] and one["basis"] and one["kind"]
        for one in said["rules"][: len(editions()["2021"].rules)]
    )
    assert all(one["text"] and one["source"] and one["kind"] for one in said["guidance"])
    practice = common().authorities["practice"].format(above=common().words["above"])
    kinds = {**common().authorities, "practice": practice}
    assert {one["kind"] for one in said["guidance"]} == set(kinds.values()) - {kinds["local"]}
    assert cli.main(["rules", "2021"]) == 0
    shown = "".join(capsys.readouterr().out.split())
    for one in said["guidance"]:
        assert "".join(f"依据：{one['source']}（{one['kind']}）".split()) in shown


def test_last_years_summary_is_previous_for_every_unit(desk, tmp_path, capsys):
    desk.enrol(A).receive(A)
    desk.merge()
    this = figures(A, requests__carried_in__individual=0)
    this = this.__class__(**{**this.__dict__, "year": YEAR + 1})
    path = tmp_path / "今年.xlsx"
    path.write_bytes(book(this))
    found = checked(capsys_after(capsys), str(path), "--previous", str(desk.out / "汇总.json"))
    assert "T3-04" in rules(found["今年.xlsx"])
    carried = figures(this, requests__carried_in__individual=1, requests__granted__individual=3)
    path.write_bytes(book(carried))
    found = checked(capsys, str(path), "--previous", str(desk.out / "汇总.json"))
    assert "T3-04" not in rules(found["今年.xlsx"])


# --- bad input: one finding or one line each, the others still processed ----------------------


SHEET = edition_for(YEAR).tables[1].sheet
ACCIDENTS = {
    "empty": (b"", "F03", "unreadable"),
    "no workbook": (b"%PDF-1.7 nothing", "F01", "unreadable"),
    "truncated": (book(A)[:20_000], "F01", "unreadable"),
    "someone else's table": (None, "F04", "unreadable"),
    "encrypted": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 9,
        "F02",
        "unreadable",
    ),
    "edition of the wrong years": (identity(2, "2019"), "C08", "error"),
    "unknown edition": (identity(2, "1999"), "C08", "unreadable"),
    "no year": (identity(3, "今年"), "C09", "error"),
    "wrong year": (identity(3, YEAR - 1), "C09", "error"),
    "not on the roster": (identity(4, "999"), "C09", "error"),
    "missing sheet": (drop(SHEET), "C08", "error"),
    "edited label": (relabel, "C08", "error"),
    "inserted row": (insert_row, "C08", "error"),
    "overwritten total": (put("requests.received.total", 9), "C07", "error"),
    "text in a number cell": (put("requests.received.individual", "减4"), "C02", "error"),
    "a number with its unit": (put("requests.received.individual", "3件"), "C06", "warning"),
}


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_each_accident_has_its_finding_and_stops_nothing(desk, capsys, accident):
    change, rule, status = ACCIDENTS[accident]
    desk.enrol(A, B).receive(B)
    if change is None:
        opened = openpyxl.Workbook()
        opened.active["A1"] = "我们自己的表"
        opened.save(desk.inbox / "甲乡.xlsx")
    else:
        data = spoilt(change) if callable(change) else change
        (desk.inbox / "甲乡.xlsx").write_bytes(data)
    found = checked(capsys, str(desk.inbox), "--units", desk.roster, "--year", str(YEAR))
    assert found[""] == 1
    assert found["甲乡.xlsx"]["status"] == status
    assert rule in rules(found["甲乡.xlsx"])
    one = next(f for f in found["甲乡.xlsx"]["findings"] if f["rule"] == rule)
    assert one["message"]
    assert one["remedy"]
    assert rules(found["乙镇.xlsx"]) == []
    assert desk.merge("--year", str(YEAR)) == 1
    counted = {unit["name"] for unit in desk.summary["units"] if unit["counted"]}
    assert counted == ({"乙镇", "甲乡"} if status == "warning" else {"乙镇"})


def test_two_files_of_one_unit_are_both_left_out_and_named(desk, capsys):
    desk.enrol(A, B).receive(A, B)
    other = figures(A, requests__granted__enterprise=1, requests__received__enterprise=1)
    (desk.inbox / "甲乡（终稿）.xlsx").write_bytes(book(other))
    assert desk.merge() == 1
    status = {unit["name"]: unit for unit in desk.summary["units"]}
    assert status["甲乡"]["status"] == "duplicate"
    assert status["甲乡"]["counted"] is False
    assert status["甲乡"]["files"] == ["甲乡.xlsx", "甲乡（终稿）.xlsx"]
    assert "甲乡（终稿）.xlsx" in capsys.readouterr().out


def test_two_copies_of_one_file_are_counted_once(desk):
    desk.enrol(A, B).receive(A, B)
    (desk.inbox / "副本.xlsx").write_bytes(book(A))
    assert desk.merge() == 0
    assert desk.summary["complete"] is True
    assert desk.summary["report"]["tables"]["requests"]["received"]["total"] == 8
    assert [one["rule"] for one in desk.summary["findings"] if one["rule"][0] == "L"] == ["L05"]


def test_a_missing_unit_makes_the_summary_provisional_on_its_face(desk):
    desk.enrol(A, B).receive(A)
    assert desk.merge() == 1
    assert desk.summary["complete"] is False
    face = openpyxl.load_workbook(desk.out / "汇总.xlsx").worksheets[0]
    assert "暂定" in face["A2"].value
    assert "乙镇" in str([cell.value for row in face.iter_rows() for cell in row])
    up = openpyxl.load_workbook(desk.out / "上报.xlsx")
    assert "暂定" in up.worksheets[0]["A2"].value
    assert "暂定" in (desk.out / "看板.html").read_text(encoding="utf-8")


def test_provisional_counts_units_with_errors_and_says_so(desk):
    wrong = figures(B, disclosure__rules__issued=2)
    desk.enrol(A, wrong).receive(A, wrong)
    assert desk.merge() == 1
    assert [u["counted"] for u in desk.summary["units"]] == [True, False]
    assert desk.merge("--provisional", "--force") == 1
    assert [u["counted"] for u in desk.summary["units"]] == [True, True]
    assert desk.summary["complete"] is False


# --- days -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "2026-01-20", "2026年1月20日", "2026年01月20日前", "1月20日", "２０２６／１／２０", "2026.1.20",
    "20260120", "1-20",
])  # fmt: skip
def test_a_deadline_is_a_day(text):
    assert dates.deadline(text, 2025, common()) == dt.date(2026, 1, 20)


@pytest.mark.parametrize(("text", "why"), [
    ("明天", "认不出是哪一天"), ("", "认不出是哪一天"), ("2026年2月30日", "没有这一天"),
    ("13月1日", "没有这一天"), ("2025年12月31日", "2025年还没有过完"), ("0000-01-20", "没有这一天"),
])  # fmt: skip
def test_what_is_no_deadline_is_refused(text, why):
    with pytest.raises(NianbaoError, match=why):
        dates.deadline(text, 2025, common())


def test_a_deadline_on_the_command_line(desk, capsys):
    desk.enrol(A)
    words = ["template", "--year", str(YEAR), "--units", desk.roster, "-o", str(desk.out)]
    assert cli.main([*words, "--deadline", "明天"]) == 2
    assert capsys.readouterr().err == (
        "错误：--deadline 后面的“明天”不对："
        f"认不出是哪一天，请写成 {YEAR + 1}-01-20 或 {YEAR + 1}年1月20日。\n"
    )
    assert not desk.out.exists()
    assert cli.main([*words, "--deadline", "1月20日"]) == 0
    cover = openpyxl.load_workbook(desk.out / "甲乡.xlsx").worksheets[0]
    said = [cell.value for row in cover.iter_rows() for cell in row]
    assert f"{YEAR + 1}年1月20日" in said


# --- could not run ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "没有这个文件.xlsx"],
        ["merge", ".", "-o", "x"],
        ["merge", ".", "--units", "没有.csv", "-o", "x"],
        ["template", "--year", "1990", "--units", "units.csv", "-o", "x"],
        ["rules", "1848"],
        ["nonsense"],
        ["check", "a", "--json=1"],
        ["check", "a", "--year"],
        ["check", "a", "--year", "今年"],
        ["check", "a", "--year", "12345"],
        ["check", "a", "--units"],
        ["template", "--year", "二〇二五", "--units", "units.csv", "-o", "x"],
        ["template", "--year", "2025", "--units", "units.csv", "-o", "x", "--deadline", "明天"],
        ["template", "--year", "2025", "--units", ".", "-o", "x"],
        ["template", "--year", "2025", "--units", "units.csv", "-o", "units.csv"],
        ["fill", "units.csv", "-o", "x.xlsx"],
        ["fill", ".", "-o", "x.xlsx"],
        ["merge", ".", "--units", "units.csv", "-o", "x", "--published", "units.csv"],
        ["merge", ".", "--units", "units.csv", "-o", "x", "--previous", "没有.json"],
        ["status", ".", "--units", "units.csv", "--year", "1990"],
        ["import", "units.csv", "-o", "x.json", "--level", "village"],
        ["button"],
        ["button", "press"],
        ["button", "attach", "别的"],
        ["button", "kit"],
        ["schema", "1848"],
        ["editions", "多余"],
        ["regenerate", "--what"],
        ["demo", "a", "b"],
        ["check", "--nonsense", "a"],
        [],
    ],
    ids=" ".join,
)
def test_what_cannot_run_says_so_in_chinese_and_exits_with_2(words, desk, monkeypatch, capsys):
    monkeypatch.chdir(desk.enrol(A).folder)
    with pytest.raises(SystemExit) as stop:
        raise SystemExit(cli.main(words))
    assert stop.value.code == 2
    said = capsys.readouterr()
    assert any("一" <= c <= "鿿" for c in said.err + said.out)
    assert "Traceback" not in said.err
    assert english(said.err) == set()


OURS = {
    "nianbao", "xlsx", "json", "csv", "units", "year", "deadline", "level", "kit", "button",
    "press", "attach", "install", "status", "remind", "remove", "demo", "regenerate", "what",
    "editions", "schema", "rules", "import", "merge", "fill", "template", "check", "previous",
    "nonsense", "docx", "code", "name", "village", "township", "street", "department", "county",
    "prefecture", "province", "out", "utf", "excel", "x", "a", "h", "o", "b",
}  # fmt: skip
"""Words of commands, options and file names; any other English word is somebody else's sentence."""


def english(text: str) -> set[str]:
    import re

    return {word.casefold() for word in re.findall("[A-Za-z]+", text)} - OURS


@pytest.mark.parametrize("text", ['{"x": 1}', '{"units": []}', '{"units": [1], "report": 2}', "{"])
def test_a_useless_previous_is_named(text, desk, capsys):
    desk.enrol(A).receive(A)
    path = desk.folder / "去年.json"
    path.write_text(text, encoding="utf-8")
    assert cli.main(["check", str(desk.inbox), "--previous", str(path)]) == 2
    assert "去年.json" in capsys.readouterr().err


def test_nothing_is_overwritten_without_force(desk, capsys):
    desk.enrol(A).receive(A)
    assert desk.merge("--no-ledger") == 0
    before = {path: path.read_bytes() for path in desk.out.iterdir()}
    for words in (["--no-ledger"], []):  # nor by an office that never merged there
        assert desk.merge(*words) == 2
        assert "--force" in capsys.readouterr().err
        assert {path: path.read_bytes() for path in desk.out.iterdir()} == before
    assert desk.merge("--force") == 0


def test_status_lists_everyone(desk, capsys):
    desk.enrol(A, B).receive(A)
    assert cli.main(["status", str(desk.inbox), "--units", desk.roster]) == 1
    said = capsys.readouterr().out
    assert "甲乡" in said
    assert "未报" in said


class GbkName(zipfile.ZipInfo):
    """An entry named as Windows names it: GBK, without the UTF-8 flag."""

    def _encodeFilenameFlags(self):  # noqa: N802 - zipfile's hook
        return self.filename.encode("gb18030"), self.flag_bits


def test_a_zip_with_gbk_names_and_a_gbk_roster(desk):
    desk.enrol(A, B, encoding="gb18030")
    with zipfile.ZipFile(desk.inbox / "收齐.zip", "w") as archive:
        for one in (A, B):
            archive.writestr(GbkName(f"{one.unit.name}.xlsx"), book(one))
    assert desk.merge() == 0
    assert desk.summary["units"][0]["file"] == "收齐.zip/甲乡.xlsx"


# --- the console ------------------------------------------------------------------------------


def run(*words, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-m", "nianbao", *words],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_a_gbk_console_is_no_obstacle(desk):
    desk.enrol(A).receive(A)
    done = run("check", str(desk.inbox), PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "合格" in done.stdout.decode("gbk")
    done = run("check", str(desk.inbox), "--json", PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert json.loads(done.stdout.decode("ascii"))["files"][0]["unit"]["name"] == "甲乡"


def test_help_loads_nothing_heavy():
    heavy = "click openpyxl xlwings jsonschema jsonschema_rs lxml rich ironcalc jinja2 pandas"
    code = (
        "import sys; from nianbao import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        f"print([m for m in '{heavy}'.split() if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode().strip().endswith("[]")


def test_text_fits_80_columns(desk, capsys, monkeypatch):
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(console, "terminal", lambda: True)
    wrong = figures(example("659900-D02"))
    (desk.inbox / "公安局.xlsx").write_bytes(book(wrong))
    (desk.inbox / "原样.xlsx").write_bytes(book(example("659900-D02")))
    cli.main(["check", str(desk.inbox)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert max(map(cell_len, lines)) <= 80


HELPS = [*([verb] for verb in cli.VERBS), ["button", "attach"], ["button", "kit"], []]


@pytest.mark.parametrize("words", HELPS, ids=" ".join)
def test_every_command_has_a_chinese_help_that_fits_80_columns(words, capsys, monkeypatch):
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", "80")
    assert cli.main([*words, "-h"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("用法：nianbao")
    assert english(said) - ENGLISH == set()
    lines = said.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert (
        len({cell_len(line[: match.start()]) for line in lines if (match := TOLD.match(line))}) == 1
    )
    said.encode("gbk")


TOLD = re.compile(r"  (?:-\S.*?|\S+) {2,}(?=\S)")
"""What stands before the explanation of an option or a command."""

ENGLISH = {
    "help", "macro", "password", "local", "deadline", "resume", "force", "annotate", "provisional",
    "published", "editions", "toml", "python", "org", "embed", "amd", "zip", "program", "version",
    "schema", "txt", "xlsm", "windows", "ledger", "no", "who", "why", "postgresql", "reopen",
    "decide", "accept", "waive", "exclude", "prefer", "correct", "undo", "list", "seal", "verify",
    "diff", "from", "to", "trace",
}  # fmt: skip
"""Further names of options and formats that a help shows."""


def test_the_language_of_the_system_is_left_as_it_is(monkeypatch, capsys):
    import gettext
    import os

    monkeypatch.setenv("LANGUAGE", "fr")
    before = gettext.textdomain()
    assert cli.main(["nonsense"]) == 2
    assert "没有命令“nonsense”" in capsys.readouterr().err
    assert (os.environ["LANGUAGE"], gettext.textdomain()) == ("fr", before)


def test_a_verbs_name_or_option_is_not_to_be_shortened_but_a_likely_one_is_named(capsys):
    for words, meant in (["check", "a", "--prev", "b"], "--previous"), (["tempate"], "template"):
        assert cli.main(words) == 2
        assert meant in capsys.readouterr().err


def test_the_sentences_of_click_are_compiled_and_are_those_that_click_asks_for():
    from importlib.util import find_spec

    from babel.messages import mofile, pofile

    from nianbao.cli.chinese import DOMAIN, LOCALES

    path = Path(LOCALES) / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open(encoding="utf-8") as stream:
        catalogue = pofile.read_po(stream, locale="zh_CN")
    with path.with_suffix(".mo").open("rb") as stream:
        compiled = mofile.read_mo(stream)
    said, given = ({_said(one) for one in each if one.id} for each in (catalogue, compiled))
    assert said == given
    folder = Path(find_spec("click").origin).parent
    source = "".join(one.read_text(encoding="utf-8") for one in folder.glob("*.py"))
    for message in catalogue:
        ids = [message.id] if isinstance(message.id, str) else message.id
        assert [one for one in ids if json.dumps(one) not in source] == []
        assert message.string


def _said(message) -> tuple[str, str]:
    """The first form of a message and of its translation."""
    return tuple(one if isinstance(one, str) else one[0] for one in (message.id, message.string))
