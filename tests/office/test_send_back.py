"""``check --annotate``: what goes back is ready to be sent, and reads back as it is."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from accidents import drop, insert_row, put, relabel, spoilt
from altered import DAMAGED, base, understood
from desk import YEAR, Desk, book, complete, figures
from helpers import common, editions
from mutations import mutate
from nianbao import cli
from nianbao.check import Beside
from nianbao.errors import to_mend
from nianbao.layout import IDENTITY, Layout, layout_of
from nianbao.office.examine import examine
from nianbao.reading.read import read
from nianbao.report import to_document
from nianbao.template.sent_back import MOST, ToSend, sent_back
from oox import packed, parts


A = complete("659900-T1", "甲乡")
B = complete("659900-T2", "乙镇")
SHEET = common().sheets["returned"]
NONE, TEN = "requests.received.individual", "requests.received.enterprise"


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).enrol(A, B).receive(B)


def annotate(desk, *words) -> dict[str, Path]:
    out = desk.folder / "退回"
    cli.main(["check", str(desk.inbox), "--annotate", str(out), *words])
    return {p.name: p for p in sorted(out.glob("[!.]*"))} if out.exists() else {}


def receive(desk, *changes, name="甲乡.xlsx"):
    def change(opened):
        for one in changes:
            one(opened)

    (desk.inbox / name).write_bytes(spoilt(change))


def rows(path: Path) -> list[list[object]]:
    """The lines of the list: number, severity, rule, place, fault, remedy, now."""
    sheet = openpyxl.load_workbook(path, data_only=True)[SHEET]
    return [
        [c.value for c in row][:7] for row in sheet.iter_rows() if isinstance(row[0].value, int)
    ]


def at(opened, key):
    place = Layout(editions()["2021"], common().sheets, "township").fields[key]
    return opened[place.sheet].cell(place.row, place.column)


def test_a_faulty_file_goes_back_as_a_fresh_template_with_its_own_content(desk):
    receive(desk, put(NONE, "无"), put(TEN, "３件"), put("requests.received.total", 13))
    files = annotate(desk)
    assert list(files) == ["甲乡.txt", "甲乡.xlsx"]
    opened = openpyxl.load_workbook(files["甲乡.xlsx"])
    assert opened.sheetnames[0] == SHEET
    assert opened.active.title == SHEET
    assert all(sheet.protection.sheet for sheet in opened)
    assert at(opened, NONE).value == "无"
    assert at(opened, TEN).value == 3
    assert at(opened, "requests.received.total").value.startswith("=IF(")
    assert at(opened, "requests.granted.individual").value == 2
    texts = layout_of(editions()["2021"], common().sheets, "township").texts
    for key, place in texts.items():
        assert opened[place.sheet].cell(place.row, place.column).value == A.narrative.get(key)


def test_wrong_cells_carry_a_note_and_the_list_leads_to_them(desk):
    receive(desk, put(NONE, "无"), put(TEN, "３件"), put("requests.received.total", 13))
    path = annotate(desk)["甲乡.xlsx"]
    opened = openpyxl.load_workbook(path)
    note = at(opened, NONE).comment
    assert "【错误 C02】" in note.text
    assert "改法：只填数字" in note.text
    assert "３件" in at(opened, TEN).comment.text
    assert at(opened, "requests.granted.individual").comment is None
    first = rows(path)[0]
    cell = at(opened, NONE)
    assert first[1:4] == ["错误", "C02", f"{cell.parent.title} {cell.coordinate}"]
    links = {c.hyperlink.location for row in opened[SHEET].iter_rows() for c in row if c.hyperlink}
    assert f"'{cell.parent.title}'!{cell.coordinate}" in links


def test_the_list_tells_live_what_is_mended(desk):
    """Recomputed by IronCalc after the unit's correction."""
    from nianbao.book.computed import with_values

    receive(desk, put(NONE, "无"), put("disclosure.rules.issued", 2))
    path = annotate(desk)["甲乡.xlsx"]
    assert {row[2]: row[6] for row in rows(path)}["C02"] == "不符"
    opened = openpyxl.load_workbook(path)
    at(opened, NONE).value = 3
    buffer = io.BytesIO()
    opened.save(buffer)
    path.write_bytes(with_values(buffer.getvalue()))
    now = {row[2]: row[6] for row in rows(path)}
    assert now["C02"] == "通过"
    assert now["T2-03"] == "不符"


