"""What is left to do, counted once: a line for each part of the form on the very hidden sheet 逐格.

The parts are the tables, the texts with the figures among them, and the people to ask; the last
line adds them up. Every number and every word on the visible sheets is derived from these cells.
"""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.workbook import Workbook

from nianbao import expr
from nianbao.book.order import Order
from nianbao.form import Table, cells
from nianbao.layout import SWITCHES, TEXTS, Place
from nianbao.layout.hidden import COUNTS, PART, count_column, sum_of_parts
from nianbao.report import CONTACT
from nianbao.template import cell_sheet, check_sheet


TODO, WARNED = "nianbao.todo", "nianbao.warned"
"""The defined names of two sums, for conditional formats (see ``marks``)."""

_SUM = "sum"
_WORDS = {"fail": "fail", "warn": "warn", "explained": "explained", "pass": "pass", "open": "blank"}


def parts(order: Order) -> list[str]:
    """Return the parts of the form in order."""
    return [*order.edition.table, TEXTS, CONTACT]


def write(book: Workbook, order: Order) -> None:
    """Write the counts beside the states of the cells."""
    sheet = book[order.common.sheets["cells"]]
    for row, part in enumerate(parts(order), 1):
        sheet.cell(row, PART, part)
        for what, text in zip(COUNTS, _counts(order, part), strict=True):
            sheet.cell(row, count_column(what), f"={text}")
    last = len(parts(order))
    sheet.cell(last + 1, PART, _SUM)
    for what in COUNTS:
        sheet.cell(last + 1, count_column(what), f"=SUM({sum_of_parts(what, last)})")


def _counts(order: Order, part: str) -> Iterator[str]:
    """Yield the formulas of a line, in the order of ``COUNTS``."""
    keys = [key for key in cell_sheet.keys(order) if order.layout.part(key) == part]
    texts = [order.layout.texts[key] for key in order.edition.required_texts if part == TEXTS]
    unwritten = [f"IF({expr.excel_empty(place.absolute)},1,0)" for place in texts]
    blank, wrong = (
        cell_sheet.counted(order, states, part) if keys else "0"
        for states in (cells.UNFILLED, cells.WRONG)
    )
    yield f"{len(keys) + len(texts)}"
    yield "+".join([blank, *unwritten])
    yield blank
    yield wrong
    for word in _WORDS.values():
        yield check_sheet.count(order, word, part)
    yield "+".join(_place(order, name, part).cell for name in ("blank", "wrong", "fail"))


def _place(order: Order, what: str, part: str) -> Place:
    row = parts(order).index(part) + 1 if part else len(parts(order)) + 1
    return Place(order.common.sheets["cells"], row, count_column(what))


def cell(order: Order, what: str, part: str = "") -> str:
    """Return the cell of a count of a part, or of all parts, for a formula on any sheet."""
    return _place(order, what, part).absolute


def ranges(order: Order) -> dict[str, str]:
    """Return the defined names of what conditional formats look up here."""
    return {TODO: cell(order, "todo"), WARNED: cell(order, "warn")}


# --- what is said of the counts ---------------------------------------------------------------


def verdict(order: Order) -> str:
    """Return the formula of the one line that says whether the workbook can be sent."""
    todo, warn, explained = (cell(order, what) for what in ("todo", "warn", "explained"))
    if not order.complete:
        return f'"✗ 暂定数，不能正式上报"&IF({todo}>0,"；还有 "&{todo}&" 处需要处理","")'
    asked = f'IF({warn}>0,"有 "&{warn}&" 处提醒，请核对或写明原因","")'
    both = f'IF(AND({warn}>0,{explained}>0),"；","")'
    done = f'IF({explained}>0,{explained}&" 处提醒已说明","")'
    more = f'IF({warn}+{explained}=0,"","（"&{asked}&{both}&{done}&"）")'
    return f'IF({todo}>0,"✗ 还有 "&{todo}&" 处需要处理","✓ 可以上报"&{more})'


def judged(order: Order, part: str = "") -> str:
    """Return the formula of how the checks of a part stand, in words and numbers."""
    words = order.common.words
    said = "".join(
        f'&IF({cell(order, what, part)}>0,"　{words[word]} "&{cell(order, what, part)},"")'
        for what, word in _WORDS.items()
        if what != "pass"
    )
    return f'"{words["pass"]} "&{cell(order, "pass", part)}{said}'


def table_state(order: Order, table: Table) -> str:
    """Return the formula of the line above a table: what is left to do in it."""
    blank, wrong, fail, warn = (
        cell(order, what, table.key) for what in ("blank", "wrong", "fail", "warn")
    )
    checks = order.common.sheets["checks"]
    todo = (
        f'IF({blank}>0,"○ 还有 "&{blank}&" 格没有填（淡黄色），没有就填0。","")'
        f'&IF({wrong}>0,"✗ 有 "&{wrong}&" 格填得不对（红色粗体）。","")'
        f'&IF({fail}>0,"✗ 有 "&{fail}&" 处不符，见“{checks}”。","")'
    )
    done = f'"✓ 本表已填全"&{_zeros(order, table)}'
    asked = f'IF({warn}>0,"　有 "&{warn}&" 处提醒，见“{checks}”。","")'
    return f"IF({cell(order, 'todo', table.key)}=0,{done},{todo})&{asked}"


def _zeros(order: Order, table: Table) -> str:
    switch = order.layout.nil[table.key].fixed
    (word,) = (word for word, kind in SWITCHES.items() if kind == "blanks")
    return f'IF({switch}="{word}","（{word}）","")'
