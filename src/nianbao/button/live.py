"""The workbook that is open in Excel, unsaved as it is: read in a few questions, written to once.

Excel answers each question across processes, so a sheet is asked for as a whole and the small
things by way of the hidden sheet 汇集 (``gather_sheet.py``). What is read becomes a ``Package``,
which the one reader and the one check then take as they take a file's. Written are only the
list of findings and, where the user asked for them, zeros into blank inputs. Nothing is saved.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlwings as xw

from nianbao.context import Context
from nianbao.errors import FileProblem, Finding
from nianbao.layout import (
    FINDING_COLUMNS,
    FINDINGS_FROM,
    FINDINGS_ROWS,
    KIND,
    ROW_STEP,
    SAID,
    SHEET_STEP,
    Place,
    identity_places,
)
from nianbao.office.examine import examine
from nianbao.opening.package import Cells, Content, Package
from nianbao.reading.read import Reading, read_package
from nianbao.version import __version__


MOST_ROWS, MOST_COLUMNS = 2000, 120
"""What is read of a sheet at most; a form has a twentieth."""

LONGEST_SENTENCE = 8000
"""Characters of a text that Excel takes as part of a block."""

_GATHERED = ("cover", "checks", "compare", "identity")


@dataclass
class _Gathered:
    """What the sheet 汇集 says: places of names, cells of some sheets, formulas of figures.

    ``whole`` is whether every name was found; a figure without one may hold a formula unseen.
    """

    whole: bool = True
    names: dict[str, Place] = field(default_factory=dict)
    cells: dict[str, dict[tuple[int, int], Content]] = field(default_factory=dict)
    formulas: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A row of 校验结果 as it stands there."""

    place: str
    text: str


