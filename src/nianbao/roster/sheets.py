"""A roster that is a workbook: which sheet it stands on, and what Excel made of its cells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nianbao.codes import FaultCode
from nianbao.roster.entries import folded
from nianbao.roster.rows import Rows, Source, clean


NUMBER, DATE = "number", "date"
"""What Excel may have made of a text that was typed."""

_TITLES = 10
"""Lines, blank ones apart, among which the headings stand: a title may be above them."""

_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


@dataclass(frozen=True)
class Sheet:
    """A sheet as text: (row, column) -> what a cell says, and what kind of value it is.

    ``kinds`` are ``NUMBER`` and ``DATE``; a text has none.
    """

    title: str
    cells: Mapping[tuple[int, int], str]
    kinds: Mapping[tuple[int, int], str]

    def rows(self) -> Rows:
        """Return the lines that are not blank, the first column first."""
        lines: dict[int, dict[int, str]] = {}
        for (row, column), said in self.cells.items():
            if text := clean(said):
                lines.setdefault(row, {})[column] = text
        return [(row, _filled(line)) for row, line in sorted(lines.items())]


def _filled(line: Mapping[int, str]) -> list[str]:
    return [line.get(column, "") for column in range(1, max(line) + 1)]


def chosen(
    sheets: Sequence[Sheet], headings: Sequence[Collection[str]], source: Source
) -> tuple[Sheet, Rows]:
    """Return the first sheet with every heading, and its lines from there on.

    ``headings`` are the ways of writing each.

    Raises:
        NianbaoError: none has them, and it is not clear which one is meant.

    """
    written = [(one, rows) for one in sheets if (rows := one.rows())]
    if not written:
        raise source.refuse("roster-blank")
    ways = [{folded(name) for name in names} for names in headings]
    for one, rows in written:
        for at, (_, cells) in enumerate(rows[:_TITLES]):
            if all(way & set(map(folded, cells)) for way in ways):
                return one, rows[at:]
    if len(written) > 1:
        raise source.refuse("roster-sheet")
    return written[0]  # whose missing heading is then named


def spoilt(sheet: Sheet, line: int, columns: Mapping[str, int]) -> FaultCode | None:
    """Return what Excel did to a line's cells so that what was typed is lost; None for nothing.

    ``columns`` are those that are read, counted from 0.
    """
    said = {key: (line, at + 1) for key, at in columns.items()}
    if any(sheet.cells.get(at, "").strip() in _ERRORS for at in said.values()):
        return "roster-error"
    typed = (at for key, at in said.items() if key in {"code", "name", "predecessors"})
    return "roster-date" if any(sheet.kinds.get(at) == DATE for at in typed) else None


def shortened(sheet: Sheet, rows: Rows, column: int) -> Iterator[tuple[int, str]]:
    """Yield line and code of the numbers that have surely lost their leading zeros.

    It is sure where the codes that are text have all the same length, digits only, and begin
    with 0, and the number is shorter.
    """
    at = {line: (line, column + 1) for line, _ in rows[1:]}
    numbers = {line: sheet.cells[one] for line, one in at.items() if sheet.kinds.get(one) == NUMBER}
    texts = {clean(sheet.cells[one]) for line, one in at.items()
             if line not in numbers and one in sheet.cells}  # fmt: skip
    alike = len({len(text) for text in texts}) == 1
    if alike and all(text.isdecimal() and text.startswith("0") for text in texts):
        length = len(next(iter(texts)))
        yield from ((line, code) for line, code in numbers.items() if len(code) < length)
