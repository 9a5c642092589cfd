"""Which unit a file's name means."""

from __future__ import annotations

import pytest

from nianbao.names import unit_named, unit_of_path
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
    found = unit_named(file, UNITS)
    assert (found.name if found else None) == unit


@pytest.mark.parametrize(("path", "unit"), [
    ("乙镇/年报.xlsx", "乙镇"),
    ("收到.zip/城关镇.zip/年报.xlsx", "城关镇"),
    ("城关镇/乙镇.xlsx", "乙镇"),
    ("收到/年报.xlsx", None),
])  # fmt: skip
def test_a_folder_names_the_unit_where_the_file_does_not(path, unit):
    found = unit_of_path(path, UNITS)
    assert (found.name if found else None) == unit


def test_a_unit_without_a_name_is_never_meant():
    assert unit_named("年报.xlsx", [Unit("1", "", "township")]) is None
