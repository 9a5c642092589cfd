"""The lines of a roster as cells of text, with their numbers; of a CSV however it was saved."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from nianbao.codes import RefusalCode
from nianbao.encoding import decoded
from nianbao.errors import NianbaoError
from nianbao.words import Common


LARGEST = 5_000_000
"""Bytes of a roster that are believed: some hundred thousand units."""

MOST_LINES = 1_000_000
"""Lines that are read, blank ones included."""

Rows = list[tuple[int, list[str]]]
"""The lines that are not blank, each with its number; the headings first."""


@dataclass(frozen=True)
class Source:
    """What a roster is called where it is refused."""

    name: str
    common: Common

    def refuse(self, code: RefusalCode, /, **values: object) -> NianbaoError:
        """Return the refusal of the roster."""
        return self.common.refuse(code, name=self.name, **values)


def of_csv(data: bytes, source: Source) -> Rows:
    """Return the lines of a CSV.

    Raises:
        NianbaoError: it is too large or long, blank, cannot be decoded, or its quotes do not pair.

    """
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


def clean(cell: str) -> str:
    """Return a cell without outer spaces and the invisible marks that copying leaves in it."""
    if cell.isprintable():
        return cell.strip()
    return "".join(c for c in cell if unicodedata.category(c) != "Cf").strip()


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
    return [clean(cell) for cell in parts]


def _decoded(data: bytes, source: Source) -> str:
    try:
        marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return data.decode("utf-16") if marked else decoded(data)
    except UnicodeDecodeError:
        raise source.refuse("roster-encoding") from None
