"""Findings and their words: what is filled in, what is shown of a value, in what order."""

from __future__ import annotations

import pytest

from helpers import common
from nianbao.errors import (
    MANY,
    FileProblem,
    Finding,
    Wording,
    grouped,
    ordered,
    status,
    to_mend,
)
from nianbao.form import LIMIT, Authority, Severity


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def finding(rule="T1", severity=ERROR, message="不符", **more) -> Finding:
    return Finding(rule, severity, message, "请改", **more)


def wording(text="“{name}”是 {actual}，应为 {expected}", **more) -> Wording:
    return Wording("X1", ERROR, text, "请{above}改 {actual}", **more)


# --- words ------------------------------------------------------------------------------------


def test_values_are_put_into_the_words():
    one = wording().finding(name="总计", field="a.b.c", actual=9, expected=7, above="县里")
    assert one == Finding(
        "X1", ERROR, "“总计”是 9，应为 7", "请县里改 9", field="a.b.c", expected=7, actual=9
    )
    assert (one.place, one.explained) == ("", False)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "（空）"),
        (3, "3"),
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (2.3456789, "2.3456789"),
        (0.0001, "0.0001"),
        (0.123456789012345678, "0.123456789012346"),
        (-2.5, "-2.5"),
        (float(LIMIT), "999999999"),
        (1e12 + 0.5, "1000000000000.5"),
        ("减4", "减4"),
        (True, "True"),
    ],
)
def test_a_value_is_shown_short(value, shown):
    assert Wording("X1", ERROR, "{actual}", "").finding(actual=value).message == shown


def test_a_wording_has_its_key_for_a_rule_and_says_how_binding_its_source_is():
    assert wording().rule == "X1"
    assert wording(rule="C04").rule == "C04"
    assert wording(rule="C04").finding(name="", actual="", expected="", above="").rule == "C04"
    assert wording(basis="《条例》第五十条", kind=Authority.LAW).basis
    for half in ({"basis": "《条例》"}, {"kind": Authority.LAW}):
        with pytest.raises(ValueError, match="X1: basis and kind go together"):
            wording(**half)


def test_a_wording_finds_nothing_unless_it_says_so():
    plain = wording()
    assert (plain.basis, plain.pattern, plain.where, plain.figure) == ("", "", "", "")


def test_a_clause_is_filled_in():
    assert common().catalogue.fault("file-large", size=3) == "文件有 3 MB"


def test_the_body_above_is_called_as_the_unit_calls_it():
    one = wording(text="报给{above}的 {actual}").addressed("市里")
    assert (one.text, one.remedy) == ("报给市里的 {actual}", "请市里改 {actual}")


# --- where and how grave ----------------------------------------------------------------------


def test_a_finding_says_where_it_is():
    one = finding(field="a.b.c", actual=3)
    assert one.place == ""
    there = one.at("首页", "B7")
    assert (there.place, there.sheet, there.cell) == ("首页!B7", "首页", "B7")
    assert (there.rule, there.field, there.actual) == (one.rule, one.field, one.actual)
    assert one.at("首页", "").place == "首页"


EXPLAINED = finding("T4", WARNING, "已说明", reason="县里委托")


def test_only_a_warning_with_a_reason_is_explained():
    assert EXPLAINED.explained is True
    assert finding("T4", WARNING).explained is False
    assert finding("T4", ERROR, reason="县里委托").explained is False
    assert finding("T4", NOTE, reason="县里委托").explained is False


def test_errors_come_first_then_warnings_then_explained_then_notes_each_once():
    note, warning, error = finding("N", NOTE), finding("W", WARNING), finding("E", ERROR)
    later = finding("E2", ERROR)
    mixed = [note, EXPLAINED, warning, error, later, error]
    assert ordered(mixed) == (error, later, warning, EXPLAINED, note)


def test_what_is_explained_need_not_be_mended():
    both = [finding("W", WARNING), EXPLAINED]
    assert to_mend(both) == (both[0],)


@pytest.mark.parametrize(
    ("findings", "due"),
    [
        ([], "ok"),
        ([finding("N", NOTE)], "ok"),
        ([EXPLAINED], "ok"),
        ([EXPLAINED, finding("W", WARNING)], "warning"),
        ([finding("W", WARNING), finding("E", ERROR)], "error"),
    ],
)
def test_the_status_of_a_file(findings, due):
    assert status(findings) == due


# --- many of one kind -------------------------------------------------------------------------


def test_many_findings_of_one_kind_on_one_sheet_are_one():
    blanks = [finding("C01", message=f"{n} 没填").at("表", f"D{n}") for n in range(MANY)]
    assert grouped(blanks) == [(one, 1) for one in blanks]
    more = [*blanks, finding("C01", message="又一格", sheet="表")]
    assert grouped(more) == [(blanks[0], MANY + 1)]
    assert MANY == 5


def test_findings_of_other_kinds_sheets_remedies_or_reasons_are_not_mixed():
    same = [finding("C01", message=str(n), sheet="表") for n in range(4)]
    for other in (
        finding("C02", sheet="表"),
        finding("C01", sheet="别的表"),
        Finding("C01", ERROR, "又", "另改", sheet="表"),
        finding("C01", sheet="表", reason="已核对"),
    ):
        mixed = [*same, other, other]
        assert grouped(mixed) == [(one, 1) for one in mixed]


# --- what the system refuses ------------------------------------------------------------------

KNOWN = {
    1: "没有权限", 2: "没有这个位置", 5: "磁盘读写出错", 13: "没有权限，或文件正被别的程序打开着",
    16: "文件或磁盘正被占用", 17: "同名的文件已经存在", 18: "要移到另一个磁盘",
    20: "路径里有一段是文件，不是文件夹", 21: "这是文件夹，不是文件", 22: "名称里有系统不认的字符",
    24: "打开的文件太多", 26: "文件正被占用", 27: "文件超过了磁盘允许的大小", 28: "磁盘已满",
    30: "磁盘是只读的", 36: "文件名太长", 39: "文件夹不是空的", 122: "磁盘配额已用完",
}  # fmt: skip


@pytest.mark.parametrize(("number", "said"), KNOWN.items())
def test_why_the_system_refuses(number, said):
    assert common().why(OSError(number, "no")) == said


def test_what_is_not_known_has_its_number():
    assert common().why(OSError(99, "no")) == "系统不允许，错误号 99"
    assert common().why(OSError()) == "系统不允许，错误号 None"


def test_a_problem_of_a_file_says_fault_and_remedy():
    problem = FileProblem(finding())
    assert str(problem) == "不符。请改"
    assert problem.finding == finding()
