"""The county's own options: read strictly, shown in the workbook, followed by the check."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import Desk, complete
from helpers import HERE, common, editions
from nianbao import cli, local
from nianbao.book.models import evaluated
from nianbao.book.order import Order
from nianbao.book.parts import unzip
from nianbao.check import check
from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.layout import IDENTITY, layout_of
from nianbao.office.engine.exchange import dumps, loads
from nianbao.office.examine import examine
from nianbao.reading.read import read
from nianbao.template.workbook import workbook
from press_books import by_button, by_cli


FORM = editions()["2021"]
OPTIONS = """
name = "示例县"
source = "示例政办〔2023〕1号"
practice = ["一张申请表算一件。"]

[dates]
township = "1月15日"
department = 2024-01-20

[[points]]
label = "规范性文件数"
words = ["备案", '“红头”']
part = "proactive"

[[points]]
label = "政务新媒体信息数"
words = ["新媒体", "公众号"]
levels = ["township"]
"""
SHARED = context().common
TEXT = local.parse(OPTIONS.encode(), "x", SHARED)
OWN = local.localised(FORM, TEXT, SHARED)
TOWN = complete("659900-T1", "甲乡")


def saying(report, proactive: str, **changes):
    narrative = {**report.narrative, "overview.proactive": proactive}
    return replace(report, narrative=narrative, **changes)


SILENT = saying(TOWN, "公开了信息。")
SPOKEN = saying(TOWN, "备案1件，新媒体发布3条。")


def order(report=None, edition=OWN, unit=TOWN.unit):
    return Order(edition, common(), unit, 2023, report)


def points(findings) -> list[tuple[str, str, str]]:
    return [(f.rule, f.severity.value, f.field) for f in findings if f.rule.startswith("N18")]


# --- the file ---------------------------------------------------------------------------------


def test_a_file_is_what_it_says():
    own = local.options(TEXT, SHARED)
    assert own.dates == {"township": "1月15日", "department": "2024年1月20日"}
    assert next(point.words for point in own.points) == ("备案", "“红头”")
    assert own.practice == ("一张申请表算一件。",)
    assert local.options("", SHARED) is local.NOTHING
    assert local.localised(FORM, "", SHARED) is FORM
    assert local.localised(FORM, TEXT, SHARED) is OWN


def test_files_of_windows_are_read():
    assert local.parse(OPTIONS.replace("\n", "\r\n").encode("utf-8-sig"), "x", SHARED) == TEXT


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('name = "示例县"', ""), "最外层缺少“name”"),
        (('name = "示例县"', "name = 3"), "name应当是文字"),
        (('name = "示例县"', "name = 示例县"), "第 2 行写法不对"),
        (("source", "sorce"), "最外层有不认识的“sorce”"),
        (("[dates]", "[date]"), "最外层有不认识的“date”"),
        (("township = ", "village = "), "[dates]有不认识的“village”"),
        (('"1月15日"', '"13月1日"'), "dates.township应当是日期"),
        (('"1月15日"', '"月底"'), "dates.township应当是日期"),
        (('"1月15日"', "115"), "dates.township应当是日期"),
        (('label = "规范性文件数"', ""), "第 1 个 points缺少“label”"),
        (('["新媒体", "公众号"]', "[]"), "第 2 个 points的 words 是空的"),
        (('["新媒体", "公众号"]', '"新媒体"'), "第 2 个 points的 words应当是一个列表"),
        (('["新媒体", "公众号"]', '["新媒体", ""]'), "第 2 个 points的 words 第 2 项应当是文字"),
        (('["township"]', '["town"]'), "第 2 个 points的 levels 里“town”不认识"),
        (('practice = ["一张申请表算一件。"]', 'practice = "一件"'), "practice应当是一个列表"),
        (('"一张申请表算一件。"', '"""一\n二"""'), "practice 第 1 项里有换行"),
        (('[[points]]\nlabel = "规', '[points]\nlabel = "规'), "写法不对"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(change, said):
    text = OPTIONS.replace(*change, 1)
    assert text != OPTIONS
    with pytest.raises(NianbaoError) as stop:
        local.parse(text.encode(), "本地要求.toml", SHARED)
    assert said in str(stop.value)
    assert str(stop.value).startswith("本地要求 本地要求.toml")


def test_a_part_that_section_one_lacks_is_refused():
    text = local.parse(OPTIONS.replace('"proactive"', '"proactiv"').encode(), "x", SHARED)
    with pytest.raises(NianbaoError, match="part“proactiv”不认识"):
        local.localised(FORM, text, SHARED)


@pytest.mark.parametrize(
    ("data", "said"), [(b"\xff\xfe", "编码"), (b"#" * 20_001, "太大"), (b"a = [", "写法不对")]
)
def test_a_file_that_is_none_is_refused(data, said):
    with pytest.raises(NianbaoError, match=said):
        local.parse(data, "x", SHARED)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(["name", "source", "dates", "points", "practice", "label", "words", "part"])


@given(st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES) | st.lists(VALUES)))
def test_anything_that_a_workbook_carries_is_understood_or_refused(said):
    text = json.dumps(said)
    try:
        local.localised(FORM, text, SHARED)
    except NianbaoError:
        return
    assert local.options(text, SHARED) is local.NOTHING or {"name", "source"} <= set(said)


# --- the check --------------------------------------------------------------------------------


def test_a_missing_point_is_a_warning_at_its_part_with_a_place_for_a_reason():
    catalogue = common().catalogue
    assert points(check(SPOKEN, OWN, catalogue)) == []
    assert points(check(SILENT, FORM, catalogue)) == []
    assert points(check(SILENT, OWN, catalogue)) == [
        ("N18-1", "warning", "overview.proactive"),
        ("N18-2", "warning", "overview.proactive"),
    ]
    told = check(replace(SILENT, explanations={"N18-1": "本乡没有"}), OWN, catalogue)
    assert next(f.reason for f in told if f.rule == "N18-1") == "本乡没有"
    bureau = replace(SILENT, unit=replace(SILENT.unit, level="department"))
    assert [rule for rule, *_ in points(check(bureau, OWN, catalogue))] == ["N18-1"]


def test_any_of_the_words_will_do():
    for words in ("制发“红头”文件", "备案1件"):
        told = check(saying(TOWN, words), OWN, common().catalogue)
        assert [rule for rule, *_ in points(told)] == ["N18-2"]


@pytest.mark.parametrize("report", [SILENT, SPOKEN], ids=["silent", "spoken"])
def test_the_sheet_says_what_the_check_says(report):
    model = evaluated(unzip(workbook(order(report))))
    titles = [sheet["name"] for sheet in model.get_worksheets_properties()]
    checks = titles.index(common().sheets["checks"])
    layout = layout_of(OWN, common().sheets, "township")
    lines = {one.check.rule.id: one for one in layout.lines if one.check.rule.id[:3] == "N18"}
    assert set(lines) == {"N18-1", "N18-2"}
    failed = {rule for rule, *_ in points(check(report, OWN, common().catalogue))}
    word = {True: common().words["warn"], False: common().words["pass"]}
    for rule, line in lines.items():
        assert model.get_cell_value(checks, line.row, 1) == word[rule in failed]


# --- the workbook -----------------------------------------------------------------------------


WHOM = 'contact = "张三"\nphone = "0935-1234567"\n'


@pytest.mark.parametrize(("said", "whom"), [
    (WHOM, "张三，电话 0935-1234567"), ('contact = "张三"', "张三"), ('phone = "110"', "电话 110"),
    ("", ""),
])  # fmt: skip
def test_units_are_told_whom_to_call(said, whom):
    head = 'name = "示例县"\nsource = "示例政办〔2023〕1号"\n'
    own = local.options(local.parse(f"{head}{said}".encode(), "x", SHARED), SHARED)
    assert local.to_call(own) == whom
    edition = local.localised(FORM, local.parse(f"{head}{said}".encode(), "x", SHARED), SHARED)
    shown = [one.text for one in edition.guide[-1].items]
    assert shown == ([f"有不清楚的，请联系{whom}。"] if whom else [])


@pytest.mark.parametrize(
    "said", ['contact = ""', "phone = 110", 'phone = "一\\n二"', 'tel = "110"']
)
def test_whom_to_call_is_read_strictly(said):
    head = 'name = "示例县"\nsource = "示例政办〔2023〕1号"\n'
    with pytest.raises(NianbaoError, match=r"contact|phone|tel"):
        local.parse(f"{head}{said}".encode(), "x", SHARED)


def test_the_workbook_shows_the_dates_the_points_and_the_practice():
    book = openpyxl.load_workbook(io.BytesIO(workbook(order())))
    guide = [str(c.value) for row in book[common().sheets["guide"]].iter_rows() for c in row]
    assert "本县（市）规定：示例县" in guide
    assert f"{common().authorities['local']}：示例政办〔2023〕1号" in guide
    assert "一张申请表算一件。" in guide
    assert any(text.startswith("第一部分要写到：规范性文件数") for text in guide)
    assert "2024年1月15日前" in guide
    assert book[common().sheets["cover"]]["B10"].value == "2024年1月15日"
    prompts = [r.prompt for r in book[common().sheets["narrative"]].data_validations.dataValidation]
    assert any("示例县还要求写到：规范性文件数；政务新媒体信息数。" in str(p) for p in prompts)


def test_a_deadline_given_on_the_command_line_goes_before_the_file():
    assert replace(order(), deadline="2024年1月9日").due == "2024年1月9日"
    assert order().due == "2024年1月15日"
    assert order(unit=replace(TOWN.unit, level="county")).due == ""


def test_a_workbook_carries_the_options_to_whoever_checks_it():
    data = workbook(order(replace(SILENT, explanations={"N18-2": "没有新媒体", "C05": "口径"})))
    reading = read(data, editions(), common())
    assert reading.edition.local == TEXT
    assert reading.report.explanations == {"N18-2": "没有新媒体", "C05": "口径"}
    rules = [f.rule for f in examine(reading, common())]
    assert [rule for rule in rules if rule[:3] == "N18"] == ["N18-1", "N18-2"]
    assert "C08" not in rules


def test_a_reading_keeps_them_on_its_way_from_the_worker():
    reading = read(workbook(order(SILENT)), editions(), common())
    again = loads(dumps(reading), context())
    assert again.edition is local.localised(editions()["2021"], TEXT, SHARED)
    plain = read(workbook(order(SILENT, FORM)), editions(), common())
    assert loads(dumps(plain), context()).edition is editions()["2021"]


def test_the_button_says_what_the_command_line_says():
    data = workbook(order(replace(SILENT, explanations={"N18-2": "没有新媒体"})))
    assert by_button(data) == by_cli(data)
    told = {f.rule: f.reason for f in by_button(data) if f.rule[:3] == "N18"}
    assert set(told) == {"N18-1", "N18-2"}
    assert told["N18-2"] == "没有新媒体"


@pytest.mark.parametrize("carried", ["{", "[]", '{"name":1}', "x" * 30_000, "[" * 15_000])
def test_options_that_were_tampered_with_are_a_finding(carried):
    book = openpyxl.load_workbook(io.BytesIO(workbook(order(SILENT, FORM))))
    book[common().sheets["identity"]].cell(IDENTITY.index("local") + 1, 2).value = carried
    buffer = io.BytesIO()
    book.save(buffer)
    reading = read(buffer.getvalue(), editions(), common())
    assert reading.edition is FORM
    assert any(f.rule == "C09" and "本地要求" in f.message for f in reading.findings)


# --- the command line -------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path).enrol(SILENT).receive(SILENT)
    (tmp_path / "要求.toml").write_text(OPTIONS, encoding="utf-8")
    return desk


def found(desk, capsys, *words) -> list[str]:
    cli.main(["check", str(desk.inbox), "--json", *words])
    (one,) = json.loads(capsys.readouterr().out)["files"]
    return [f["rule"] for f in one["findings"] if f["rule"].startswith("N18")]


def test_check_follows_the_file_given_or_the_one_beside_the_roster(desk, capsys):
    given = str(desk.folder / "要求.toml")
    assert found(desk, capsys) == []
    assert found(desk, capsys, "--local", given) == ["N18-1", "N18-2"]
    assert found(desk, capsys, "--units", desk.roster) == []
    (desk.folder / local.FILE).write_text(OPTIONS.replace('"township"', '"street"'), "utf-8")
    cli.main(["check", str(desk.inbox), "--units", desk.roster])
    assert "本地要求.toml”（示例县）" in capsys.readouterr().err
    assert found(desk, capsys, "--units", desk.roster) == ["N18-1"]
    assert found(desk, capsys, "--units", desk.roster, "--local", given) == ["N18-1", "N18-2"]


def test_template_merge_and_status_follow_it_too(desk, capsys):
    given = ["--local", str(desk.folder / "要求.toml"), "--units", desk.roster]
    out = desk.folder / "下发"
    assert cli.main(["template", "--year", "2023", *given, "-o", str(out)]) == 0
    reading = read((out / "甲乡.xlsx").read_bytes(), editions(), common())
    assert reading.edition.local == TEXT
    assert desk.merge(*given[:2]) == 1
    assert desk.summary["units"][0]["status"] == "warning"
    assert cli.main(["status", str(desk.inbox), *given]) == 1
    capsys.readouterr()


def test_a_document_is_judged_by_it_and_sent_back_with_it(desk, capsys):
    from nianbao.report import to_document

    (desk.inbox / "甲乡.xlsx").unlink()
    text = json.dumps(to_document(SILENT), ensure_ascii=False)
    (desk.inbox / "甲乡.json").write_text(text, encoding="utf-8")
    given = ["--local", str(desk.folder / "要求.toml")]
    assert found(desk, capsys, *given) == ["N18-1", "N18-2"]
    back = desk.folder / "退回"
    assert cli.main(["check", str(desk.inbox), *given, "--annotate", str(back)]) == 1
    reading = read((back / "甲乡.xlsx").read_bytes(), editions(), common())
    assert reading.edition.local == TEXT
    sheet = openpyxl.load_workbook(back / "甲乡.xlsx", data_only=True)[common().sheets["returned"]]
    rows = [[c.value for c in row] for row in sheet.iter_rows() if row[2].value == "N18-1"]
    assert rows[0][6] == common().words["warn"]


def test_a_wrong_file_is_one_line(desk, capsys):
    assert cli.main(["check", str(desk.inbox), "--local", str(desk.folder / "无.toml")]) == 2
    wrong = desk.folder / "错.toml"
    wrong.write_text("name = 甲", encoding="utf-8")
    assert cli.main(["check", str(desk.inbox), "--local", str(wrong)]) == 2
    assert "第 1 行写法不对" in capsys.readouterr().err


def test_the_documented_example_is_read():
    text = (HERE.parent / "docs" / "local.md").read_text(encoding="utf-8")
    block = text.partition("```toml\n")[2].partition("```")[0]
    own = local.options(local.parse(block.encode(), "docs/local.md", SHARED), SHARED)
    assert own.source == "武政办发〔2025〕54号"
    for edition in editions().values():
        assert local.localised(edition, local.parse(block.encode(), "x", SHARED), SHARED).local
