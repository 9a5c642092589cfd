"""Where things stand: addresses as Excel spells them, runs of cells, places of findings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers import common, editions
from nianbao import expr
from nianbao.errors import Finding
from nianbao.form import Box, Severity
from nianbao.layout import (
    GRID,
    IDENTITY,
    OPTIONAL,
    ROW_STEP,
    SHEET_STEP,
    TEXTS,
    Layout,
    Place,
    across,
    area,
    beside_name,
    cell_at,
    columns,
    down,
    fixed_column,
    grid_of,
    identity_places,
    layout_of,
    letters,
    margin_of,
    on_sheet,
    quoted,
    reference,
    rows,
    so_far,
    start,
    switch_label_from,
    template_digest,
)
from nianbao.layout.cover import Cover
from nianbao.layout.hidden import cell_states, count_column, sum_of_parts


FORM = editions()["2021"]
SHEETS = common().sheets
REQUESTS = FORM.table["requests"]
HERE = Layout(FORM, SHEETS, "township", "township")


# --- spelling ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")]
)
def test_columns_have_letters(number, name):
    assert letters(number) == name


def test_a_place_is_spelt_for_every_reader():
    place = Place("三、依申请公开", 7, 4)
    assert place.cell == cell_at(7, 4) == "D7"
    assert place.fixed == "$D$7"
    assert place.absolute == "'三、依申请公开'!$D$7"
    assert place.target == "'三、依申请公开'!D7"
    assert quoted("县's") == "'县''s'"
    assert start("首页") == Place("首页", 1, 1)


def test_areas_are_spelt():
    assert reference(Box(2, 3, 2, 3)) == "C2"
    assert reference(Box(2, 3, 4, 5)) == "C2:E4"
    assert across(7, 4) == Box(7, 1, 7, 4)
    assert across(7, 4, 2) == Box(7, 2, 7, 4)
    assert fixed_column(4, 7) == "$D7"
    assert down(4, 7, 9) == "$D$7:$D$9"
    assert so_far(4, 7, 9) == "$D$7:$D9"
    assert area("校验", 4, 7, 9) == "'校验'!$D$7:$D$9"
    assert (rows(2, 4), columns(1, 4)) == ("2:4", "A:D")


# --- the hidden sheets ------------------------------------------------------------------------


def test_the_identity_has_a_row_for_each_key():
    places = identity_places("标识")
    assert list(places) == list(IDENTITY)
    assert [one.row for one in places.values()] == list(range(1, len(IDENTITY) + 1))
    assert {(one.sheet, one.column) for one in places.values()} == {("标识", 2)}
    assert OPTIONAL == ("under", "speaks_for", "local", "gaps", "deadline")


def test_what_is_counted_has_a_column_each():
    assert [count_column(one) for one in ("need", "empty", "todo")] == [8, 9, 17]
    assert sum_of_parts("need", 5) == "H1:H5"
    assert cell_states("逐格", 3, 9) == "'逐格'!$C$3:$C$9"


def test_templates_of_other_content_are_told_apart():
    assert template_digest(FORM) == template_digest(FORM)
    assert template_digest(replace(FORM, digest="x")) != template_digest(FORM)
    assert len(template_digest(FORM)) == 16


def test_the_cover():
    cover = Cover("首页")
    assert cover.standing == Place("首页", 2, 1)
    assert cover.unit == Place("首页", 5, 1)
    assert [one.row for one in cover.who.values()] == [6, 7, 8, 9]
    assert {one.column for one in cover.who.values()} == {2}
    assert cover.people(["a", "b"]) == {"a": Place("首页", 6, 6), "b": Place("首页", 7, 6)}


# --- tables -----------------------------------------------------------------------------------


def test_a_table_stands_below_its_three_lines():
    assert on_sheet(Box(1, 1, 2, 3)) == Box(GRID, 1, GRID + 1, 3)
    assert grid_of(REQUESTS) == Box(GRID, 1, GRID + REQUESTS.height - 1, REQUESTS.width)
    assert margin_of(REQUESTS) == REQUESTS.width + 1
    first = HERE.fields["requests.received.individual"]
    assert (first.sheet, first.cell) == (REQUESTS.sheet, "D7")
    assert HERE.nil["requests"] == Place(REQUESTS.sheet, 2, REQUESTS.width)
    for table in FORM.tables:
        assert set(HERE.by_table[table.key]) == set(table.fields)
        places = [box for _, box in HERE.labels(table)]
        assert min(box.top for box in places) == GRID


def test_the_label_of_the_switch_has_room():
    for table in FORM.tables:
        left = switch_label_from(table)
        assert 2 <= left < table.width
        room = sum(table.widths[left - 1 : table.width - 1])
        assert room >= 34 or left == 2
        assert left == table.width - 1 or sum(table.widths[left : table.width - 1]) < 34


def test_the_label_of_the_switch_begins_where_it_has_room_and_not_before():
    narrow = replace(REQUESTS, width=6, widths=(1, 20, 3, 30, 5, 6))
    assert switch_label_from(narrow) == 4  # 5 and 30
    assert switch_label_from(replace(narrow, widths=(1, 2, 3, 4, 5, 6))) == 2  # no room at all
    assert switch_label_from(replace(narrow, widths=(1, 2, 3, 4, 34, 6))) == 5


def test_what_workbooks_that_are_out_say_of_places_stays_as_it_is():
    assert (SHEET_STEP, ROW_STEP) == (10**10, 10**4)


def test_figures_fee_texts_and_people_are_found_by_their_keys():
    assert HERE.place("requests.received.individual").cell == "D7"
    assert HERE.place("processing_fee.yuan") == HERE.place("processing_fee.yuan")
    assert HERE.place("problems") == HERE.texts["problems"]
    assert HERE.place("nobody") is None
    assert HERE.name_of("requests.received.individual") == "requests.received.individual"
    assert HERE.name_of("processing_fee.yuan") == "nianbao.fee.yuan"
    assert HERE.name_of("problems") == "nianbao.text.problems"


def test_a_layout_is_made_once_for_an_edition_level_and_power():
    one = layout_of(FORM, SHEETS, "township")
    assert one is layout_of(FORM, SHEETS, "township", "township")
    assert one is not layout_of(FORM, SHEETS, "county")
    assert one is not layout_of(FORM, SHEETS, "township", "prefecture")


# --- formulas ---------------------------------------------------------------------------------


def refs(*keys: str) -> list[expr.Ref]:
    return [expr.Ref(f"requests.{key}") for key in keys]


@pytest.mark.parametrize(
    ("keys", "areas"),
    [
        (("received.individual",), ["$D$7"]),
        (("received.individual", "received.enterprise"), ["$D$7:$E$7"]),
        (("received.individual", "received.research"), ["$D$7", "$F$7"]),
        (("received.individual", "carried_in.individual", "granted.individual"), ["$D$7:$D$9"]),
        (("received.individual", "received.enterprise", "carried_in.enterprise"),
         ["$D$7:$E$7", "$E$8"]),
        (("received.enterprise", "received.individual"), ["$E$7", "$D$7"]),
        (("received.individual", "carried_in.enterprise"), ["$D$7", "$E$8"]),
    ],
)  # fmt: skip
def test_neighbours_along_a_line_are_one_range(keys, areas):
    assert HERE.areas(refs(*keys), sheet=REQUESTS.sheet) == areas


def test_a_figure_elsewhere_is_named_with_its_sheet():
    sheet = quoted(REQUESTS.sheet)
    keys = ("received.individual", "received.enterprise")
    assert HERE.areas(refs(*keys), sheet="校验") == [f"{sheet}!$D$7:$E$7"]
    other = [*refs("received.individual"), expr.Ref("disputes.review.total")]
    assert len(HERE.areas(other, sheet=REQUESTS.sheet)) == 2
    last_year = next(ref for ref in HERE.beside if ref.source == "prev")
    assert HERE.areas([last_year], sheet="校验") == [HERE.beside[last_year].absolute]
    year = expr.Ref(expr.YEAR, expr.YEAR)
    assert HERE.areas([year], sheet="校验") == [HERE.identity["year"].absolute]
    length = expr.Ref("problems", expr.LENGTH)
    assert HERE.areas([length], sheet="校验") == [HERE.lengths["problems"].absolute]
    fee = expr.Ref("processing_fee.yuan")
    assert HERE.areas([fee], sheet=HERE.place("processing_fee.yuan").sheet) == [
        HERE.place("processing_fee.yuan").fixed
    ]


def test_blanks_of_a_table_are_zero_where_its_switch_says_so():
    switch, key = HERE.nil["requests"].fixed, "requests.received.individual"
    nil = f'OR({switch}="全部为零",{switch}="是")'
    assert sorted(HERE.is_nil(key, REQUESTS.sheet)[3:-1].split(",")) == sorted(nil[3:-1].split(","))
    zero = HERE.is_zero(key, REQUESTS.sheet)
    assert sorted(zero[3:-1].split(",")) == sorted([*nil[3:-1].split(","), f'{switch}="空格按零"'])
    said = HERE.formulas(REQUESTS.sheet)
    assert said.zero(expr.Ref(key)) == zero
    assert said.zero(expr.Ref(key, "prev")) is None
    assert said.zero(expr.Ref("processing_fee.yuan")) is None


def test_a_section_is_its_cells_and_the_fees_sentence_ends_its_own():
    text = HERE.formulas("校验").text
    assert text(expr.TextRef("problems")) == HERE.texts["problems"].absolute
    overview = [place for key, place in HERE.texts.items() if key.startswith("overview.")]
    assert text(expr.TextRef("overview")) == "&".join(one.absolute for one in overview)
    other = [HERE.texts["other"], HERE.sentence["other"]]
    assert text(expr.TextRef("other")) == "&".join(one.absolute for one in other)


def test_every_total_has_its_formula_on_its_own_sheet():
    assert set(HERE.totals) == set(FORM.totals)
    assert "!" not in "".join(HERE.totals.values()).replace("!=", "")
    assert "SUM($D$7:$I$7)" in HERE.totals["requests.received.total"]


# --- findings ---------------------------------------------------------------------------------


def finding(field: str, sheet: str = "") -> Finding:
    return Finding("X", Severity.ERROR, "不符", "请改", field=field, sheet=sheet)


def test_findings_are_placed_where_their_figure_stands():
    found = [
        finding("requests.received.individual"),
        finding("processing_fee.yuan"),
        finding("problems"),
        finding("contact.phone"),
        finding("", sheet="标识"),
        finding(""),
    ]
    people = HERE.contact_fields(list(common().contact))
    placed = list(HERE.located(found, people))
    fee, text, phone = (
        HERE.place("processing_fee.yuan"),
        HERE.texts["problems"],
        people["contact.phone"],
    )
    assert [one.place for one in placed] == [
        f"{REQUESTS.sheet}!D7", f"{fee.sheet}!{fee.cell}", f"{text.sheet}!{text.cell}",
        f"{phone.sheet}!{phone.cell}", "标识", SHEETS["cover"],
    ]  # fmt: skip
    moved = {"requests.received.individual": Place("别处", 9, 9)}
    (one,) = HERE.located(found[:1], moved)
    assert one.place == "别处!I9"


# --- what stands beside -----------------------------------------------------------------------


def test_a_field_belongs_to_a_part_of_the_form():
    assert HERE.part("disputes.review.total") == "disputes"
    assert HERE.part("contact.phone") == "contact"
    assert HERE.part("problems") == HERE.part("processing_fee.yuan") == TEXTS


def test_checks_are_listed_part_by_part_then_the_cells_that_are_asked_about():
    parts = [*FORM.table, TEXTS]
    order = [parts.index(HERE.part(line.check.place)) for line in HERE.lines]
    assert order == sorted(order)
    assert len(HERE.lines) == len(FORM.checks_for("township"))
    lines = [line.row for line in HERE.lines]
    asked = [one.row for one in HERE.asked]
    assert [*lines, *asked] == list(range(5, 5 + len(lines) + len(asked)))
    amounts = [key for key, field in FORM.inputs.items() if not field.kind.whole]
    assert [one.field for one in HERE.asked] == [*amounts, "processing_fee.yuan"]
    assert {one.rule.key for one in HERE.asked} == {"C05"}


def test_a_reason_explains_a_warning_or_a_cell_that_is_asked_about():
    warnings = {line.row: (line.check.rule.id, line.check.place) for line in HERE.lines
                if line.check.rule.severity is Severity.WARNING}  # fmt: skip
    asked = {one.row: ("C05", one.field) for one in HERE.asked}
    assert {place.row: tuple(one) for place, one in HERE.reasons.items()} == warnings | asked
    assert {place.column for place in HERE.reasons} == {9}
    assert {place.sheet for place in HERE.reasons} == {SHEETS["checks"]}
    assert warnings


def test_figures_of_elsewhere_stand_on_their_own_sheet_and_right_of_the_row():
    keys = list(dict.fromkeys(ref.key for ref in HERE.beside))
    for ref, place in HERE.beside.items():
        column = {"prev": 2, "register": 5}[ref.source]
        assert place == Place(SHEETS["compare"], 4 + keys.index(ref.key), column)
    assert set(HERE.margin) == {
        HERE.fields[one.place]._replace(column=margin_of(FORM.table[HERE.part(one.place)]))
        for one in HERE.checks
        if one.place in HERE.fields and any(ref.source in expr.BESIDE for ref in one.refs)
    }
    (refs_there, *_) = HERE.margin.values()
    assert all(ref.source in expr.BESIDE for ref in refs_there)


@pytest.mark.parametrize("below", ["overview", "problems", "other"])
def test_the_narrative_stands_section_by_section_with_the_fee_below_its_own(below):
    (fee,) = FORM.insets
    form = replace(FORM, insets=(replace(fee, section=below),), rules=())
    here, row = Layout(form, SHEETS, "township", "township"), 3
    for section in FORM.sections:
        for key in section.text_keys:
            row += 1
            assert here.texts[key] == Place(SHEETS["narrative"], row, 2)
            assert here.lengths[key] == Place(SHEETS["narrative"], row, 3)
        if section.parts:
            assert here.lengths[section.key].row == row - len(section.parts)
        if section.key == below:
            assert [place.row for place in here.small.values()] == [row + 1, row + 2]
            assert here.sentence == {section.key: Place(SHEETS["narrative"], row + 3, 2)}
            row += 3
        row += 1


def test_without_a_fee_there_is_no_place_for_one():
    without = Layout(replace(FORM, insets=(), rules=()), SHEETS, "township", "township")
    assert (without.small, without.sentence) == ({}, {})


def test_every_place_has_a_name():
    people = list(common().contact)
    names = HERE.names(people)
    assert names["requests.received.individual"].cell == "D7"
    assert names["nianbao.year"] == HERE.identity["year"]
    assert names["nianbao.nil.requests"] == HERE.nil["requests"]
    assert names["nianbao.text.problems"] == HERE.texts["problems"]
    assert names["nianbao.fee.yuan"] == HERE.place("processing_fee.yuan")
    assert names["nianbao.contact.phone"] == HERE.contact(people)["phone"]
    last_year = next(ref for ref in HERE.beside if ref.source == "prev")
    assert names[beside_name(last_year)] == HERE.beside[last_year]
    reasons = {f"nianbao.reason.{place.row}": place for place in HERE.reasons}
    assert HERE.gathered(people) == {**names, **reasons}
    assert len(set(names.values())) == len(names)


def test_what_shows_the_identity_is_a_formula():
    name, year = HERE.identity["name"].absolute, HERE.identity["year"].absolute
    shown = HERE.shows
    assert shown[Place(REQUESTS.sheet, 2, 1)] == f'{name}&"　"&{year}&"年度"'
    title = shown[Place(SHEETS["cover"], 1, 1)]
    assert f'IF({name}="","（单位名称）",{name})' in title
    assert title[0] == title[-1] == '"'
    code = HERE.identity["code"].absolute
    assert shown[HERE.who["code"]] == f'IF({code}="","",{code})'
    assert HERE.who["level"] not in shown
