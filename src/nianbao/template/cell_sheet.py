"""The very hidden sheet 逐格: one row per input with its state, which everything visible counts.

The state is that of ``form.cells``: the key of the finding on the cell, or "" for a good one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.formatting.rule import Rule
from openpyxl.workbook import Workbook

from nianbao.book import style
from nianbao.book.order import Order
from nianbao.errors import Finding
from nianbao.form import Column, cells
from nianbao.layout import Place, area, fixed_column, so_far
from nianbao.layout.hidden import CELL_KEY, CELL_NAME, CELL_RANK, CELL_STATE, CELL_TARGET
from nianbao.report import CONTACT


STATES = "nianbao.states"
"""The defined name of all states, for conditional formats (see ``marks``)."""


@dataclass(frozen=True)
class _Cell:
    """A cell that is judged; ``blank`` is its state where it is blank.

    ``zero`` is the condition under which it may stay so, ``nil`` that under which it must be 0;
    "" if neither can be declared. Without ``column`` it holds text.
    """

    key: str
    name: str
    place: Place
    column: Column | None = None
    blank: cells.State = ""
    zero: str = ""
    nil: str = ""


def write(book: Workbook, order: Order) -> None:
    """Write the sheet: key, name, state, rank among the faulty cells, place."""
    sheet = book.create_sheet(order.common.sheets["cells"])
    for row, cell in enumerate(_cells(order), 1):
        sheet.cell(row, CELL_KEY, cell.key)
        sheet.cell(row, CELL_NAME, cell.name)
        sheet.cell(row, CELL_STATE, f"={_state(cell)}")
        sheet.cell(row, CELL_RANK, f"={_rank(row)}")
        sheet.cell(row, CELL_TARGET, cell.place.target)
    sheet.sheet_state = "veryHidden"


def _cells(order: Order) -> Iterator[_Cell]:
    """Yield the inputs in the order of the form, the figures on the text sheet, the people."""
    layout, edition = order.layout, order.edition
    for key, field in edition.inputs.items():
        declared = layout.is_zero(key, ""), layout.is_nil(key, "")
        place = layout.fields[key]
        yield _Cell(key, edition.name(key), place, field.column, cells.FIGURE, *declared)
    for key, field in edition.small.items():
        unfilled = edition.unfilled(field, order.unit.level)
        yield _Cell(key, edition.name(key), layout.small[key], field.column, unfilled)
    for key, label in order.common.contact_needed.items():
        place = order.contacts[f"{CONTACT}.{key}"]
        yield _Cell(f"{CONTACT}.{key}", label, place, blank=cells.PERSON)


def _state(cell: _Cell) -> str:
    """Return the formula of a cell's state."""
    x = cell.place.absolute
    if cell.column is None:
        return cells.excel_unfilled(x, cell.blank)
    return cells.excel_state(x, cell.column.kind, cell.blank, cell.zero, cell.nil)


def _rank(row: int) -> str:
    """Return the formula of a cell's rank among the faulty ones, "" where it is none."""
    state = fixed_column(CELL_STATE, row)
    good = ",".join(f'{state}="{one}"' for one in ("", *cells.ASKED))
    above = f"COUNT({so_far(CELL_RANK, 1, row - 1)})+" if row > 1 else ""
    return f'IF(OR({good}),"",{above}1)'


def rows(order: Order, part: str = "") -> tuple[int, int]:
    """Return the first and last row of a part's cells: a table, ``TEXTS``, ..., all."""
    mine = [i for i, k in enumerate(keys(order), 1) if part in {"", order.layout.part(k)}]
    return mine[0], mine[-1]


def keys(order: Order) -> list[str]:
    """Return the keys of the cells that are judged, a row each."""
    people = (f"{CONTACT}.{key}" for key in order.common.contact_needed)
    return [*order.edition.typed, *people]


def column(order: Order, number: int, part: str = "") -> str:
    """Return a column of the sheet as a range for a formula on another sheet."""
    return area(order.common.sheets["cells"], number, *rows(order, part))


def state_cell(order: Order, key: str) -> str:
    """Return the cell that holds an input's state."""
    row = keys(order).index(key) + 1
    return Place(order.common.sheets["cells"], row, CELL_STATE).absolute


def ranges(order: Order) -> dict[str, str]:
    """Return the defined name of the states."""
    return {STATES: column(order, CELL_STATE)}


def judged(order: Order, finding: Finding) -> bool:
    """Return whether a finding is one that the state of an input tells."""
    states = (*cells.UNFILLED, *cells.WRONG, *cells.ASKED)
    rules = {order.common.catalogue[state].rule for state in states}
    return finding.rule in rules and finding.field in keys(order)


def counted(order: Order, states: tuple[cells.State, ...], part: str) -> str:
    """Return the formula that counts a part's cells that are in one of the states."""
    area = column(order, CELL_STATE, part)
    return "+".join(f'COUNTIF({area},"{one}")' for one in states)


def colours(order: Order, key: str) -> list[Rule]:
    """Return the conditional formats of an input: still to fill, filled with something wrong."""
    state = f"INDEX({STATES},{keys(order).index(key) + 1})"
    found = []
    for states, look in ((cells.UNFILLED, "blank"), (cells.WRONG, "wrong")):
        is_one = ",".join(f'{state}="{code}"' for code in states)
        found.append(style.colour_rule(f"OR({is_one})", look))
    return found
