"""Report documents against the JSON Schema of their edition and its rules: one validator.

``jsonschema_rs`` is the gate: what it finds valid needs no explaining. Only the rest is given to
``jsonschema``, extended by the rules' keyword, whose failures are told in Chinese.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Iterator
from typing import Any

from nianbao.check import NOTHING, Beside, check, rule_findings, upward_findings
from nianbao.codes import Code, FaultCode
from nianbao.context import Context
from nianbao.encoding import decoded
from nianbao.errors import Catalogue, FileProblem, Finding, NianbaoError, ordered
from nianbao.form import Edition
from nianbao.report import APART, UNFIT, Report, from_document
from nianbao.schema import RULES, readable_schema, report_schema
from nianbao.values import KEPT
from nianbao.words import Common


LARGEST = 20_000_000
"""Bytes of a document that are believed."""

DEEPEST = 12
"""Levels of nesting; a report has four, a 汇总.json seven."""

_MOST_FAULTS = 50


def schema_of(edition: Edition, common: Common) -> dict[str, Any]:
    """Return the schema of an edition's report documents."""
    return _schema_of(edition, common)


@functools.lru_cache(maxsize=32)
def _schema_of(edition: Edition, common: Common) -> dict[str, Any]:
    return report_schema(edition, common.levels, common.governments, common.contact)


@functools.lru_cache(maxsize=32)
def _gate(edition: Edition, common: Common) -> Any:
    import jsonschema_rs  # noqa: PLC0415 - heavy, only where a document is judged

    return jsonschema_rs.Draft202012Validator(schema_of(edition, common))


@functools.lru_cache(maxsize=32)
def _readable(edition: Edition) -> Any:
    """Return the validator of what a document needs for its rules to be evaluated at all."""
    import jsonschema_rs  # noqa: PLC0415

    return jsonschema_rs.Draft202012Validator(readable_schema(edition, KEPT))


# --- the slow validator, which explains -------------------------------------------------------


def validator(edition: Edition, common: Common, beside: Beside = NOTHING) -> Any:
    """Return one ``jsonschema`` validator that reports schema faults and failed rules alike.

    The error of a failed rule has ``validator == RULES``, the path of the figure it points at
    (``tables/requests/received/total``) and the ``Finding`` as its attribute ``finding``. Of a
    document too broken to be evaluated only the schema faults are reported.
    """
    from jsonschema import validators  # noqa: PLC0415

    def rules(_: Any, __: Any, document: Any, ___: Any) -> Iterator[Any]:
        if _readable(edition).is_valid(document):
            failed = rule_findings(from_document(document), edition, beside)
            yield from (_rule_error(finding, edition) for finding in failed)

    extend: Any = validators.extend
    return extend(_explainer(), {RULES: rules})(schema_of(edition, common))


@functools.cache
def _explainer() -> Any:
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415

    extend: Any = validators.extend
    return extend(Draft202012Validator, {"uniqueItems": _unique})


def _unique(_: Any, wanted: Any, items: Any, __: Any) -> Iterator[Any]:
    """Compare items by their text: jsonschema compares each with each, which a file can abuse."""
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415

    if wanted and isinstance(items, list):
        seen = {json.dumps(item, sort_keys=True) for item in items}
        if len(seen) < len(items):
            yield ValidationError("items are not unique")


def _rule_error(finding: Finding, edition: Edition) -> Any:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415

    part = {
        **dict.fromkeys(edition.fields, "tables."),
        **dict.fromkeys(edition.text_keys, "narrative."),
    }
    path = (part.get(finding.field, "") + finding.field).split(".")
    said = f"{finding.rule}: {finding.message}"
    error: Any = ValidationError(said, validator=RULES, path=path, instance=finding.actual)
    error.finding = finding
    return error


# --- findings ---------------------------------------------------------------------------------


def findings(
    document: Any, edition: Edition, context: Context, beside: Beside = NOTHING
) -> tuple[Finding, ...]:
    """Return what is wrong with a document: its structure (F06), its cells, its rules.

    Cells and rules are only judged where the structure lets them be read.
    """
    broken = tuple(structure(document, edition, context.common))
    if broken and not _readable(edition).is_valid(document):
        return broken
    report = from_document(document)
    return ordered([*broken, *report_findings(report, edition, context, beside)])


def report_findings(
    report: Report, edition: Edition, context: Context, beside: Beside = NOTHING
) -> tuple[Finding, ...]:
    """Return what is wrong with the report of a document whose structure is right."""
    form = _edition_findings(report, edition, context)
    upward = upward_findings(report, context.catalogue)
    return ordered([*form, *upward, *check(report, edition, context.catalogue, beside)])


def structure(document: Any, edition: Edition, common: Common) -> Iterator[Finding]:
    """Yield F06 for what makes a document no report; wrong figures are no such thing.

    At most fifty are told, each once.
    """
    if _gate(edition, common).is_valid(document):
        return
    errors = _explainer()(schema_of(edition, common)).iter_errors(document)
    faults = itertools.islice((e for e in errors if not _is_cell(e)), 4 * _MOST_FAULTS)
    told = dict.fromkeys(
        (".".join(map(str, error.absolute_path)), _chinese(error, common.catalogue))
        for error in sorted(faults, key=lambda error: str(error.json_path))
    )
    for place, why in itertools.islice(told, _MOST_FAULTS):
        shown = place[:100] or common.fault("doc-top")
        yield common.catalogue["F06"].finding(why=f"{shown}：{why}", field=place[:100])