def test_it_says_of_which_file_and_time_it_speaks(desk, capsys):
    receive(desk, put(NONE, "无"))
    cli.main(["check", str(desk.inbox / "甲乡.xlsx"), "--json"])
    (one,) = json.loads(capsys.readouterr().out)["files"]
    path = annotate(desk)["甲乡.xlsx"]
    said = openpyxl.load_workbook(path)[SHEET]["A5"].value
    assert "“甲乡.xlsx”" in said
    assert one["sha256"][:12] in said
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", said)


def test_the_message_is_a_plain_windows_text(desk):
    receive(desk, put(NONE, "无"))
    data = annotate(desk)["甲乡.txt"].read_bytes()
    assert data.startswith("\ufeff".encode())
    text = data.decode("utf-8-sig")
    assert "\r\n" in text
    assert "\n" not in text.replace("\r\n", "")
    assert "填的是“无”，不是数字" in text
    assert "“甲乡.xlsx”" in text


def test_clean_files_and_files_that_are_no_forms_get_nothing(desk):
    (desk.inbox / "通知.docx").write_bytes(b"PK")
    assert annotate(desk) == {}


def test_a_file_that_cannot_be_read_gets_a_message_named_after_it(desk):
    (desk.inbox / "丙乡.xlsx").write_bytes(book(A)[:9000])
    files = annotate(desk)
    assert list(files) == ["丙乡.txt"]
    assert "没有传完整" in files["丙乡.txt"].read_text(encoding="utf-8-sig")


def test_a_file_of_another_year_gets_a_message_only(desk):
    receive(desk, put(NONE, "无"))
    files = annotate(desk, "--year", str(YEAR + 1), "--units", desk.roster)
    assert "甲乡.xlsx" not in files
    assert f"现在收的是 {YEAR + 1} 年度" in files["甲乡.txt"].read_text(encoding="utf-8-sig")


def test_two_files_of_one_unit_get_two_names_and_the_roster_gives_the_name(desk):
    receive(desk, put(NONE, "无"))
    receive(desk, put(NONE, "减4"), name="甲乡（终稿）.xlsx")
    for path in desk.inbox.iterdir():  # so that nothing tells which is newer
        kept = parts(path.read_bytes())
        path.write_bytes(packed({**kept, "docProps/core.xml": b""}))
    roster = Path(desk.roster)
    roster.write_text(roster.read_text(encoding="utf-8-sig").replace("甲乡", "甲/乡"), "utf-8")
    files = annotate(desk, "--units", desk.roster)
    assert [n for n in files if "甲" in n] == [
        "甲_乡.txt", "甲_乡.xlsx", "甲_乡（2）.txt", "甲_乡（2）.xlsx",
    ]  # fmt: skip
    assert openpyxl.load_workbook(files["甲_乡.xlsx"])[SHEET]["A2"].value == f"甲/乡　{YEAR}年度"


def test_nothing_is_overwritten_and_the_folder_is_no_input(desk, capsys):
    receive(desk, put(NONE, "无"))
    inside = str(desk.inbox / "退回")
    Path(inside).mkdir()
    (Path(inside) / "甲乡.xlsx").write_bytes(b"another's")
    assert cli.main(["check", str(desk.inbox), "--annotate", inside]) == 2
    assert "--force" in capsys.readouterr().err
    assert (Path(inside) / "甲乡.xlsx").read_bytes() == b"another's"
    words = ["check", str(desk.inbox), "--annotate", inside, "--force", "--json"]
    assert cli.main(words) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    assert {one["file"]: one["returned"] for one in files} == {
        "乙镇.xlsx": [],
        "甲乡.xlsx": ["甲乡.xlsx", "甲乡.txt"],
    }


# --- a second round ---------------------------------------------------------------------------


def test_a_second_round_replaces_its_own_and_removes_what_is_mended(desk):
    receive(desk, put(NONE, "无"))
    receive(desk, put(NONE, "减4"), name="丙乡.xlsx")
    (desk.inbox / "乙镇.xlsx").write_bytes(book(B)[:9000])
    assert set(annotate(desk)) == {
        "甲乡.txt", "甲乡.xlsx", "甲乡（2）.txt", "甲乡（2）.xlsx", "乙镇.txt",
    }  # fmt: skip
    desk.receive(B)
    (desk.inbox / "丙乡.xlsx").unlink()
    receive(desk, put(NONE, "一些"))
    files = annotate(desk)
    assert set(files) == {"甲乡.txt", "甲乡.xlsx"}
    assert "一些" in files["甲乡.txt"].read_text(encoding="utf-8-sig")
    desk.receive(A)
    assert annotate(desk) == {}


