"""The sheet 退回意见 of a workbook that goes back to its unit, and the notes on its wrong cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.book import style
from nianbao.book.draw import formula, height, label, lines, link, put, spread, widths
from nianbao.book.lock import lock_sheet
from nianbao.book.order import Order
from nianbao.errors import Finding
from nianbao.form import Box
from nianbao.layout import VERDICT as CHECK_VERDICT
from nianbao.layout import Place, across, cover, fixed_column, letters, quoted, reference, start
from nianbao.layout.returned import (
    BASIS,
    FAULT,
    FIRST,
    HEADS,
    HOW,
    KIND,
    LISTED_FROM,
    MARK,
    NOW,
    NUMBER,
    REMEDY,
    RULE,
    STATE,
    TITLE,
    VERDICT,
    WHERE,
    WHO,
)
from nianbao.report import UNFIT
from nianbao.template import cell_sheet
from nianbao.template.check_sheet import said
from nianbao.template.cover_sheet import colour_verdict
from nianbao.version import __version__
from nianbao.versions import SHORT


WIDTHS = (6, 8, 9, 24, 54, 44, 10)

_HOW = (
    "这是退回给你们的新表，已填好你们报来的数和文字，原来的文件不要再用。请按下面逐条改："
    "点“位置”前往，格上有批注；改好的，“现在”一栏会变成“{passed}”。改完保存，把这个文件报回。"
)
_BASIS = (
    f"依据：文件“{{file}}”{MARK}，{{made:%Y-%m-%d %H:%M}} 用 nianbao {{version}} 检查。"
    "这里列的是那时的问题；改好没有，以“现在”一栏和“{cover}”为准。"
)
_MEND = "一、请改正或核对（{count} 处）"
_CLEAN = "一、没有要改的数"
_GONE = "二、原来的文件里还有这些问题，新表里已经没有了；请核对数和文字是否齐全（{count} 处）"
_NOTE_WIDTH, _NOTE_LINE, _NOTE_ROOM = 330, 19, 44
"""Pixels of a note's width and of a line in it, and the half-width characters of a line."""


@dataclass(frozen=True)
class Source:
    """The file that the sheet speaks of, and when it was checked."""

    file: str
    sha256: str
    made: dt.datetime


def write(
    book: Workbook,
    order: Order,
    mend: Sequence[Finding],
    gone: Sequence[Finding],
    source: Source,
) -> None:
    """Put the sheet first, and a note on every cell that a finding points at."""
    sheet = book.create_sheet(order.common.sheets["returned"], 0)
    widths(sheet, WIDTHS)
    _top(sheet, order, source)
    row = _heading(sheet, FIRST, _MEND.format(count=len(mend)) if mend else _CLEAN)
    for number, finding in enumerate(mend, 1):
        row += 1
        put(sheet, row, NUMBER, number, "项目居中")
        _line(sheet, order, row, finding)
        _now(sheet, order, row, finding)
    _colours(sheet, row)
    if gone:
        row = _heading(sheet, row + 2, _GONE.format(count=len(gone)))
    for number, finding in enumerate(gone, 1):
        put(sheet, row + number, NUMBER, number, "项目居中")
        _line(sheet, order, row + number, finding, old=True)
    _notes(book, order, mend, gone)
    sheet.column_dimensions[letters(VERDICT)].hidden = True
    style.page(sheet, landscape=True)
    lock_sheet(sheet, order.password)
    book.active = 0


def _top(sheet: Worksheet, order: Order, source: Source) -> None:
    words, sheets = order.common.words, order.common.sheets
    label(sheet, across(TITLE, NOW), sheet.title, "标题")
    height(sheet, TITLE, 1, least=32)
    label(sheet, across(WHO, NOW), f"{order.unit.name}　{order.year}年度", "副题")
    spread(sheet, across(STATE, NOW), "状态")
    formula(sheet, STATE, NUMBER, order.layout.cover.at(cover.SUM_UP).absolute, "状态")
    colour_verdict(sheet, order, across(STATE, NOW))
    height(sheet, STATE, 1, least=28)
    basis = _BASIS.format(
        file=source.file,
        sha256=source.sha256[:SHORT],
        made=source.made,
        version=__version__,
        cover=sheets["cover"],
    )
    for row, text in ((HOW, _HOW.format(passed=words["pass"])), (BASIS, basis)):
        label(sheet, across(row, NOW), text, "说明文字")
        height(sheet, row, lines(text, sum(WIDTHS)))


