"""An edition as the JSON Schema (draft 2020-12) of its report documents: pure.

Types, bounds and official labels stand in the schema itself; the cross-check rules, which JSON
Schema cannot say, stand under the annotation keyword ``RULES``, which ``validate.py`` evaluates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nianbao.form import Column, Edition, Field, Rule, cells, spelt
from nianbao.report import APART, LONGEST_GAP, MOST_GAPS


RULES = "x-nianbao-rules"
"""The keyword that holds the cross-check rules; other validators ignore it."""

LONGEST_TEXT = 20_000
"""Characters that a part of the narrative may have at most, in any edition."""


def report_schema(
    edition: Edition, levels: Iterable[str], above: Iterable[str], contact: Mapping[str, str]
) -> dict[str, Any]:
    """Return the schema of the edition's report document.

    ``levels`` are the keys of the levels of units, ``above`` those of the bodies they report to,
    ``contact`` the keys of the people to ask with their labels.
    """
    properties = _properties(edition, levels, above, contact)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://nianbao.invalid/schemas/report-{edition.id}.schema.json",
        "title": edition.title,
        "description": edition.citation,
        **_closed(properties, ("edition", "year", "unit", "tables")),
        RULES: [_rule(rule, edition) for rule in edition.rules if rule.expression],
    }


def _properties(
    edition: Edition, levels: Iterable[str], above: Iterable[str], contact: Mapping[str, str]
) -> dict[str, Any]:
    superior = {"enum": sorted(above)}
    return {
        "edition": {"const": edition.id},
        "year": _year(edition),
        "unit": _closed({
            "code": _text(64, "单位代码"),
            "name": _text(200, "单位名称"),
            "level": {"enum": sorted(levels), "title": "单位类别"},
            "under": superior | {"title": "报给哪一级"},
            "speaks_for": superior | {"title": "代表哪一级政府"},
        }, ("code", "name", "level")),
        "contact": _closed({key: _maybe_text(200, label) for key, label in contact.items()}, ()),
        "narrative": _narrative(edition),
        **_insets(edition),
        "nil_returns": _some_tables(edition, "零报告的表"),
        "blanks_are_zero": _some_tables(edition, "空格按零的表"),
        "explanations": {"title": "情况说明", "type": "object",
                         "additionalProperties": _text(2_000, "原因")},
        "tables": _closed(
            {table.key: _table(edition, table.key) for table in edition.tables}, (), edition.title
        ),
        "source": {"type": "string", "title": "出处"},
        "complete": {"type": "boolean", "title": "数据是否齐全"},
        "gaps": {
            "title": "汇总数里没有计入、有错误或错误不作要求的单位",
            "type": "array",
            "items": _text(LONGEST_GAP, "单位"),
            "maxItems": MOST_GAPS,
        },
    }  # fmt: skip


def readable_schema(edition: Edition, longest_figure: int) -> dict[str, Any]:
    """Return the schema of what a document needs for its rules to be evaluated at all.

    A figure may be any number or a text of at most ``longest_figure`` characters.
    """
    text = {"type": ["string", "null"]}
    figures = _map_of({"type": ["number", "string", "null"], "maxLength": longest_figure})
    parts = {
        "edition": {"const": edition.id},
        "year": {"type": "integer"},
        "unit": _map_of({"type": "string"}),
        "contact": _map_of(text),
        "narrative": _map_of({"anyOf": [text, _map_of(text)]}),
        **dict.fromkeys(APART, figures),
        "nil_returns": {"type": "array", "items": {"type": "string"}},
        "blanks_are_zero": {"type": "array", "items": {"type": "string"}},
        "explanations": _map_of({"type": "string"}),
        "tables": _map_of(_map_of(figures)),
    }
    return {"type": "object", "properties": parts, "required": ["edition", "year", "tables"]}


def _some_tables(edition: Edition, title: str) -> dict[str, Any]:
    known = {"enum": [table.key for table in edition.tables]}
    return {"title": title, "type": "array", "items": known, "uniqueItems": True}


def _map_of(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


def _closed(
    properties: Mapping[str, Any], required: Iterable[str] | None = None, title: str = ""
) -> dict[str, Any]:
    return {
        **({"title": title} if title else {}),
        "type": "object",
        "properties": dict(properties),
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def _text(longest: int, title: str) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest, "title": title}


def _maybe_text(longest: int, title: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "maxLength": longest, "title": title}


def _year(edition: Edition) -> dict[str, Any]:
    year = {"title": "报告年度", "type": "integer", "minimum": edition.first_year}
    return year | ({} if edition.last_year is None else {"maximum": edition.last_year})


def _table(edition: Edition, table: str) -> dict[str, Any]:
    rows: dict[str, dict[str, Any]] = {}
    titles: dict[str, str] = {}
    for field in edition.table[table].fields.values():
        rows.setdefault(field.row.key, {})[field.column.key] = _figure(edition, field)
        titles[field.row.key] = "".join(edition.table[table].path(field.row.label)[-2:])
    each = {key: _closed(cells, (), titles[key]) for key, cells in rows.items()}
    return _closed(each, (), edition.table[table].heading)


def _figure(edition: Edition, field: Field) -> dict[str, Any]:
    guidance = {"description": described(field)} if field.row.guidance else {}
    figure = number(field.column) | {"title": edition.name(field.key)} | guidance
    if field.key in edition.totals:  # as large as its parts make it
        return {key: value for key, value in figure.items() if key != "maximum"} | {
            "readOnly": True
        }
    return figure


def described(field: Field) -> str:
    """Return what a figure counts, each sentence with where it is laid down."""
    return "".join(f"{one.text}（{one.source}）" for one in field.row.guidance)


def number(column: Column) -> dict[str, Any]:
    """Return the schema of a figure: its type and bounds; null is a blank."""
    due = cells.bounds(column.kind)
    return {
        "type": ["integer" if due.whole else "number", "null"],
        "minimum": due.least,
        "maximum": due.most,
        "title": column.label.text,
        "$comment": column.unit,
    }


def _insets(edition: Edition) -> dict[str, Any]:
    known = {inset.key: inset for inset in edition.insets}
    return {
        key: _closed({c.key: number(c) for c in known[key].columns}, (), known[key].title)
        if key in known
        else _closed({}, ())
        for key in APART
    }


def _narrative(edition: Edition) -> dict[str, Any]:
    sections = {}
    for section in edition.sections:
        if section.parts:
            parts = {part.key: _maybe_text(LONGEST_TEXT, part.label) for part in section.parts}
            sections[section.key] = _closed(parts, (), section.heading)
        else:
            sections[section.key] = _maybe_text(LONGEST_TEXT, section.heading)
    return _closed(sections, (), "文字部分")


def _rule(rule: Rule, edition: Edition) -> dict[str, Any]:
    said = {
        "id": rule.id,
        "severity": rule.severity.value,
        "table": rule.table,
        "expression": spelt(rule.expression, edition.phrases),
        "each": rule.each,
        "rows": list(rule.rows),
        "columns": list(rule.columns),
        "at": rule.at,
        "levels": list(rule.levels),
        "powers": list(rule.powers),
        "text": rule.text,
        "basis": rule.basis,
        "kind": rule.kind.value,
        "remedy": rule.remedy,
    }
    return {key: value for key, value in said.items() if value}
