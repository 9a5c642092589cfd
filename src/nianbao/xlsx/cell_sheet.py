"""The very hidden sheet 逐格: one row per input with its state, which everything visible counts.

The state is the key of the finding that ``check.fault`` would give, or "" for a good figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.formatting.rule import Rule
from openpyxl.workbook import Workbook

from nianbao import expr
from nianbao.errors import Finding
from nianbao.form import LIMIT, Column, Table
from nianbao.layout import Place, quoted
from nianbao.report import FEE
from nianbao.xlsx import style
from nianbao.xlsx.order import Order


KEY, NAME, STATE, RANK, TARGET = range(1, 6)
STATES = "nianbao.states"
"""The defined name of all states, for conditional formats (see ``marks``)."""

BLANK, WRONG = ("C01", "N10"), ("C02", "C03", "C04", "C04-large", "C10")
"""The states of a cell still to fill, and of one filled with something wrong."""


@dataclass(frozen=True)
class _Cell:
    """A cell that is judged; ``blank`` is its state where it is blank.

    ``nil`` is the condition of a nil return, under which it may stay so; "" if none can be.
    """

    key: str
    name: str
    column: Column
    place: Place
    blank: str = ""
    nil: str = ""


def write(book: Workbook, order: Order) -> None:
    """Write the sheet: key, name, state, rank among the faulty cells, place."""
    sheet = book.create_sheet(order.common.sheets["cells"])
    for row, cell in enumerate(_cells(order), 1):
        sheet.cell(row, KEY, cell.key)
        sheet.cell(row, NAME, cell.name)
        sheet.cell(row, STATE, f"={_state(cell)}")
        above = f"COUNT($D$1:$D{row - 1})+" if row > 1 else ""
        sheet.cell(row, RANK, f'=IF(OR($C{row}="",$C{row}="C05"),"",{above}1)')
        sheet.cell(row, TARGET, f"{quoted(cell.place.sheet)}!{cell.place.cell}")
    sheet.sheet_state = "veryHidden"


def _cells(order: Order) -> Iterator[_Cell]:
    """Yield the inputs in the order of the form, then the two cells of the processing fee."""
    for key, field in order.edition.inputs.items():
        nil = order.layout.is_nil(key, "")
        place = order.layout.fields[key]
        yield _Cell(key, order.edition.name(key), field.column, place, BLANK[0], nil)
    fee = order.edition.fee
    due = fee is not None and order.unit.level in fee.levels
    for name, place in order.layout.fee.items():
        column = order.layout.fee_column(name)
        key = f"{FEE}.{name}"
        yield _Cell(key, column.label.text, column, place, BLANK[1] if due else "")


def _state(cell: _Cell) -> str:
    """Return the formula of a cell's state, the mirror of ``check.fault``."""
    x, kind = cell.place.absolute, cell.column.kind
    tests = [f'{x}<0,"C03"'] if kind.minimum is not None else []
    tests.append(f'ABS({x})>{LIMIT},"C04-large"')
    if kind.whole:
        tests.append(f'{x}<>INT({x}),"C04"')
    if cell.nil:
        tests.append(f'AND({cell.nil},{x}<>0),"C10"')
    if not kind.whole:
        tests.append(f'ROUND({x},2)<>{x},"C05"')
    number = "".join(f"IF({test}," for test in tests) + '""' + ")" * len(tests)
    left = f'IF({cell.nil},"","{cell.blank}")' if cell.nil else f'"{cell.blank}"'
    blank = f'IF({expr.excel_empty(x)},{left},"C02")'
    return f'IF(ISNUMBER({x}),{number},IF(ISERROR({x}),"C02",{blank}))'


def rows(order: Order, part: str = "") -> tuple[int, int]:
    """Return the first and last row of a part's cells: a table, ``TEXTS`` (the fee), or all."""
    mine = [i for i, k in enumerate(_keys(order), 1) if part in {"", order.layout.part(k)}]
    return mine[0], mine[-1]


def _keys(order: Order) -> list[str]:
    return [*order.edition.inputs, *(f"{FEE}.{name}" for name in order.layout.fee)]


def column(order: Order, letter: str, part: str = "") -> str:
    """Return a column of the sheet as a range for a formula on another sheet."""
    first, last = rows(order, part)
    return f"{quoted(order.common.sheets['cells'])}!${letter}${first}:${letter}${last}"


def state_cell(order: Order, key: str) -> str:
    """Return the cell that holds an input's state."""
    row = _keys(order).index(key) + 1
    return f"{quoted(order.common.sheets['cells'])}!$C${row}"


def ranges(order: Order) -> dict[str, str]:
    """Return the defined name of the states."""
    return {STATES: column(order, "C")}


def judged(order: Order, finding: Finding) -> bool:
    """Return whether a finding is one that the state of an input tells."""
    states = {*BLANK, *WRONG, "C05"}
    return finding.rule in {state[:3] for state in states} and finding.field in _keys(order)


def blanks(order: Order, part: str = "") -> str:
    """Return the formula that counts the inputs still to fill."""
    return _counted(order, BLANK, part)


def wrong(order: Order, part: str = "") -> str:
    """Return the formula that counts the inputs filled with something wrong."""
    return _counted(order, WRONG, part)


def _counted(order: Order, states: tuple[str, ...], part: str) -> str:
    area = column(order, "C", part)
    return "(" + "+".join(f'COUNTIF({area},"{one}")' for one in states) + ")"


def colours(order: Order, key: str) -> list[Rule]:
    """Return the conditional formats of an input: still to fill, filled with something wrong."""
    state = f"INDEX({STATES},{_keys(order).index(key) + 1})"
    found = []
    for states, look in ((BLANK, "blank"), (WRONG, "wrong")):
        is_one = ",".join(f'{state}="{code}"' for code in states)
        found.append(style.colour_rule(f"OR({is_one})", look))
    return found


def table_state(order: Order, table: Table) -> str:
    """Return the formula of the line above a table: what is left to do."""
    missing, bad = blanks(order, table.key), wrong(order, table.key)
    todo = (
        f'IF({missing}>0,"○ 还有 "&{missing}&" 格没有填（淡黄色），没有就填0。","")'
        f'&IF({bad}>0,"✗ 有 "&({bad})&" 格填得不对（红色粗体）。","")'
    )
    return f'IF({missing}+{bad}=0,"✓ 本表已填全",{todo})'
