"""The sheet 提醒说明 of 汇总.xlsx: the warnings that units explained, and how."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from nianbao.book import style
from nianbao.book.draw import height, lines, put, widths
from nianbao.merge import Summary


REASONS = "提醒说明"
HEADS = {
    "单位": 24, "文件": 26, "规则": 8, "工作表": 18, "单元格": 8, "提醒": 60, "单位的说明": 46,
}  # fmt: skip
NONE = "没有单位写明原因的提醒"


def write(book: Workbook, summary: Summary) -> None:
    """Draw the list, a row for each explained warning of the submission that speaks for a unit."""
    sheet = book.create_sheet(REASONS)
    widths(sheet, HEADS.values())
    for column, text in enumerate(HEADS, 1):
        put(sheet, 1, column, text, "表头")
    row = 1
    for values in rows(summary):
        row += 1
        for column, value in enumerate(values, 1):
            put(sheet, row, column, value or None, "项目居中" if column in {3, 5} else "项目")
        height(sheet, row, max(map(lines, values, HEADS.values())))
    if row == 1:
        put(sheet, 2, 1, NONE, "说明文字")
        sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(HEADS))
    height(sheet, 1, 1)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:G{row}"
    style.page(sheet, landscape=True, titles="1:1")


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
