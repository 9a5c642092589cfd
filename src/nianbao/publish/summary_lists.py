"""The lists of 汇总.xlsx: its face, who has filed, and what is to be mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.book import style
from nianbao.book.draw import height, label, lines, put, widths
from nianbao.errors import Finding, to_mend
from nianbao.form import Severity
from nianbao.layout import across, cell_at, rows
from nianbao.layout.summary import (
    FACE_COUNT,
    FACE_HEADS,
    FACE_KIND,
    FACE_STANDING,
    FACE_TEXT,
    FACE_TITLE,
    FACE_WARNING,
    FIRST,
    HEADS,
    LISTED_FROM,
    ROSTER_FROZEN,
)
from nianbao.merge import Summary
from nianbao.publish.making import warned
from nianbao.publish.names import FACE, FINDINGS, ROSTER
from nianbao.standing import Standing
from nianbao.words import Common


DIGITS = 16
"""Of a file's SHA-256 that are shown; 汇总.json has them all."""

FACE_WIDTHS = (20, 14, 70)

NAMES_LINES = 8
"""Lines of units' names in one row; a row of Excel is at most 409 points high."""

ROSTER_HEADS = {
    "序号": 6,
    "代码": 16,
    "单位": 28,
    "类别": 12,
    "状态": 10,
    "计入": 7,
    "错误": 7,
    "提醒": 7,
    "文件": 40,
    "文件指纹（SHA-256 前 16 位）": 20,
}


def title(summary: Summary) -> str:
    """Return the summary's title, e.g. 托里县2023年度政府信息公开工作年度报告汇总."""
    return f"{summary.report.unit.name}{summary.report.year}年度政府信息公开工作年度报告汇总表"


def standing_line(summary: Summary) -> str:
    """Return the line that says whether the sums are final."""
    units, left_out = len(summary.standings), summary.left_out
    if summary.complete:
        return f"✓ {units} 个单位已全部计入"
    below = sum(one.status == "provisional" for one in summary.standings)
    reasons = [
        (f"缺 {len(left_out)} 个单位", left_out),
        ("含有错误的单位", any(one.counted and one.status == "error" for one in summary.standings)),
        (f"{below} 个单位报来的是暂定数", below),
    ]
    missing = "，".join(text for text, there in reasons if there)
    counted = f"名册共 {units} 个，计入 {len(summary.counted)} 个"
    return f"✗ 暂定数：{missing}（{counted}），不能作为正式汇总"


def write_face(book: Workbook, summary: Summary, common: Common) -> None:
    """Draw the face: final or provisional, how many have filed, who is left out."""
    sheet = book.create_sheet(FACE)
    widths(sheet, FACE_WIDTHS)
    label(sheet, across(FACE_TITLE, FACE_TEXT), title(summary), "标题")
    label(sheet, across(FACE_STANDING, FACE_TEXT), standing_line(summary), "状态")
    look = style.colour_rule("TRUE", "good" if summary.complete else "wrong")
    sheet.conditional_formatting.add(cell_at(FACE_STANDING, FACE_KIND), look)
    height(sheet, FACE_TITLE, 1, least=34)
    height(sheet, FACE_STANDING, 1, least=26)
    _warning(sheet, warned(summary, common))
    for column, text in enumerate(("状态", "单位数", "单位"), FACE_KIND):
        put(sheet, FACE_HEADS, column, text, "表头")
    row = FACE_HEADS
    for key, text in common.statuses.items():
        names = [one.unit.name for one in summary.standings if one.status == key]
        if not names:
            continue
        for number, said in enumerate(_in_rows(names, 70)):
            row += 1
            put(sheet, row, FACE_KIND, f"{text}（续）" if number else text, "项目居中")
            put(sheet, row, FACE_COUNT, None if number else len(names), "自动")
            put(sheet, row, FACE_TEXT, said, "项目")
            height(sheet, row, lines(said, 70))
    row = _extra(book, summary, row + 1)
    for finding in summary.findings:
        row += 1
        put(sheet, row, FACE_KIND, common.severities[finding.severity.value], "项目居中")
        put(sheet, row, FACE_COUNT, finding.rule, "项目居中")
        text = f"{finding.message}。{finding.remedy}"
        put(sheet, row, FACE_TEXT, text, "项目")
        height(sheet, row, lines(text, 70))
    style.page(sheet)


def _warning(sheet: Worksheet, said: str) -> None:
    """Write what must not be missed below the line on the standing, where there is such a thing."""
    if not said:
        return
    label(sheet, across(FACE_WARNING, FACE_TEXT), f"⚠ {said}", "状态")
    where = cell_at(FACE_WARNING, FACE_KIND)
    sheet.conditional_formatting.add(where, style.colour_rule("TRUE", "warn"))
    height(sheet, FACE_WARNING, lines(said, sum(FACE_WIDTHS)), least=26)


