"""The JSON Schema of a report, and the validator that evaluates its rules."""

from __future__ import annotations

import copy
import json

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import complete, example
from nianbao.catalog import common, editions, schemas
from nianbao.check import check
from nianbao.errors import FileProblem
from nianbao.form import LIMIT
from nianbao.report import from_document, to_document
from nianbao.schema import RULES
from nianbao.validate import findings, gate, load_document, schema_of, structure, validator


CATALOGUE = common().catalogue
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
    assert json.loads(path.read_text(encoding="utf-8")) == schema_of(edition)
    jsonschema.Draft202012Validator.check_schema(schema_of(edition))


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
def test_every_rule_and_every_label_stands_in_it(edition):
    schema = schema_of(edition)
    assert [rule["id"] for rule in schema[RULES]] == [r.id for r in edition.rules if r.expression]
    for key in edition.fields:
        table, row, column = key.split(".")
        figure = schema["properties"]["tables"]["properties"][table]
        figure = figure["properties"][row]["properties"][column]
        assert figure["title"] == edition.name(key)
        assert figure["maximum"] == LIMIT


def test_a_complete_report_is_valid():
    assert list(structure(GOOD, EDITION, CATALOGUE)) == []
    assert list(validator(EDITION).iter_errors(GOOD)) == []
    assert findings(GOOD, EDITION, CATALOGUE) == ()
    assert gate(from_document(GOOD), EDITION)


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
    found = findings(changed(path, value), EDITION, CATALOGUE)
    assert rule in {finding.rule for finding in found}
    assert not any("required" in f.message or "is not of type" in f.message for f in found)


def test_one_validator_reports_structure_and_rules_with_readable_paths():
    document = changed("tables.requests.received.total", 99)
    document["surprise"] = 1
    errors = {
        tuple(error.absolute_path): error for error in validator(EDITION).iter_errors(document)
    }
    assert () in errors
    failed = errors["tables", "requests", "received", "total"]
    assert failed.validator == RULES
    assert failed.finding.rule in failed.message
    told = [e.finding for e in validator(EDITION).iter_errors(document) if e.validator == RULES]
    rules = {f for f in check(from_document(document), EDITION, CATALOGUE) if f.rule[0] == "T"}
    assert set(told) == rules
    assert rules


@pytest.mark.parametrize("code", ["659900-D01", "659900-D02", "659900-D04", "659900-T01"])
def test_the_validator_says_what_the_check_says(code):
    report = example(code)
    assert findings(to_document(report), EDITION, CATALOGUE) == check(report, EDITION, CATALOGUE)


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
            at[last] = value
    schema = schema_of(EDITION)
    slow = jsonschema.Draft202012Validator(schema).is_valid(document)
    assert slow == jsonschema_rs.Draft202012Validator(schema).is_valid(document)
    found = findings(document, EDITION, CATALOGUE)
    assert slow or found


# --- reading documents ------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_document_is_read_in_every_usual_encoding(encoding):
    data = json.dumps(GOOD, ensure_ascii=False).encode(encoding)
    assert load_document(data, CATALOGUE) == GOOD


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' + b'{"a":' * 50 + b"1" + b"}" * 51,
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"\xff\xff": 1}',
        b'{"a": "' + b"x" * 21_000_000 + b'"}',
    ],
    ids=[
        "empty",
        "list",
        "cut",
        "nan",
        "inf",
        "twice",
        "brackets",
        "deep",
        "digits",
        "bytes",
        "big",
    ],
)
def test_hostile_documents_are_refused_with_a_sentence(data):
    with pytest.raises(FileProblem) as stop:
        load_document(data, CATALOGUE)
    assert stop.value.finding.remedy
