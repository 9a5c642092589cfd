"""The template: what it explains, what it lets in, what it locks, what it is made of."""

from __future__ import annotations

import dataclasses
import functools
import io
import re

import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries

from desk import example, figures
from drawn import drawn
from helpers import baseline, beside, change, changed, common, editions
from nianbao.book import style
from nianbao.book.order import Order
from nianbao.book.parts import unzip
from nianbao.check import Beside, check, sentence
from nianbao.form import LIMIT, Edition, cells, said
from nianbao.layout import (
    BLANKS,
    FINDINGS_FROM,
    FINDINGS_ROWS,
    GRID,
    NIL,
    RANK,
    RESULT,
    SAID,
    TARGET,
    Place,
    layout_of,
)
from nianbao.office.examine import examine
from nianbao.reading.read import read
from nianbao.report import Unit
from nianbao.template import margin_sheet
from nianbao.template.workbook import workbook
from sheets import sheets
from shown import PIXELS, lines_needed, mend_list, unlocked


SHEETS = common().sheets
FORMS = [
    pytest.param(edition, level, id=f"{edition.id}-{level}")
    for edition in editions().values()
    for level in ("township", "department", "county")
]
forms = pytest.mark.parametrize(("edition", "level"), FORMS)


def layout(edition: Edition, level: str):
    return layout_of(edition, SHEETS, level)


@functools.cache
def blank(edition: Edition, level: str) -> bytes:
    return drawn(Order(edition, common(), Unit("65-T01", "甲乡", level), edition.first_year))


@functools.cache
def opened(edition: Edition, level: str):
    return openpyxl.load_workbook(io.BytesIO(blank(edition, level)))


def inputs(edition: Edition, level: str) -> dict[str, Place]:
    """Every number that a unit types: figures and the processing fee."""
    here = layout(edition, level)
    return {key: here.fields[key] for key in edition.inputs} | here.small


def column_of(edition: Edition, key: str):
    return edition.figures[key].column


def rules_at(book, place: Place) -> list:
    found = book[place.sheet].data_validations.dataValidation
    return [rule for rule in found if place.cell in rule.sqref]


# --- guidance ---------------------------------------------------------------------------------


@forms
def test_every_input_says_what_it_counts_when_it_is_chosen(edition, level):
    book = opened(edition, level)
    for key, place in inputs(edition, level).items():
        (rule,) = rules_at(book, place)
        assert (rule.showInputMessage, rule.showErrorMessage, rule.errorStyle) == (
            True,
            True,
            "stop",
        )
        guidance = said(edition.figures[key].row.guidance)
        assert len(guidance) > 5
        assert rule.prompt.startswith(guidance), key  # whole: Excel shows 255 letters
        assert len(rule.prompt) <= 255
        if key in edition.small:
            assert f"单位是{column_of(edition, key).unit}" in rule.prompt
        assert column_of(edition, key).unit in rule.error


@forms
def test_every_text_says_what_belongs_into_it(edition, level):
    book = opened(edition, level)
    for key, place in layout(edition, level).texts.items():
        (rule,) = rules_at(book, place)
        assert rule.showInputMessage, key
        assert len(rule.prompt) > 5


@pytest.mark.parametrize("edition", editions().values(), ids=editions())
def test_the_guide_has_every_row_with_its_source_the_calendar_and_the_six_mistakes(edition):
    sheet = opened(edition, "township")[SHEETS["guide"]]
    lines, name = {}, None
    for row in sheet.iter_rows(values_only=True):
        name = row[1] or name
        lines.setdefault(name, []).append(row[2:4])
    words = {key: said.format(above="县里") for key, said in common().authorities.items()}
    for table in edition.tables:
        for row in table.rows:
            name = "".join(table.path(row.label)[-2:])
            due = [(one.text, f"{words[one.kind.value]}：{one.source}") for one in row.guidance]
            assert [line for line in lines[name] if line in due] == due
            assert due
    shown = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    for level in ("township", "county", "prefecture", "province"):
        for date in common().levels[level].dates:
            assert f"{date.day}前" in shown
            assert f"{words[date.kind]}：{date.source}" in shown
    mistakes = next(chapter for chapter in edition.guide if "六种错" in chapter.title)
    assert len(mistakes.items) == 6
    for chapter in edition.guide:
        assert chapter.title in shown
        for one in chapter.items:
            assert f"{one.text} {words[one.kind.value]}：{one.source}" in shown


