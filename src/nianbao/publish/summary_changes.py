"""The sheet 同比 of 汇总.xlsx: what changed from last year, what stands out first."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import expr
from nianbao.book import style
from nianbao.book.draw import height, label, lines, put, widths
from nianbao.changes import LEAST, Change, Mover
from nianbao.form import Box
from nianbao.layout import across, cell_at, reference
from nianbao.layout import rows as whole_rows
from nianbao.layout.summary import CHANGES_FROM, CHANGES_HEADS, CHANGES_SAID, FIRST
from nianbao.merge import Summary
from nianbao.words import Common


COLUMNS = {
    "marked": 7, "figure": 44, "last": 12, "now": 12, "difference": 12, "ratio": 11, "units": 60,
}  # fmt: skip
"""The columns by the words of their headings, with their widths."""

MARKED, FIGURE, LAST, NOW, DIFFERENCE, RATIO, UNITS = range(FIRST, FIRST + len(COLUMNS))
_PERCENT = "+0%;-0%;0%"


def write(book: Workbook, summary: Summary, common: Common) -> None:
    """Draw the sheet; where the years cannot be compared it says why."""
    words, found = common.changes, summary.changes
    sheet = book.create_sheet(words["sheet"])
    widths(sheet, COLUMNS.values())
    years = {"year": summary.report.year, "last": summary.report.year - 1}
    said = words[found.why or "said"].format(**years, least=LEAST)
    if any(one.last is None and one.now for one in found.rows):
        said += words["apart"]
    label(sheet, across(CHANGES_SAID, len(COLUMNS)), said, "说明文字")
    height(sheet, CHANGES_SAID, lines(said, sum(COLUMNS.values())), least=24)
    style.page(sheet, landscape=True, titles=whole_rows(CHANGES_HEADS, CHANGES_HEADS))
    if found.why:
        return
    for column, name in enumerate(COLUMNS, FIRST):
        put(sheet, CHANGES_HEADS, column, words[name].format(**years), "表头")
    shown = [one for one in found.rows if one.last or one.now]
    for row, one in enumerate(shown, CHANGES_FROM):
        _line(sheet, row, one, common)
    height(sheet, CHANGES_HEADS, 1)
    sheet.freeze_panes = cell_at(CHANGES_FROM, LAST)
    end = CHANGES_HEADS + len(shown)
    sheet.auto_filter.ref = reference(Box(CHANGES_HEADS, FIRST, end, len(COLUMNS)))


def _line(sheet: Worksheet, row: int, one: Change, common: Common) -> None:
    words = common.changes
    units = "、".join(_mover(each, common) for each in one.movers)
    put(sheet, row, MARKED, words["marked"] if one.stands_out else None, "项目居中")
    put(sheet, row, FIGURE, one.name, "项目")
    for column, value in ((LAST, one.last), (NOW, one.now), (DIFFERENCE, one.difference)):
        put(sheet, row, column, value, "自动金额")
    put(sheet, row, RATIO, _ratio(one, common), "自动金额")
    sheet.cell(row, RATIO).number_format = _PERCENT
    put(sheet, row, UNITS, units or None, "项目")
    if one.stands_out:
        area = reference(Box(row, MARKED, row, RATIO))
        sheet.conditional_formatting.add(area, style.colour_rule("TRUE", "warn"))
    height(sheet, row, max(lines(one.name, COLUMNS["figure"]), lines(units, COLUMNS["units"])))


def _ratio(one: Change, common: Common) -> float | str | None:
    """Return by how much of last year's it changed; in words from or to nothing."""
    if not one.difference:
        return None
    if not one.last or not one.now:
        return common.changes["gone" if one.last else "new"]
    return None if one.ratio is None else one.ratio - 1


def _mover(one: Mover, common: Common) -> str:
    said = {key: expr.plain(getattr(one, key) or 0) for key in ("last", "now", "difference")}
    if one.difference > 0:
        said["difference"] = f"+{said['difference']}"
    key = "newcomer" if one.last is None else "mover"
    return common.changes[key].format(name=one.unit.name, **said)
