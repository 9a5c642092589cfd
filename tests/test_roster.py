"""The roster: read as counties write it, refused with the line when it is wrong."""

from __future__ import annotations

import pytest

from nianbao.catalog import common
from nianbao.errors import NianbaoError
from nianbao.roster import read_roster


PLAIN = "code,name,level\n654224-T05,多拉特乡,township\n654224-D01,托里县政府办公室,department\n"


def read(text: str | bytes, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return read_roster(data, common(), "units.csv")


def refused(text: str | bytes) -> str:
    with pytest.raises(NianbaoError) as stop:
        read(text)
    return str(stop.value)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace("\n", "\r\n").encode("gb18030"),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "，").encode(),
        PLAIN.replace("code,name,level", "代码,名称,类别").replace("township", "乡镇").encode(),
        PLAIN.replace("code,name,level", " Code , 单位名称 ,层级").encode(),
        ("\n" + PLAIN + "\n,,\n").encode(),
    ],
    ids=[
        "utf8",
        "bom",
        "gbk crlf",
        "utf16",
        "tabs",
        "semicolons",
        "，",
        "中文",
        "spaces",
        "blanks",
    ],
)
def test_every_way_of_saving_it_gives_the_same_units(data):
    units = [entry.unit for entry in read(data).units]
    assert [(u.code, u.name, u.level) for u in units] == [
        ("654224-T05", "多拉特乡", "township"),
        ("654224-D01", "托里县政府办公室", "department"),
    ]


def test_codes_keep_their_zeros_and_further_columns_are_allowed():
    roster = read("序号,代码,名称,类别,联系人\n1,0654,甲乡,乡,王\n")
    assert roster.units[0].unit.code == "0654"


def test_a_column_headed_by_a_figure_is_what_a_register_says():
    roster = read("code,name,level,disputes.review.total\n1,甲乡,乡镇,3\n2,乙乡,乡镇,\n")
    assert dict(roster.units[0].register) == {"disputes.review.total": 3}
    assert dict(roster.units[1].register) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空的"),
        (" \n\n", "空的"),
        ("code,name,level\n", "没有单位"),
        ("名称,类别\n甲乡,乡镇\n", "code"),
        ("code,name,level\n1,甲乡,村\n", "第 2 行：类别“村”不认识"),
        ("code,name,level\n1,,乡镇\n", "第 2 行：代码或名称是空的"),
        ("code,name,level\n1,甲乡,乡镇\n1,乙乡,乡镇\n", "第 3 行：代码“1”与第 2 行重复"),
        ("code,name,level\n1,甲乡,乡镇\n2,甲乡,乡镇\n", "名称“甲乡”与第 2 行重复"),
        ("code,name,level\n6.54E+11,甲乡,乡镇\n", "科学计数"),
        ("code,name,level,disputes.review.total\n1,甲乡,乡镇,三\n", "登记数"),
        (b"PK\x03\x04 xlsx", "Excel"),
        (b"code,name\xff\xff\xff,level\n\x80\x80", "编码"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, said):
    assert said in refused(text)


def test_many_faults_are_told_at_once():
    lines = "".join(f"{n},甲{n},村\n" for n in range(30))
    said = refused("code,name,level\n" + lines)
    assert "第 2 行" in said
    assert "等 30 处" in said


def test_doubtful_units_are_a03():
    text = "code,name,level\n1,某县税务局,部门\n2,某县教育局,部门\n"
    messages = [finding.message for finding in read(text).findings]
    assert any("税务局" in message for message in messages)
    assert any("办公室" in message for message in messages)
    assert read(PLAIN).findings == ()