class Live:
    """One open workbook of Excel."""

    def __init__(self, book: xw.Book, context: Context) -> None:
        self.book, self.context = book, context
        self.common, self.catalogue = context.common, context.catalogue
        self.sheets = {sheet.name: sheet for sheet in book.sheets}

    # --- reading ------------------------------------------------------------------------------

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings on the workbook as it stands, those of the command line."""
        return self.judged(self.read()[1])

    def judged(self, reading: Reading) -> tuple[Finding, ...]:
        """Return the findings on what was read."""
        return examine(reading, self.common)

    def read(self) -> tuple[Package, Reading]:
        """Return the workbook's cells, and what they say.

        Raises:
            FileProblem: it is no form of ours, or made by a newer nianbao than this one.

        """
        package = self.package()
        at = identity_places(self.common.sheets["identity"])["generator"]
        at = package.names.get("nianbao.generator", at)
        self._refuse_newer(str(package.at(at).value))
        return package, read_package(package, self.context.editions, self.common)

    def _refuse_newer(self, generator: str) -> None:
        made = re.fullmatch(r"nianbao (\d+(?:\.\d+)*).*", generator)
        if made and _numbers(made[1]) > _numbers(__version__):
            newer = self.catalogue["B05"].finding(actual=__version__, expected=made[1])
            raise FileProblem(newer)

    def package(self) -> Package:
        """Return the workbook as the reader of files takes it; sheets are read on demand."""
        self.book.app.calculate()  # as a save would; totals may wait where calculation is manual
        gathered = self._gathered()
        load = {title: functools.partial(self._cells, title, gathered) for title in self.sheets}
        names = gathered.names if gathered else self._names()
        named_only = frozenset(gathered.cells) if gathered else frozenset[str]()
        return Package(tuple(self.sheets), names, load, named_only=named_only, slow=True)

    def _gathered(self) -> _Gathered | None:
        """Return what 汇集 says; None for a workbook or an Excel that has no such sheet."""
        sheet = self.sheets.get(self.common.sheets["gather"])
        if sheet is None:
            return None
        found = _Gathered(cells={self.common.sheets[key]: {} for key in _GATHERED})
        kind, home = None, self.common.sheets["identity"]
        for key, where, formula, value in _grid(sheet, columns=4).values:
            place = self._place(where)
            if place is None:
                found.whole = False
                continue
            _take(found, str(key), place, formula, value)
            if key == "nianbao.kind" and place.sheet == home:
                kind = value
        return found if kind == KIND else None

    def _place(self, where: object) -> Place | None:
        if not isinstance(where, int | float) or isinstance(where, bool):
            return None
        sheet, rest = divmod(int(where), SHEET_STEP)
        titles = list(self.sheets)
        if sheet > len(titles):
            return None
        title = titles[sheet - 1] if sheet else self.common.sheets["checks"]
        return Place(title, *divmod(rest, ROW_STEP))

    def _names(self) -> dict[str, Place]:
        found = {}
        for name in self.book.names:
            try:
                area = name.refers_to_range
            except Exception:  # noqa: BLE001, S112 - every engine has its own for "no range"
                continue
            found[name.name] = Place(area.sheet.name, area.row, area.column)
        return found

    def _cells(self, title: str, gathered: _Gathered | None) -> Cells:
        if gathered is not None and title in gathered.cells:
            return gathered.cells[title]
        grid = _grid(self.sheets[title])
        told = gathered.formulas if gathered and gathered.whole else None
        formulas = grid.formulas() if told is None else told.get(title, {})
        found = {}
        for at, value in grid.cells().items():
            content = _content(value, formulas.get(at))
            if content.value is not None or content.formula is not None:
                found[at] = content
        return found

    # --- the list of findings -----------------------------------------------------------------

    def listed(self) -> tuple[str, tuple[Line, ...]]:
        """Return where the last press led, and the list as it stands."""
        sheet = self._list()
        last = FINDINGS_FROM + FINDINGS_ROWS - 1
        rows = sheet.range((SAID, 1), (last, len(FINDING_COLUMNS))).options(ndim=2).value
        lines = [
            Line(str(row[-1]), f"{row[3] or ''}。{row[4] or ''}")
            for row in rows[FINDINGS_FROM - SAID :]
            if row[-1]
        ]
        return str(rows[0][-1] or ""), tuple(lines)

    def show(self, findings: Sequence[Finding], said: str, led: str) -> None:
        """Write the list (the rows below it are cleared) and what the press came to."""
        rows: list[Sequence[str | None]] = [
            self._row(finding) for finding in findings[:FINDINGS_ROWS]
        ]
        if len(findings) > FINDINGS_ROWS:
            more = len(findings) - FINDINGS_ROWS + 1
            rows[-1] = ["", "", "", self.catalogue.fault("press-unlisted", count=more), "", ""]
        blank: Sequence[str | None] = [None] * len(FINDING_COLUMNS)
        rows += [blank] * (FINDINGS_ROWS - len(rows))
        self._list().range((FINDINGS_FROM, 1)).value = rows
        self.say(said, led)

    def say(self, said: str, led: str) -> None:
        """Write the line above the list, and where the press leads."""
        between = [None] * (len(FINDING_COLUMNS) - 2)
        self._list().range((SAID, 1)).value = [[said, *between, led]]

    def lead(self, led: str) -> None:
        """Remember where a press led."""
        self._list().range((SAID, len(FINDING_COLUMNS))).value = led

    def _row(self, finding: Finding) -> list[str | None]:
        return [
            self.common.severities[finding.severity.value],
            finding.rule,
            f"{finding.sheet} {finding.cell}".strip(),
            finding.message[:LONGEST_SENTENCE],
            finding.remedy[:LONGEST_SENTENCE],
            finding.place,
        ]

    def _list(self) -> xw.Sheet:
        title = self.common.sheets["findings"]
        if title not in self.sheets:
            why = self.catalogue.fault("press-unchecked")
            raise FileProblem(self.catalogue["B06"].finding(name=title, why=why))
        return self.sheets[title]

    # --- everything else ----------------------------------------------------------------------

    def select(self, place: str) -> bool:
        """Go to ``sheet!cell``; False where there is no such sheet."""
        title, _, cell = place.rpartition("!") if "!" in place else (place, "", "")
        sheet = self.sheets.get(title)
        if sheet is None:
            return False
        sheet.activate()
        if cell:
            sheet.range(cell).select()
        return True

    def fill(self, sheet: str, top: int, left: int, bottom: int, right: int) -> None:
        """Write zeros into a rectangle of blank inputs."""
        zeros = [[0] * (right - left + 1) for _ in range(top, bottom + 1)]
        self.sheets[sheet].range((top, left)).value = zeros


@dataclass
class _Grid:
    """What stands on the used part of a sheet, which may begin below A1."""

    area: xw.Range
    values: list[list[Any]]

    def cells(self) -> dict[tuple[int, int], Any]:
        return self._placed(self.values)

    def formulas(self) -> dict[tuple[int, int], str]:
        """Ask Excel once more, for the formulas; constants come as text and are left out."""
        raw = self.area.formula
        rows = [[raw]] if isinstance(raw, str) else raw
        placed = self._placed(rows)
        return {at: f[1:] for at, f in placed.items() if isinstance(f, str) and f[:1] == "="}

    def _placed(self, rows: Iterable[Iterable[Any]]) -> dict[tuple[int, int], Any]:
        top, left = self.area.row, self.area.column
        return {
            (top + down, left + across): value
            for down, row in enumerate(rows)
            for across, value in enumerate(row)
        }


def _grid(sheet: xw.Sheet, columns: int = 0) -> _Grid:
    used = sheet.used_range
    last = used.last_cell
    bottom, right = min(last.row, MOST_ROWS), columns or min(last.column, MOST_COLUMNS)
    area = sheet.range((1, 1), (bottom, right))
    options: Mapping[str, Any] = {"ndim": 2, "dates": dt.date, "err_to_str": True}
    return _Grid(area, area.options(**options).value)


def _take(found: _Gathered, key: str, place: Place, formula: object, value: object) -> None:
    at = (place.row, place.column)
    if not key.startswith("nianbao.reason."):
        found.names[key] = place
    if isinstance(formula, str) and formula.startswith("="):
        found.formulas.setdefault(place.sheet, {})[at] = formula[1:]
    content = _content(value, None)
    if content.value is not None and place.sheet in found.cells:
        found.cells[place.sheet][at] = content


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _content(value: Any, formula: str | None) -> Content:
    if value == "":
        value = None
    elif isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return Content(value, formula)
