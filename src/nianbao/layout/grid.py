"""The sheet of a table: the official grid, the lines above it, the margin beside it. Pure.

The grid starts at row ``GRID``; above it stand the heading, the nil-return switch and the state.
"""

from __future__ import annotations

from nianbao.form import Box, Table


GRID = 4
"""The sheet row on which a table's official grid begins."""

HEADING, SWITCH, STATE = 1, 2, 3
"""The rows above it; each begins in the column ``LEFT``."""

LEFT = 1

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

SOURCES = {"prev": "上年", "register": "登记数"}
"""How the margin beside a table calls figures of elsewhere; its lines begin so."""

MARGIN = "◀ 上年数、登记数，供核对"
"""The heading of that margin."""


def on_sheet(box: Box) -> Box:
    """Return where a box of the official grid stands on its sheet."""
    lower = GRID - 1
    return Box(box.top + lower, box.left, box.bottom + lower, box.right)


def grid_of(table: Table) -> Box:
    """Return the whole of a table's grid on its sheet."""
    return on_sheet(Box(1, LEFT, table.height, table.width))


def margin_of(table: Table) -> int:
    """Return the column of the margin beside a table."""
    return table.width + 1


def switch_label_from(table: Table) -> int:
    """Return the column in which the label of a table's nil-return switch begins."""
    column, room = table.width - 1, table.widths[table.width - 2]
    while room < SWITCH_ROOM and column > 2:
        column -= 1
        room += table.widths[column - 1]
    return column