def _is_cell(error: Any) -> bool:
    """Whether the fault is what stands for one figure (C02 to C04) or the year (C08)."""
    path = list(error.absolute_path)
    value = error.instance
    if path == ["year"]:
        return error.validator in {"minimum", "maximum"}
    depth = {"tables": 4, **dict.fromkeys(APART, 2)}.get(str(path[0]) if path else "")
    if len(path) != depth or isinstance(value, bool | dict | list):
        return False
    return not isinstance(value, str) or len(value) <= KEPT


_TYPES: dict[str, FaultCode] = {
    "object": "doc-object", "array": "doc-array", "string": "doc-string", "null": "doc-null",
    "integer": "doc-integer", "number": "doc-number", "boolean": "doc-boolean",
}  # fmt: skip


def _chinese(error: Any, words: Catalogue) -> str:
    value, instance = error.validator_value, error.instance
    match error.validator:
        case "required":
            missing = "、".join(key for key in value if key not in instance)
            return words.fault("doc-missing", keys=missing)
        case "additionalProperties":
            known = error.schema["properties"]
            extra = (str(key)[:40] for key in instance if key not in known)
            return words.fault("doc-unknown", keys="、".join(itertools.islice(extra, 5)))
        case "type":
            kinds = [value] if isinstance(value, str) else value
            due = words.fault("doc-or").join(words.fault(_TYPES[kind]) for kind in kinds)
            return words.fault("doc-type", due=due, said=_shown(instance))
        case "enum" | "const":
            due = "、".join(map(str, value)) if isinstance(value, list) else str(value)
            return words.fault("doc-enum", due=due, said=_shown(instance))
        case "maxLength":
            return words.fault("doc-long", most=value)
        case "maxItems":
            return words.fault("doc-items", most=value)
        case "uniqueItems":
            return words.fault("doc-twice")
        case _:
            return words.fault("doc-rule", rule=error.validator)


def _shown(instance: Any) -> str:
    text = json.dumps(instance, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _edition_findings(report: Report, edition: Edition, context: Context) -> Iterator[Finding]:
    if edition.covers(report.year):
        return
    try:
        due = context.edition_for(report.year).id
    except NianbaoError:
        due = context.common.fault("edition-other")
    said = {"year": report.year, "expected": due, "actual": edition.id}
    yield context.catalogue["C08-edition"].finding(**said)


# --- reading a document -----------------------------------------------------------------------


def load_document(data: bytes, catalogue: Catalogue) -> dict[str, Any]:
    """Read a JSON document: UTF-8 with or without BOM, or GB18030.

    Raises:
        FileProblem: it is too large or deep, no JSON object, names a key twice, holds a number
            that is none (NaN, 1e999) or too long, or characters that no workbook can hold.

    """

    def refuse(why: FaultCode, code: Code = "F06", **values: object) -> FileProblem:
        return FileProblem(catalogue[code].finding(why=catalogue.fault(why, **values)))

    if len(data) > LARGEST:
        raise refuse("file-large", "F05", size=len(data) // 1_000_000)
    try:
        document = json.loads(decoded(data), object_pairs_hook=_once, **_NUMBERS)
    except RecursionError:
        raise refuse("doc-deep") from None
    except UnicodeDecodeError:
        raise refuse("doc-encoding") from None
    except json.JSONDecodeError as error:
        raise refuse("doc-json", line=error.lineno, column=error.colno) from None
    except _ContentError as error:
        raise refuse(error.code, said=error.said) from None
    if not isinstance(document, dict):
        raise refuse("doc-no-object")
    if why := _content_fault(document):
        raise refuse(why)
    return document


class _ContentError(ValueError):
    """What no document may hold, found as it is parsed."""

    def __init__(self, code: FaultCode, said: str) -> None:
        super().__init__(code)
        self.code, self.said = code, said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _ContentError("doc-key-twice", key[:40])
        found[key] = value
    return found


def _integer(text: str) -> int:
    if len(text) > 30:
        raise _ContentError("doc-number-long", text[:10])
    return int(text)


def _decimal(text: str) -> int | float:
    """Return the number; 2023.0 is 2023, as JSON Schema has it."""
    value = float(text)
    if not math.isfinite(value):
        raise _ContentError("doc-number-none", text[:10])
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


_NUMBERS: Any = {"parse_constant": _decimal, "parse_int": _integer, "parse_float": _decimal}


def _content_fault(document: dict[str, Any]) -> FaultCode | None:
    """Return what is wrong with a parsed document as such, layer by layer, or None."""
    layer: list[Any] = [document]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for one in layer:
            inner += itertools.chain(one, one.values()) if isinstance(one, dict) else one
        if any(isinstance(part, str) and UNFIT.search(part) for part in inner):
            return "doc-control"
        layer = [part for part in inner if isinstance(part, dict | list)]
        if not layer:
            return None
    return "doc-deep"