def test_a_round_over_one_file_leaves_the_others_alone(desk):
    receive(desk, put(NONE, "无"))
    (desk.inbox / "丙乡.xlsx").write_bytes(b"PK\x03\x04")
    both = annotate(desk)
    assert {"丙乡.txt", "甲乡.txt"} <= set(both)
    desk.receive(A)
    words = ["check", str(desk.inbox / "甲乡.xlsx"), "--annotate", str(desk.folder / "退回")]
    assert cli.main(words) == 0
    assert {p.name for p in (desk.folder / "退回").glob("[!.]*")} == {"丙乡.txt"}


def test_a_broken_file_replaced_by_a_good_one_of_another_name_is_mended(desk):
    (desk.inbox / "甲乡（坏）.xlsx").write_bytes(b"PK\x03\x04")
    assert set(annotate(desk, "--units", desk.roster)) == {"甲乡.txt"}
    (desk.inbox / "甲乡（坏）.xlsx").unlink()
    desk.receive(A)
    out = str(desk.folder / "退回")
    cli.main(["check", str(desk.inbox / "甲乡.xlsx"), "--annotate", out, "--units", desk.roster])
    assert list((desk.folder / "退回").glob("[!.]*")) == []


def test_what_somebody_edited_or_put_there_is_neither_replaced_nor_removed(desk, capsys):
    receive(desk, put(NONE, "无"))
    files = annotate(desk)
    (desk.folder / "退回" / "我的笔记.txt").write_text("别删", encoding="utf-8")
    files["甲乡.txt"].write_text("我改过", encoding="utf-8")
    out = str(desk.folder / "退回")
    capsys.readouterr()
    assert cli.main(["check", str(desk.inbox), "--annotate", out]) == 2
    said = capsys.readouterr().err
    assert "甲乡.txt" in said
    assert "甲乡.xlsx" not in said
    desk.receive(A)
    assert cli.main(["check", str(desk.inbox), "--annotate", out]) == 0
    assert "没有删：甲乡.txt" in capsys.readouterr().err
    left = {p.name: p.read_text(encoding="utf-8") for p in Path(out).glob("[!.]*")}
    assert left == {"甲乡.txt": "我改过", "我的笔记.txt": "别删"}


@pytest.mark.parametrize(
    "spoilt", ["", "{", "[]", '{"甲乡.xlsx": 1}', '{"甲乡.xlsx": {"sha256": ""}}']
)
def test_a_spoilt_list_makes_every_file_somebody_elses(desk, spoilt):
    receive(desk, put(NONE, "无"))
    annotate(desk)
    (desk.folder / "退回" / ".nianbao-退回.json").write_text(spoilt, encoding="utf-8")
    words = ["check", str(desk.inbox), "--annotate", str(desk.folder / "退回")]
    assert cli.main(words) == 2
    assert cli.main([*words, "--force"]) == 1
    assert cli.main(words) == 1


def test_what_the_officer_settles_is_not_sent_back(desk):
    (desk.inbox / "甲乡.xlsx(1)").write_bytes(book(A))
    (desk.inbox / "其余.rar").write_bytes(b"Rar!")
    assert annotate(desk) == {}


def test_line_breaks_forge_no_line_of_the_message(desk):
    forged = "无\n2. 一切正常，不用改\x0b\x0c\u2028\u2029\x85\r3. 好"
    own = replace(
        A, unit=replace(A.unit, name="甲\u2028乡"), figures={**A.figures, NONE: forged},
        explanations={"T3-06": forged},
    )  # fmt: skip
    (desk.inbox / "甲\u2028乡.xlsx").write_bytes(book(own))
    (path,) = [p for n, p in annotate(desk).items() if n.endswith(".txt")]
    text = path.read_bytes().decode("utf-8-sig")
    lines = text.splitlines()
    assert lines == text.split("\r\n")[:-1]
    assert [line for line in lines if re.match(r"\d+\.", line)] == lines[1:2]


# --- what comes along -------------------------------------------------------------------------


