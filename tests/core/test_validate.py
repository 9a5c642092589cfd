"""Documents against schema and rules: every fault in Chinese, no document stops the program."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
import subprocess
import sys
import time

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import complete, example, figures
from helpers import SHARED, editions
from nianbao.check import Beside, check, rule_findings
from nianbao.context import context
from nianbao.errors import FileProblem, status
from nianbao.report import Report, from_document, to_document
from nianbao.schema import RULES
from nianbao.validate import findings, load_document, structure, validator


CONTEXT = context()
COMMON = CONTEXT.common
CATALOGUE = COMMON.catalogue
EDITION = editions()["2021"]
REPORT = complete("659900-T1", "甲乡")
GOOD = to_document(REPORT)
CELL = "tables.requests.received.individual"
CORPUS = sorted((SHARED / "corpus/json").glob("*.json"))
ENGLISH = re.compile(r"required|is not|xpected|does not|None|True|Traceback|Error|dditional|char ")
UNLIKELY = [None, True, 0, -1, 1.5, 10**29, "x", "\n", [], [1, "a", [], {}], {}, {"a": {"b": 1}}]


def changed(path: str, value) -> dict:
    document = copy.deepcopy(GOOD)
    *above, last = path.split(".")
    at = document
    for key in above:
        at = at.setdefault(key, {})
    at[last] = value
    return document


def found(document, edition=EDITION):
    return findings(document, edition, CONTEXT)


def rule_errors(document, edition=EDITION, beside=None):
    errors = validator(edition, COMMON, beside or Beside()).iter_errors(document)
    return [error for error in errors if error.validator == RULES]


# --- one validator, one evaluation of the rules -----------------------------------------------


@pytest.mark.shared
@pytest.mark.skipif(not CORPUS, reason="../shared/corpus is not here")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_published_reports_are_judged_as_the_check_judges_them(path):
    document = load_document(path.read_bytes(), CATALOGUE)
    edition = editions()[document["edition"]]
    report = from_document(document)
    said = found(document, edition)
    assert {f.rule for f in said if f.rule == "F06"} == set()
    assert tuple(f for f in said if f.rule != "C08") == check(report, edition, CATALOGUE)
    assert any(f.rule == "C08" for f in said) == (not edition.covers(report.year))
    told = [error.finding for error in rule_errors(document, edition)]
    assert told == list(rule_findings(report, edition))


FAULTY = {
    "sum of a column": {"requests__granted__individual": 9},
    "stock": {"disclosure__normative__issued": 50},
    "county rules": {"disclosure__rules__issued": 3},
    "carried in": {"requests__carried_in__individual": 4},
}


@pytest.mark.parametrize("changes", FAULTY.values(), ids=FAULTY)
@pytest.mark.parametrize("level", ["township", "department", "county"])
def test_rule_errors_are_the_findings_of_the_check(changes, level):
    report = dataclasses.replace(figures(REPORT, **changes))
    report = dataclasses.replace(report, unit=dataclasses.replace(report.unit, level=level))
    last = dataclasses.replace(complete("659900-T1", "甲乡"), year=report.year - 1)
    beside = Beside(last, {"disclosure.normative.issued": 8})
    errors = rule_errors(to_document(report), beside=beside)
    assert [error.finding for error in errors] == list(rule_findings(report, EDITION, beside))
    said = findings(to_document(report), EDITION, CONTEXT, beside)
    assert said == check(report, EDITION, CATALOGUE, beside)
    assert errors
    for error in errors:
        assert ".".join(error.absolute_path) == f"tables.{error.finding.field}"


def test_best_match_and_paths_work_as_with_any_jsonschema_validator():
    document = changed("tables.requests.received.total", 99)
    with pytest.raises(jsonschema.ValidationError) as stop:
        validator(EDITION, COMMON).validate(document)
    assert stop.value.validator == RULES
    paths = {error.json_path for error in validator(EDITION, COMMON).iter_errors(document)}
    assert stop.value.json_path in paths
    assert "$.tables.requests.received.total" in paths
    assert validator(EDITION, COMMON).is_valid(GOOD)


def test_a_blank_is_a_finding_once_and_no_rule_error():
    document = changed(CELL, None)
    assert [f.rule for f in found(document)].count("C01") == 1
    assert all("received" not in f.field for f in found(document) if f.rule.startswith("T3"))


@pytest.mark.parametrize("text", ["251000元", "减4", "/", "22（其中修订16件）", "", "１２"])
def test_what_was_published_instead_of_a_figure_is_c02(text):
    said = [f for f in found(changed(CELL, text)) if f.field == "requests.received.individual"]
    assert [(f.rule, f.actual) for f in said] == [("C02", text)]


# --- faults of the structure, in Chinese ------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("surprise", 1, "（最外层）：有不认识的内容 surprise"),
        ("unit", {}, "unit：缺少 code、name、level"),
        ("unit.name", 3, "unit.name：应当是文字，现在是 3"),
        ("unit.level", "村", "unit.level：只能是 county、"),
        ("edition", "2019", 'edition：只能是 2021，现在是 "2019"'),
        ("year", "2023", 'year：应当是整数，现在是 "2023"'),
        ("year", None, "year：应当是整数，现在是 null"),
        ("tables", [], "tables：应当是一组带名称的内容，现在是 []"),
        ("tables.requests.recieved", {}, "tables.requests：有不认识的内容 recieved"),
        (CELL, {"a": 1}, f'{CELL}：应当是整数或空，现在是 {{"a": 1}}'),
        (CELL, True, f"{CELL}：应当是整数或空，现在是 true"),
        (CELL, "长" * 1000, f"{CELL}：应当是整数或空，现在是 "),
        ("narrative.problems", "长" * 20_001, "narrative.problems：文字太长，最多 20000 字"),
        ("narrative.overview.lead", [1], "narrative.overview.lead：应当是文字或空，现在是 [1]"),
        ("nil_returns", ["requests"] * 2, "nil_returns：有重复"),
        ("nil_returns", ["x"], "nil_returns.0：只能是 disclosure、requests、disputes"),
        ("explanations", {"T2-03": 3}, "explanations.T2-03：应当是文字，现在是 3"),
        ("complete", "是", 'complete：应当是true 或 false，现在是 "是"'),
        ("processing_fee.cases", [], "processing_fee.cases：应当是整数或空，现在是 []"),
    ],
)
def test_each_structural_fault_is_told_once_with_its_path(path, value, said):
    told = [f for f in found(changed(path, value)) if f.rule == "F06"]
    assert len(told) == 1
    assert said in told[0].message
    assert len(told[0].message) < 200


@pytest.mark.parametrize("document", [*UNLIKELY, {"edition": "2021"}], ids=repr)
def test_what_is_no_report_at_all_is_f06(document):
    said = found(document)
    assert {f.rule for f in said} == {"F06"}
    assert all(f.remedy and not ENGLISH.search(f.message) for f in said)
    assert len(said) == len(set(said))
    assert list(validator(EDITION, COMMON).iter_errors(document))


def test_a_readable_document_with_a_structural_fault_has_its_other_findings_too():
    document = changed("tables.requests.received.total", 99)
    document["surprise"] = 1
    rules = {f.rule for f in found(document)}
    assert {"F06", "T3-01", "T3-03"} <= rules
    assert status(found(document)) == "error"


def test_a_hundred_thousand_faults_are_told_in_no_time():
    document = changed("nil_returns", [n if n % 2 else str(n) for n in range(100_000)])
    document["explanations"] = dict.fromkeys(map(str, range(100_000)), 1)
    started = time.process_time()
    assert 10 < len(list(structure(document, EDITION, COMMON))) <= 50
    assert time.process_time() - started < 10  # of the processor


PATHS = st.sampled_from([
    "edition", "year", "unit", "unit.code", "unit.level", "contact", "contact.phone", "narrative",
    "narrative.overview", "narrative.overview.lead", "narrative.problems", "processing_fee",
    "processing_fee.yuan", "nil_returns", "explanations", "explanations.T3-01", "tables",
    "tables.disputes", "tables.disputes.review", "tables.disputes.review.total", CELL, "source",
    "complete", "tables.disclosure.fees.amount_wan", "x", "tables.x", "tables.disputes.review.x",
])  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(width=64) | st.text(max_size=8)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


def spoilt(changes) -> dict:
    document = copy.deepcopy(GOOD)
    for path, value in changes:
        *above, last = path.split(".")
        at = document
        for key in above:
            at = at.get(key, {}) if isinstance(at, dict) else {}
        if isinstance(at, dict):
            at[last] = copy.deepcopy(value)
    return document


@given(st.lists(st.tuples(PATHS, JSON | st.sampled_from(UNLIKELY)), min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_document_stops_validator_or_findings(changes):
    document = spoilt(changes)
    said = found(document)
    assert all(f.message and f.remedy for f in said)
    structural = [
        e for e in validator(EDITION, COMMON).iter_errors(document) if e.validator != RULES
    ]
    assert said or not structural
    if not structural:
        rest = tuple(f for f in said if f.rule != "C08")
        assert rest == check(from_document(document), EDITION, CATALOGUE)


# --- reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "rule", "said"),
    [
        (b"", "F06", "不是 JSON"),
        (b"{", "F06", "不是 JSON"),
        (b'{"\xff\xff": 1}', "F06", "编码"),
        (b'{"a":' * 13 + b"1" + b"}" * 13, "F06", "嵌套太深"),
        (b'{"a": 1e999}', "F06", "1e999 不是能用的数字"),
        (b'{"a": ' + b"1" * 5_000 + b".5}", "F06", "不是能用的数字"),
        (b'{"a": NaN}', "F06", "NaN 不是能用的数字"),
        (b'{"a": -Infinity}', "F06", "-Infinity 不是能用的数字"),
        (b'{"a": -' + b"9" * 31 + b"}", "F06", "数字太长"),
        (b'{"a": "\\ud800"}', "F06", "控制字符"),
        (b'{"\\udfff": 1}', "F06", "控制字符"),
        (b'{"a": ["\\u0000"]}', "F06", "控制字符"),
        (b'{"b": {"a": 1, "a": 1}}', "F06", "“a”出现两次"),
        (b"{" + b",".join(b'"k%d":1' % n for n in range(200_000)) + b',"k7":2}', "F06", "两次"),
        (b"[" * 200_000, "F06", "嵌套太深"),
        (b'{"a": 1} x', "F06", "第 1 行第 10 列"),
        (b"\xff\xfe{\x00}\x00", "F06", "编码"),
        (b"x" * 20_000_001, "F05", "20 MB"),
        (b'"text"', "F06", "最外层不是对象"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_hostile_json_is_refused_at_once(data, rule, said):
    started = time.process_time()
    with pytest.raises(FileProblem) as stop:
        load_document(data, CATALOGUE)
    assert time.process_time() - started < 10  # of the processor
    assert stop.value.finding.rule == rule
    assert said in stop.value.finding.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_document_is_read_in_every_usual_encoding(encoding):
    data = json.dumps(GOOD, ensure_ascii=False).encode(encoding)
    assert load_document(data, CATALOGUE) == GOOD


def test_whole_numbers_are_integers_however_written():
    data = json.dumps(GOOD).replace(f'"year": {GOOD["year"]}', f'"year": {GOOD["year"]}.0')
    year = load_document(data.encode(), CATALOGUE)["year"]
    assert (year, type(year)) == (GOOD["year"], int)
    assert load_document(b'{"a": 24252.311082}', CATALOGUE) == {"a": 24252.311082}


@given(st.binary(max_size=80) | JSON.map(lambda value: json.dumps({"a": value}).encode()))
def test_any_bytes_are_an_object_or_refused(data):
    try:
        document = load_document(data, CATALOGUE)
    except FileProblem as problem:
        document = {}
        said = problem.finding.message
        assert not ENGLISH.search(said)
    json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize("code", ["659900-D01", "659900-T01"])
def test_a_report_survives_writing_and_reading(code):
    report: Report = example(code)
    data = json.dumps(to_document(report), ensure_ascii=False).encode("gb18030")
    assert from_document(load_document(data, CATALOGUE)) == report


def test_jsonschema_is_only_loaded_to_explain():
    code = (
        "import sys; import nianbao.validate as v; from nianbao.context import context;"
        "v.load_document(b'{}', context().catalogue);"
        "bad = {m for m in sys.modules if m.split('.')[0] in ('jsonschema', 'jsonschema_rs')};"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
