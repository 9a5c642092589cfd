"""A form's own rules: what binds to it, what is refused, what follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers import editions, toy
from nianbao.form import Authority, Box, FormError, Rule, column_number
from nianbao.form.rules import bind, ref_name, spelt, total_of
from nianbao.form.whole import refuse_contradictions


FORM = editions()["2021"]
ANY = next(rule for rule in FORM.rules if rule.expression)


def rule(expression: str, **more) -> Rule:
    """A rule with nothing but what is said of it."""
    bare = {"table": "", "each": "", "rows": (), "columns": (), "at": "", "levels": (),
            "powers": (), "defines": False, "prefill": False, "summary": ""}  # fmt: skip
    return replace(ANY, id="X1-01", **{**bare, "expression": expression, **more})


def bound(expression: str, **more) -> list[tuple[str, list[str], str]]:
    """The checks of a rule: the place each points at, the figures it reads, its scope."""
    return [
        (one.place, [f"{ref.source}.{ref.key}".lstrip(".") for ref in one.refs], one.scope)
        for one in bind(rule(expression, **more), FORM)
    ]


REVIEW = "disputes.review"
REQUESTS = FORM.table["requests"]
COLUMNS = [column.key for column in REQUESTS.columns]


# --- binding ----------------------------------------------------------------------------------


def test_a_rule_on_named_figures_is_one_check():
    assert bound("disputes.review.upheld >= requests.received.total") == [
        ("disputes.review.upheld", ["disputes.review.upheld", "requests.received.total"], "")
    ]


def test_the_names_of_a_table_may_be_short():
    said = bound("review.upheld <= review.total", table="disputes")
    assert said == [(f"{REVIEW}.upheld", [f"{REVIEW}.upheld", f"{REVIEW}.total"], "")]


def test_a_rule_for_each_column_names_rows_and_for_each_row_names_columns():
    by_column = bound("granted <= received", table="requests", each="column")
    assert [place for place, _, _ in by_column] == [f"requests.granted.{key}" for key in COLUMNS]
    assert [scope for _, _, scope in by_column] == [c.label.text for c in REQUESTS.columns]
    some = bound("granted <= received", table="requests", each="column", columns=("total",))
    assert [place for place, _, _ in some] == ["requests.granted.total"]
    rows = ("received", "carried_in")
    by_row = bound("total >= individual", table="requests", each="row", rows=rows)
    assert [place for place, _, _ in by_row] == [f"requests.{row}.total" for row in rows]
    labels = {row.key: row.label.text for row in REQUESTS.rows}
    assert [scope for _, _, scope in by_row] == [labels[row] for row in rows]


def test_within_a_repeated_rule_one_figure_may_be_named_whole():
    said = bound("granted <= received.total", table="requests", each="column", columns=("total",))
    assert said == [
        ("requests.granted.total", ["requests.granted.total", "requests.received.total"], "总计")
    ]


def test_a_sum_runs_along_a_row_or_a_column():
    (row,) = bound("received.total == sum(received.individual, ..., received.other_org)",
                   table="requests")  # fmt: skip
    keys = [f"requests.received.{key}" for key in COLUMNS]
    assert row[1] == ["requests.received.total", *keys[: keys.index("requests.received.total")]]
    (column,) = bound("received.total >= sum(received.total, ..., granted.total)",
                      table="requests")  # fmt: skip
    fields = [f for f in REQUESTS.fields if f.endswith(".total") and f.count(".") == 2]
    along = fields[fields.index("requests.received.total"):
                   fields.index("requests.granted.total") + 1]  # fmt: skip
    assert list(dict.fromkeys(column[1])) == along
    last_year = "sum(prev.received.individual, ..., prev.received.other_org)"
    (before,) = bound(f"received.total >= {last_year}", table="requests")
    assert before[1][1:] == [f"prev.{key}" for key in row[1][1:]]


def test_the_fee_the_year_and_the_length_of_a_text_are_figures():
    (one,) = bound("processing_fee.yuan >= processing_fee.cases")
    assert one[0] == "processing_fee.yuan"
    (one,) = bound("year >= 2021", at="requests.received.total")
    assert one == ("requests.received.total", ["year.year"], "")
    (one,) = bound("length.problems <= 900", at="problems")
    assert (one[0], one[2]) == ("problems", "")


REFUSED = {
    "an unknown figure": ({"expression": "requests.received.nobody == 1"}, "no 'requests.received"),
    "an unknown column": (
        {"expression": "nobody == 1", "table": "requests", "each": "row"},
        "no 'nobody' in requests",
    ),
    "an unknown row to repeat over": (
        {"expression": "total >= individual", "table": "requests", "each": "row",
         "rows": ("received", "recieved")}, "no row 'recieved' in requests",
    ),
    "an unknown column to repeat over": (
        {"expression": "granted <= received", "table": "requests", "each": "column",
         "columns": ("nobody",)}, "no column 'nobody' in requests",
    ),
    "an unknown text": ({"expression": 'mentions(story, "x")'}, "no text 'story'"),
    "the length of an unknown text": (
        {"expression": "length.story <= 9", "at": "problems"}, "no text 'story'",
    ),
    "an unknown part of the fee": ({"expression": "processing_fee.people == 1"}, "no 'processing"),
    "a sum that runs backwards": (
        {"expression": "received.total == sum(received.other_org, ..., received.individual)",
         "table": "requests"}, "does not run along one line",
    ),
    "a sum of one figure": (
        {"expression": "received.total == sum(received.other_org, ..., received.other_org)",
         "table": "requests"}, "does not run along one line",
    ),
    "a sum across": (
        {"expression": "received.total == sum(received.individual, ..., granted.other_org)",
         "table": "requests"}, "does not run along one line",
    ),
    "a sum of two years": (
        {"expression": "received.total == sum(prev.received.individual, ..., received.other_org)",
         "table": "requests"}, "both ends of a sum",
    ),
    "no place": ({"expression": "year >= 2021"}, "'at' does not say where"),
    "a definition that is none": (
        {"expression": "requests.received.total >= 1", "defines": True}, "a rule that defines",
    ),
    "a definition by itself": (
        {"expression": "requests.received.total == requests.received.total + 1", "defines": True},
        "a rule that defines",
    ),
    "a definition of another place": (
        {"expression": "requests.received.total == 1", "at": "requests.granted.total",
         "defines": True}, "a rule that defines",
    ),
    "a prefill from this year": (
        {"expression": "requests.received.total == requests.granted.total", "prefill": True},
        "a rule that prefills",
    ),
    "a prefill of another place": (
        {"expression": "requests.received.total == prev.requests.received.total",
         "at": "requests.granted.total", "prefill": True}, "a rule that prefills",
    ),
    "a prefill that compares": (
        {"expression": "requests.received.total >= prev.requests.received.total",
         "prefill": True}, "a rule that prefills",
    ),
    "an unknown list of words": (
        {"expression": 'mentions(problems, "@nobody")'}, "no list of words 'nobody'",
    ),
    "no expression of the language": ({"expression": "a if b else c"}, "not part of the language"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_rule_that_does_not_fit_is_refused(name):
    what, why = REFUSED[name]
    with pytest.raises(FormError, match=rf"^rule X1-01: .*{why}"):
        bound(**what)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"each": "row"}, "'each' needs table"),
        ({"rows": ("received",)}, "'rows' needs each"),
        ({"columns": ("total",)}, "'columns' needs each"),
        ({"expression": "", "at": "problems"}, "'at' needs expression"),
        ({"expression": "", "defines": True}, "'defines' needs expression"),
        ({"expression": "", "prefill": True}, "'prefill' needs expression"),
        ({"expression": ""}, "a note has no expression"),
        ({"levels": ("county", "county")}, "stands twice"),
        ({"powers": ("county", "county")}, "stands twice"),
        ({"table": "requests", "each": "row", "rows": ("received", "received")}, "stands twice"),
        ({"table": "requests", "each": "column", "columns": ("total", "total")}, "stands twice"),
    ],
)
def test_what_a_rule_must_say_too(more, why):
    with pytest.raises(ValueError, match=why):
        rule(**{"expression": "requests.received.total == 1", **more})


def test_a_rule_applies_to_its_levels_and_powers():
    one = rule("requests.received.total == 1")
    assert one.applies("township", "county")
    levels = replace(one, levels=("township", "street"))
    assert [levels.applies(key, "county") for key in ("street", "county")] == [True, False]
    powers = replace(levels, powers=("province",))
    assert powers.applies("township", "province")
    assert not powers.applies("township", "county")
    assert not powers.applies("county", "province")


def test_words_are_spelt_out():
    phrases = {"none": ("没有", "无")}
    said = spelt('mentions(a, "@none", "x") or mentions(b, "@none")', phrases)
    assert said == 'mentions(a, "没有", "无", "x") or mentions(b, "没有", "无")'


# --- what follows -----------------------------------------------------------------------------


def names(expression: str, **more) -> list[str]:
    (first, *_) = bind(rule(expression, **more), FORM)
    return [ref_name(first, ref, FORM) for ref in first.refs]


def test_a_figure_is_called_by_the_part_of_its_path_that_varies():
    whole = "disclosure.normative.issued >= prev.disclosure.normative.issued"
    first, before = names(whole)
    row, _, column = first.partition("·")
    assert (row, column) == ("行政规范性文件", "本年制发件数")
    assert before == "上年行政规范性文件·制发件数"  # not 上年…本年
    assert names("total >= individual", table="requests", each="row", rows=("received",)) == [
        "总计", "自然人",
    ]  # fmt: skip
    assert names("granted <= register.received", table="requests", each="column")[1].startswith(
        "登记"
    )
    assert names("year >= 2021", at="problems") == ["报告年度"]
    assert names("length.problems <= 900", at="problems")[0].endswith("字数")
    assert names("processing_fee.cases >= 0") == [FORM.name("processing_fee.cases")]


def total(expression: str):
    (one,) = bind(rule(expression, table="requests"), FORM)
    return total_of(one.node)


def test_an_equation_tells_a_total_and_what_it_adds():
    one = total("received.total == sum(received.individual, granted.individual)")
    assert one.place == "requests.received.total"
    assert one.adds == ("requests.received.individual", "requests.granted.individual")
    assert [ref.key for ref in one.refs] == list(one.adds)
    for worked_out in (
        "received.total == sum(received.individual, granted.individual * 2)",
        "received.total == received.individual",
        "received.total == received.individual + granted.individual",
    ):
        assert total(worked_out).adds == (), worked_out


@pytest.mark.parametrize(
    "expression",
    [
        "received.total >= sum(received.individual, granted.individual)",
        "received.total == sum(received.individual, prev.granted.individual)",
        "prev.received.total == sum(received.individual, granted.individual)",
        "received.total == received.total + received.individual",
    ],
)
def test_what_tells_no_total(expression):
    assert total(expression) is None


def test_totals_come_after_what_they_add():
    for form in (FORM, editions()["2019"], toy()):
        seen = set(form.inputs)
        for key in form.total_order:
            assert {ref.key for ref in form.totals[key].refs} - {key} <= seen, key
            seen.add(key)
        assert seen == set(form.fields)


@pytest.mark.parametrize(
    ("text", "box"),
    [("B7", (7, 2, 7, 2)), ("B7:D9", (7, 2, 9, 4)), ("AA10:AB10", (10, 27, 10, 28))],
)
def test_a_range_of_cells(text, box):
    one = Box.parse(text)
    assert (one.top, one.left, one.bottom, one.right) == box
    assert one.single == (":" not in text)
    assert len(list(one)) == (box[2] - box[0] + 1) * (box[3] - box[1] + 1)
    assert (one.top, one.left) == next(iter(one))


@pytest.mark.parametrize("text", ["", "B", "7", "B0", "b7", "B7:", "B7:A7", "B7:B6", "B7:C8:D9"])
def test_what_is_no_range_of_cells(text):
    with pytest.raises(FormError):
        Box.parse(text)


def test_columns_are_numbered_as_excel_does():
    assert [column_number(one) for one in ("A", "Z", "AA", "AZ", "BA")] == [1, 26, 27, 52, 53]


def test_a_small_table_stands_below_its_section_and_its_figures_are_among_all():
    (fee,) = FORM.insets
    assert list(fee.fields) == ["processing_fee.cases", "processing_fee.yuan"]
    assert [one.column.unit for one in fee.fields.values()] == ["件", "元"]
    assert not set(fee.fields) & set(FORM.fields)
    assert list(FORM.figures) == [*FORM.fields, *fee.fields]
    assert list(FORM.typed) == [*FORM.inputs, *fee.fields]
    assert "other" not in FORM.required_texts  # its sentence is written there
    assert FORM.unfilled(fee.fields["processing_fee.yuan"], "township") == "N10"
    assert FORM.unfilled(FORM.fields["requests.received.individual"], "township") == "C01"
    assert editions()["2019"].insets == ()


def test_a_small_table_says_its_sentence_of_its_figures():
    (fee,) = FORM.insets
    shown = {"processing_fee.cases": 3, "processing_fee.yuan": 40}
    assert "3件" in fee.sentence(2023, shown, any_=True)
    assert "40元" in fee.sentence(2023, shown, any_=True)
    assert "未收取" in fee.sentence(2023, shown, any_=False)


def test_what_every_unit_must_write():
    """All parts but those that the edition leaves free; the fee writes its own section."""
    (fee,) = FORM.insets
    assert fee.section == "other"
    free = {f"{section.key}.{part.key}" for section in FORM.sections for part in section.parts
            if not part.required}  # fmt: skip
    assert free
    assert FORM.required_texts == tuple(
        key for key in FORM.text_keys if key not in {*free, "other"}
    )
    assert "problems" in FORM.required_texts
    assert "other" in replace(FORM, insets=()).required_texts


def test_texts_have_the_limits_that_rules_give_them():
    def limits(*expressions):
        rules = tuple(
            replace(rule(one, at="problems"), id=f"X1-{n:02}") for n, one in enumerate(expressions)
        )
        return replace(FORM, rules=rules).text_limits

    assert limits("length.problems <= 900", "length.overview <= 3000") == {
        "problems": 900, "overview": 3000,
    }  # fmt: skip
    assert limits("length.problems >= 90") == {}
    assert limits("requests.received.total <= 90") == {}
    assert limits("length.problems <= requests.received.total") == {}
    assert limits("not length.problems <= 90") == {}


def test_what_a_template_fills_in_from_last_year():
    carried = "requests.carried_in.individual == prev.requests.carried_out.individual"
    for prefill, due in ((True, ["requests.carried_in.individual"]), (False, [])):
        form = replace(FORM, rules=(rule(carried, prefill=prefill),))
        assert list(form.prefilled) == due
    form = replace(FORM, rules=(rule(carried, prefill=True),))
    (ref,) = form.prefilled.values()
    assert (ref.source, ref.key) == ("prev", "requests.carried_out.individual")


def test_who_must_say_what_was_charged():
    (fee,) = FORM.insets
    assert replace(fee, levels=()).due("township")
    assert replace(fee, levels=("county",)).due("county")
    assert not replace(fee, levels=("county",)).due("township")


def test_the_years_of_an_edition():
    between = replace(FORM, first_year=2021, last_year=2023)
    assert [year for year in range(2019, 2026) if between.covers(year)] == [2021, 2022, 2023]
    onwards = replace(FORM, first_year=2021, last_year=None)
    assert [year for year in range(2019, 2024) if onwards.covers(year)] == [2021, 2022, 2023]


def test_what_figures_texts_and_the_fee_are_called():
    assert FORM.name("requests.received.individual") == ("一、本年新收政府信息公开申请数量·自然人")
    assert FORM.name("processing_fee.yuan") == "收取信息处理费的金额"
    section = next(one for one in FORM.sections if one.key == "problems")
    assert FORM.name("problems") == section.heading
    lead = next(one for one in FORM.sections if one.key == "overview").parts[0]
    assert FORM.name(f"overview.{lead.key}") == lead.label


# --- what contradicts itself ------------------------------------------------------------------


def refuse(**changed):
    refuse_contradictions(replace(FORM, **changed), LEVELS, "{above}")


LEVELS = ("township", "street", "department", "county", "prefecture", "province")
DISCLOSURE = FORM.table["disclosure"]


def with_table(**changed):
    other = replace(DISCLOSURE, **changed)
    refuse(tables=tuple(other if one is DISCLOSURE else one for one in FORM.tables))


def test_the_form_as_it_is_contradicts_nothing():
    for form in editions().values():
        refuse_contradictions(form, LEVELS, "{above}")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"levels": ("village",)}, "no level 'village'"),
        ({"powers": ("village",)}, "no level 'village'"),
        ({"text": "报给{above}"}, "do not know whom"),
        ({"remedy": "报给{above}"}, "do not know whom"),
        ({"basis": "{above}说的"}, "do not know whom"),
        ({"kind": Authority.LOCAL}, "stands in its own file"),
    ],
)
def test_a_rule_that_says_what_no_edition_can_is_refused(more, why):
    with pytest.raises(FormError, match=rf"^rule X1-01: .*{why}"):
        refuse(rules=(*FORM.rules, rule("requests.received.total == 1", **more)))


def test_what_stands_twice_is_refused():
    with pytest.raises(FormError, match=r"^rule 'T3-01' stands twice"):
        refuse(rules=(*FORM.rules, next(one for one in FORM.rules if one.id == "T3-01")))
    with pytest.raises(FormError, match=r"^table 'disclosure' stands twice"):
        refuse(tables=(*FORM.tables, DISCLOSURE))
    with pytest.raises(FormError, match=r"^row of disclosure 'rules' stands twice"):
        with_table(rows=(*DISCLOSURE.rows, DISCLOSURE.rows[0]))
    with pytest.raises(FormError, match=r"^column of disclosure 'issued' stands twice"):
        with_table(columns=(*DISCLOSURE.columns, DISCLOSURE.columns[0]))


def test_a_grid_that_does_not_hold_its_labels_and_cells_is_refused():
    for smaller in ({"height": DISCLOSURE.height - 1}, {"width": DISCLOSURE.width - 1}):
        with pytest.raises(FormError, match="stands outside the grid"):
            with_table(**smaller)
    with pytest.raises(FormError, match="the grid has holes"):
        with_table(height=DISCLOSURE.height + 1)
    row = DISCLOSURE.rows[0]
    (column, box), *_ = row.cells.items()
    twice = replace(row, key="again", cells={column: box})
    with pytest.raises(FormError, match="overlaps"):
        with_table(rows=(*DISCLOSURE.rows, twice))
    stray = replace(row, cells={**row.cells, "nobody": box})
    with pytest.raises(FormError, match=r"row rules: no column \['nobody'\]"):
        with_table(rows=(stray, *DISCLOSURE.rows[1:]))
