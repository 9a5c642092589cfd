"""The roster of units that must file (units.csv): read, understood, refused with the line.

UTF-8 with or without BOM, UTF-16 or GB18030; commas (also full-width), tabs or semicolons;
headings in English or Chinese; further columns are allowed. A column headed by a field key (e.g.
``disputes.review.total``) holds what another office's register says of that figure; 上级 whom a
unit reports to, 代表本级政府 whether it speaks for it.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nianbao.codes import FaultCode, RefusalCode
from nianbao.context import Context
from nianbao.encoding import decoded
from nianbao.errors import Finding, NianbaoError
from nianbao.report import Unit
from nianbao.roster import superiors
from nianbao.roster.entries import Fault, Roster, RosterEntry, folded
from nianbao.words import DEPARTMENT, Common


LARGEST = 5_000_000
"""Bytes of a roster that are believed: some hundred thousand units."""

MOST_LINES = 1_000_000
"""Lines that are read, blank ones included."""

_FIELD_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}")
_MANGLED = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_FIGURE = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,6})?")
_SHOWN = 10


@dataclass(frozen=True)
class _Source:
    """What a roster is called where it is refused."""

    name: str
    common: Common

    def refuse(self, code: RefusalCode, /, **values: object) -> NianbaoError:
        return self.common.refuse(code, name=self.name, **values)


@dataclass(frozen=True)
class _Head:
    """Where the columns stand, how many there are, and which field keys no edition knows."""

    columns: Mapping[str, int]
    width: int
    unknown: tuple[str, ...]


def read_roster(data: bytes, context: Context, source: str) -> Roster:
    """Read a roster; ``source`` is how its refusals name it.

    Raises:
        NianbaoError: it is too large, cannot be decoded, lacks a heading, or has wrong lines
            (the first ten are named).

    """
    common = context.common
    named = _Source(source, common)
    rows = _rows(data, named)
    head = _head(rows[0][1], context, named)
    lines = _Lines(head, common)
    read = [lines.entry(line, cells) for line, cells in rows[1:]]
    known = [one for one in read if isinstance(one, RosterEntry)]
    stated = superiors.stated(known, common)
    entries = [one for one in stated if isinstance(one, RosterEntry)]
    faults = [one for one in (*read, *stated) if not isinstance(one, RosterEntry)]
    if wrong := sorted([*faults, *_twice(known)], key=lambda fault: fault.line):
        raise _refusal(wrong, named)
    if not entries:
        raise named.refuse("roster-no-unit")
    return superiors.divided(entries, list(_doubts(entries, head, common)), common)


def _refusal(faults: Sequence[Fault], source: _Source) -> NianbaoError:
    common = source.common
    said = [
        common.fault("line", line=one.line, why=common.fault(one.code, **one.values))
        for one in faults[:_SHOWN]
    ]
    more = common.fault("lines-more", count=len(faults)) if len(faults) > _SHOWN else ""
    why = f"{'；'.join(said)}{more}"
    if not {one.code for one in faults} & {"roster-level", "roster-level-blank"}:
        return source.refuse("roster-lines", why=why)
    labels = [level.label for level in common.levels.values()]
    known = "、".join([*labels, *(common.superiors[k].departments[0] for k in common.governments)])
    return source.refuse("roster-lines-level", why=why, known=known)


# --- lines and cells --------------------------------------------------------------------------


def _rows(data: bytes, source: _Source) -> list[tuple[int, list[str]]]:
    """Return the lines that are not blank, with their numbers."""
    if len(data) > LARGEST:
        raise source.refuse("roster-large", limit=LARGEST // 1_000_000)
    text, delimiter = _separated(_decoded(data, source))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        for cells in itertools.islice(reader, MOST_LINES + 1):
            rows += [(reader.line_num, _cells(cells))] if any(cells) else []
    except csv.Error:
        raise source.refuse("roster-quotes", line=reader.line_num) from None
    if reader.line_num > MOST_LINES:
        raise source.refuse("roster-long", limit=MOST_LINES)
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        raise source.refuse("roster-blank")
    return rows


def _separated(text: str) -> tuple[str, str]:
    """Return the text and what separates its cells, as the first line that is not blank shows.

    A full-width comma separates only where it does so in the headings: a name may hold one.
    """
    head = text.lstrip().splitlines()[:1] or [""]
    delimiter = max("，,\t;", key=head[0].count)
    if delimiter == "，" and "，" in head[0]:
        return text.replace("，", ","), ","
    return text, ("," if delimiter == "，" else delimiter)


def _cells(cells: Sequence[str]) -> list[str]:
    """Return the cells of a line; one that was typed with full-width commas only is split."""
    parts = cells[0].split("，") if len(cells) == 1 else cells
    return [_clean(cell) for cell in parts]


def _clean(cell: str) -> str:
    """Return a cell without outer spaces and the invisible marks that copying leaves in it."""
    if cell.isprintable():
        return cell.strip()
    return "".join(c for c in cell if unicodedata.category(c) != "Cf").strip()


def _decoded(data: bytes, source: _Source) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise source.refuse("roster-excel")
    try:
        marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return data.decode("utf-16") if marked else decoded(data)
    except UnicodeDecodeError:
        raise source.refuse("roster-encoding") from None


# --- what the headings and lines say ----------------------------------------------------------


def _head(cells: Sequence[str], context: Context, source: _Source) -> _Head:
    """Return where code, name, level and the registers' columns stand."""
    bare, common = [folded(cell) for cell in cells], context.common
    columns = {key: _column(bare, names, source) for key, names in common.roster.items()}
    columns |= {
        key: _column(bare, names, source)
        for key, names in common.roster_optional.items()
        if {folded(name) for name in names} & set(bare)
    }
    figures = [cell for cell in bare if _FIELD_KEY.fullmatch(cell)]
    known = (
        {key for edition in context.editions.values() for key in edition.fields}
        if figures
        else set()
    )
    columns |= {cell: _column(bare, (cell,), source) for cell in figures if cell in known}
    return _Head(columns, len(cells), tuple(cell for cell in figures if cell not in known))


