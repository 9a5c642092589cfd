"""The JSON Schema of a report, and the validator that evaluates its rules."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import complete, example
from helpers import common, editions
from nianbao.check import check
from nianbao.context import context
from nianbao.form import (
    LIMIT,
    Authority,
    Box,
    Column,
    Edition,
    Kind,
    Label,
    Row,
    Rule,
    Section,
    Severity,
    Table,
    spelt,
)
from nianbao.report import from_document, to_document
from nianbao.schema import RULES, readable_schema, report_schema
from nianbao.shipped import schemas
from nianbao.validate import findings, schema_of, structure, validator


CONTEXT = context()
SHARED = CONTEXT.common
CATALOGUE = SHARED.catalogue
EDITION = editions()["2021"]
GOOD = to_document(complete("659900-T1", "甲乡"))


def changed(path: str, value) -> dict:
    document = copy.deepcopy(GOOD)
    *above, last = path.split(".")
    at = document
    for key in above:
        at = at[key]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return document


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
def test_the_committed_schema_is_derived_and_sound(edition):
    path = schemas() / "generated" / f"report-{edition.id}.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == schema_of(edition, SHARED)
    jsonschema.Draft202012Validator.check_schema(schema_of(edition, SHARED))


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
def test_every_rule_and_every_label_stands_in_it(edition):
    schema = schema_of(edition, SHARED)
    assert [rule["id"] for rule in schema[RULES]] == [r.id for r in edition.rules if r.expression]
    for key in edition.fields:
        table, row, column = key.split(".")
        figure = schema["properties"]["tables"]["properties"][table]
        figure = figure["properties"][row]["properties"][column]
        assert figure["title"] == edition.name(key)
        assert figure.get("maximum") == (None if key in edition.totals else LIMIT)


def test_a_complete_report_is_valid():
    assert list(structure(GOOD, EDITION, SHARED)) == []
    assert list(validator(EDITION, SHARED).iter_errors(GOOD)) == []
    assert findings(GOOD, EDITION, CONTEXT) == ()
    assert list(structure(to_document(from_document(GOOD)), EDITION, SHARED)) == []


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("tables.requests.received.individual", "减4", "C02"),
        ("tables.requests.received.individual", -1, "C03"),
        ("tables.requests.received.individual", 1.5, "C04"),
        ("tables.requests.received.individual", 10**10, "C04"),
        ("tables.requests.received.individual", None, "C01"),
        ("processing_fee.cases", "两件", "C02"),
        ("processing_fee.yuan", -5, "C03"),
        ("year", 2019, "C08"),
        ("edition", "2019", "F06"),
        ("unit.level", "village", "F06"),
        ("unit.name", None, "F06"),
        ("unit.boss", "x", "F06"),
        ("tables.requests.received.everyone", 1, "F06"),
        ("tables.requests.recieved", {}, "F06"),
        ("tables.requests.received.individual", {"a": 1}, "F06"),
        ("tables.requests.received.individual", True, "F06"),
        ("tables.requests", [], "F06"),
        ("tables", None, "F06"),
        ("narrative.problems", 3, "F06"),
        ("nil_returns", ["everything"], "F06"),
        ("surprise", 1, "F06"),
    ],
)
def test_each_fault_of_a_document_has_its_finding(path, value, rule):
    found = findings(changed(path, value), EDITION, CONTEXT)
    assert rule in {finding.rule for finding in found}
    assert not any("required" in f.message or "is not of type" in f.message for f in found)


def test_one_validator_reports_structure_and_rules_with_readable_paths():
    document = changed("tables.requests.received.total", 99)
    document["surprise"] = 1
    errors = {
        tuple(error.absolute_path): error
        for error in validator(EDITION, SHARED).iter_errors(document)
    }
    assert () in errors
    failed = errors["tables", "requests", "received", "total"]
    assert failed.validator == RULES
    assert failed.finding.rule in failed.message
    told = [
        e.finding for e in validator(EDITION, SHARED).iter_errors(document) if e.validator == RULES
    ]
    rules = {f for f in check(from_document(document), EDITION, CATALOGUE) if f.rule[0] == "T"}
    assert set(told) == rules
    assert rules


@pytest.mark.parametrize("code", ["659900-D01", "659900-D02", "659900-D04", "659900-T01"])
def test_the_validator_says_what_the_check_says(code):
    report = example(code)
    assert findings(to_document(report), EDITION, CONTEXT) == check(report, EDITION, CATALOGUE)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False, width=32),
    st.text(max_size=5), st.just([]), st.just({}), st.just(10**12),
)  # fmt: skip
PATHS = st.sampled_from(
    ["year", "edition", "unit", "unit.level", "tables", "tables.requests", "narrative",
     "tables.disputes.review.total", "tables.disclosure.fees.amount_wan", "nil_returns",
     "narrative.problems", "contact.phone", "processing_fee.cases", "explanations", "x"]
)  # fmt: skip


@given(st.lists(st.tuples(PATHS, VALUES), min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_the_gate_and_the_explainer_never_disagree(changes):
    document = copy.deepcopy(GOOD)
    for path, value in changes:
        *above, last = path.split(".")
        at = document
        for key in above:
            at = at.get(key, {}) if isinstance(at, dict) else {}
        if isinstance(at, dict):
            at[last] = copy.deepcopy(value)  # one drawn value may be put into itself
    schema = schema_of(EDITION, SHARED)
    slow = jsonschema.Draft202012Validator(schema).is_valid(document)
    assert slow == jsonschema_rs.Draft202012Validator(schema).is_valid(document)
    found = findings(document, EDITION, CONTEXT)
    assert slow or found


# --- bounds, closedness, an edition nobody has seen -------------------------------------------


def objects(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for key, value in schema.items():
            if key != RULES:
                yield from objects(value)


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
def test_every_object_is_closed(edition):
    for one in objects(schema_of(edition, SHARED)):
        if one.get("title") != "情况说明":  # a map of rule ids to reasons
            assert one["additionalProperties"] is False
            assert set(one["required"]) <= set(one["properties"])


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
def test_every_figure_has_its_bounds(edition):
    fast = jsonschema_rs.Draft202012Validator(schema_of(edition, SHARED))
    unit = {"code": "1", "name": "甲乡", "level": "township"}
    for field in edition.fields.values():
        whole, least = field.kind.whole, field.kind.minimum
        low = -LIMIT if least is None else least
        expected = {None: True, low: True, LIMIT: True, low - 1: False,
                    LIMIT + 1: field.key in edition.totals,
                    0.25: not whole, "0": False}  # fmt: skip
        for value, valid in expected.items():
            cells = {field.table: {field.row.key: {field.column.key: value}}}
            document = {"edition": edition.id, "year": edition.first_year, "unit": unit}
            assert fast.is_valid(document | {"tables": cells}) == valid, (field.key, value)


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
def test_years_are_those_the_edition_covers(edition):
    fast = jsonschema_rs.Draft202012Validator(schema_of(edition, SHARED))
    for year in range(2015, 2030):
        document = {"edition": edition.id, "year": year, "unit": GOOD["unit"], "tables": {}}
        assert fast.is_valid(document) == edition.covers(year)


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
def test_a_rule_stands_in_it_as_it_is_written_with_its_words_spelt_out(edition):
    by_id = {rule.id: rule for rule in edition.rules}
    for said in schema_of(edition, SHARED)[RULES]:
        rule = by_id[said["id"]]
        rule = replace(rule, expression=spelt(rule.expression, edition.phrases))
        assert said["severity"] == rule.severity.value
        for key in set(said) - {"id", "severity"}:
            value = getattr(rule, key)
            value = value.value if isinstance(value, Authority) else value
            assert said[key] == (list(value) if isinstance(value, tuple) else value)
        for key in ("expression", "each", "rows", "columns", "at", "levels", "text", "basis"):
            assert bool(said.get(key)) == bool(getattr(rule, key))


def test_the_order_of_keys_is_the_order_of_the_form():
    built = [
        report_schema(EDITION, common().levels, common().governments, common().contact)
        for _ in range(2)
    ]
    texts = {json.dumps(one) for one in [*built, schema_of(EDITION, SHARED)]}
    assert len(texts) == 1
    tables = built[0]["properties"]["tables"]["properties"]
    keys = [
        f"{table}.{row}.{column}"
        for table, rows in tables.items()
        for row, cells in rows["properties"].items()
        for column in cells["properties"]
    ]
    assert keys == list(EDITION.fields)


def made_up():
    at = Box.parse
    columns = tuple(
        Column(key, Label(text, ()), kind, unit)
        for key, text, kind, unit in [
            ("n", "件数", Kind.COUNT, "件"),
            ("up", "增减", Kind.CHANGE, "件"),
            ("yuan", "金额", Kind.AMOUNT, "元"),
        ]
    )
    rows = tuple(
        Row(
            key,
            Label(text, ()),
            {c.key: at(f"{x}{n}") for c, x in zip(columns, "BCD", strict=True)},
        )
        for n, (key, text) in enumerate([("red", "红"), ("blue", "蓝"), ("all", "合计")], 2)
    )
    table = Table("stars", "九", "九、星", "星", 4, 4, (9.0,) * 4, (), columns, rows)
    rule = Rule("X1-01", Severity.ERROR, "合计等于红加蓝", "试", Authority.TOOL, "改",
                table="stars", each="column",
                expression="all == red + blue", defines=True)  # fmt: skip
    section = Section("story", "十", "十、故事", "", ())
    return Edition(
        "2099", "试", "试〔2099〕1号", "{unit}", 2099, 2100, (table,), (section,), (rule,), ""
    )


def test_a_made_up_edition_has_its_schema_and_findings_without_a_line_of_code():
    edition = made_up()
    schema = schema_of(edition, SHARED)
    jsonschema.Draft202012Validator.check_schema(schema)
    cells = schema["properties"]["tables"]["properties"]["stars"]["properties"]["all"]["properties"]
    assert cells["up"] == {"type": ["integer", "null"], "minimum": -LIMIT, "title": "合计·增减",
                           "$comment": "件", "readOnly": True}  # fmt: skip
    lines = {
        "red": {"n": 1, "up": -2, "yuan": 0.5},
        "blue": {"n": 2, "up": 0, "yuan": 1},
        "all": {"n": 3, "up": -2, "yuan": 1.5},
    }
    document = {"edition": "2099", "year": 2100, "unit": GOOD["unit"], "tables": {"stars": lines}}
    assert findings(document, edition, CONTEXT) == ()
    lines["all"]["n"] = 4
    lines["red"]["up"] = 0.5
    assert [f.rule for f in findings(document, edition, CONTEXT)] == ["C04", "X1-01", "X1-01"]
    document["year"] = 2101
    assert "C08" in {f.rule for f in findings(document, edition, CONTEXT)}


# --- word for word ----------------------------------------------------------------------------


def test_the_schema_of_a_made_up_edition_word_for_word():
    """Everything a schema says, worked out by hand; the rules' words stand above."""
    schema = report_schema(made_up(), ["township", "county"], ["county"], {"phone": "联系电话"})

    def closed(properties, *required, **more):
        return {**more, "type": "object", "properties": properties, "required": list(required),
                "additionalProperties": False}  # fmt: skip

    def text(longest, title):
        return {"type": "string", "maxLength": longest, "title": title}

    def tables(title):
        return {"title": title, "type": "array", "items": {"enum": ["stars"]}, "uniqueItems": True}

    def figure(row, column, kind, least, unit, *, total=False):
        bounds = {"minimum": least} if total else {"minimum": least, "maximum": LIMIT}
        more = {"readOnly": True} if total else {}
        return {"type": [kind, "null"], **bounds, "title": f"{row}·{column}", "$comment": unit,
                **more}  # fmt: skip

    def row(name, *, total=False):
        return closed({
            "n": figure(name, "件数", "integer", 0, "件", total=total),
            "up": figure(name, "增减", "integer", -LIMIT, "件", total=total),
            "yuan": figure(name, "金额", "number", 0, "元", total=total),
        }, title=name)  # fmt: skip

    rows = {"red": row("红"), "blue": row("蓝"), "all": row("合计", total=True)}
    above = {"enum": ["county"]}
    assert schema.pop(RULES)[0]["id"] == "X1-01"
    assert schema == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://nianbao.invalid/schemas/report-2099.schema.json",
        "title": "试",
        "description": "试〔2099〕1号",
        **closed(
            {
                "edition": {"const": "2099"},
                "year": {"title": "报告年度", "type": "integer", "minimum": 2099, "maximum": 2100},
                "unit": closed(
                    {
                        "code": text(64, "单位代码"),
                        "name": text(200, "单位名称"),
                        "level": {"enum": ["county", "township"], "title": "单位类别"},
                        "under": {**above, "title": "报给哪一级"},
                        "speaks_for": {**above, "title": "代表哪一级政府"},
                    },
                    "code", "name", "level",
                ),
                "contact": closed(
                    {"phone": {**text(200, "联系电话"), "type": ["string", "null"]}}
                ),
                "narrative": closed(
                    {"story": {**text(20_000, "十、故事"), "type": ["string", "null"]}},
                    title="文字部分",
                ),
                "processing_fee": closed({}),
                "nil_returns": tables("零报告的表"),
                "blanks_are_zero": tables("空格按零的表"),
                "explanations": {
                    "title": "情况说明",
                    "type": "object",
                    "additionalProperties": text(2_000, "原因"),
                },
                "tables": closed({"stars": closed(rows, title="九、星")}, title="试"),
                "source": {"type": "string", "title": "出处"},
                "complete": {"type": "boolean", "title": "数据是否齐全"},
                "gaps": {
                    "title": "汇总数里没有计入、有错误或错误不作要求的单位",
                    "type": "array",
                    "items": text(120, "单位"),
                    "maxItems": 60,
                },
            },
            "edition", "year", "unit", "tables",
        ),
    }  # fmt: skip