def test_the_instructions_name_the_switch_as_it_stands_there():
    for edition in editions().values():
        said = "".join(one.text for one in edition.guidance)
        assert f"选“{BLANKS}”" in said
        assert f"选“{NIL}”" in said
        assert "选“零报告”" not in said


# --- what may be typed ------------------------------------------------------------------------

TYPED = [
    -LIMIT - 1,
    -8,
    -1,
    -0.5,
    0,
    0.25,
    1,
    1.5,
    2.345,
    58,
    LIMIT,
    LIMIT + 1,
    "减4",
    "/",
    "无",
    "3件",
]


def lets_in(rule, value) -> bool:
    """Whether Excel takes a typed value under an input rule, as its documentation has it."""
    low, high = float(rule.formula1), float(rule.formula2)
    assert (rule.operator, rule.allow_blank) == ("between", True)
    if isinstance(value, str) or not low <= value <= high:
        return False
    return rule.type == "decimal" or value == int(value)


@forms
def test_an_input_rule_refuses_what_the_reader_refuses_and_nothing_else(edition, level):
    book = opened(edition, level)
    for key, place in inputs(edition, level).items():
        (rule,) = rules_at(book, place)
        for value in TYPED:
            taken = cells.state(value, column_of(edition, key).kind) in {"", *cells.ASKED}
            assert lets_in(rule, value) == taken, (key, value)


@forms
def test_a_switch_has_three_positions_and_says_what_each_means(edition, level):
    for place in layout(edition, level).nil.values():
        (rule,) = rules_at(opened(edition, level), place)
        said = '"否,全部为零,空格按零"'
        assert (rule.type, rule.formula1, rule.showErrorMessage) == ("list", said, True)
        assert all(word in rule.prompt for word in ("否：", "全部为零（零报告）：", "空格按零："))


# --- what is locked ---------------------------------------------------------------------------


def open_places(edition: Edition, level: str) -> set[Place]:
    here = layout(edition, level)
    listed = range(FINDINGS_FROM, FINDINGS_FROM + FINDINGS_ROWS)
    area = {
        Place(SHEETS["findings"], row, column) for row in (SAID, *listed) for column in range(1, 7)
    }
    return {
        *inputs(edition, level).values(), *here.nil.values(), *here.texts.values(),
        *here.contact(list(common().contact)).values(), *here.reasons, *area,
    }  # fmt: skip


@forms
def test_nothing_is_unlocked_but_what_a_unit_fills_in(edition, level):
    book = opened(edition, level)
    merged = {Place(SHEETS["findings"], SAID, column) for column in range(2, 6)}
    assert unlocked(book) == open_places(edition, level) - merged


@forms
def test_what_protection_allows(edition, level):
    book = opened(edition, level)
    assert book.security.lockStructure
    assert book.security.workbookAlgorithmName == "SHA-512"
    for sheet in book:
        lock = sheet.protection
        assert (lock.sheet, lock.algorithmName, lock.spinCount) == (True, "SHA-512", 100_000)
        allowed = {"formatColumns", "formatRows", "selectLockedCells", "selectUnlockedCells"}
        kinds = (
            *allowed, "formatCells", "insertRows", "insertColumns", "deleteRows", "deleteColumns",
            "sort", "autoFilter", "insertHyperlinks", "pivotTables",
        )  # fmt: skip
        assert {kind for kind in kinds if not getattr(lock, kind)} == allowed


@forms
def test_the_tab_key_follows_the_form(edition, level):
    here = layout(edition, level)
    for table in edition.tables:
        places = [here.fields[key] for key in table.fields if key in edition.inputs]
        assert places == sorted(places)
    texts = list(here.texts.values())
    assert texts == sorted(texts)


# --- what it is made of -----------------------------------------------------------------------

KNOWN = {
    "ABS", "ADDRESS", "AND", "CHAR", "CLEAN", "COLUMN", "COUNT", "COUNTBLANK", "COUNTIF",
    "COUNTIFS", "FIND", "HYPERLINK", "IF", "INDEX", "INT", "ISBLANK", "ISERROR", "ISNUMBER", "LEFT",
    "LEN", "MATCH", "MOD", "N", "OR", "ROUND", "ROW", "SUBSTITUTE", "SUM", "TRIM", "NOT",
}  # fmt: skip
"""Functions of Excel 2007 and later that WPS and LibreOffice have; none is volatile."""

NEWER = {"_xlfn.FORMULATEXT", "_xlfn.ISFORMULA", "_xlfn.SHEET"}
"""Of Excel 2013; only on the hidden sheet that spares the button questions, which does without."""


