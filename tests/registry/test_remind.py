"""``remind``: one text per unit that owes or must correct, and which was sent when."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from accidents import put, spoilt
from desk import YEAR, Desk, book, complete, figures
from helpers import common, editions
from ledgers import CHINA
from nianbao import cli
from nianbao.errors import NianbaoError
from nianbao.events import Reminded, Sealed, of_kind
from nianbao.layout import Layout
from nianbao.ledger.codec import By
from nianbao.ledger.place import LEDGER
from nianbao.ledger.store import Opening, open_ledger
from nianbao.office import dates, files


A, B = complete("659900-T1", "甲乡"), complete("659900-T2", "乙镇")
D = complete("659900-D1", "丁局", "department")
WORD = "requests.received.individual"
LOCAL = """name = "示例县"
source = "示政办发〔2024〕1号"
contact = "张三"
phone = "0935-1234567"
[dates]
township = "1月15日"
"""


def at(day, hour=9, month=1):
    return dt.datetime(YEAR + 1, month, day, hour, tzinfo=CHINA)


@pytest.fixture
def clock(monkeypatch):
    """Set the clock."""

    def turned(day, hour=9):
        monkeypatch.setattr(dates, "now", lambda: at(day, hour))

    turned(12)
    return turned


@pytest.fixture
def desk(tmp_path, clock):
    assert clock
    made = Desk(tmp_path).enrol(A, B, D)
    (tmp_path / "本地要求.toml").write_text(LOCAL, encoding="utf-8")
    return made.receive(D)


def reminding(desk, *words):
    year = ["--year", str(YEAR)]
    where = [str(desk.inbox), "--units", desk.roster, "-o", str(desk.folder / "催报")]
    return cli.main(["remind", *where, *year, *words])


def texts(desk):
    """The texts that were written, by the name of the file, as somebody pastes them."""
    found = {}
    for path in sorted((desk.folder / "催报").glob("[!.]*")):
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\n") == data.count(b"\r\n")
        found[path.name] = data.decode("utf-8-sig").splitlines()
    return found


def ledger(desk):
    return open_ledger(desk.folder / LEDGER, Opening(common(), at(12)))


def recorded(desk):
    with ledger(desk) as own:
        return [(event.at, what) for event, what in of_kind(own.events(YEAR), Reminded)]


def faulty(desk):
    """甲乡 with a word where a figure should stand."""
    (desk.inbox / "甲乡.xlsx").write_bytes(spoilt(put(WORD, "无")))


# --- what is said -----------------------------------------------------------------------------


def test_who_owes_is_told_what_is_due_and_whom_to_call(desk):
    assert reminding(desk) == 1
    assert texts(desk)["乙镇.txt"] == [
        f"乙镇：{YEAR}年度政府信息公开年报填报表还没有收到。",
        "请在县里下发给本单位的原表里填好，“校验”都通过以后报来；已经报过的，请告诉我们是哪天报的、文件叫什么。",
        "报送截止是 2024年1月15日，今天（1月12日）还有 3 天。",
        "有不清楚的，请联系张三，电话 0935-1234567。",
    ]


def test_who_must_correct_is_told_what_is_wrong(desk):
    faulty(desk)
    reminding(desk)
    lines = texts(desk)["甲乡.txt"]
    assert lines[0] == f"甲乡：{YEAR}年度政府信息公开年报填报表（甲乡.xlsx）还要改："
    place = Layout(editions()["2021"], common().sheets, "township").fields[WORD]
    assert lines[1].startswith(f"1. {place.sheet} {place.cell}，")
    assert "填的是“无”，不是数字" in lines[1]
    assert lines[-3] == "改好以后请重新报来。"
    assert lines[-1].endswith("0935-1234567。")


def test_a_warning_may_be_explained(desk, clock):
    (desk.inbox / "甲乡.xlsx").write_bytes(spoilt(put(WORD, "３件")))
    reminding(desk)
    assert any("（提醒）" in line for line in texts(desk)["甲乡.txt"])
    assert common().reminding["explain"] in texts(desk)["甲乡.txt"]
    clock(13)
    faulty(desk)
    reminding(desk)
    assert not any("（提醒）" in line for line in texts(desk)["甲乡.txt"])
    assert common().reminding["explain"] not in texts(desk)["甲乡.txt"]


def test_who_was_sent_a_workbook_back_is_told_to_mend_in_it(desk):
    faulty(desk)
    back = ["--annotate", str(desk.folder / "退回"), "--year", str(YEAR)]
    cli.main(["check", str(desk.inbox), "--units", desk.roster, *back])
    reminding(desk)
    said = "请在 1月12日退回给你们的“甲乡.xlsx”里改，改完保存，报回这个文件。"
    assert said in texts(desk)["甲乡.txt"]


def test_what_cannot_be_read_is_to_be_sent_again(desk):
    (desk.inbox / "乙镇.xlsx").write_bytes(b"PK\x03\x04")
    reminding(desk)
    first, second, third, _ = texts(desk)["乙镇.txt"]
    assert first == f"乙镇：报来的{YEAR}年度政府信息公开年报填报表（乙镇.xlsx）读不出来："
    assert second.startswith("1. 不是能读的工作簿")
    assert third.startswith("报送截止")
    assert {what.unit: what.owes for _, what in recorded(desk)} == {
        "659900-T1": "missing", "659900-T2": "correct",
    }  # fmt: skip


@pytest.mark.parametrize(("day", "said"), [
    (14, "还有 1 天。"), (15, "是最后一天。"), (18, "已经过了 3 天，请尽快。"),
])  # fmt: skip
def test_the_days_left_are_told(desk, clock, day, said):
    clock(day)
    reminding(desk)
    assert f"报送截止是 2024年1月15日，今天（1月{day}日）{said}" in texts(desk)["乙镇.txt"]


def test_a_deadline_given_wins_and_nonsense_is_refused(desk, capsys):
    assert reminding(desk, "--deadline", "明天") == 2
    assert "--deadline 后面的“明天”不对" in capsys.readouterr().err
    assert not (desk.folder / "催报").exists()
    reminding(desk, "--deadline", "1月20日")
    assert "2024年1月20日" in texts(desk)["乙镇.txt"][2]


def test_without_a_contact_the_body_above_is_named_and_the_officer_told(desk, capsys):
    (desk.folder / "本地要求.toml").unlink()
    reminding(desk)
    assert texts(desk)["乙镇.txt"][-1] == "有不清楚的，请联系县里。"
    assert "请在“本地要求.toml”里写上 contact、phone" in capsys.readouterr().err


def test_of_several_versions_the_officer_decides_and_nobody_is_reminded(desk, capsys):
    (desk.inbox / "甲乡.xlsx").write_bytes(book(A))
    changed = figures(A, disclosure__normative__in_force=9)
    (desk.inbox / "甲乡 终稿.xlsx").write_bytes(book(changed))
    assert reminding(desk) == 1
    assert list(texts(desk)) == ["乙镇.txt"]
    assert "先要决定用哪一份、没有催的：甲乡" in capsys.readouterr().out


def test_units_whose_names_make_the_same_file_name_have_one_each(desk):
    one, other = complete("659900-T3", "戊/乡"), complete("659900-T4", "戊:乡")
    desk.enrol(D, one, other)
    reminding(desk)
    assert list(texts(desk)) == ["戊_乡_659900-T3.txt", "戊_乡_659900-T4.txt"]


def test_when_all_is_in_nothing_is_written(desk, capsys):
    assert reminding(desk.receive(A, B)) == 0
    assert "没有要催的单位" in capsys.readouterr().out
    assert not (desk.folder / "催报").exists()


# --- what was said when -----------------------------------------------------------------------


def test_each_text_is_recorded_as_it_was_written(desk):
    reminding(desk)
    (first, second) = recorded(desk)
    assert first[0] == at(12)
    assert [one[1].unit for one in (first, second)] == ["659900-T1", "659900-T2"]
    what = second[1]
    assert (what.owes, what.deadline, what.how) == ("missing", dt.date(2024, 1, 15), "")
    assert what.text.splitlines() == texts(desk)["乙镇.txt"]


def test_the_same_on_the_same_day_is_recorded_once(desk, clock, capsys):
    reminding(desk)
    before = texts(desk)
    clock(12, 16)
    capsys.readouterr()
    assert reminding(desk) == 1
    assert texts(desk) == before
    assert len(recorded(desk)) == 2
    said = capsys.readouterr().out
    assert "其中 2 个单位今天已经催过（09:00），话没有变，不再记；新记 0 条" in said


def test_another_text_on_the_same_day_is_recorded(desk):
    reminding(desk)
    faulty(desk)
    reminding(desk)
    assert [what.owes for _, what in recorded(desk)] == ["missing", "missing", "correct"]


def test_another_day_is_another_reminder_and_the_earlier_one_is_told(desk, clock, capsys):
    reminding(desk)
    clock(14, 10)
    capsys.readouterr()
    reminding(desk)
    assert [when for when, _ in recorded(desk)] == [at(12), at(12), at(14, 10), at(14, 10)]
    assert "1 次，1月12日 09:00" in capsys.readouterr().out
    assert any("还有 1 天" in line for line in texts(desk)["乙镇.txt"])
    clock(15)
    reminding(desk)
    assert "2 次，1月14日 10:00" in capsys.readouterr().out


def test_what_is_no_longer_owed_is_removed(desk, clock):
    reminding(desk)
    clock(13)
    desk.receive(B)
    assert reminding(desk) == 1
    assert list(texts(desk)) == ["甲乡.txt"]
    desk.receive(A)
    assert reminding(desk) == 0
    assert texts(desk) == {}


def test_a_unit_that_left_the_roster_is_no_longer_reminded(desk):
    reminding(desk)
    desk.enrol(A, D)
    reminding(desk)
    assert list(texts(desk)) == ["甲乡.txt"]


def test_what_the_officer_wrote_into_a_text_is_not_lost(desk, capsys):
    reminding(desk)
    own = desk.folder / "催报" / "乙镇.txt"
    own.write_text("乙镇：王镇长已经打过招呼。", encoding="utf-8")
    assert reminding(desk) == 2
    assert "乙镇.txt" in capsys.readouterr().err
    desk.receive(B)
    reminding(desk)
    assert own.read_text(encoding="utf-8") == "乙镇：王镇长已经打过招呼。"
    assert "不用再催、但催报的话动过，没有删：乙镇.txt" in capsys.readouterr().err


def test_what_went_back_lies_in_the_same_folder_untouched(desk):
    faulty(desk)
    back = ["--annotate", str(desk.folder / "催报"), "--year", str(YEAR)]
    cli.main(["check", str(desk.inbox), "--units", desk.roster, *back])
    before = {path: path.read_bytes() for path in (desk.folder / "催报").iterdir()}
    assert reminding(desk) == 2
    assert {path: path.read_bytes() for path in (desk.folder / "催报").iterdir()} == before
    assert recorded(desk) == []


def test_nothing_is_recorded_before_all_texts_are_written(desk, monkeypatch, capsys):
    def full(*_, **__):
        raise NianbaoError("磁盘已满")

    with monkeypatch.context() as broken:
        broken.setattr(files, "write_all", full)
        assert reminding(desk) == 2
    assert "磁盘已满" in capsys.readouterr().err
    assert recorded(desk) == []
    assert reminding(desk) == 1
    assert len(recorded(desk)) == 2


def test_without_a_ledger_texts_are_written_and_nothing_is_recorded(desk, capsys):
    assert reminding(desk, "--no-ledger") == 1
    assert list(texts(desk)) == ["乙镇.txt", "甲乡.txt"]
    assert "没有用台账，这次催报没有记下" in capsys.readouterr().out
    assert not (desk.folder / LEDGER).exists()


def test_a_closed_year_is_not_reminded(desk, capsys):
    reminding(desk)
    before = texts(desk)
    with ledger(desk) as own:
        own.append(YEAR, [Sealed(id="1" * 64)], By("张三", at(12)))
    assert reminding(desk) == 2
    assert f"{YEAR} 年度已于 2024年1月12日 封账，不再催报" in capsys.readouterr().err
    assert (texts(desk), len(recorded(desk))) == (before, 2)


# --- for the officer --------------------------------------------------------------------------


def test_a_program_is_told_all_of_it(desk, capsys):
    reminding(desk)
    capsys.readouterr()
    assert reminding(desk, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    one = said["reminders"][1]
    assert (one["name"], one["state"], one["owes"], one["days"]) == (
        "乙镇",
        "missing",
        "missing",
        3,
    )
    assert (one["due"], one["file"], one["repeated"]) == ("2024-01-15", "乙镇.txt", True)
    assert one["text"].splitlines() == texts(desk)["乙镇.txt"]
    assert one["earlier"] == [at(12).isoformat()]
    assert (said["recorded"], said["undecided"], said["today"]) == (0, [], "2024-01-12")


def test_the_list_shows_whom_to_ask_at_the_unit(desk, capsys):
    (desk.folder / "units.csv").write_text(
        "代码,名称,类别,联系人,电话\n659900,示例县,县级,,\n659900-T2,乙镇,乡镇,李四,13900000000\n",
        encoding="utf-8",
    )
    reminding(desk)
    assert "李四 13900000000" in capsys.readouterr().out
    assert not any("李四" in line or "139" in line for line in texts(desk)["乙镇.txt"])


def test_an_80_column_gbk_console_shows_the_list(desk, capsys):
    faulty(desk)
    reminding(desk)
    said = capsys.readouterr().out
    assert said.encode("gbk").decode("gbk") == said
    assert max(len(line.encode("gbk")) for line in said.splitlines() if "  " in line) <= 80