def _heading(sheet: Worksheet, row: int, text: str) -> int:
    label(sheet, across(row, NOW), text, "分栏")
    height(sheet, row, 1, least=24)
    for column, head in enumerate(HEADS, NUMBER):
        put(sheet, row + 1, column, head, "表头")
    return row + 1


def _line(sheet: Worksheet, order: Order, row: int, finding: Finding, *, old: bool = False) -> None:
    """Write a finding; ``old`` is one of the file that came, not of this workbook."""
    place = f"{finding.sheet} {finding.cell}".strip()
    texts = {
        KIND: order.common.severities[finding.severity.value],
        RULE: finding.rule,
        WHERE: f"原表：{place}" if old and place else place,
        FAULT: finding.message,
        REMEDY: "不用再改，请核对。" if old else finding.remedy,
        NOW: "",
    }
    for column, text in texts.items():
        look = "项目" if column in {WHERE, FAULT, REMEDY} else "项目居中"
        put(sheet, row, column, text or None, look)
    if finding.sheet and not old:
        target = f"{quoted(finding.sheet)}!{finding.cell or start(finding.sheet).cell}"
        link(sheet, row, WHERE, place, target)
    height(sheet, row, max(lines(text, WIDTHS[column - 1]) for column, text in texts.items()))


def _now(sheet: Worksheet, order: Order, row: int, finding: Finding) -> None:
    """Write how a finding stands now, where the workbook itself can tell: state, then word."""
    verdict = _verdict(order, finding)
    if verdict:
        formula(sheet, row, VERDICT, verdict, "自动")
        formula(sheet, row, NOW, said(order, fixed_column(VERDICT, row)), "项目居中")


def _verdict(order: Order, finding: Finding) -> str:
    """Return the formula of the state of what a finding speaks of, "" where none can tell."""
    for place, subject in order.layout.reasons.items():  # a warning: it may get a reason
        if subject == (finding.rule, finding.field):
            return place._replace(column=CHECK_VERDICT).absolute
    if cell_sheet.judged(order, finding):
        return f'IF({cell_sheet.state_cell(order, finding.field)}="","pass","fail")'
    for line in order.layout.lines:
        if line.check.rule.id == finding.rule and line.check.place == finding.field:
            return Place(order.common.sheets["checks"], line.row, CHECK_VERDICT).absolute
    return ""


def _colours(sheet: Worksheet, last: int) -> None:
    if last < LISTED_FROM:
        return
    area = reference(Box(LISTED_FROM, NOW, last, NOW))
    verdict = fixed_column(VERDICT, LISTED_FROM)
    looks = {
        "fail": "wrong", "warn": "warn", "pass": "good", "explained": "good", "blank": "blank",
    }  # fmt: skip
    for state, look in looks.items():
        sheet.conditional_formatting.add(area, style.colour_rule(f'{verdict}="{state}"', look))


# --- notes ------------------------------------------------------------------------------------


def _notes(book: Workbook, order: Order, mend: Iterable[Finding], gone: Iterable[Finding]) -> None:
    said: dict[Place, list[str]] = {}
    for finding in mend:
        word = order.common.severities[finding.severity.value]
        text = f"【{word} {finding.rule}】{finding.message}。\n改法：{finding.remedy}"
        _say(said, order, finding, text)
    for finding in gone:
        text = f"【原表 {finding.rule}】{finding.message}。新表里已经没有这个问题，请核对。"
        _say(said, order, finding, text)
    for place, texts in said.items():
        text = UNFIT.sub("", "\n".join(texts))
        note = Comment(text, "nianbao")
        note.width, note.height = _NOTE_WIDTH, (lines(text, _NOTE_ROOM) + 1) * _NOTE_LINE
        book[place.sheet].cell(place.row, place.column).comment = note


def _say(said: dict[Place, list[str]], order: Order, finding: Finding, text: str) -> None:
    place = order.place(finding.field)
    if place is not None:
        said.setdefault(place, []).append(text)
