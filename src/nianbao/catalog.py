"""Find, load and refuse edition files and what all editions share.

An edition is refused with file and place when it says anything unknown, misspelt, duplicated
or contradictory: ``tomllib`` refuses duplicate keys, ``schemas/edition.schema.json`` (closed)
the rest, ``form`` what only the whole form can show.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nianbao.errors import ABOVE, Catalogue, NianbaoError, Wording
from nianbao.form import (
    Authority,
    Box,
    Chapter,
    Column,
    Edition,
    Fee,
    FormError,
    Guidance,
    Kind,
    Label,
    Part,
    Row,
    Rule,
    Section,
    Severity,
    Table,
    composed,
)
from nianbao.words import Common, Date, Level, Superior


__all__ = [
    "Common",
    "Level",
    "common",
    "edition_for",
    "edition_schema",
    "editions",
    "load",
    "schemas",
    "shipped",
]


@functools.cache
def shipped(folder: str) -> Path:
    """Return a folder that ships with us: packaged, or the checkout's when installed -e."""
    packaged = Path(str(resources.files("nianbao"))) / folder
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / folder


def schemas() -> Path:
    """Return the folder of the edition files and of what all editions share."""
    return shipped("schemas")


@functools.cache
def common() -> Common:
    """Load what all editions share."""
    data = _toml(schemas() / "common.toml")
    dates = [Date(**_tuples(entry)) for entry in data["dates"]]
    levels = {key: _level(key, value, dates) for key, value in data["levels"].items()}
    superiors = {k: Superior(key=k, **_tuples(value)) for k, value in data["superiors"].items()}
    words = {entry["key"]: _wording(entry) for entry in data["findings"]}
    names = ("contact", "sheets", "words", "severities", "statuses", "authorities")
    rest = {name: MappingProxyType(data[name]) for name in names}
    lists = {name: MappingProxyType(_tuples(data[name])) for name in _LISTS}
    return Common(
        levels=levels,
        superiors=superiors,
        catalogue=_addressed(words, data["words"]["above"]),
        catalogues={key: _addressed(words, one.term) for key, one in superiors.items()},
        **lists,
        **rest,
    )


_LISTS = (
    "roster", "roster_optional", "roster_answers", "roster_names", "reading", "phrases", "form",
)  # fmt: skip


def _level(key: str, value: Mapping[str, Any], dates: Iterable[Date]) -> Level:
    due = tuple(one for one in dates if key in one.levels)
    return Level(key=key, dates=due, **_tuples(value))


def _addressed(words: Catalogue, above: str) -> Catalogue:
    return {key: one.addressed(above) for key, one in words.items()}


def _tuples(value: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}


def _wording(entry: Mapping[str, str]) -> Wording:
    return Wording(
        key=entry["key"],
        rule=entry.get("rule", entry["key"]),
        severity=Severity(entry["severity"]),
        text=entry["text"],
        remedy=entry["remedy"],
        basis=entry.get("basis", ""),
        kind=Authority(entry["kind"]) if "basis" in entry else None,
        pattern=entry.get("pattern", ""),
        where=entry.get("where", ""),
    )


def editions(folder: Path | None = None) -> dict[str, Edition]:
    """Load every edition of a folder (the packaged ones by default), by id, oldest first.

    Raises:
        NianbaoError: an edition file is wrong, or two cover the same year.

    """
    return dict(_editions(folder or schemas() / "editions"))


@functools.cache
def _editions(folder: Path) -> dict[str, Edition]:
    found = [load(path) for path in sorted(folder.glob("*.toml"))]
    found.sort(key=lambda edition: edition.first_year)
    if not found:
        raise NianbaoError(f"{folder} 里没有格式版本文件")
    ended = [_ended(older, newer) for older, newer in itertools.pairwise(found)]
    return {edition.id: edition for edition in (*ended, found[-1])}


