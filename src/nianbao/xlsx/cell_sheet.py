"""The very hidden sheet 逐格: one row per input with its state, which everything visible counts.

The state is the key of the finding that ``check.fault`` would give, or "" for a good figure.
"""

from __future__ import annotations

from openpyxl.workbook import Workbook

from nianbao.form import LIMIT, Field, Table
from nianbao.layout import quoted
from nianbao.xlsx.order import Order


KEY, NAME, STATE, RANK, TARGET = range(1, 6)
ERRORS = ("C01", "C02", "C03", "C04", "C04-large", "C10")


def write(book: Workbook, order: Order) -> None:
    """Write the sheet: key, name, state, rank among the faulty cells, place."""
    sheet = book.create_sheet(order.common.sheets["cells"])
    for row, field in enumerate(order.edition.inputs.values(), 1):
        place = order.layout.fields[field.key]
        sheet.cell(row, KEY, field.key)
        sheet.cell(row, NAME, order.edition.name(field.key))
        sheet.cell(row, STATE, f"={state(order, field)}")
        above = f"COUNT($D$1:$D{row - 1})+" if row > 1 else ""
        sheet.cell(row, RANK, f'=IF(OR($C{row}="",$C{row}="C05"),"",{above}1)')
        sheet.cell(row, TARGET, f"{quoted(place.sheet)}!{place.cell}")
    sheet.sheet_state = "veryHidden"


def state(order: Order, field: Field) -> str:
    """Return the formula of an input's state, the mirror of ``check.fault``."""
    x = order.layout.fields[field.key].absolute
    nil = order.layout.is_nil(field.key, "")
    tests = [f'{x}<0,"C03"'] if field.kind.minimum is not None else []
    tests.append(f'ABS({x})>{LIMIT},"C04-large"')
    if field.kind.whole:
        tests.append(f'{x}<>INT({x}),"C04"')
    tests.append(f'AND({nil},{x}<>0),"C10"')
    if not field.kind.whole:
        tests.append(f'ROUND({x},2)<>{x},"C05"')
    number = "".join(f"IF({test}," for test in tests) + '""' + ")" * len(tests)
    blank = f'IF(LEN(TRIM(SUBSTITUTE({x},"　","")))=0,IF({nil},"","C01"),"C02")'
    return f'IF(ISNUMBER({x}),{number},IF(ISERROR({x}),"C02",{blank}))'


def rows(order: Order, table: Table | None = None) -> tuple[int, int]:
    """Return the first and last row of a table's inputs (or of all)."""
    keys = list(order.edition.inputs)
    mine = [i for i, k in enumerate(keys, 1) if table is None or k.startswith(f"{table.key}.")]
    return mine[0], mine[-1]


def column(order: Order, letter: str, table: Table | None = None) -> str:
    """Return a column of the sheet as a range for a formula on another sheet."""
    first, last = rows(order, table)
    return f"{quoted(order.common.sheets['cells'])}!${letter}${first}:${letter}${last}"


def state_cell(order: Order, key: str) -> str:
    """Return the cell that holds an input's state."""
    row = list(order.edition.inputs).index(key) + 1
    return f"{quoted(order.common.sheets['cells'])}!$C${row}"


def blanks(order: Order, table: Table | None = None) -> str:
    """Return the formula that counts the inputs still to fill."""
    return f'COUNTIF({column(order, "C", table)},"C01")'


def wrong(order: Order, table: Table | None = None) -> str:
    """Return the formula that counts the inputs filled with something wrong."""
    area = column(order, "C", table)
    return "+".join(f'COUNTIF({area},"{code}")' for code in ERRORS[1:])


def table_state(order: Order, table: Table) -> str:
    """Return the formula of the line above a table: what is left to do."""
    missing, bad = blanks(order, table), wrong(order, table)
    todo = (
        f'IF({missing}>0,"○ 还有 "&{missing}&" 格没有填（淡黄色），没有就填0。","")'
        f'&IF({bad}>0,"✗ 有 "&({bad})&" 格填得不对（红色粗体）。","")'
    )
    return f'IF({missing}+{bad}=0,"✓ 本表已填全",{todo})'
