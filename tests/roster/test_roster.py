"""The roster: read as counties write it, refused with the line when it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import HERE, common
from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.roster import read_roster


PLAIN = "code,name,level\n654224-T05,多拉特乡,township\n654224-D01,托里县政府办公室,department\n"


def read(text: str | bytes, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return read_roster(data, context(), "units.csv")


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
    assert roster.findings == ()


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


# --- who reports to whom ----------------------------------------------------------------------

CITY = (
    "代码,名称,类别\n6206,武威市,市级\n6206-D01,武威市人民政府办公室,部门\n"
    "6206-D02,武威市教育局,市级部门\n620602,凉州区,县级\n620621,民勤县,县级\n"
)


def told(text: str) -> dict[str, tuple[str, str]]:
    """Below whom each unit is (as its words say), and whom it speaks for."""
    shared = common()
    units = [entry.unit for entry in read(text).below]
    return {unit.name: (shared.superior(unit).term, unit.speaks_for) for unit in units}


def asked(text: str) -> list[str]:
    return [finding.rule for finding in read(text).findings]


def test_a_citys_roster_has_its_departments_its_office_and_its_counties():
    roster = read(CITY)
    assert (roster.above.name, roster.above.level) == ("武威市", "prefecture")
    assert told(CITY) == {
        "武威市人民政府办公室": ("市里", "prefecture"),
        "武威市教育局": ("市里", ""),
        "凉州区": ("市里", ""),
        "民勤县": ("市里", ""),
    }
    (guess,) = roster.findings
    assert guess.rule == "A11"
    assert guess.severity.value == "note"
    assert "武威市人民政府办公室" in guess.message
    assert "代表本级政府" in guess.remedy


@pytest.mark.parametrize("answer", ["是", "yes", "１"])
def test_what_is_stated_is_not_asked(answer):
    text = CITY.replace("类别\n", "类别,代表本级政府\n").replace("室,部门", f"室,部门,{answer}")
    assert told(text)["武威市人民政府办公室"] == ("市里", "prefecture")
    assert asked(text) == []


def test_an_office_that_does_not_speak_for_the_city_says_so_and_a_bureau_that_does():
    text = CITY.replace("类别\n", "类别,代表本级政府\n").replace("室,部门", "室,部门,否")
    text = text.replace("教育局,市级部门", "司法局,市级部门,是")
    assert told(text)["武威市人民政府办公室"] == ("市里", "")
    assert told(text)["武威市司法局"] == ("市里", "prefecture")
    assert asked(text) == []


def test_a_countys_office_is_not_guessed_to_speak_for_it():
    text = "code,name,level\n6542,托里县,县级\n1,托里县人民政府办公室,部门\n2,甲乡,乡镇\n"
    assert told(text) == {"托里县人民政府办公室": ("县里", ""), "甲乡": ("县里", "")}
    assert asked(text) == []


@pytest.mark.parametrize(
    ("text", "above", "below"),
    [
        # no row of its own: the level that the units name, or that theirs report to
        ("1,甲局,市级部门\n2,乙局,市级部门", "市级汇总", {"甲局": "市里", "乙局": "市里"}),
        ("1,甲厅,省级部门\n2,乙市,市级", "省级汇总", {"甲厅": "省里", "乙市": "省里"}),
        ("1,甲县,县级\n2,乙局,部门", "甲县", {"乙局": "县里"}),
        ("1,甲县,县级\n2,丙县,县级\n3,乙局,部门", "市级汇总",
         {"甲县": "市里", "丙县": "市里", "乙局": "市里"}),
        ("1,甲县,县级\n2,乙局,市级部门", "市级汇总", {"甲县": "市里", "乙局": "市里"}),
        # a row of its own
        ("1,甲省,省级\n2,乙市,市级\n3,甲省丙厅,部门", "甲省", {"乙市": "省里", "甲省丙厅": "省里"}),
        ("1,甲市,省级\n2,乙区,县级\n3,丙局,部门", "甲市", {"乙区": "省里", "丙局": "省里"}),
        ("1,东莞市,市级\n2,虎门镇,乡镇\n3,南城街道,街道\n4,乙局,部门", "东莞市",
         {"虎门镇": "市里", "南城街道": "市里", "乙局": "市里"}),
        ("1,甲局,部门\n2,乙乡,乡镇", "县级汇总", {"甲局": "县里", "乙乡": "县里"}),
    ],
)  # fmt: skip
def test_the_row_of_the_level_above_or_the_units_tell_who_sums_up(text, above, below):
    text = f"code,name,level\n{text}\n"
    assert read(text).above.name == above
    assert {name: term for name, (term, _) in told(text).items()} == below
    assert [rule for rule in asked(text) if rule not in {"A03", "A11"}] == []


def test_the_column_names_the_level_above_or_its_row():
    head = "code,name,level,上级\n1,甲市,市级,\n"
    for said in ("市级", "市", "prefecture", "甲市", "1", "設区的市".replace("設", "设")):
        assert told(f"{head}2,乙镇,乡镇,{said}\n3,丙局,部门,\n")["乙镇"] == ("市里", "")
    own = "code,name,level,上级\n1,甲县,县级,{}\n2,乙乡,乡镇,\n"
    assert read(own.format("省级")).above.under == "province"
    assert read(own.format("市级")).above.under == read(own.format("")).above.under == ""
    assert told("code,name,level,superior\n1,甲县,县级,省级\n2,乙县,县级,province\n") == {
        "甲县": ("省里", ""),
        "乙县": ("省里", ""),
    }


def test_units_that_another_level_sums_up_are_asked_about_not_counted_twice():
    text = f"{CITY}9,甲乡,乡镇\n10,乙乡,乡镇\n"
    roster = read(text)
    assert [finding.rule for finding in roster.findings] == ["A10", "A11"]
    assert "甲乡、乙乡" in roster.findings[0].message
    assert "市级" in roster.findings[0].message
    assert told(text)["甲乡"] == ("县里", "")
    stated = text.replace("类别\n", "类别,上级\n").replace("乡镇\n", "乡镇,市级\n")
    assert asked(stated) == ["A11"]
    many = text + "".join(f"{n},第{n}乡,乡镇\n" for n in range(20, 40))
    assert "等 22 个" in read(many).findings[0].message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,name,level,上级\n1,甲乡,乡镇,村\n", "第 2 行：上级“村”不认识"),
        ("code,name,level,上级\n1,甲乡,乡镇,乙乡\n2,乙乡,乡镇,\n", "第 2 行：上级“乙乡”不认识"),
        ("code,name,level,上级\n1,甲县,县级,县级\n", "第 2 行：上级“县级”不比单位自己的级别高"),
        ("code,name,level,上级\n1,甲局,市级部门,省级\n", "第 2 行：上级“省级”与类别（市级部门）"),
        ("code,name,level,代表本级政府\n1,甲局,部门,大概\n", "第 2 行：代表本级政府“大概”不认识"),
        ("code,name,level,代表本级政府\n1,甲乡,乡镇,是\n", "第 2 行：“代表本级政府”只用于"),
        ("code,name,level,上级,上级\n1,甲乡,乡镇,县级,\n", "两列“上级”"),
    ],
)
def test_a_level_above_that_cannot_be_is_refused_with_its_line(text, said):
    assert said in refused(text)


def test_the_documented_roster_leaves_nothing_to_ask():
    text = (HERE.parent / "docs" / "roster.md").read_text(encoding="utf-8")
    roster = read(text.partition("```csv\n")[2].partition("```")[0])
    assert roster.above.name == "武威市"
    assert roster.findings == ()
    speaking = [one.unit.name for one in roster.below if one.unit.speaks_for]
    assert speaking == ["武威市人民政府办公室"]
