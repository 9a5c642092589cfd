"""Where everything of a report stands in its workbook: the only owner of coordinates. Pure.

A table's official grid starts at row ``GRID`` of its sheet; above it stand the heading, the
nil-return switch and the state line. Every place a reader needs has a defined name, which
Excel moves with its cell.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from nianbao import expr
from nianbao.errors import Finding
from nianbao.form import Box, Check, Column, Edition, Field, Label, Table, cells
from nianbao.form.cells import CellRule
from nianbao.report import CONTACT, FEE


GRID = 4
"""The sheet row on which a table's official grid begins."""

HEADING, SWITCH, STATE = 1, 2, 3
"""The rows above it."""

IDENTITY = (
    "kind", "edition", "year", "code", "name", "level", "template", "generator", "complete",
    "under", "speaks_for", "local", "gaps", "deadline",
)  # fmt: skip
"""What the hidden sheet says of the workbook, one row each: key in A, value in B."""

OPTIONAL = IDENTITY[9:]
"""What of it may be missing: workbooks made before there was such a thing have none."""

YES, NO = "是", "否"

NIL, BLANKS = "全部为零", "空格按零"
SWITCHES = {NO: "", NIL: "nil", YES: "nil", BLANKS: "blanks"}
"""What the switch above a table may say of its blank cells, and what it declares: nothing, that
the whole table is zero (``YES``: of workbooks with two positions), or that its blanks are."""

SWITCH_LABEL = f"空着的格（“{BLANKS}”：都算0；“{NIL}”：整张表没有数）"
FORMER_SWITCH_LABELS = ("零报告（整张表都没有数时选“是”）",)
"""What stood beside the switch while it had two positions: such workbooks still come back."""

SWITCH_ROOM = 34
"""Characters that the label of the switch is to have room for."""

TEXTS = "texts"
"""The part of a report, beside its tables, in which a check may be placed."""

WHO = {"name": "单位名称", "code": "单位代码", "year": "报告年度", "level": "单位类别"}
"""What the cover shows of the identity, a line each: key and label."""

WHO_FROM = 6
"""The first of these lines; the label stands in A, the value in B."""

PROVISIONAL = "【暂定数："
"""How the cover's second line begins where a unit is missing from a sum."""

SOURCES = {"prev": "上年", "register": "登记数"}
"""How the margin beside a table calls figures of elsewhere; its lines begin so."""

MARGIN = "◀ 上年数、登记数，供核对"
"""The heading of that margin."""

KIND = "nianbao"
"""The value of the identity ``kind``: this is a workbook of ours."""


class Place(NamedTuple):
    """A cell of a workbook; a plain tuple, as thousands are compared."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The cell as Excel shows it, e.g. ``D7``."""
        return f"{letters(self.column)}{self.row}"

    @property
    def absolute(self) -> str:
        """The reference for a formula on any sheet, e.g. ``'三、依申请公开'!$D$7``."""
        return f"{quoted(self.sheet)}!${letters(self.column)}${self.row}"


def letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def quoted(sheet: str) -> str:
    """Return a sheet name as a formula needs it."""
    return "'" + sheet.replace("'", "''") + "'"


def reference(box: Box) -> str:
    """Return a box as ``A1`` or ``A1:C3``."""
    first = f"{letters(box.left)}{box.top}"
    return first if box.single else f"{first}:{letters(box.right)}{box.bottom}"


def beside_name(ref: expr.Ref) -> str:
    """Return the defined name of a figure of last year or of a register."""
    return f"{ref.source}.{ref.key}"


def on_sheet(box: Box) -> Box:
    """Return where a box of the official grid stands on its sheet."""
    down = GRID - 1
    return Box(box.top + down, box.left, box.bottom + down, box.right)


def switch_label_from(table: Table) -> int:
    """Return the column in which the label of a table's nil-return switch begins."""
    column, room = table.width - 1, table.widths[table.width - 2]
    while room < SWITCH_ROOM and column > 2:
        column -= 1
        room += table.widths[column - 1]
    return column