def _column(bare: Sequence[str], names: Sequence[str], source: _Source) -> int:
    """Return the column headed by the first of the names that there is."""
    for name in (folded(name) for name in names):
        if bare.count(name) > 1:
            raise source.refuse("roster-heading-twice", heading=name)
        if name in bare:
            return bare.index(name)
    raise source.refuse("roster-heading", heading="、".join(names[:2]))


class _Lines:
    """What the cells of a line mean, by the headings."""

    def __init__(self, head: _Head, common: Common) -> None:
        self.head = head
        self.levels = {
            folded(name): (key, "")
            for key, level in common.levels.items()
            for name in (key, level.label, *level.names)
        } | {
            folded(name): (DEPARTMENT, key)
            for key, body in common.superiors.items()
            for name in body.departments
        }
        answers = common.roster_answers
        self.answers = {folded(said): key == "yes" for key in answers for said in answers[key]}

    def entry(self, line: int, cells: Sequence[str]) -> RosterEntry | Fault:
        """Return the entry of a line, or what is wrong with it."""
        if any(cells[self.head.width :]):
            return Fault(line, "roster-wide")
        columns = self.head.columns.items()
        said = {key: cells[at] if at < len(cells) else "" for key, at in columns}
        code, name, level = (said.pop(key) for key in ("code", "name", "level"))
        superior, speaks = (said.pop(key, "") for key in ("under", "speaks_for"))
        if wrong := _identity_fault(code, name):
            return Fault(line, wrong, {"code": code})
        if folded(level) not in self.levels:
            unknown: FaultCode = "roster-level" if level else "roster-level-blank"
            return Fault(line, unknown, {"level": level[:20]})
        if speaks and folded(speaks) not in self.answers:
            return Fault(line, "roster-answer", {"said": speaks[:20]})
        register = {key: _figure(text) for key, text in said.items() if text}
        for key, value in register.items():
            if value is None:
                return Fault(line, "roster-register", {"key": key, "said": said[key][:20]})
        known = {key: value for key, value in register.items() if value is not None}
        key, under = self.levels[folded(level)]
        unit = Unit(code, name, key, under)
        return RosterEntry(unit, line, known, superior, self.answers.get(folded(speaks)))


def _identity_fault(code: str, name: str) -> FaultCode | None:
    if not code or not name:
        return "roster-unnamed"
    if any(unicodedata.category(c) == "Cc" for c in code + name):
        return "roster-control"
    if _MANGLED.fullmatch(code):
        return "roster-mangled"
    return None


def _figure(text: str) -> float | None:
    """Return a register's figure (a whole one as int), None where it is no number."""
    bare = folded(text)
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _FIGURE.fullmatch(bare):
        return None
    value = float(bare)
    return int(value) if value.is_integer() else value


def _twice(entries: Sequence[RosterEntry]) -> Iterator[Fault]:
    twice: dict[str, FaultCode] = {"code": "roster-code-twice", "name": "roster-name-twice"}
    for key, code in twice.items():
        seen: dict[str, int] = {}
        for entry in entries:
            said = getattr(entry.unit, key)
            first = seen.setdefault(folded(said), entry.line)
            if first != entry.line:
                yield Fault(entry.line, code, {"said": said, "first": first})


def _doubts(entries: Sequence[RosterEntry], head: _Head, common: Common) -> Iterator[Finding]:
    """Yield A03: a register's column nobody knows, vertical agencies, no government office."""
    for key in head.unknown:
        yield common.catalogue["A03"].finding(name=key)
    names = [entry.unit.name for entry in entries]
    for name in names:
        if any(mark in name for mark in common.roster_names["vertical"]):
            yield common.catalogue["A03-vertical"].finding(name=name)
    departments = sum(entry.unit.level == "department" for entry in entries)
    office = any(mark in name for name in names for mark in common.roster_names["office"])
    if departments > 1 and not office:
        yield common.catalogue["A03-office"].finding()