def test_the_fee_the_parts_and_what_is_counted_stand_in_it():
    schema = schema_of(EDITION, SHARED)["properties"]
    fee = schema["processing_fee"]
    assert fee["title"] == "信息处理费"
    assert list(fee["properties"]) == ["cases", "yuan"]
    assert fee["properties"]["cases"]["type"] == ["integer", "null"]
    assert fee["properties"]["yuan"]["type"] == ["number", "null"]
    assert (fee["required"], fee["additionalProperties"]) == ([], False)
    overview = schema["narrative"]["properties"]["overview"]
    parts = next(one for one in EDITION.sections if one.key == "overview").parts
    assert [(key, one["title"]) for key, one in overview["properties"].items()] == [
        (part.key, part.label) for part in parts
    ]
    assert overview["required"] == []
    cell = schema["tables"]["properties"]["requests"]["properties"]["received"]["properties"]
    guidance = EDITION.fields["requests.received.individual"].row.guidance
    assert cell["individual"]["description"] == "".join(
        f"{one.text}（{one.source}）" for one in guidance
    )
    assert (
        "maximum" not in schema_of(replace(EDITION, last_year=None), SHARED)["properties"]["year"]
    )


READABLE = {
    "edition": "2021", "year": 2023, "unit": {"code": "1"}, "contact": {"phone": None},
    "narrative": {"problems": "无", "overview": {"lead": None}}, "nil_returns": ["requests"],
    "blanks_are_zero": [], "explanations": {"T2-08": "x"}, "processing_fee": {"yuan": "20元"},
    "tables": {"requests": {"received": {"individual": "三", "total": None, "other_org": 1.5}}},
}  # fmt: skip


def test_what_a_document_needs_to_be_read_at_all():
    fast = jsonschema_rs.Draft202012Validator(readable_schema(EDITION, 5))
    assert fast.is_valid(READABLE)
    for key in READABLE:
        left = {k: v for k, v in READABLE.items() if k != key}
        assert fast.is_valid(left) == (key not in {"edition", "year", "tables"}), key
    for key, wrong in {
        "edition": "2019", "year": "2023", "unit": {"code": 1}, "contact": {"phone": 1},
        "narrative": {"problems": 1}, "nil_returns": "requests", "blanks_are_zero": [1],
        "explanations": {"T2-08": None}, "processing_fee": {"yuan": []}, "tables": {"requests": 1},
    }.items():  # fmt: skip
        assert not fast.is_valid({**READABLE, key: wrong}), key
    assert not fast.is_valid({**READABLE, "narrative": {"overview": {"lead": 1}}})
    assert not fast.is_valid({**READABLE, "nil_returns": [1]})
    assert not fast.is_valid([])
    for said, valid in (("一二三四五", True), ("一二三四五六", False)):
        figures = {"requests": {"received": {"individual": said}}}
        assert fast.is_valid({**READABLE, "tables": figures}) == valid