REVISION = "5"
"""Counts changes of the workbook's layout; part of the template digest."""


def template_digest(edition: Edition) -> str:
    """Return what tells templates apart: the edition file's content and the layout's revision."""
    return hashlib.sha256(f"{edition.digest}:{REVISION}".encode()).hexdigest()[:16]


class Subject(NamedTuple):
    """What a reason explains: a rule's warning at a field."""

    rule: str
    field: str


@dataclass(frozen=True)
class CheckLine:
    """A row of the check sheet: one check of the edition, for the workbook's level."""

    check: Check
    row: int


@dataclass(frozen=True)
class Asked:
    """A row of the check sheet: a cell that may stay as it is, for a reason."""

    rule: CellRule
    field: str
    row: int


COMPARED = ("项目", "上年数", "本年数", "增减", "登记数")
"""The headings of 上年对照."""

BEFORE = 2
"""The column of last year's figures on 上年对照."""

CHECKS_FROM, COMPARED_FROM = 5, 4
"""The first row of checks on 校验, and of figures on 上年对照."""

(
    RESULT, SEVERITY, RULE, CONTENT, ACTUAL, EXPECTED, GAP, LINK, REASON, TARGET, RANK, VERDICT,
) = range(1, 13)  # fmt: skip
"""The columns of the check sheet; hidden are TARGET (``sheet!cell``), RANK (of what to mend) and
VERDICT: a line's state, which RESULT puts into words and everything else goes by."""

CHECK_HEADINGS = {
    RESULT: "结果",
    SEVERITY: "级别",
    RULE: "规则",
    CONTENT: "检查内容",
    ACTUAL: "表上的数",
    EXPECTED: "应为",
    GAP: "相差",
    LINK: "位置（点击前往）",
    REASON: "情况说明（有提醒的在这里写原因）",
}

FINDINGS_FROM = 4
FINDINGS_ROWS = 300
FINDING_COLUMNS = ("级别", "规则", "位置", "问题", "怎样改", "")
"""The area the button writes to; the last column, hidden, holds ``sheet!cell``."""

SAID = 2
"""The row of 校验结果 on which the button says when it ran and, hidden, where it led."""

SHEET_STEP, ROW_STEP = 10**10, 10**4
"""How the hidden sheet 汇集 says where a name stands: sheet, row and column in one number."""


@functools.lru_cache(maxsize=64)
def _layout(
    edition: Edition, sheets: tuple[tuple[str, str], ...], level: str, power: str
) -> Layout:
    return Layout(edition, dict(sheets), level, power)


def layout_of(edition: Edition, sheets: Mapping[str, str], level: str, power: str = "") -> Layout:
    """Return the layout; the same one for the same edition, sheets, level and power."""
    return _layout(edition, tuple(sheets.items()), level, power or level)


