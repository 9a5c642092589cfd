"""The first sheet 首页: who, which year, how far, what to mend first, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.book import style
from nianbao.book.draw import formula, height, label, lines, link, put, spread, widths
from nianbao.book.order import Order
from nianbao.check import listed
from nianbao.form import Box, cells
from nianbao.layout import (
    CONTENT,
    PROVISIONAL,
    RANK,
    RESULT,
    TARGET,
    WHO,
    Place,
    across,
    cover,
    reference,
    start,
)
from nianbao.layout.hidden import CELL_NAME, CELL_RANK, CELL_STATE, CELL_TARGET
from nianbao.report import CONTACT
from nianbao.template import cell_sheet, check_sheet, counts, highlight


WIDTHS = (18, 13, 13, 13, 18, 30)
MEND = 6
UNFINISHED = '"✗ 暂定数，收齐后重新汇总才能上报"'
SHOWN = 800
"""Characters of the names of who is missing from a provisional sum."""

STEPS = (
    "一、先填{tables}{count}张表的淡黄色格，没有的填0；总计自动算。",
    "二、再填“{narrative}”。每一格填什么，点中格子会有提示，也可以看“{guide}”。",
    "三、看本页最上面一行：显示“可以上报”就保存，把这个文件报给{above}；不要改文件里的表格。",
)
COUNTS = "零一二三四五六七八九十"


def write(book: Workbook, order: Order) -> None:
    """Draw the first sheet."""
    sheet = book.create_sheet(order.common.sheets["cover"], 0)
    widths(sheet, WIDTHS)
    _title(sheet, order)
    _who(sheet, order)
    _people(sheet, order)
    highlight.mark(sheet, order, [order.layout.who[key] for key in ("year", "level")])
    after = _mend(sheet, order, _progress(sheet, order) + 1)
    for row in range(cover.BLOCKS, after):
        height(sheet, row, 1)
    for row, text in enumerate(_steps(order), after + 1):
        label(sheet, across(row, cover.WIDTH), text, "说明文字")
        height(sheet, row, 1)
    style.page(sheet)


def _steps(order: Order) -> Iterator[str]:
    tables, shared = order.edition.tables, order.common.sheets
    names = "".join(f"“{table.sheet}”" for table in tables)
    count = COUNTS[len(tables)] if len(tables) < len(COUNTS) else str(len(tables))
    own = {"tables": names, "count": count, "above": order.above}
    yield from (text.format(**own, **shared) for text in STEPS)


def _title(sheet: Worksheet, order: Order) -> None:
    top = order.layout.cover.at(cover.TITLE)
    spread(sheet, across(cover.TITLE, cover.WIDTH), "标题")
    formula(sheet, top.row, top.column, order.layout.shows[top], "标题")
    standing = "" if order.complete else f"{PROVISIONAL}有单位没有计入，不能正式上报】　"
    said = f"{standing}填报表　格式依据：{order.edition.citation}"
    label(sheet, across(cover.STANDING, cover.WIDTH), said, "副题")
    if not order.complete:
        where = reference(across(cover.STANDING, cover.WIDTH))
        sheet.conditional_formatting.add(where, style.colour_rule("TRUE", "wrong"))
    if order.gaps:
        _gaps(sheet, order)
    line = across(cover.SUM_UP, cover.WIDTH)
    spread(sheet, line, "状态")
    verdict = counts.verdict(order) if order.complete else UNFINISHED
    formula(sheet, line.top, line.left, verdict, "状态")
    colour_verdict(sheet, order, line)
    height(sheet, cover.TITLE, 1, least=36)
    height(sheet, cover.SUM_UP, 1, least=30)


def _gaps(sheet: Worksheet, order: Order) -> None:
    what = "有错误经决定不作要求、仍计入的" if order.complete else "没有计入或含有错误的"
    text = f"{what}：{listed(order.gaps)}"[:SHOWN]
    label(sheet, across(cover.GAPS, cover.WIDTH), text, "说明文字")
    if order.complete:
        where = reference(across(cover.GAPS, cover.WIDTH))
        sheet.conditional_formatting.add(where, style.colour_rule("TRUE", "warn"))
    height(sheet, cover.GAPS, lines(text, sum(WIDTHS)))


def colour_verdict(sheet: Worksheet, order: Order, box: Box) -> None:
    """Colour the line of ``counts.verdict`` in a box by what it says; the first colour counts."""
    final = "TRUE" if order.complete else "FALSE"
    for test, look in (
        (f"OR({counts.TODO}>0,NOT({final}))", "wrong"),
        (f"{counts.WARNED}>0", "warn"),
        ("TRUE", "good"),
    ):
        sheet.conditional_formatting.add(reference(box), style.colour_rule(test, look))


def _who(sheet: Worksheet, order: Order) -> None:
    put(sheet, cover.BLOCKS, cover.LABEL, "填报单位", "分栏")
    spread(sheet, across(cover.BLOCKS, cover.VALUE_TO), "分栏")
    level = order.common.levels[order.unit.level]
    due = order.layout.cover.at(cover.DUE, cover.VALUE)
    typed = {
        order.layout.who["level"]: (WHO["level"], order.common.kind(order.unit)),
        due: ("报送截止", order.due or f"{order.year + 1}年{level.deadline}"),
    }
    for key, place in order.layout.who.items():
        if place not in typed:
            _pair(sheet, place.row, WHO[key])
            formula(sheet, place.row, place.column, order.layout.shows[place], "自动左")
    for place, (text, value) in typed.items():
        _pair(sheet, place.row, text)
        put(sheet, place.row, place.column, value, "自动左")
        height(sheet, place.row, lines(value, sum(WIDTHS[cover.LABEL : cover.VALUE_TO])))
    _whom(sheet, order)


def _whom(sheet: Worksheet, order: Order) -> None:
    """Say, beside the deadline, whom the unit reports to."""
    whom = f"{order.above}（{order.common.superior(order.unit).body}）"
    put(sheet, cover.DUE, cover.PERSON_LABEL, "报送对象", "项目")
    put(sheet, cover.DUE, cover.PERSON, whom, "自动左")
    height(sheet, cover.DUE, lines(whom, WIDTHS[-1]))


def _pair(sheet: Worksheet, row: int, text: str) -> None:
    put(sheet, row, cover.LABEL, text, "项目")
    spread(sheet, across(row, cover.VALUE_TO, cover.VALUE), "自动左")


def _people(sheet: Worksheet, order: Order) -> None:
    spread(sheet, across(cover.BLOCKS, cover.PERSON, cover.PERSON_LABEL), "分栏")
    put(sheet, cover.BLOCKS, cover.PERSON_LABEL, "联系人（请填写）", "分栏")
    given = order.report.contact if order.report else {}
    for key, place in order.layout.contact(list(order.common.contact)).items():
        put(sheet, place.row, cover.PERSON_LABEL, order.common.contact[key], "项目")
        put(sheet, place.row, place.column, given.get(key) or None, "填短文")
        if key in order.common.contact_needed:
            for rule in cell_sheet.colours(order, f"{CONTACT}.{key}"):
                sheet.conditional_formatting.add(place.cell, rule)


PROGRESS = {"要填": "need", "没填": "empty", "填得不对": "wrong", "要处理": "todo"}
"""The headings of the numbers in the table of progress, and what they count."""


def _progress(sheet: Worksheet, order: Order) -> int:
    for column, text in enumerate(("填报进度", *PROGRESS, "校验"), cover.LABEL):
        put(sheet, cover.PROGRESS_FROM, column, text, "分栏")
    row = cover.PROGRESS_FROM
    for row, part in enumerate(counts.parts(order), cover.PROGRESS_FROM + 1):
        name, home = _part(order, part)
        link(sheet, row, cover.LABEL, name, home.target)
        _counts(sheet, order, row, part)
    put(sheet, row + 1, cover.LABEL, "合计", "项目")
    _counts(sheet, order, row + 1, "")
    return row + 1


def _part(order: Order, part: str) -> tuple[str, Place]:
    """Return what a part of the form is called, and where it begins."""
    if part == CONTACT:
        return "联系人", next(iter(order.contacts.values()))
    table = order.edition.table.get(part)
    home = table.sheet if table else order.common.sheets["narrative"]
    return home, start(home)


def _counts(sheet: Worksheet, order: Order, row: int, part: str) -> None:
    """Write what is counted of a part, or of all."""
    for column, what in enumerate(PROGRESS.values(), cover.LABEL + 1):
        formula(sheet, row, column, counts.cell(order, what, part), "自动")
    last = cover.LABEL + len(PROGRESS) + 1
    if part == CONTACT:
        put(sheet, row, last, None, "自动左")
    else:
        formula(sheet, row, last, counts.judged(order, part), "自动左")


def _mend(sheet: Worksheet, order: Order, row: int) -> int:
    put(sheet, row, cover.LABEL, "先改这些（点击前往）", "分栏")
    spread(sheet, across(row, cover.WIDTH), "分栏")
    for rank in range(1, MEND + 1):
        spread(sheet, across(row + rank, cover.WIDTH), "链接")
        formula(sheet, row + rank, cover.LABEL, _mend_line(order, rank), "链接")
    return row + MEND + 1


def _mend_line(order: Order, rank: int) -> str:
    """Return the formula of the rank-th thing to mend: cells, failed rules, then warnings."""
    ranks = cell_sheet.column(order, CELL_RANK)
    at = f"MATCH({rank},{ranks},0)"
    state, name, target = (
        f"INDEX({cell_sheet.column(order, x)},{at})" for x in (CELL_STATE, CELL_NAME, CELL_TARGET)
    )
    blank = ",".join(f'{state}="{code}"' for code in cells.UNFILLED)
    text = f'IF(OR({blank}),"没有填：","填得不对：")&{name}'
    cell = f'HYPERLINK("#"&{target},{text})'
    line = f"MATCH({rank}-COUNT({ranks}),{check_sheet.ranked(order, RANK)},0)"
    said, content, at_cell = (
        f"INDEX({check_sheet.ranked(order, column)},{line})" for column in (RESULT, CONTENT, TARGET)
    )
    link_to = f'"#\'"&SUBSTITUTE({at_cell},"!","\'!")'
    rule = f'HYPERLINK({link_to},{said}&"："&{content})'
    return f'IF(COUNT({ranks})>={rank},{cell},IF(ISNUMBER({line}),{rule},""))'
