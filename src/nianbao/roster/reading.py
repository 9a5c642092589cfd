"""The roster of units that must file: read, understood, refused with the line.

A CSV (UTF-8 with or without BOM, UTF-16 or GB18030; commas, also full-width, tabs or semicolons)
or the sheets of a workbook; headings in English or Chinese; further columns are allowed. A column
headed by a field key (e.g. ``disputes.review.total``) holds what another office's register says
of that figure; what the other columns mean stands at ``RosterEntry``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nianbao.codes import FaultCode
from nianbao.context import Context
from nianbao.errors import Finding, NianbaoError
from nianbao.report import Unit
from nianbao.roster import forerunners, sheets, superiors
from nianbao.roster.entries import Fault, Roster, RosterEntry, folded
from nianbao.roster.rows import Rows, Source, of_csv
from nianbao.roster.sheets import Sheet
from nianbao.words import DEPARTMENT, Common


_FIELD_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}")
_MANGLED = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_FIGURE = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,6})?")
_SHOWN = 10
_LONGEST = 40
"""Characters of a group's, a person's name, a telephone number."""


@dataclass(frozen=True)
class _Head:
    """Where the columns stand, how many there are, and which field keys no edition knows."""

    columns: Mapping[str, int]
    width: int
    unknown: tuple[str, ...]


def read_roster(data: bytes, context: Context, source: str) -> Roster:
    """Read a roster that is a CSV; ``source`` is how its refusals name it.

    Raises:
        NianbaoError: it is too large, cannot be decoded, lacks a heading, or has wrong lines
            (the first ten are named).

    """
    named = Source(source, context.common)
    rows = of_csv(data, named)
    return _understood(rows, _head(rows[0][1], context, named), (), named)


def read_sheets(book: Sequence[Sheet], context: Context, source: str) -> Roster:
    """Read a roster that is a workbook: the first of its sheets that has the headings.

    Raises:
        NianbaoError: see ``read_roster``; the refusal names the sheet.

    """
    common = context.common
    sheet, rows = sheets.chosen(book, tuple(common.roster.values()), Source(source, common))
    named = Source(common.fault("roster-of-sheet", name=source, sheet=sheet.title), common)
    head = _head(rows[0][1], context, named)
    code = head.columns["code"]
    faults = [
        Fault(line, wrong)
        for line, _ in rows[1:]
        if (wrong := sheets.spoilt(sheet, line, head.columns))
    ]
    short = sheets.shortened(sheet, rows, code)
    faults += [Fault(line, "roster-zeros", {"code": said}) for line, said in short]
    return _understood(rows, head, faults, named)


def _understood(rows: Rows, head: _Head, faults: Sequence[Fault], source: Source) -> Roster:
    """Return what the lines say; ``faults`` are what is known to be wrong with some."""
    common, spoilt = source.common, {one.line for one in faults}
    lines = _Lines(head, common)
    read = [lines.entry(line, cells) for line, cells in rows[1:] if line not in spoilt]
    known = [one for one in read if isinstance(one, RosterEntry)]
    stated = superiors.stated(known, common)
    entries = [one for one in stated if isinstance(one, RosterEntry)]
    wrong = [one for one in (*read, *stated) if not isinstance(one, RosterEntry)]
    wrong += [*faults, *_twice(known), *forerunners.faults(entries)]
    if wrong:
        raise _refusal(sorted(wrong, key=lambda fault: fault.line), source)
    if not entries:
        raise source.refuse("roster-no-unit")
    roster = superiors.divided(entries, list(_doubts(entries, head, common)), common)
    if above := list(forerunners.above(roster)):
        raise _refusal(above, source)
    return roster


def _refusal(faults: Sequence[Fault], source: Source) -> NianbaoError:
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


# --- what the headings and lines say ----------------------------------------------------------


def _head(cells: Sequence[str], context: Context, source: Source) -> _Head:
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


def _column(bare: Sequence[str], names: Sequence[str], source: Source) -> int:
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
        before = forerunners.listed(said.pop("predecessors", ""))
        aside = {key: " ".join(said.pop(key, "").split()) for key in ("group", "contact", "phone")}
        if wrong := _identity_fault(code, name):
            return Fault(line, wrong, {"code": code})
        if wrong := forerunners.fault(before) or _aside_fault(aside.values()):
            return Fault(line, wrong, {"most": _LONGEST})
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
        answer = self.answers.get(folded(speaks))
        return RosterEntry(unit, line, known, superior, answer, predecessors=before, **aside)


def _identity_fault(code: str, name: str) -> FaultCode | None:
    if not code or not name:
        return "roster-unnamed"
    if any(unicodedata.category(c) == "Cc" for c in code + name):
        return "roster-control"
    if _MANGLED.fullmatch(code):
        return "roster-mangled"
    return None


def _aside_fault(said: Iterable[str]) -> FaultCode | None:
    """Return what is wrong with what only people read; a line break counts as a blank."""
    texts = tuple(said)
    if any(len(text) > _LONGEST for text in texts):
        return "roster-aside-long"
    return None if all(text.isprintable() for text in texts) else "roster-aside"


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