def _ended(older: Edition, newer: Edition) -> Edition:
    """Return an edition that ends, if its file leaves that open, where the next one begins."""
    if older.last_year is None and older.first_year < newer.first_year:
        return replace(older, last_year=newer.first_year - 1)
    if older.last_year is None or older.last_year >= newer.first_year:
        raise NianbaoError(f"格式版本 {older.id} 与 {newer.id} 的年度重叠")
    return older


def edition_for(year: int, among: Iterable[Edition] | None = None) -> Edition:
    """Return the edition in which reports of that year are due.

    Raises:
        NianbaoError: no edition covers the year.

    """
    for edition in editions().values() if among is None else among:
        if edition.covers(year):
            return edition
    raise NianbaoError(f"没有适用于 {year} 年度的格式版本；可用 nianbao editions 查看")


def load(path: Path) -> Edition:
    """Load one edition file.

    Raises:
        NianbaoError: the file cannot be read, is no TOML, or breaks the edition schema.

    """
    data = _toml(path)
    _refuse_unknown(path, data)
    try:
        edition = _edition(data, hashlib.sha256(path.read_bytes()).hexdigest())
        _refuse_contradictions(edition)
        named: Edition = composed(edition, edition.names)
    except (FormError, KeyError) as error:
        raise NianbaoError(f"{path}：{error}") from error
    return named


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NianbaoError(f"{path}：读不出格式版本文件：{error}") from error


