"""Which unit a file's name means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.names import UnitNames, same_name
from nianbao.report import Unit


UNITS = [
    Unit(str(number), name, "township")
    for number, name in enumerate(
        ["城关镇", "城关镇卫生院", "乙镇", "县政府办公室", "（甲）局", "ABC中心"]
    )
]


@pytest.mark.parametrize(("file", "unit"), [
    ("城关镇.xlsx", "城关镇"),
    ("示例县城关镇2025年报（终稿）(1).xlsx", "城关镇"),
    ("城关镇卫生院.xlsx", "城关镇卫生院"),
    ("城关镇卫生院代城关镇.xlsx", None),
    ("城关镇、乙镇.xlsx", None),
    ("乙 镇 年报.xls", "乙镇"),
    ("(甲)局.xlsx", "（甲）局"),
    ("ａｂｃ中心.XLSX", "ABC中心"),
    ("年报.xlsx", None),
    ("乙镇/年报.xlsx", None),
    ("", None),
])  # fmt: skip
def test_the_longest_name_in_a_file_name_is_the_unit(file, unit):
    found = UnitNames(UNITS).named(file)
    assert (found.name if found else None) == unit


@pytest.mark.parametrize(("path", "unit"), [
    ("乙镇/年报.xlsx", "乙镇"),
    ("收到.zip/城关镇.zip/年报.xlsx", "城关镇"),
    ("城关镇/乙镇.xlsx", "乙镇"),
    ("收到/年报.xlsx", None),
])  # fmt: skip
def test_a_folder_names_the_unit_where_the_file_does_not(path, unit):
    found = UnitNames(UNITS).of_path(path)
    assert (found.name if found else None) == unit


def test_a_unit_without_a_name_is_never_meant():
    assert UnitNames([Unit("1", "", "township")]).named("年报.xlsx") is None


def test_of_two_names_that_overlap_the_first_counts_in_every_run():
    units = [Unit("1", "大新乡", "township"), Unit("2", "新乡大", "township")]
    assert UnitNames(units).named("新乡大新乡.xlsx").name == "新乡大"


def test_a_name_twice_in_a_file_name_is_still_that_unit():
    assert UnitNames(UNITS).named("城关镇卫生院城关镇卫生院.xlsx").name == "城关镇卫生院"


# --- another unit's file ----------------------------------------------------------------------

ROSTER = [
    Unit(str(number), name, "township")
    for number, name in enumerate(["新乡", "示例县大新乡", "新乡站", "松林镇", "松林镇东", ""])
]


@pytest.mark.parametrize(("file", "own", "other"), [
    ("松林镇.xlsx", "新乡", "松林镇"),
    ("新乡.xlsx", "松林镇", "新乡"),
    ("年报/新乡.xlsx", "松林镇", "新乡"),
    ("新乡/年报.xlsx", "松林镇", None),  # a folder holds many
    ("年报.xlsx", "松林镇", None),
    ("松林镇.xlsx", "松林镇", None),
    ("新乡代松林镇.xlsx", "松林镇", None),  # its own name too
    ("新乡、松林镇东.xlsx", "大同乡", None),  # two others
    ("大新乡.xlsx", "示例县大新乡", None),  # a part of the own name, the letter before
    ("示例县新乡.xlsx", "示例县大新乡", "新乡"),
    ("新乡大.xlsx", "示例县大新乡", "新乡"),
    ("新乡政府.xlsx", "示例县新乡政府", None),  # the letter after
    ("新乡区年报.xlsx", "示例县新乡区", None),  # the letter after, and no more of the name
    ("年报大新乡.xlsx", "大新乡公所", None),  # the letter before, and no more
    ("新乡站.xlsx", "示例县新乡站点", "新乡站"),
    ("新乡和大新乡.xlsx", "示例县大新乡", None),  # the second time as a part
    ("新 乡.xlsx", "松林镇", "新乡"),
    ("新乡.xlsx", "", None),
])  # fmt: skip
def test_whose_name_a_file_has_that_is_not_its_own(file, own, other):
    known = {unit.name: unit for unit in ROSTER}
    mine = known.get(own) or Unit("x", own, "township")
    found = UnitNames(ROSTER).another(file, mine)
    assert (found.name if found else None) == other


def test_a_unit_of_the_same_code_is_the_own_one_by_an_older_name():
    assert UnitNames(ROSTER).another("新乡.xlsx", Unit("0", "新乡街道", "street")) is None


def test_width_case_and_spaces_make_no_other_name():
    assert same_name("（甲）局 A", "(甲)局ａ")
    assert not same_name("甲局", "乙局")


# --- the index is what looking for each name is -----------------------------------------------


def by_each_name(file, units):
    """The unit that a file's name means, by looking for each name in turn."""
    text = "".join(file.rpartition("/")[2].split())
    named = [(one, name) for one in units if (name := "".join(one.name.split())) and name in text]
    rest = text
    for name in sorted({name for _, name in named}, key=lambda one: (-len(one), text.find(one))):
        if name in rest:
            rest = rest.replace(name, "\0")
        else:
            named = [pair for pair in named if pair[1] != name]
    return named[0][0] if len(named) == 1 else None


LETTERS = st.text(st.sampled_from("新乡大镇 /"), max_size=8)


@given(names=st.lists(LETTERS, max_size=6), file=LETTERS)
def test_the_index_finds_what_looking_for_each_name_finds(names, file):
    units = [Unit(str(number), name, "township") for number, name in enumerate(names)]
    assert UnitNames(units).named(file) == by_each_name(file, units)