def _in_rows(names: Sequence[str], width: int) -> Iterator[str]:
    """Yield the names, joined, in as many rows as keep each within what a row can show."""
    said = ""
    for name in names:
        if said and lines(f"{said}、{name}", width) > NAMES_LINES:
            yield said
            said = ""
        said = f"{said}、{name}" if said else name
    yield said


def _extra(book: Workbook, summary: Summary, row: int) -> int:
    """Write the sums of the figures among the texts, and the heading of the findings."""
    sheet = book[FACE]
    figures = summary.report.figures
    for inset in summary.edition.insets:
        for key in [key for key in inset.fields if key in figures]:
            unit = inset.fields[key].column.unit
            put(sheet, row, FACE_KIND, f"{inset.title}（{unit}）", "项目居中")
            put(sheet, row, FACE_COUNT, figures[key], "自动金额")
            put(sheet, row, FACE_TEXT, "各单位所填之和", "项目")
            row += 1
    label(sheet, across(row + 1, FACE_TEXT), "汇总时发现的问题", "分栏")
    return row + 1


def write_roster(book: Workbook, summary: Summary, common: Common) -> None:
    """Draw the roster: every unit with its status, file, errors and warnings."""
    sheet = book.create_sheet(ROSTER)
    widths(sheet, ROSTER_HEADS.values())
    for column, text in enumerate(ROSTER_HEADS, FIRST):
        put(sheet, HEADS, column, text, "表头")
    for number, one in enumerate(summary.standings, 1):
        row = HEADS + number
        cells = (number, *_standing(one, common))
        for column, value in enumerate(cells, FIRST):
            put(sheet, row, column, value, "项目居中" if column in {1, 4, 5, 6} else "项目")
        texts = zip(cells, ROSTER_HEADS.values(), strict=True)
        height(sheet, row, max(lines(text, room) for text, room in texts if isinstance(text, str)))
    height(sheet, HEADS, 2)
    sheet.freeze_panes = cell_at(LISTED_FROM, ROSTER_FROZEN)
    sheet.auto_filter.ref = sheet.dimensions
    style.page(sheet, landscape=True, titles=rows(HEADS, HEADS))


def _standing(one: Standing, common: Common) -> tuple[object, ...]:
    chosen = one.chosen
    return (
        one.unit.code,
        one.unit.name,
        common.kind(one.unit),
        common.statuses[one.status],
        "是" if one.counted is not None else "否",
        chosen.count(Severity.ERROR) if chosen else None,
        chosen.count(Severity.WARNING) if chosen else None,
        "、".join(s.file for s in one.submissions) or None,
        chosen.sha256[:DIGITS] or None if chosen else None,
    )


def write_findings(book: Workbook, summary: Summary, common: Common) -> None:
    """Draw the findings of every file, errors first within each."""
    sheet = book.create_sheet(FINDINGS)
    heads = ("单位", "文件", "级别", "规则", "工作表", "单元格", "问题", "怎样改")
    room = (24, 26, 7, 8, 18, 8, 60, 46)
    widths(sheet, room)
    for column, text in enumerate(heads, FIRST):
        put(sheet, HEADS, column, text, "表头")
    row = HEADS
    came = [(s, one.unit.name) for one in summary.standings for s in one.submissions]
    others = [(s, s.report.unit.name if s.report else "（认不出单位）") for s in summary.strangers]
    for submission, name in [*came, *others]:
        for finding in to_mend(submission.findings):
            row += 1
            _finding(book, row, (name, submission.file), finding, common)
    height(sheet, HEADS, 1)
    sheet.freeze_panes = cell_at(LISTED_FROM, FIRST)
    sheet.auto_filter.ref = sheet.dimensions
    style.page(sheet, landscape=True, titles=rows(HEADS, HEADS))


def _finding(
    book: Workbook, row: int, whose: tuple[str, str], finding: Finding, common: Common
) -> None:
    sheet = book[FINDINGS]
    values = (
        *whose,
        common.severities[finding.severity.value],
        finding.rule,
        finding.sheet or None,
        finding.cell or None,
        finding.message,
        finding.remedy,
    )
    for column, value in enumerate(values, FIRST):
        put(sheet, row, column, value, "项目居中" if column in {3, 4, 6} else "项目")
    height(sheet, row, max(lines(finding.message, 60), lines(finding.remedy, 46)))
