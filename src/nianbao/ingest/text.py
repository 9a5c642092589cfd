"""A published report as plain text, read into a report document: tables, narrative, identity.

Nothing is known here of rows or labels: runs of figures are aligned with the lines of the
edition's tables by the labels before them, in reading order, and the edition is the one whose
labels fit best. What cannot be aligned stays blank, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nianbao.context import Context
from nianbao.encoding import decoded
from nianbao.errors import Catalogue
from nianbao.ingest.edition_text import EditionText
from nianbao.report import Report, Unit
from nianbao.words import Common


LARGEST = 5_000_000
_PAGE = re.compile(r"[-－—]\s*\d{1,3}\s*[-－—]|\d{1,3}\s*/\s*\d{1,3}|第\s*\d{1,3}\s*页.{0,12}")
_YEAR = re.compile(r"(20\d\d)\s*年")


@dataclass(frozen=True)
class Imported:
    """A report, and what could not be found or is doubtful (sentences in Chinese)."""

    report: Report
    notes: tuple[str, ...]


def decode(data: bytes, common: Common) -> str:
    """Return the text of a file: UTF-8 with or without BOM, or GBK.

    Raises:
        NianbaoError: it is larger than any report, or neither.

    """
    if len(data) > LARGEST:
        raise common.refuse("import-large", size=len(data) // 1_000_000)
    try:
        return decoded(data)
    except UnicodeDecodeError:
        raise common.refuse("import-encoding") from None


def read_text(  # noqa: PLR0913 - what the text may fail to say can be given
    text: str,
    context: Context,
    *,
    year: int | None = None,
    name: str | None = None,
    code: str | None = None,
    level: str | None = None,
) -> Imported:
    """Read a report; what is given wins over what the title says.

    Raises:
        NianbaoError: no official table is found, or no year is found or given.

    """
    if len(text) > LARGEST:
        raise context.common.refuse("import-long")
    lines = [line for line in text.splitlines() if not _PAGE.fullmatch(line.strip())]
    words = context.catalogue
    tries = [EditionText(one, lines, words).read() for one in context.editions.values()]
    best = max(tries, key=lambda one: one.score)
    if best.score < 1:
        tables = context.named(None).names["tables.number"]
        raise context.common.refuse("import-no-table", tables=tables)
    title = _title(lines, best.first)
    found = year or _year(title) or _year("".join(lines[: best.first + 3]))
    if not found:
        raise context.common.refuse("import-no-year")
    called = name or _name(title)
    unit = Unit(code or "", called or "", level or context.common.level_of(called))
    kind = context.common.levels[unit.level].label
    notes = [*best.notes, *_identity_notes(called, code, level, kind, words)]
    opening = "".join("".join(line.split()) for line in lines[: best.first]).replace(title, "")
    if opening:
        first_part = best.edition.sections[0].number
        notes.append(words.fault("import-between", section=first_part, count=len(opening)))
    report = Report(best.edition.id, found, unit, best.figures, best.narrative)
    return Imported(report, tuple(notes))


def _identity_notes(
    name: str, code: str | None, level: str | None, kind: str, words: Catalogue
) -> Iterator[str]:
    if not name:
        yield words.fault("import-no-name")
    if not code:
        yield words.fault("import-no-code")
    if not level:
        yield words.fault("import-level", level=kind)


# --- identity ---------------------------------------------------------------------------------


def _title(lines: Sequence[str], first: int) -> str:
    """Return the lines up to the one that ends the title, run together."""
    title = ""
    for line in lines[: min(first, 6)]:
        title += "".join(line.split())
        if title.endswith("报告"):
            return title
    return "".join("".join(line.split()) for line in lines[:1])


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match[1]) if match else None


def _name(title: str) -> str:
    name = re.sub(r"20\d\d年?(度)?", "", title)
    for words in ("政府信息公开", "信息公开", "工作", "年度报告", "年报", "报告", "年度"):
        name = name.replace(words, "")
    return name.strip("关于的《》—-_ ：:")[:60]
