"""The roster of units that must file (units.csv): read, understood, refused with the line.

UTF-8 with or without BOM, or GBK; commas, tabs or semicolons; headings in English or Chinese;
further columns are allowed. A column headed by a field key (e.g. ``disputes.review.total``) holds
what another office's register says of that figure.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nianbao.catalog import Common
from nianbao.errors import Finding, NianbaoError
from nianbao.report import Unit


LARGEST = 20_000_000
_FIELD_KEY = re.compile(r"[a-z_]+\.[a-z_]+\.[a-z_]+")
_MANGLED = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_SHOWN = 10


@dataclass(frozen=True)
class Entry:
    """A unit of the roster, its line, and what registers say: field key -> figure (件, 万元)."""

    unit: Unit
    line: int
    register: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Roster:
    """The units in the order of the file, and what is doubtful about them (A03)."""

    units: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def read_roster(data: bytes, common: Common, source: str) -> Roster:
    """Read a roster; ``source`` is how its refusals name it.

    Raises:
        NianbaoError: it cannot be decoded, lacks a heading, or has wrong lines (they are named).

    """
    rows = _rows(data, source)
    columns = _columns(rows[0][1], common, source)
    entries: list[Entry] = []
    faults: list[str] = []
    for line, cells in rows[1:]:
        entry = _entry(line, cells, columns, common)
        if isinstance(entry, str):
            faults.append(f"第 {line} 行：{entry}")
        else:
            entries.append(entry)
    faults += _twice(entries)
    if faults:
        more = f"；等 {len(faults)} 处" if len(faults) > _SHOWN else ""
        raise NianbaoError(
            f"名册 {source} 有错：{'；'.join(faults[:_SHOWN])}{more}。请改正后再试。"
        )
    if not entries:
        raise NianbaoError(f"名册 {source} 里没有单位，只有表头。请每行填一个单位。")
    return Roster(tuple(entries), tuple(_doubts(entries, common)))


def _rows(data: bytes, source: str) -> list[tuple[int, list[str]]]:
    if len(data) > LARGEST:
        raise NianbaoError(f"名册 {source} 太大（{len(data) // 1_000_000} MB），不像名册。")
    text = _decoded(data, source).replace("，", ",").replace("\x00", "")
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise NianbaoError(
            f"名册 {source} 不是 CSV 文件：{error}。请在 Excel 里另存为 CSV。"
        ) from None
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        raise NianbaoError(f"名册 {source} 是空的。第一行应为：代码,名称,类别。")
    return rows


def _decoded(data: bytes, source: str) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NianbaoError(
            f"名册 {source} 是 Excel 文件，不是 CSV。请在 Excel 里另存为“CSV UTF-8”。"
        )
    encodings = (
        ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    )
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NianbaoError(f"名册 {source} 的文字编码认不出来。请另存为“CSV UTF-8”。")


def _columns(head: Sequence[str], common: Common, source: str) -> dict[str, int]:
    """Return where code, name, level and the registers' columns stand."""
    bare = [cell.strip().lower() for cell in head]
    found: dict[str, int] = {}
    for key, names in common.roster.items():
        at = [i for i, cell in enumerate(bare) if cell in names]
        if not at:
            wanted = "、".join(names[:2])
            raise NianbaoError(
                f"名册 {source} 第一行没有“{wanted}”这一列。第一行应为：代码,名称,类别。"
            )
        found[key] = at[0]
    found |= {cell: i for i, cell in enumerate(bare) if _FIELD_KEY.fullmatch(cell)}
    return found


def _entry(
    line: int, cells: Sequence[str], columns: Mapping[str, int], common: Common
) -> Entry | str:
    """Return the entry of a line, or what is wrong with it."""
    said = {key: cells[at] if at < len(cells) else "" for key, at in columns.items()}
    code, name, level = (said.pop(key) for key in ("code", "name", "level"))
    if not code or not name:
        return "代码或名称是空的"
    if _MANGLED.fullmatch(code):
        return f"代码“{code}”被 Excel 改成了科学计数；请把该列设为文本后重填"
    key = _level(level, common)
    if key is None:
        known = "、".join(one.label for one in common.levels.values())
        return f"类别“{level}”不认识；可以用：{known}"
    try:
        register = {field: float(text) for field, text in said.items() if text}
    except ValueError:
        return "登记数不是数字"
    return Entry(Unit(code, name, key), line, register)


def _level(text: str, common: Common) -> str | None:
    for key, level in common.levels.items():
        if text in {key, level.label} or text.lower() in level.names:
            return key
    return None


def _twice(entries: Sequence[Entry]) -> Iterator[str]:
    for what, key in (("代码", "code"), ("名称", "name")):
        seen: dict[str, int] = {}
        for entry in entries:
            said = getattr(entry.unit, key)
            first = seen.setdefault(said, entry.line)
            if first != entry.line:
                yield f"第 {entry.line} 行：{what}“{said}”与第 {first} 行重复"


def _doubts(entries: Sequence[Entry], common: Common) -> Iterator[Finding]:
    """Yield A03: vertical agencies on the roster, or no government office on a county's."""
    names = [entry.unit.name for entry in entries]
    for name in names:
        if any(mark in name for mark in common.roster_names["vertical"]):
            yield common.catalogue["A03-vertical"].finding(name=name)
    departments = sum(entry.unit.level == "department" for entry in entries)
    office = any(mark in name for name in names for mark in common.roster_names["office"])
    if departments > 1 and not office:
        yield common.catalogue["A03-office"].finding()
