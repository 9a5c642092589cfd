"""Two versions of a unit's report compared: out of the archive, by name, by fingerprint."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desk import YEAR, complete, figures
from january import January
from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.events import Decided, Received, of_kind
from nianbao.office.against import load
from nianbao.office.keeping import roster_in
from nianbao.office.material import Material
from nianbao.registry.diff import Compared, Diff, compared, of_compared
from nianbao.report import Report, to_document


A, B = complete("659900-T1", "甲乡"), complete("659900-T2", "乙镇")
GRANTED, ISSUED = "requests.granted.individual", "disclosure.normative.issued"
WRONG = figures(A, requests__granted__individual=5)
"""More done than came: T3-01 in the column and in the total."""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return January(tmp_path, monkeypatch).enrol(A, B)


def diff(desk, unit: str = "659900-T1", *, units: str | None = "", **more) -> Compared:
    roster = Path(units or desk.roster) if units is not None else None
    with desk.journal() as own:
        return compared(Diff(unit, **more), load(Material(roster), context()), own)


def refused(desk, *words: str, **more) -> str:
    with pytest.raises(NianbaoError) as caught:
        diff(desk, *words, **more)
    return str(caught.value)


def changes(found: Compared) -> list[tuple]:
    both = (*found.difference.figures, *found.difference.texts)
    return [(one.key, one.before, one.after, one.asked) for one in both]


def pair(found: Compared) -> tuple[str, str]:
    return found.older.version.sha256, found.newer.version.sha256


def test_a_correction_under_another_name_with_one_figure_changed_unasked(desk):
    first = desk.put("甲乡.xlsx", WRONG)
    desk.send_back()
    second = desk.put("更正.xlsx", figures(A, disclosure__normative__issued=4))
    desk.look()
    found = diff(desk)
    assert pair(found) == (first, second)
    assert (found.older.state, found.newer.state) == ("older", "counted")
    assert changes(found) == [(ISSUED, 1, 4, False), (GRANTED, 5, 2, True)]
    assert [one.rule for one in found.difference.cleared] == ["T3-01", "T3-01"]
    assert (found.difference.left, found.difference.new, found.clean) == ((), (), False)
    assert found.notes == ("旧的一版 1月9日 退回过，要求改 2 处",)


def test_what_was_asked_for_and_no_more_is_clean(desk):
    desk.put("甲乡.xlsx", WRONG)
    desk.send_back()
    desk.put("更正.xlsx", A)
    desk.look()
    found = diff(desk)
    assert changes(found) == [(GRANTED, 5, 2, True)]
    assert found.clean


def test_each_version_was_asked_for_its_own(desk):
    first = desk.put("甲乡.xlsx", WRONG)
    desk.send_back()
    later = figures(A, requests__granted__research=5)
    desk.put("更正.xlsx", later)
    desk.send_back()
    found = diff(desk, older=first)
    assert found.notes == ("旧的一版 1月9日 退回过，要求改 2 处",)
    assert found.returned.at.hour == 10
    assert changes(found)[0] == ("requests.granted.research", 0, 5, False)


def test_what_was_asked_is_what_went_back_and_else_all_that_was_wrong(desk):
    """With a waiver the unit was not told of T3-01, though it is found again without it."""
    first = desk.put("甲乡.xlsx", WRONG)
    desk.look()
    desk.put("更正.xlsx", A)
    desk.look()
    found = diff(desk)
    assert found.returned is None
    assert found.notes == ("旧的一版没有退回过；它的问题涉及的，算要求改的",)
    assert changes(found) == [(GRANTED, 5, 2, True)]
    desk.record(Decided(act="waive", why="口径不同", unit="659900-T1", rule="T3-01"))
    found = diff(desk)
    assert (changes(found), found.difference.cleared) == ([(GRANTED, 5, 2, False)], ())
    assert found.older.version.sha256 == first


def test_what_is_left_and_what_is_new(desk):
    desk.put("甲乡.xlsx", WRONG)
    desk.send_back()
    desk.put("更正.xlsx", figures(WRONG, requests__carried_in__enterprise=2))
    desk.look()
    found = diff(desk)
    assert [one.field for one in found.difference.left] == [
        "requests.total.individual", "requests.total.total",
    ]  # fmt: skip
    assert [one.field for one in found.difference.new] == ["requests.total.enterprise"]
    assert not found.clean


def test_a_text_that_changed_unasked(desk):
    desk.put("甲乡.xlsx", A)
    desk.look()
    texts = {**A.narrative, "problems": f"{A.narrative['problems']}另有一事。"}
    desk.put("更正.xlsx", replace(A, narrative=texts))
    desk.look()
    ((key, _, after, asked),) = changes(diff(desk))
    assert (key, asked, after.endswith("另有一事。")) == ("problems", False, True)


# --- which two --------------------------------------------------------------------------------


def three(desk) -> list[str]:
    """Three versions, each a merge later: 1, 2 and 3 documents issued."""
    told = []
    for count in (1, 2, 3):
        told.append(
            desk.put(f"甲乡（{count}）.xlsx", figures(A, disclosure__normative__issued=count))
        )
        desk.look()
    return told


def test_of_three_versions_the_last_two_or_those_named(desk):
    first, second, third = three(desk)
    assert pair(diff(desk)) == (second, third)
    assert pair(diff(desk, older=first[:6])) == (first, third)
    assert pair(diff(desk, newer=second[:12].upper())) == (first, second)
    assert pair(diff(desk, older=third, newer=first)) == (third, first)
    assert changes(diff(desk, older=third, newer=first)) == [(ISSUED, 3, 1, False)]


def test_a_fingerprint_that_names_no_version_or_the_same(desk):
    told = three(desk)
    unknown = next(c * 6 for c in "0123456789abcdef" if not any(t.startswith(c * 6) for t in told))
    said = refused(desk, older=unknown)
    assert f"没有指纹以“{unknown}”开头的一版" in said
    assert all(one[:12] in said for one in told)
    for wrong in ("abcde", "xyzxyz", f"{told[0]}0"):
        assert "至少写开头 6 位" in refused(desk, older=wrong)
    assert "最早的一版" in refused(desk, newer=told[0])
    assert "两头是同一版" in refused(desk, older=told[2])


def test_a_beginning_that_two_versions_share(desk):
    """Found out by trying: no two files of ours begin alike, so two are recorded that do."""
    common = "abcdef"
    for n in (1, 2):
        made = Received(file=f"{n}.xlsx", sha256=common + str(n) * 58, size=1, unit="659900-T1")
        desk.record(made)
    said = refused(desk, older=common)
    assert "指纹以“abcdef”开头的不止一版" in said
    assert all(common + str(n) * 58 in said for n in (1, 2))


def test_of_a_rival_pair_both_are_shown_as_undecided(desk):
    digests = {
        desk.put("甲乡.xlsx", A),
        desk.put("甲乡2.xlsx", figures(A, disclosure__normative__issued=4)),
    }
    desk.look()
    found = diff(desk)
    assert set(pair(found)) == digests
    assert (found.older.state, found.newer.state) == ("rival", "rival")
    assert len(changes(found)) == 1


def test_what_is_preferred_is_the_newer(desk):
    first, _, third = three(desk)
    desk.record(Decided(act="prefer", why="电话核实", sha256=first))
    assert pair(diff(desk)) == (third, first)
    assert changes(diff(desk)) == [(ISSUED, 3, 1, False)]


def test_of_rivals_that_say_the_same_one_counts(desk):
    desk.put("甲乡.xlsx", A)
    desk.put("甲乡.json", document(A))
    desk.look()
    found = diff(desk)
    assert {found.older.state, found.newer.state} == {"older", "counted"}
    assert (changes(found), found.clean) == ([], True)


def test_where_the_first_version_counts_it_is_compared_with_the_next(desk):
    first, second, third = three(desk)
    for other in (second, third):
        desk.record(Decided(act="exclude", why="发错了", sha256=other))
    found = diff(desk)
    assert pair(found) == (first, second)
    assert (found.older.state, found.newer.state) == ("counted", "excluded")


def test_what_was_excluded_says_so(desk):
    first, second, third = three(desk)
    desk.record(Decided(act="exclude", why="发错了", sha256=third))
    assert pair(diff(desk)) == (first, second)
    found = diff(desk, newer=third)
    assert (found.older.state, found.newer.state) == ("counted", "excluded")


# --- what cannot be compared, or only in part -------------------------------------------------


def test_a_version_that_the_archive_has_lost_is_named(desk):
    first, second, third = three(desk)
    path = desk.archived(second)
    path.chmod(0o644)
    path.unlink()
    said = refused(desk)
    assert (
        f"甲乡（2）.xlsx（1月9日 11:00 收到，填报日期 1月8日，指纹 {second[:12]}） 没法比" in said
    )
    assert "存档里没有指纹为" in said
    assert pair(diff(desk, older=first)) == (first, third)


def test_a_version_that_was_altered_in_the_archive_is_named(desk):
    _, second, _ = three(desk)
    path = desk.archived(second)
    path.chmod(0o644)
    path.write_bytes(b"x")
    assert "被改动或损坏" in refused(desk)


def test_a_newer_version_that_cannot_be_read_clears_nothing(desk):
    desk.put("甲乡.xlsx", WRONG)
    desk.look()
    desk.put("甲乡改.xlsx", b"PK\x03\x04broken")
    desk.look()
    found = diff(desk)
    assert (found.older.state, found.newer.state) == ("counted", "unreadable")
    assert found.notes[1:] == ("新的一版读不出，数字和文字没有比；旧的问题改没改，也看不出来",)
    assert (found.difference.cleared, changes(found), found.clean) == ((), [], False)
    assert [one.rule for one in found.difference.new] == ["F01"]


def test_an_older_version_that_cannot_be_read_has_all_the_rest_for_new(desk):
    desk.put("甲乡.xlsx", b"PK\x03\x04broken")
    desk.look()
    desk.put("甲乡改.xlsx", WRONG)
    desk.look()
    found = diff(desk)
    assert found.notes[1].startswith("旧的一版读不出")
    assert [one.rule for one in found.difference.cleared] == ["F01"]
    assert [one.rule for one in found.difference.new] == ["T3-01", "T3-01"]


def document(report: Report, **more) -> bytes:
    return json.dumps({**to_document(report), **more}, ensure_ascii=False).encode()


def test_versions_in_different_editions_are_compared_in_what_both_have(desk):
    older, newer = (context().editions[one] for one in ("2019", "2021"))
    zeros = dict.fromkeys(older.figures, 0)
    texts = dict.fromkeys(older.text_keys, "写了一些话。")
    past = replace(A, edition="2019", figures=zeros, narrative=texts)
    desk.put("甲乡.json", document(past))
    desk.look("--year", str(YEAR))
    desk.put("甲乡.xlsx", A)
    desk.look("--year", str(YEAR))
    found = diff(desk)
    assert found.notes[1:] == ("两版用的格式不同（2019、2021），只比两个格式都有的项目",)
    told = {one[0] for one in changes(found)}
    assert told
    assert told <= {*older.typed, *older.text_keys} & {*newer.typed, *newer.text_keys}


# --- which unit, which ledger -----------------------------------------------------------------


@pytest.mark.parametrize("said", ["659900-T1", "６５９９００-t1", "甲乡", "甲 乡", "甲"])
def test_a_unit_by_code_by_name_or_a_part_of_it(desk, said):
    three(desk)
    assert diff(desk, said).unit == A.unit


def test_a_unit_that_is_not_there_or_not_alone(desk):
    three(desk)
    assert "没有“丙镇”这个单位，名册里有：甲乡（659900-T1）、乙镇（659900-T2）" in refused(
        desk, "丙镇"
    )
    more = replace(B, unit=replace(B.unit, code="659900-T3", name="甲乡卫生院"))
    desk.enrol(A, B, more)
    assert diff(desk, "甲乡").unit == A.unit  # the whole name before a part
    said = refused(desk, "甲")
    assert "不止一个单位：甲乡（659900-T1）、甲乡卫生院（659900-T3）" in said
    assert "没有" in refused(desk, "")


def test_a_unit_of_which_nothing_or_one_version_came(desk):
    desk.put("甲乡.xlsx", A)
    desk.look()
    assert "乙镇 2023年度还没有收到过文件" in refused(desk, "乙镇")
    assert "只收到过一版" in refused(desk, "甲乡")


def test_without_a_roster_a_unit_is_known_by_its_code(desk):
    _, second, third = three(desk)
    found = diff(desk, units=None)
    assert pair(found) == (second, third)
    assert found.unit == A.unit
    assert changes(found) == [(ISSUED, 2, 3, False)]
    assert "这一年的台账（没有找到名册）里有：659900-T1" in refused(desk, "甲乡", units=None)


def test_a_unit_that_left_the_roster_can_still_be_compared(desk):
    _, second, third = three(desk)
    desk.enrol(B)
    assert pair(diff(desk)) == (second, third)


def test_nothing_is_recorded(desk):
    three(desk)
    with desk.journal() as own:
        before = own.head(YEAR)
    diff(desk)
    with desk.journal() as own:
        assert own.head(YEAR) == before


def test_the_year_is_the_ledgers_last(desk):
    three(desk)
    desk.record(Received(file="甲乡.xlsx", sha256="0" * 64, size=1), year=YEAR - 2)
    assert diff(desk).year == YEAR
    assert "台账里没有 2022年度的记录，有的是：2021、2023" in refused(desk, year=YEAR - 1)


def test_an_empty_ledger_says_so(desk):
    with desk.journal() as own:
        assert own.ledger.years() == ()
    assert "还什么也没有记" in refused(desk)


@pytest.mark.parametrize("name", ["units.csv", "名册.csv", "units.xlsx", "名册.xlsx"])
def test_the_roster_beside_the_ledger_is_found(tmp_path, name):
    assert roster_in(tmp_path) is None
    (tmp_path / name).touch()
    assert roster_in(tmp_path) == tmp_path / name
    (tmp_path / "units.csv").touch()
    assert roster_in(tmp_path) == tmp_path / "units.csv"


# --- as a document ----------------------------------------------------------------------------


def test_the_document_says_the_same(desk):
    first = desk.put("甲乡.xlsx", WRONG)
    desk.send_back()
    second = desk.put("更正.xlsx", figures(A, disclosure__normative__issued=4))
    desk.look()
    said = json.loads(json.dumps(of_compared(diff(desk))))
    assert (said["from"]["sha256"], said["to"]["sha256"]) == (first, second)
    assert (said["from"]["files"], said["to"]["state"]) == (["甲乡.xlsx"], "counted")
    assert [one["rule"] for one in said["asked"]] == ["T3-01", "T3-01"]
    assert said["figures"][0] == {
        "key": ISSUED, "name": "行政规范性文件·本年制发件数",
        "before": 1, "after": 4, "asked": False,
    }  # fmt: skip
    assert (said["unasked"], len(said["cleared"]), said["left"], said["new"]) == (1, 2, [], [])
    with desk.journal() as own:
        assert any(of_kind(own.events(YEAR), Received))
