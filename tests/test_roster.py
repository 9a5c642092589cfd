"""The roster: read as counties write it, refused with the line when it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("\n" + PLAIN.replace(",", ";")).encode(),
        PLAIN.replace("D01,", "D01，").replace("室,", "室，").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace("code,name,level", "单位　代码,名 称,类 别").encode(),
        PLAIN.replace("code,name,level", "CODE,Name,LEVEL").replace("township", "乡 (镇)").encode(),
        PLAIN.replace("多拉特乡", "\u200b多拉特乡\ufeff").encode(),
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
        "blank line before semicolons",
        "one line with ，",
        "cr",
        "spaces within headings",
        "case, half-width brackets",
        "invisible marks",
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
    ("written", "figure"),
    [("3", 3), (" １２ ", 12), ('"1,234"', 1234), ("0.25", 0.25), ("-2", -2), ("0", 0)],
)
def test_register_figures_are_read_as_people_write_them(written, figure):
    roster = read(f"code,name,level,disclosure.fees.amount_wan\n1,甲乡,乡镇,{written}\n")
    assert dict(roster.units[0].register) == {"disclosure.fees.amount_wan": figure}


def test_a_register_column_that_no_edition_has_is_said_not_used():
    roster = read("code,name,level,disputs.review.total\n1,甲乡,乡镇,3\n")
    assert dict(roster.units[0].register) == {}
    assert [finding.rule for finding in roster.findings] == ["A03"]
    assert "disputs.review.total" in roster.findings[0].message


def test_cells_that_look_like_formulas_stay_text():
    roster = read('code,name,level\n=1+1,@甲,乡镇\n+2,-乙,乡镇\n="03",丙,乡镇\n')
    assert [entry.unit.code for entry in roster.units] == ["=1+1", "+2", '="03"']
    assert [entry.unit.name for entry in roster.units] == ["@甲", "-乙", "丙"]


def test_a_name_may_hold_a_comma():
    text = 'code,name,level\n1,甲局（东，西）,部门\n2,"乙局,分局",部门\n'
    assert [e.unit.name for e in read(text).units] == ["甲局（东，西）", "乙局,分局"]


def test_of_two_possible_headings_the_plainer_wins():
    roster = read("单位,单位名称,代码,类别\n乙局,甲乡,1,乡镇\n")
    assert roster.units[0].unit.name == "甲乡"


def test_every_name_of_a_level_is_known():
    names = [
        (key, name) for key, one in common().levels.items() for name in (one.label, *one.names)
    ]
    lines = "".join(f"{n},甲{n},{name}\n" for n, (_, name) in enumerate(names))
    units = read("code,name,level\n" + lines).units
    assert [entry.unit.level for entry in units] == [key for key, _ in names]


def test_entries_know_their_line():
    roster = read("code,name,level\n\n1,甲乡,乡镇\n2,乙乡,乡镇\n")
    assert [entry.line for entry in roster.units] == [3, 4]


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
        ("code,name,level,disputes.review.total\n1,甲乡,乡镇,nan\n", "登记数"),
        ("code,name,level,disputes.review.total\n1,甲乡,乡镇,inf\n", "登记数"),
        ("code,name,level,disputes.review.total\n1,甲乡,乡镇,1e3\n", "登记数"),
        ("code,name,level,disputes.review.total\n1,甲乡,乡镇,9999999999\n", "登记数"),
        ("代码,名称,类别,代码\n1,甲乡,乡镇,2\n", "两列“代码”"),
        ("code,name,level\n1,甲乡,\n", "第 2 行：类别是空的"),
        ("code,name,level\n1,甲乡\n", "第 2 行：类别是空的"),
        ("code,level,name\n1,乡镇,甲乡(东,西)\n", "第 2 行：比表头多出几格"),
        ('code,name,level\n1,"甲\n乡",乡镇\n', "第 3 行：代码或名称里有换行"),
        ("code,name,level\n1,甲\x07乡,乡镇\n", "控制字符"),
        ("code,name,level\n1,甲\x00乡,乡镇\n", "控制字符"),
        ("code,name,level\nA1,甲乡,乡镇\na１,乙乡,乡镇\n", "第 3 行：代码“a１”与第 2 行重复"),
        ('code,name,level\n1,"甲乡,乡镇\n', "第 2 行不成行"),
        ("code,name,level\n1," + "甲" * 200_000 + ",乡镇\n", "第 2 行不成行"),
        ("code,name,level\n" + "\n" * 1_000_001, "超过 1000000 行"),
        ("code,name,level\n" + "1,甲乡,乡镇\n" * 400_000, "太大"),
        (b"\xff\xfea", "编码"),
        (b"\xd0\xcf\x11\xe0 xls", "Excel"),
        (b"PK\x03\x04 xlsx", "Excel"),
        (b"code,name\xff\xff\xff,level\n\x80\x80", "编码"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_wrong_is_named_with_its_line(text, said):
    assert said in refused(text)


def test_many_faults_are_told_at_once():
    lines = "".join(f"{n},甲{n},村\n" for n in range(30))
    said = refused("code,name,level\n" + lines)
    assert "第 2 行" in said
    assert "第 11 行" in said
    assert "第 12 行" not in said
    assert "等 30 处" in said
    assert said.count("类别可以用") == 1


def test_faults_are_told_in_the_order_of_the_lines():
    said = refused("code,name,level\n1,甲,乡镇\n1,乙,乡镇\n3,,乡镇\n4,丁,村\n")
    places = [said.index(part) for part in ("第 3 行", "第 4 行", "第 5 行")]
    assert places == sorted(places)
    assert said.startswith("名册 units.csv")


TEXT = st.text(
    st.sampled_from('甲乡,，;\t"\r\n =0１３E+.nameodlv代码名称类别\x00\u200b'), max_size=60
)


@given(TEXT | st.binary(max_size=60) | TEXT.map(lambda text: "代码,名称,类别\n" + text))
def test_any_content_is_read_or_refused_with_a_sentence(content):
    try:
        codes = [entry.unit.code for entry in read(content).units]
    except NianbaoError as error:
        said = str(error)
        codes = []
    if codes:
        assert all(codes)
        assert len(set(codes)) == len(codes)
    else:
        assert said.startswith("名册 units.csv")
        assert said.endswith("。")


def test_doubtful_units_are_a03():
    text = "code,name,level\n1,某县税务局,部门\n2,某县教育局,部门\n"
    messages = [finding.message for finding in read(text).findings]
    assert any("税务局" in message for message in messages)
    assert any("办公室" in message for message in messages)
    assert read(PLAIN).findings == ()
    assert read("code,name,level\n1,甲乡,乡镇\n2,乙乡,乡镇\n").findings == ()
