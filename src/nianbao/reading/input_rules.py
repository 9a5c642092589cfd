"""Whether the input rules and the protection of the tables are still there: one line a file.

A paste brings both away unasked. Content and looks are judged all the same; so it is a note.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nianbao.errors import Catalogue, Finding
from nianbao.form import column_number
from nianbao.layout import Layout, Place
from nianbao.opening.package import Package
from nianbao.reading.locate import Located


MOST_CELLS = 20_000
"""Cells of an input rule's areas that are counted."""

_AREAS = re.compile(rb'<(?:\w+:)?dataValidation [^>]*?sqref="([^"]{1,20000})"')
_LATER = re.compile(rb"<xm:sqref>([^<]{1,20000})</xm:sqref>")
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


@dataclass(frozen=True)
class InputRules:
    """Looks at what follows the cells of the tables' sheets."""

    package: Package
    layout: Layout
    catalogue: Catalogue
    located: Located

    def findings(self) -> Iterator[Finding]:
        """Yield at most one C20."""
        if self.package.tail is None:
            return
        bare, open_ = list[Place](), list[str]()
        for table, title in self.located.sheets.items():
            tail = self.package.tail(title)
            if not tail:
                continue
            section = tail[max(0, tail.rfind(b"<dataValidations")) :]
            if not _whole(self.layout, table, section):
                ruled = _ruled(section)
                bare += [place for place in self._inputs(table) if place[1:] not in ruled]
            if b"sheetProtection" not in tail:
                open_.append(title)
        if bare or open_:
            yield self._finding(bare, open_)

    def _inputs(self, table: str) -> list[Place]:
        keys = self.layout.edition.inputs
        return [
            p for key, p in self.located.places.items() if key in keys and keys[key].table == table
        ]

    def _finding(self, bare: list[Place], open_: list[str]) -> Finding:
        first = bare[0] if bare else Place(open_[0], 0, 0)
        words, where = self.catalogue, f"{first.sheet} {first.cell}"
        said = [words.fault("pasted-inputs", count=len(bare), where=where)] if bare else []
        said += [words.fault("pasted-open", names="、".join(open_))] if open_ else []
        unlocked = self.package.locked is False and open_
        said += [words.fault("pasted-structure")] if unlocked else []
        finding = words["C20"].finding(why="；".join(said))
        return finding.at(first.sheet, first.cell if bare else "")


@functools.lru_cache(maxsize=64)
def _needed(layout: Layout, table: str) -> frozenset[tuple[int, int]]:
    """Return the inputs of a table where the template has them."""
    inputs = layout.edition.inputs
    return frozenset(p[1:] for key, p in layout.by_table[table].items() if key in inputs)


_LAST: dict[tuple[Layout, str], tuple[bytes, bool]] = {}


def _whole(layout: Layout, table: str, section: bytes) -> bool:
    """Whether every input has a rule where the template has it: most files say the same of it."""
    known = _LAST.get((layout, table))
    if known is None or known[0] != section:
        known = _LAST[layout, table] = (section, _needed(layout, table) <= _ruled(section))
    return known[1]


def _ruled(section: bytes) -> frozenset[tuple[int, int]]:
    """Return the cells that have an input rule."""
    found: set[tuple[int, int]] = set()
    for text in (*_AREAS.findall(section), *_LATER.findall(section)):
        for match in _AREA.finditer(text.decode("ascii", "replace")):
            left, top, right, bottom = match.groups()
            rows = range(int(top), int(bottom or top) + 1)
            columns = range(column_number(left), column_number(right or left) + 1)
            if len(rows) * len(columns) + len(found) <= MOST_CELLS:
                found |= {(row, column) for row in rows for column in columns}
    return frozenset(found)
