"""Report documents against the JSON Schema of their edition and its rules: one validator.

``jsonschema_rs`` is the gate: what it finds valid needs no explaining. Only the rest is given to
``jsonschema``, extended by the rules' keyword, whose failures are told in Chinese.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema import validators
from jsonschema.exceptions import ValidationError

from nianbao.catalog import common, edition_for
from nianbao.check import NOTHING, Beside, cell_findings, fee_findings, rule_findings
from nianbao.errors import Catalogue, FileProblem, Finding, NianbaoError, ordered
from nianbao.form import Edition
from nianbao.report import Report, from_document, to_document
from nianbao.schema import RULES, report_schema


LARGEST = 20_000_000
"""Bytes of a document that are believed."""

DEEPEST = 12
"""Levels of nesting; a report has four, a 汇总.json seven."""


@functools.lru_cache(maxsize=32)
def schema_of(edition: Edition) -> dict[str, Any]:
    """Return the schema of an edition's report documents."""
    return report_schema(edition, common().levels, common().contact)


@functools.lru_cache(maxsize=32)
def _gate(edition: Edition) -> Any:
    return jsonschema_rs.Draft202012Validator(schema_of(edition))


class RuleError(ValidationError):
    """A failed cross-check rule, as a validation error; ``finding`` says it in full."""

    finding: Finding


def validator(edition: Edition, beside: Beside = NOTHING) -> Any:
    """Return one ``jsonschema`` validator that reports schema faults and failed rules alike."""

    def rules(_: Any, __: Any, document: Any, ___: Any) -> Iterator[ValidationError]:
        if not isinstance(document, dict):
            return
        for finding in rule_findings(from_document(document), edition, beside):
            error = RuleError(
                f"{finding.rule}: {finding.message}",
                validator=RULES,
                path=("tables", *finding.field.split(".")),
                instance=finding.actual,
            )
            error.finding = finding
            yield error

    kind = validators.extend(  # type: ignore[no-untyped-call]
        jsonschema.Draft202012Validator, {RULES: rules}
    )
    return kind(schema_of(edition))


def findings(
    document: Any, edition: Edition, catalogue: Catalogue, beside: Beside = NOTHING
) -> tuple[Finding, ...]:
    """Return what is wrong with a document: its structure (F06), else cells and rules."""
    broken = tuple(structure(document, edition, catalogue))
    if broken:
        return broken
    report = from_document(document)
    return ordered(
        [
            *_edition_findings(report, edition, catalogue),
            *cell_findings(report, edition, catalogue),
            *fee_findings(report, edition, catalogue),
            *rule_findings(report, edition, beside),
        ]
    )


def gate(report: Report, edition: Edition) -> bool:
    """Return whether a report, as a document, meets its schema (the rules apart)."""
    return bool(_gate(edition).is_valid(to_document(report)))


def structure(document: Any, edition: Edition, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield F06 for what makes a document no report; wrong figures are no such thing."""
    if _gate(edition).is_valid(document):
        return
    plain = jsonschema.Draft202012Validator(schema_of(edition))
    errors = sorted(plain.iter_errors(document), key=lambda error: error.json_path)
    faults = (error for error in errors if not _is_cell(error))
    for error in itertools.islice(faults, 50):
        place = ".".join(str(part) for part in error.absolute_path) or "（最外层）"
        yield catalogue["F06"].finding(why=f"{place}：{_chinese(error)}", field=place)


def _is_cell(error: ValidationError) -> bool:
    """Whether the fault is what stands for one figure (C02 to C04) or the year (C08)."""
    path = list(error.absolute_path)
    scalar = not isinstance(error.instance, dict | list)
    if path == ["year"]:
        return error.validator in {"minimum", "maximum"}
    depth = {"tables": 4, "processing_fee": 2}.get(str(path[0]) if path else "")
    return scalar and len(path) == depth and not isinstance(error.instance, bool)


def _chinese(error: ValidationError) -> str:
    value: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    match error.validator:
        case "required":
            missing = [key for key in value if key not in instance]
            return f"缺少 {'、'.join(missing)}"
        case "additionalProperties":
            extra = [str(key)[:40] for key in instance if key not in schema["properties"]]
            return f"有不认识的内容 {'、'.join(extra[:5])}"
        case "type":
            return f"类型不对（{str(instance)[:40]}）"
        case "enum" | "const":
            return f"不能是 {str(instance)[:40]}"
        case "maxLength":
            return f"文字太长，最多 {value} 字"
        case "uniqueItems":
            return "有重复"
        case _:
            return f"不合规定（{error.validator}）"


def _edition_findings(report: Report, edition: Edition, catalogue: Catalogue) -> Iterator[Finding]:
    if edition.covers(report.year):
        return
    try:
        due = edition_for(report.year).id
    except NianbaoError:
        due = "其他"
    yield catalogue["C08-edition"].finding(year=report.year, expected=due, actual=edition.id)


# --- reading a document -----------------------------------------------------------------------


def load_document(data: bytes, catalogue: Catalogue) -> dict[str, Any]:
    """Read a JSON document: UTF-8 with or without BOM, or GB18030.

    Raises:
        FileProblem: it is too large or too deep, no JSON object, names a key twice, or holds a
            number that is none (NaN) or has too many digits.

    """

    def refuse(why: str, key: str = "F06") -> FileProblem:
        return FileProblem(catalogue[key].finding(why=why))

    if len(data) > LARGEST:
        raise refuse(f"文件有 {len(data) // 1_000_000} MB", "F05")
    try:
        document = json.loads(
            _decoded(data), object_pairs_hook=_once, parse_constant=_no_number, parse_int=_integer
        )
    except RecursionError:
        raise refuse("嵌套太深") from None
    except UnicodeDecodeError:
        raise refuse("文字编码不是 UTF-8 或 GBK") from None
    except json.JSONDecodeError as error:
        raise refuse(f"不是 JSON（第 {error.lineno} 行第 {error.colno} 列）") from None
    except ValueError as error:
        raise refuse(str(error)[:60]) from None
    if not isinstance(document, dict):
        raise refuse("最外层不是对象")
    if _depth(document) > DEEPEST:
        raise refuse("嵌套太深")
    return document


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise ValueError(f"“{twice[:40]}”出现两次")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} 不是数字")


def _integer(text: str) -> int:
    if len(text) > 30:
        raise ValueError(f"数字太长（{text[:10]}…）")
    return int(text)


def _depth(value: Any) -> int:
    deepest, layer = 0, [value]
    while layer:
        deepest += 1
        inner: list[Any] = []
        for one in layer:
            parts: Any = one.values() if isinstance(one, Mapping) else one
            inner += [part for part in parts if isinstance(part, dict | list)]
        layer = inner
    return deepest