class Layout:
    """The coordinates of one edition's workbook for units of one level with the same powers."""

    def __init__(
        self, edition: Edition, sheets: Mapping[str, str], level: str, power: str = ""
    ) -> None:
        self.edition = edition
        self.sheets = sheets
        self.checks = edition.checks_for(level, power)

    @functools.cached_property
    def fields(self) -> dict[str, Place]:
        """Every figure's cell (the first of a merged one)."""
        return {key: self._of(one) for key, one in self.edition.fields.items()}

    @functools.cached_property
    def by_table(self) -> dict[str, dict[str, Place]]:
        """The figures' cells of each table."""
        tables = self.edition.tables
        return {t.key: {key: self.fields[key] for key in t.fields} for t in tables}

    def _of(self, one: Field) -> Place:
        box = on_sheet(one.box)
        return Place(self.edition.table[one.table].sheet, box.top, box.left)

    def labels(self, table: Table) -> Iterator[tuple[Label, Box]]:
        """Yield every printed label of a table with each place it stands at on the sheet."""
        for label in table.printed:
            for box in label.boxes:
                yield label, on_sheet(box)

    @functools.cached_property
    def nil(self) -> dict[str, Place]:
        """The cell of each table's nil-return switch."""
        return {t.key: Place(t.sheet, SWITCH, t.width) for t in self.edition.tables}

    @functools.cached_property
    def texts(self) -> dict[str, Place]:
        """The cell of each part of the narrative."""
        return {key: Place(self.sheets["narrative"], row, 2) for key, row in self._narrative()}

    @functools.cached_property
    def lengths(self) -> dict[str, Place]:
        """The cells that count the characters of each text, and of each section above its parts."""
        counts = {key: place._replace(column=3) for key, place in self.texts.items()}
        for section in self.edition.sections:
            first = counts[section.text_keys[0]]
            counts.setdefault(section.key, first._replace(row=first.row - 1))
        return counts

    def _narrative(self) -> Iterator[tuple[str, int]]:
        row = 3
        for section in self.edition.sections:
            for key in section.text_keys:
                yield key, row + 1
                row += 1
            row += (
                4 if self.edition.fee and self.edition.fee.section == section.key else 1
            )  # cases, yuan, the sentence

    @functools.cached_property
    def fee(self) -> dict[str, Place]:
        """The two cells of the processing fee, below the section they belong to."""
        fee = self.edition.fee
        if fee is None:
            return {}
        last = next(s for s in self.edition.sections if s.key == fee.section).text_keys[-1]
        below = self.texts[last]
        return {
            name: Place(below.sheet, below.row + offset, 2)
            for offset, name in enumerate(("cases", "yuan"), 1)
        }

    @functools.cached_property
    def sentence(self) -> dict[str, Place]:
        """The cell of the sentence that the fee's cells make, by the section it belongs to."""
        fee = self.edition.fee
        if fee is None:
            return {}
        above = self.fee["yuan"]
        return {fee.section: above._replace(row=above.row + 1)}

    def fee_column(self, key: str) -> Column:
        """Return what a fee cell holds: cases are a count in 件, yuan an amount in 元."""
        return self.edition.fee_columns[key]

    def contact(self, keys: Sequence[str]) -> dict[str, Place]:
        """Return the cells of the people to ask, on the cover."""
        return {k: Place(self.sheets["cover"], 6 + i, 6) for i, k in enumerate(keys)}

    def contact_fields(self, keys: Sequence[str]) -> dict[str, Place]:
        """Return the same cells by the field of a finding on them."""
        return {f"{CONTACT}.{key}": place for key, place in self.contact(keys).items()}

    @functools.cached_property
    def who(self) -> dict[str, Place]:
        """The cells of the cover that show the identity."""
        return {k: Place(self.sheets["cover"], row, 2) for row, k in enumerate(WHO, WHO_FROM)}

    @functools.cached_property
    def identity(self) -> dict[str, Place]:
        """The cells of the hidden sheet."""
        return {k: Place(self.sheets["identity"], i, 2) for i, k in enumerate(IDENTITY, 1)}

    @functools.cached_property
    def beside(self) -> dict[expr.Ref, Place]:
        """The cells of last year's and the registers' figures that a check reads."""
        wanted = dict.fromkeys(
            r for c in self.edition.checks for r in c.refs if r.source in expr.BESIDE
        )
        keys = dict.fromkeys(ref.key for ref in wanted)
        rows = {key: row for row, key in enumerate(keys, COMPARED_FROM)}
        column = {"prev": BEFORE, "register": 5}
        sheet = self.sheets["compare"]
        return {ref: Place(sheet, rows[ref.key], column[ref.source]) for ref in wanted}

    @functools.cached_property
    def margin(self) -> dict[Place, tuple[expr.Ref, ...]]:
        """Where, right of a table's grid, stand the figures that its checks hold a row against.

        A cell for each row that has some, the figures in the order of the checks.
        """
        found: dict[Place, dict[expr.Ref, None]] = {}
        for check in self.checks:
            here = self.fields.get(check.place)
            refs = [ref for ref in check.refs if ref in self.beside]
            if here is None or not refs:
                continue
            column = self.edition.table[self.part(check.place)].width + 1
            found.setdefault(here._replace(column=column), {}).update(dict.fromkeys(refs))
        return {place: tuple(refs) for place, refs in found.items()}

    @functools.cached_property
    def lines(self) -> tuple[CheckLine, ...]:
        """The rows of the check sheet: the checks that apply to the level."""
        parts = [*self.edition.table, TEXTS]
        together = sorted(self.checks, key=lambda check: parts.index(self.part(check.place)))
        return tuple(CheckLine(check, row) for row, check in enumerate(together, CHECKS_FROM))

    @functools.cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The rows of the check sheet on single cells, below those of the checks."""
        inputs = {key: field.column for key, field in self.edition.inputs.items()}
        fee = {f"{FEE}.{key}": column for key, column in self.edition.fee_columns.items()}
        due = [
            (rule, key)
            for rule in cells.ASKING
            for key, column in {**inputs, **fee}.items()
            if rule.on(column.kind)
        ]
        return tuple(Asked(*one, row) for row, one in enumerate(due, CHECKS_FROM + len(self.lines)))

    def part(self, key: str) -> str:
        """Return the table of a field, ``CONTACT``, or ``TEXTS``: a text, the processing fee."""
        field = self.edition.fields.get(key)
        if field is not None:
            return field.table
        return CONTACT if key.startswith(f"{CONTACT}.") else TEXTS

    @functools.cached_property
    def reasons(self) -> dict[Place, Subject]:
        """The cells in which a unit explains a warning -> what it explains."""
        rows = {
            line.row: Subject(line.check.rule.id, line.check.place)
            for line in self.lines
            if line.check.rule.severity.value == "warning"
        }
        rows |= {one.row: Subject(one.rule.key, one.field) for one in self.asked}
        return {Place(self.sheets["checks"], row, REASON): one for row, one in rows.items()}

    def names(self, contact: Sequence[str] = ()) -> dict[str, Place]:
        """Return every defined name: a figure's is its field key."""
        return {
            **self.fields,
            **{f"nianbao.{key}": place for key, place in self.identity.items()},
            **{f"nianbao.nil.{key}": place for key, place in self.nil.items()},
            **{f"nianbao.text.{key}": place for key, place in self.texts.items()},
            **{f"nianbao.fee.{key}": place for key, place in self.fee.items()},
            **{f"nianbao.contact.{key}": place for key, place in self.contact(contact).items()},
            **{beside_name(ref): place for ref, place in self.beside.items()},
        }

    def gathered(self, contact: Sequence[str] = ()) -> dict[str, Place]:
        """Return what the hidden sheet 汇集 collects for the button, a row each, in order.

        Every named place, and the reasons by their row.
        """
        reasons = {f"nianbao.reason.{place.row}": place for place in self.reasons}
        return {**self.names(contact), **reasons}

    def place(self, key: str) -> Place | None:
        """Return the cell of a field, of a part of the narrative, or of the processing fee."""
        return self.fields.get(key) or self.texts.get(key) or self._fee_keys.get(key)

    def located(
        self, findings: Iterable[Finding], places: Mapping[str, Place]
    ) -> Iterator[Finding]:
        """Give each finding the cell of its field: where it was found, else where it should be.

        One without a field is of the cover.
        """
        for finding in findings:
            place = places.get(finding.field) or self.place(finding.field)
            if finding.sheet:
                yield finding
            elif place is not None:
                yield finding.at(place.sheet, place.cell)
            else:
                yield replace(finding, sheet=self.sheets["cover"])

    @functools.cached_property
    def _fee_keys(self) -> dict[str, Place]:
        return {f"{FEE}.{name}": place for name, place in self.fee.items()}

    def name_of(self, key: str) -> str:
        """Return the defined name of what ``place`` finds."""
        if key in self.fields:
            return key
        fee = key in self._fee_keys
        return f"nianbao.fee.{key.partition('.')[2]}" if fee else f"nianbao.text.{key}"

    # --- how an expression spells its operands ----------------------------------------------

    def formulas(self, sheet: str) -> expr.Sheet:
        """Return how a formula on ``sheet`` spells figures, texts and nil returns."""
        return expr.Sheet(
            areas=functools.partial(self.areas, sheet=sheet),
            text=lambda ref: "&".join(self._on(sheet, one) for one in self._text_cells(ref.key)),
            zero=lambda ref: (
                self.is_zero(ref.key, sheet) if not ref.source and ref.key in self.fields else None
            ),
        )

    def is_zero(self, key: str, sheet: str) -> str:
        """Return the condition that blanks of a figure's table are declared to be zero."""
        return self._declared(key, sheet, {"nil", "blanks"})

    @functools.cached_property
    def shows(self) -> dict[Place, str]:
        """The formulas (no ``=``) that show the identity: on the cover and above the tables."""
        unit, year = self.identity["name"].absolute, self.identity["year"].absolute
        blank = f'IF({unit}="","（单位名称）",{unit})'
        title = self.edition.report_title.format(unit=f'"&{blank}&"', year=f'"&{year}&"')
        at = {key: self.identity[key].absolute for key in WHO if key != "level"}
        return {
            Place(self.sheets["cover"], HEADING, 1): f'"{title}"',
            **{self.who[key]: f'IF({cell}="","",{cell})' for key, cell in at.items()},
            **{
                Place(t.sheet, SWITCH, 1): f'{unit}&"　"&{year}&"年度"' for t in self.edition.tables
            },
        }

    @functools.cached_property
    def totals(self) -> dict[str, str]:
        """The formula (no ``=``) of each total, as it stands on its own sheet."""
        spell = {t.key: self.formulas(t.sheet) for t in self.edition.tables}
        return {
            key: expr.excel_total(total.value, spell[self.edition.fields[key].table])
            for key, total in self.edition.totals.items()
        }

    def is_nil(self, key: str, sheet: str) -> str:
        """Return the condition that the table of a figure is declared a nil return."""
        return self._declared(key, sheet, {"nil"})

    def _declared(self, key: str, sheet: str, kinds: set[str]) -> str:
        switch = self._on(sheet, self.nil[key.partition(".")[0]])
        said = (f'{switch}="{word}"' for word, kind in SWITCHES.items() if kind in kinds)
        return f"OR({','.join(said)})"

    def _text_cells(self, key: str) -> list[Place]:
        """Return where a text stands: its cell or its parts' cells, and the fee's sentence."""
        keys = next((s.text_keys for s in self.edition.sections if s.key == key), (key,))
        ends = [self.sentence[key]] if key in self.sentence else []
        return [*(self.texts[part] for part in keys), *ends]

    def areas(self, refs: Sequence[expr.Ref], *, sheet: str) -> list[str]:
        """Return the figures' cells as ranges, runs along a row or column joined."""
        places = [self._read_at(ref) for ref in refs]
        return [self._range(sheet, *run) for run in _runs(places)]

    def _read_at(self, ref: expr.Ref) -> Place:
        if ref.source == expr.LENGTH:
            return self.lengths[ref.key]
        if ref.source == expr.YEAR:
            return self.identity["year"]
        here = self.fields.get(ref.key) or self._fee_keys[ref.key]
        return self.beside[ref] if ref.source else here

    def _range(self, sheet: str, first: Place, last: Place) -> str:
        start = self._on(sheet, first)
        return start if first == last else f"{start}:${letters(last.column)}${last.row}"

    @staticmethod
    def _on(sheet: str, place: Place) -> str:
        return place.absolute.rpartition("!")[2] if place.sheet == sheet else place.absolute


def _runs(places: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    """Join neighbours, in the order given, into runs along one row or one column."""
    start = last = None
    step: tuple[int, int] | None = None
    for place in places:
        if start is not None and last is not None:
            move = (place.row - last.row, place.column - last.column)
            adjoins = place.sheet == last.sheet and move in {(1, 0), (0, 1)}
            if adjoins and step in {None, move}:
                last, step = place, move
                continue
            yield start, last
        start, last, step = place, place, None
    if start is not None and last is not None:
        yield start, last
