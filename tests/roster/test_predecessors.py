"""The columns 前身, 分组, 联系人 and 电话: what they say, and what makes no sense."""

from __future__ import annotations

import pytest

from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.roster import read_roster


HEADS = "代码,名称,类别,前身,分组,联系人,电话\n"
OFFICE = "D1,示例县政府办公室,部门,,,,\n"


def read(*lines: str):
    data = (HEADS + OFFICE + "".join(f"{line}\n" for line in lines)).encode()
    return read_roster(data, context(), "units.csv").units[1:]


def refused(*lines: str) -> str:
    with pytest.raises(NianbaoError) as stop:
        read(*lines)
    return str(stop.value)


@pytest.mark.parametrize(
    "cell",
    ["T1、T2", '"T1,T2"', '"T1， T2"', "T1;T2", "T1；T2；", '"T1\nT2"', "T1|T2", "、T1、、T2"],
)
def test_what_it_came_from_is_listed_however_it_is_separated(cell):
    (one,) = read(f"T9,丁镇,乡镇,{cell},,,")
    assert one.predecessors == ("T1", "T2")


def test_without_the_columns_there_is_nothing():
    roster = read_roster("code,name,level\nT1,甲乡,乡\n".encode(), context(), "u")
    (one,) = roster.units
    assert (one.predecessors, one.group, one.contact, one.phone) == ((), "", "", "")


@pytest.mark.parametrize(
    "heads", ["predecessors,group,contact,phone", "原单位,片区,联系人,联系电话"]
)
def test_the_group_and_whom_to_ask(heads):
    text = f"code,name,level,{heads}\nT9,丁镇,乡镇,T1,东片,王 五,0901-3682001\n"
    (one,) = read_roster(text.encode(), context(), "u").units
    assert (one.predecessors, one.group) == (("T1",), "东片")
    assert (one.contact, one.phone) == ("王 五", "0901-3682001")


def test_a_line_break_in_what_people_read_is_a_blank():
    (one,) = read('T9,丁镇,乡镇,,,"王五\n李四",')
    assert one.contact == "王五 李四"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("T9,丁镇,乡镇,T1、T1,,,", "第 3 行：前身里同一个单位写了两次"),
        ("T9,丁镇,乡镇,T1、ｔ１,,,", "写了两次"),
        ("T9,丁镇,乡镇,T\x07,,,", "第 3 行：前身里有控制字符"),
        (f"T9,丁镇,乡镇,{'甲' * 61},,,", "第 3 行：前身写得太多或太长"),
        (f"T9,丁镇,乡镇,{'、'.join(f'T{n}' for n in range(10, 41))},,,", "太多或太长"),
        ("T9,丁镇,乡镇,,东\x00片,,", "第 3 行：分组、联系人或电话里有控制字符"),
        ("T9,丁镇,乡镇,,,王\x1b五,", "控制字符"),
        (f"T9,丁镇,乡镇,,,,{'1' * 41}", "各不超过 40 字"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cell_is_named(line, said):
    assert said in refused(line)


def test_units_that_came_from_each_other_are_refused_with_both_lines():
    said = refused("T1,甲乡,乡镇,T2,,,", "T2,乙镇,乡镇,甲乡,,,")
    assert "第 3 行：前身“T2”又以本单位为前身" in said
    assert "第 4 行：前身“甲乡”又以本单位为前身" in said
    round_ = refused("T1,甲乡,乡镇,T2,,,", "T2,乙镇,乡镇,T3,,,", "T3,丙乡,乡镇,T1,,,")
    assert all(f"第 {n} 行" in round_ for n in (3, 4, 5))


@pytest.mark.parametrize(
    "lines",
    [
        ("T1,甲乡,乡镇,T1,,,",),
        ("T1,甲乡,乡镇,T1、T2,,,",),
        ("T1,甲乡,乡镇,,,,", "T2,乙镇,乡镇,T1,,,"),
        ("T1,甲乡,乡镇,T1、T2,,,", "T2,乙镇,乡镇,T1、T2,,,"),
        ("T1,乙镇,乡镇,T2,,,", "T2,丙乡,乡镇,T3,,,"),
    ],
    ids=["itself", "took one in", "split off", "put together anew", "codes handed on"],
)
def test_a_unit_that_is_still_there_may_be_named_where_it_makes_sense(lines):
    assert [one.predecessors for one in read(*lines)]


def test_who_sums_up_and_who_is_summed_up_are_no_predecessors_of_each_other():
    below = "T1,甲乡,乡镇,示例县,,,"
    above = "C1,示例县,县级,甲乡,,,"
    assert "第 4 行：前身“示例县”与本单位一个是汇总单位" in refused("C1,示例县,县级,,,,", below)
    assert "第 3 行：前身“甲乡”与本单位" in refused(above, "T1,甲乡,乡镇,,,,")
    assert read("C1,示例县,县级,C0,,,", "T1,甲乡,乡镇,T0,,,")