def test_last_years_figures_reasons_and_switches_come_along(desk):
    before = figures(replace(A, year=YEAR - 1), requests__carried_out__individual=5)
    previous = desk.folder / "去年.json"
    previous.write_text(json.dumps(to_document(before), ensure_ascii=False), encoding="utf-8")
    own = replace(
        A,
        nil_returns=frozenset({"disputes"}),
        explanations={"T2-02": "清理了一批旧文件"},
        figures={**A.figures, "requests.received.individual": "三"},
    )
    (desk.inbox / "甲乡.xlsx").write_bytes(book(own))
    path = annotate(desk, "--previous", str(previous))["甲乡.xlsx"]
    again = read(path.read_bytes(), editions(), common())
    assert again.report.nil_returns == own.nil_returns
    assert again.report.explanations == own.explanations
    assert again.report.contact == {k: v for k, v in own.contact.items() if v}
    assert again.beside.previous.figure("requests.carried_out.individual") == 5


@pytest.mark.parametrize("change", [relabel, insert_row, drop("三、依申请公开")])
def test_figures_that_could_not_be_told_are_blank_and_said(desk, change):
    receive(desk, change)
    path = annotate(desk)["甲乡.xlsx"]
    assert at(openpyxl.load_workbook(path), NONE).value is None
    refill = [row for row in rows(path) if row[2] == "C08" and "重新填写" in row[5]]
    assert "自然人" in refill[0][4]


@pytest.mark.parametrize(
    ("said", "due"), [("2024年1月20日", "2024年1月20日"), ("=1+1", "2024年1月31日")]
)
def test_the_deadline_set_for_the_workbook_comes_along(desk, said, due):
    def set_deadline(opened):
        opened[common().sheets["identity"]].cell(len(IDENTITY), 2).value = said

    receive(desk, set_deadline, relabel)
    cover = openpyxl.load_workbook(annotate(desk)["甲乡.xlsx"])[common().sheets["cover"]]
    assert cover["B10"].value == due


def test_text_that_looks_like_a_formula_stays_text(desk):
    nasty = {
        "problems": '=HYPERLINK("http://x","点我")',
        "other": "@SUM(1+1)",
        "overview.lead": "-1+2",
    }
    own = replace(
        A,
        narrative={**A.narrative, **nasty},
        figures={**A.figures, NONE: "=1+1", TEN: "+A1"},
        contact={"filled_by": "=cmd|'/c calc'!A1"},
    )
    (desk.inbox / "甲乡.xlsx").write_bytes(book(own))
    path = annotate(desk)["甲乡.xlsx"]
    again = read(path.read_bytes(), editions(), common())
    assert {key: again.report.narrative[key] for key in nasty} == nasty
    assert again.report.figures[NONE] == "=1+1"
    assert again.report.contact["filled_by"] == "=cmd|'/c calc'!A1"


def test_a_text_longer_than_a_cell_is_cut_and_said():
    edition = editions()["2021"]
    long = replace(A, narrative={**A.narrative, "problems": "长" * (MOST + 5)})
    back = sent_back(ToSend(long, edition, Beside(), ()), A.unit, common())
    (cut,) = [one for one in back.mend if "放不下" in one.message]
    assert str(MOST + 5) in cut.message
    assert cut.sheet == common().sheets["narrative"]


DAMAGED = [pytest.param(case, id=case["name"]) for case in DAMAGED[::12] if not case.get("refused")]


@pytest.mark.parametrize("case", DAMAGED)
def test_what_goes_back_reads_back_with_the_findings_that_it_lists(case):
    """The property: the fresh template has the faults it lists, and no others."""
    data, _ = base(case.get("base", "2021"))
    reading = understood(mutate(data, case["steps"])).reading
    if reading is None or not reading.edition.covers(reading.report.year):
        return  # goes back as a message only
    found = examine(reading, common())
    came = ToSend(reading.report, reading.edition, reading.beside, found, reading.lost)
    back = sent_back(came, reading.report.unit, common())
    made = dt.datetime(2026, 1, 9, 9, 0, tzinfo=dt.UTC)
    again = read(back.workbook("甲.xlsx", "", made), editions(), common())
    assert again.findings == ()
    keys = [(one.rule, one.field) for one in to_mend(examine(again, common()))]
    due = [("C01" if one.field in reading.lost else one.rule, one.field) for one in back.mend]
    assert keys == due
    assert all(one.sheet for one in back.mend)
