"""The sheet 提醒说明 of 汇总.xlsx: the warnings that units explained, and how."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from nianbao.book import style
from nianbao.book.draw import height, lines, put, widths
from nianbao.form import Box
from nianbao.layout import across, cell_at, reference
from nianbao.layout import rows as whole_rows
from nianbao.layout.summary import FIRST, HEADS, LISTED_FROM
from nianbao.merge import Summary


REASONS = "提醒说明"
COLUMNS = {
    "单位": 24, "文件": 26, "规则": 8, "工作表": 18, "单元格": 8, "提醒": 60, "单位的说明": 46,
}  # fmt: skip
NONE = "没有单位写明原因的提醒"


def write(book: Workbook, summary: Summary) -> None:
    """Draw the list, a row for each explained warning of the submission that speaks for a unit."""
    sheet = book.create_sheet(REASONS)
    widths(sheet, COLUMNS.values())
    for column, text in enumerate(COLUMNS, FIRST):
        put(sheet, HEADS, column, text, "表头")
    row = HEADS
    for values in rows(summary):
        row += 1
        for column, value in enumerate(values, FIRST):
            put(sheet, row, column, value or None, "项目居中" if column in {3, 5} else "项目")
        height(sheet, row, max(map(lines, values, COLUMNS.values())))
    if row == HEADS:
        put(sheet, LISTED_FROM, FIRST, NONE, "说明文字")
        sheet.merge_cells(reference(across(LISTED_FROM, len(COLUMNS))))
    height(sheet, HEADS, 1)
    sheet.freeze_panes = cell_at(LISTED_FROM, FIRST)
    sheet.auto_filter.ref = reference(Box(HEADS, FIRST, row, len(COLUMNS)))
    style.page(sheet, landscape=True, titles=whole_rows(HEADS, HEADS))


def rows(summary: Summary) -> list[tuple[str, ...]]:
    """Return the rows, in the order of the roster."""
    chosen = [one.chosen for one in summary.standings if one.chosen is not None]
    return [
        (
            came.report.unit.name if came.report else "",
            came.file,
            one.rule,
            one.sheet,
            one.cell,
            one.message,
            one.reason,
        )
        for came in chosen
        for one in came.explained
    ]