def formulas(book):
    """Every formula of the workbook with the sheet it stands on."""
    for sheet in book:
        here = [str(c.value) for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        for area in sheet.conditional_formatting:
            here += [text for rule in area.rules for text in rule.formula]
        for rule in sheet.data_validations.dataValidation:
            here += [text for text in (rule.formula1, rule.formula2) if text]
        yield from ((sheet.title, text) for text in here)
    yield from (("", name.attr_text) for name in book.defined_names.values())


@forms
def test_formulas_use_functions_that_every_spreadsheet_has(edition, level):
    book = opened(edition, level)
    bare = [(title, re.sub(r'"[^"]*"|\'[^\']*\'', "", text)) for title, text in formulas(book)]
    assert len(bare) > 300
    used = {(name, title) for title, text in bare for name in re.findall(r"([\w.]+)\(", text)}
    foreign = {(name, title) for name, title in used if name not in KNOWN}
    assert foreign == {(name, SHEETS["gather"]) for name in NEWER}
    assert [text for _, text in bare if "[" in text or "{" in text] == []


@forms
def test_no_array_formula_and_no_link_to_another_file(edition, level):
    parts = unzip(blank(edition, level))
    assert [name for name in parts if "external" in name.lower()] == []
    for name, part in parts.items():
        assert b't="array"' not in part, name
        assert b'TargetMode="External"' not in part, name


@forms
def test_cells_wear_named_styles(edition, level):
    book = opened(edition, level)
    named = {one.name for one in style._styles()}
    hidden = {SHEETS["cells"], SHEETS["identity"], SHEETS["gather"]}
    for sheet in book:
        if sheet.title in hidden:
            continue
        worn = {c.style for row in sheet.iter_rows() for c in row if c.value is not None}
        assert worn <= named, sheet.title
    formats = {
        (cell.style, cell.number_format)
        for row in book[SHEETS["narrative"]].iter_rows()
        for cell in row
        if "字" in cell.number_format
    }
    painted = unzip(blank(edition, level))["xl/styles.xml"].partition(b"<cellXfs")[2]
    count = painted.partition(b"</cellXfs>")[0].count(b"<xf ")
    assert count <= len(named) + len(formats) + 1  # the counts of characters, and the default


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio of two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[-6:][i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_can_be_read_by_everyone():
    for one in style._styles():
        back = one.fill.start_color.rgb if one.fill.fill_type else "FFFFFF"
        assert contrast(one.font.color.rgb, back) >= 4.5, one.name
    for name, look in style._LOOKS.items():
        back = look.fill.end_color.rgb if look.fill else style.INPUT
        assert contrast(look.font.color.rgb if look.font.color else "000000", back) >= 4.5, name


@forms
def test_headings_of_long_sheets_stay_in_sight_and_are_repeated_in_print(edition, level):
    book = opened(edition, level)
    table = edition.table["requests"]
    first = min(
        place for key, place in layout(edition, level).fields.items() if key.startswith("requests")
    )
    assert book[table.sheet].freeze_panes == first.cell
    assert book[table.sheet].print_title_rows == f"$1:${first.row - 1}"
    for sheet in book:
        if sheet.sheet_state == "visible":
            assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (9, 1), sheet.title
            assert (sheet.page_setup.fitToHeight, sheet.print_options.horizontalCentered) == (
                0,
                True,
            )


# --- labels fit -------------------------------------------------------------------------------


@pytest.mark.parametrize("latin", [0.5, 0.62], ids=["宋体", "fallback"])
@forms
def test_no_label_is_cut(edition, level, latin):
    book = opened(edition, level)
    for sheet in book:
        if sheet.sheet_state != "visible":
            continue
        merged = {(a.min_row, a.min_col): a for a in sheet.merged_cells.ranges}
        for row in sheet.iter_rows():
            for cell in row:
                if (
                    isinstance(cell.value, str)
                    and cell.data_type == "s"
                    and cell.alignment.wrap_text
                ):
                    area = merged.get((cell.row, cell.column))
                    _fits(sheet, cell, area, latin)


def _fits(sheet, cell, area, latin):
    left, top, right, bottom = range_boundaries(area.coord) if area else (cell.column, cell.row) * 2
    letters = [openpyxl.utils.get_column_letter(column) for column in range(left, right + 1)]
    if all(sheet.column_dimensions[one].hidden for one in letters):
        return
    room = sum(int(sheet.column_dimensions[one].width * 7 + 5) for one in letters) - 6
    high = sum((sheet.row_dimensions[row].height or 15) * PIXELS for row in range(top, bottom + 1))
    size = cell.font.sz
    needed = lines_needed(cell.value, room, size, latin=latin) * size * PIXELS * 1.2
    assert needed <= high + 1, (sheet.title, cell.coordinate, cell.value)


# --- last year beside this year ---------------------------------------------------------------


def shown(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def order(edition: Edition, **more) -> Order:
    report = changed(edition, change({}))
    held = beside(edition)
    known = {"previous": held.previous, "register": held.register} | more
    return Order(edition, common(), report.unit, report.year, **known)


@pytest.mark.parametrize(("key", "says"), [
    ("disclosure.normative.in_force", "上年：现行有效件数 23"),
    ("disclosure.fees.amount_wan", "上年：本年收费金额（单位：万元） 2.1"),
    ("requests.carried_in.total", "上年“四、结转下年度继续办理”：总计 1　自然人 1"),
    ("disputes.review.total", "上年“行政复议”：尚未审结 1"),
])  # fmt: skip
def test_last_years_figure_stands_beside_the_row_it_is_held_against(key, says):
    edition = editions()["2021"]
    book = shown(workbook(order(edition)))
    place = layout(edition, "township").fields[key]
    table = edition.table[key.partition(".")[0]]
    assert says in book[place.sheet].cell(place.row, table.width + 1).value


@forms
def test_every_figure_of_a_cross_year_rule_stands_in_the_margin(edition, level):
    refs = {r for one in edition.checks_for(level) for r in one.refs if r.source == "prev"}
    there = {ref for refs in layout(edition, level).margin.values() for ref in refs}
    assert refs <= there


def test_without_last_year_the_margin_is_empty():
    for edition in editions().values():
        book = shown(workbook(order(edition, previous=None, register={})))
        for table in edition.tables:
            column = book[table.sheet].iter_cols(table.width + 1, table.width + 1, values_only=True)
            assert {value for value in next(column) if value} == set()


def test_the_margin_is_not_printed():
    for edition in editions().values():
        for table in edition.tables:
            area = opened(edition, "township")[table.sheet].print_area
            last = openpyxl.utils.get_column_letter(table.width)
            assert area.endswith(f"${last}${table.height + GRID - 1}")
            assert (
                opened(edition, "township")[table.sheet]
                .column_dimensions[openpyxl.utils.get_column_letter(table.width + 1)]
                .width
                == margin_sheet.WIDTH
            )


# --- at one glance ----------------------------------------------------------------------------


def test_the_first_sheet_lists_blanks_then_failed_rules_then_warnings():
    edition = editions()["2021"]
    sheet, what = (
        sheets(edition, "township"),
        {
            "blank": ["disclosure.coercion.decisions"],
            "figures": {"disclosure.rules.issued": 2, "disclosure.licensing.decisions": 5000},
        },
    )
    report = changed(edition, change(what))
    texts = {key: text or "" for key, text in report.narrative.items()}
    sheet.type_in(report, Beside(), frozenset(), texts)
    said = mend_list(sheet)
    assert said[0] == "没有填：行政强制·本年处理决定数量"
    assert said[1].startswith("不符：本年制发件数：只有省级政府、设区的市和自治州政府有规章制定权")
    assert said[2].startswith("请核对：规章：现行有效件数一般不少于本年制发件数")
    assert said[3].startswith("请核对：行政许可：乡镇、街道以自己名义作出的决定上千件")
    assert said[4:] == ["", ""]


def test_what_is_listed_leads_to_the_cell():
    edition = editions()["2021"]
    sheet = sheets(edition, "township")
    report = changed(edition, change({"figures": {"disclosure.rules.issued": 2}}))
    sheet.type_in(report, Beside(), frozenset(), {k: t or "" for k, t in report.narrative.items()})
    title = SHEETS["checks"]
    rows = [line.row for line in sheet.layout.lines if sheet.value(title, line.row, RANK) == 1]
    (row,) = rows
    assert sheet.value(title, row, RESULT) == common().words["fail"]
    place = sheet.layout.fields["disclosure.rules.issued"]
    assert sheet.value(title, row, TARGET) == f"{place.sheet}!{place.cell}"
    formula = opened(edition, "township")[SHEETS["cover"]]
    links = [c.value for line in formula.iter_rows() for c in line if "HYPERLINK" in str(c.value)]
    assert len(links) == 6
    assert all('"#\'"&SUBSTITUTE(' in text and '"!","\'!")' in text for text in links)


def test_the_deadline_is_the_laws_or_the_countys():
    edition = editions()["2021"]
    base = Order(edition, common(), Unit("1", "甲乡", "township"), 2025)
    for one, due in (
        (base, "2026年1月31日"),
        (dataclasses.replace(base, deadline="1月20日"), "1月20日"),
    ):
        assert shown(workbook(one))[SHEETS["cover"]]["B10"].value == due


# --- reasons ----------------------------------------------------------------------------------


def test_every_warning_that_the_workbook_shows_has_a_place_for_a_reason():
    for edition in editions().values():
        for level in common().levels:
            here = layout(edition, level)
            warned = {
                c.rule.id for c in edition.checks_for(level) if c.rule.severity.value == "warning"
            }
            asked = {one.rule.key for one in here.asked}
            assert {one.rule for one in here.reasons.values()} == warned | asked


def test_a_reason_is_read_back_and_stands_with_the_warning():
    edition = editions()["2021"]
    what = change({"figures": {"disclosure.fees.amount_wan": 2.3456789}})
    report = dataclasses.replace(
        changed(edition, what), explanations={"C05": "财政口径", "T2-11b": "登记口径不同"}
    )
    data = workbook(order(edition, report=report))
    reading = read(data, editions(), common())
    assert reading.report.explanations == report.explanations
    found = examine(reading, common())
    assert {f.rule: f.reason for f in found if f.explained} == report.explanations
    assert [f.at("", "") for f in found] == list(
        check(report, edition, common().catalogue, beside(edition))
    )


def test_an_amount_with_many_decimals_is_asked_about_in_the_sheet():
    edition = editions()["2021"]
    sheet = sheets(edition, "township")
    for amount, says in ((2.3456789, "warn"), (2.345678, "pass"), (None, "blank")):
        report = changed(edition, change({"figures": {"disclosure.fees.amount_wan": amount}}))
        sheet.type_in(report, Beside(), frozenset(), {})
        row = next(
            one.row for one in sheet.layout.asked if one.field == "disclosure.fees.amount_wan"
        )
        assert sheet.value(SHEETS["checks"], row, RESULT) == common().words[says]


# --- narrative --------------------------------------------------------------------------------


@pytest.mark.parametrize(("cases", "yuan", "says"), [
    (0, 0, "2023年，未收取政府信息公开信息处理费。"),
    (3, 2230, "2023年，共对3件申请收取政府信息公开信息处理费2230元。"),
    (1, 380.5, "2023年，共对1件申请收取政府信息公开信息处理费380.5元。"),
    (None, 0, None),
])  # fmt: skip
def test_the_fee_makes_the_sentence_of_section_six(cases, yuan, says):
    edition = editions()["2021"]
    report = changed(edition, change({"fee": {"cases": cases, "yuan": yuan}}))
    assert baseline("2021")["year"] == 2023
    assert sentence(report, edition.insets[0]) == (says or "")
    place = layout(edition, "township").sentence["other"]
    book = shown(workbook(order(edition, report=report)))
    assert (book[place.sheet].cell(place.row, 2).value or None) == says


def test_the_count_of_a_text_not_yet_written_says_so_in_words():
    edition = editions()["2021"]
    book, here = opened(edition, "township"), layout(edition, "township")
    for key in edition.text_keys:
        place = here.lengths[key]
        assert ("还没有写" in book[place.sheet][place.cell].number_format) == (
            key in edition.required_texts
        )
    place = here.lengths["overview"]
    assert book[place.sheet][place.cell].number_format == '0"/1000字"'


@pytest.mark.parametrize(("edition", "unit"), [("2019", "元"), ("2021", "万元")])
def test_the_unit_of_amounts_is_printed_above_the_table(edition, unit):
    form = editions()[edition]
    sheet = shown(blank(form, "township"))["二、主动公开"]
    assert sheet["A3"].value.endswith(f"　金额单位：{unit}")
    assert sheet.print_area.startswith("'二、主动公开'!$A$1")


def test_a_jump_against_last_year_is_marked_on_the_input():
    edition = editions()["2021"]
    place = layout(edition, "township").fields["disclosure.licensing.decisions"]
    areas = opened(edition, "township")[place.sheet].conditional_formatting
    rules = [r for area in areas if place.cell in area.sqref for r in area.rules]
    last_year = "prev.disclosure.licensing.decisions"
    assert any(f"{place.cell}<>{last_year}" in text for rule in rules for text in rule.formula)


def test_examples_still_fill_a_template():
    report = example("659900-T03")
    assert figures(report).figures == read(
        workbook(Order(editions()["2021"], common(), report.unit, report.year, report)),
        editions(), common(),
    ).report.figures  # fmt: skip