@functools.cache
def edition_schema() -> Any:
    """Return the validator of edition files."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - heavy, only for loading

    text = (schemas() / "edition.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _refuse_unknown(path: Path, data: Mapping[str, Any]) -> None:
    for error in sorted(edition_schema().iter_errors(data), key=lambda e: e.json_path):
        raise NianbaoError(f"{path}：{error.json_path}：{error.message}")


def _edition(data: Mapping[str, Any], digest: str) -> Edition:
    years = data["years"]
    return Edition(
        id=data["id"],
        title=data["title"],
        citation=data["citation"],
        report_title=data["report_title"],
        first_year=years["first"],
        last_year=years.get("last"),
        tables=tuple(_table(item) for item in data["tables"]),
        sections=tuple(_section(item) for item in data["sections"]),
        rules=tuple(_rule(item) for item in data["rules"]),
        digest=digest,
        fee=_fee(data["fee"]) if "fee" in data else None,
        guidance=_guidance(data),
        guide=tuple(Chapter(c["title"], _guidance(c, "items")) for c in data.get("guide", ())),
    )


def _boxes(at: str | list[str]) -> tuple[Box, ...]:
    return tuple(Box.parse(text) for text in ([at] if isinstance(at, str) else at))


def _label(item: Mapping[str, Any], text: str, key: str = "") -> Label:
    return Label(
        text=item[text],
        boxes=_boxes(item["at"]),
        key=key or item.get("key", ""),
        under=item.get("under", ""),
        band=item.get("band", False),
    )


def _table(item: Mapping[str, Any]) -> Table:
    columns = tuple(
        Column(
            key=column["key"],
            label=_label(column, "label"),
            kind=Kind(column.get("kind", "count")),
            unit=column.get("unit", "件"),
            short=column.get("short", ""),
        )
        for column in item["columns"]
    )
    return Table(
        key=item["key"],
        number=item["number"],
        heading=item["heading"],
        sheet=item["sheet"],
        height=item["height"],
        width=item["width"],
        widths=tuple(item["widths"]),
        landscape=item.get("landscape", False),
        labels=tuple(_label(label, "text") for label in item["labels"]),
        columns=columns,
        rows=tuple(_row(row, columns) for row in item["rows"]),
    )


def _row(item: Mapping[str, Any], columns: tuple[Column, ...]) -> Row:
    label = _label(item, "label")
    cells = {key: Box.parse(at) for key, at in item.get("cells", {}).items()}
    return Row(
        key=item["key"],
        label=label,
        cells=MappingProxyType(cells or _crossings(label, columns)),
        short=item.get("short", ""),
        guidance=_guidance(item),
    )


def _crossings(label: Label, columns: tuple[Column, ...]) -> dict[str, Box]:
    """Where a row's label and each column's header meet: the plain matrix."""
    top = label.boxes[0].top
    return {
        column.key: Box(top, column.label.boxes[0].left, top, column.label.boxes[0].right)
        for column in columns
    }


def _section(item: Mapping[str, Any]) -> Section:
    return Section(
        key=item["key"],
        number=item["number"],
        heading=item["heading"],
        guidance=_guidance(item),
        parts=tuple(_part(part) for part in item.get("parts", ())),
    )


def _part(item: Mapping[str, Any]) -> Part:
    return Part(**{**item, "guidance": _guidance(item)})


def _guidance(item: Mapping[str, Any], key: str = "guidance") -> tuple[Guidance, ...]:
    """Return the sentences under a key, each with its source and how binding it is."""
    said = item.get(key, ())
    return tuple(Guidance(s["text"], s["source"], Authority(s["kind"])) for s in said)


def _fee(item: Mapping[str, Any]) -> Fee:
    guidance = {key: _guidance(item["guidance"], key) for key in item["guidance"]}
    return Fee(**{**_tuples(item), "guidance": MappingProxyType(guidance)})


def _rule(item: Mapping[str, Any]) -> Rule:
    read = {"severity": Severity(item["severity"]), "kind": Authority(item["kind"])}
    written = item.get("expression", "")
    return Rule(**(_tuples(item) | read | {"expression": _spelt(written), "written": written}))


_PHRASE = re.compile(r'"@(\w+)"')


def _spelt(expression: str) -> str:
    """Return an expression with the lists of words that it names spelt out."""

    def words(match: re.Match[str]) -> str:
        known = common().phrases.get(match[1])
        if known is None:
            raise FormError(f"no list of words {match[1]!r}")
        return ", ".join(json.dumps(word, ensure_ascii=False) for word in known)

    return _PHRASE.sub(words, expression)


def _refuse_contradictions(edition: Edition) -> None:
    _refuse_twice("rule", [rule.id for rule in edition.rules])
    _refuse_twice("table", [table.key for table in edition.tables])
    for table in edition.tables:
        _refuse_twice(f"row of {table.key}", [row.key for row in table.rows])
        _refuse_twice(f"column of {table.key}", [column.key for column in table.columns])
        _refuse_loose_ends(table)
        _refuse_overlaps(table)
    known = set(common().levels)
    for rule in edition.rules:
        if unknown := {*rule.levels, *rule.powers} - known:
            raise FormError(f"rule {rule.id}: no level {sorted(unknown)}")
        if any(ABOVE in said for said in (rule.text, rule.remedy, rule.basis)):
            raise FormError(f"rule {rule.id}: findings of rules do not know whom {ABOVE} is")
    _ = edition.total_order  # binds every rule


def _refuse_twice(what: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise FormError(f"{what} {key!r} stands twice")


def _refuse_loose_ends(table: Table) -> None:
    known = {label.key for label in table.labels}
    for label in table.printed:
        if label.under and label.under not in known:
            raise FormError(f"table {table.key}: {label.text!r} under unknown {label.under!r}")
    columns = {column.key for column in table.columns}
    for row in table.rows:
        if unknown := set(row.cells) - columns:
            raise FormError(f"table {table.key}, row {row.key}: no column {sorted(unknown)}")


def _refuse_overlaps(table: Table) -> None:
    taken: dict[tuple[int, int], str] = {}
    boxes = [(box, label.text) for label in table.printed for box in label.boxes]
    boxes += [(form_field.box, key) for key, form_field in table.fields.items()]
    for box, what in boxes:
        if box.bottom > table.height or box.right > table.width:
            raise FormError(f"table {table.key}: {what!r} stands outside the grid")
        for cell in box:
            if cell in taken:
                raise FormError(f"table {table.key}: {what!r} overlaps {taken[cell]!r}")
            taken[cell] = what
    if len(taken) != table.height * table.width:
        raise FormError(f"table {table.key}: the grid has holes")
