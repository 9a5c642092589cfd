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
    TEXTS,
    WHO,
    WHO_FROM,
    Place,
    quoted,
    reference,
)
from nianbao.report import CONTACT
from nianbao.template import cell_sheet, check_sheet, counts, highlight


WIDTHS = (18, 13, 13, 13, 18, 30)
PROGRESS_FROM = 13
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
    highlight.mark(sheet, order, [Place(sheet.title, row, 2) for row in (8, 9)])
    after = _mend(sheet, order, _progress(sheet, order) + 1)
    for row in range(5, after):
        height(sheet, row, 1)
    for row, text in enumerate(_steps(order), after + 1):
        label(sheet, Box(row, 1, row, 6), text, "说明文字")
        height(sheet, row, 1)
    style.page(sheet)


def _steps(order: Order) -> Iterator[str]:
    tables, shared = order.edition.tables, order.common.sheets
    names = "".join(f"“{table.sheet}”" for table in tables)
    count = COUNTS[len(tables)] if len(tables) < len(COUNTS) else str(len(tables))
    own = {"tables": names, "count": count, "above": order.above}
    yield from (text.format(**own, **shared) for text in STEPS)


def _title(sheet: Worksheet, order: Order) -> None:
    spread(sheet, Box(1, 1, 1, 6), "标题")
    formula(sheet, 1, 1, order.layout.shows[Place(sheet.title, 1, 1)], "标题")
    standing = "" if order.complete else f"{PROVISIONAL}有单位没有计入，不能正式上报】　"
    label(sheet, Box(2, 1, 2, 6), f"{standing}填报表　格式依据：{order.edition.citation}", "副题")
    if not order.complete:
        sheet.conditional_formatting.add("A2:F2", style.colour_rule("TRUE", "wrong"))
    if order.gaps:
        _gaps(sheet, order)
    spread(sheet, Box(3, 1, 3, 6), "状态")
    verdict = counts.verdict(order) if order.complete else UNFINISHED
    formula(sheet, 3, 1, verdict, "状态")
    colour_verdict(sheet, order, Box(3, 1, 3, 6))
    height(sheet, 1, 1, least=36)
    height(sheet, 3, 1, least=30)


def _gaps(sheet: Worksheet, order: Order) -> None:
    text = f"没有计入或含有错误的：{listed(order.gaps)}"[:SHOWN]
    label(sheet, Box(4, 1, 4, 6), text, "说明文字")
    height(sheet, 4, lines(text, sum(WIDTHS)))


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
    put(sheet, 5, 1, "填报单位", "分栏")
    spread(sheet, Box(5, 1, 5, 3), "分栏")
    level = order.common.levels[order.unit.level]
    known = [key for key in WHO if key != "level"]
    for row, key in enumerate(known, WHO_FROM):
        _pair(sheet, row, WHO[key])
        formula(sheet, row, 2, order.layout.shows[order.layout.who[key]], "自动左")
    for row, (text, value) in enumerate(
        (
            (WHO["level"], order.common.kind(order.unit)),
            ("报送截止", order.due or f"{order.year + 1}年{level.deadline}"),
        ),
        9,
    ):
        _pair(sheet, row, text)
        put(sheet, row, 2, value, "自动左")
        height(sheet, row, lines(value, sum(WIDTHS[1:3])))
    _whom(sheet, order)


def _whom(sheet: Worksheet, order: Order) -> None:
    """Say, beside the deadline, whom the unit reports to."""
    whom = f"{order.above}（{order.common.superior(order.unit).body}）"
    put(sheet, 10, 5, "报送对象", "项目")
    put(sheet, 10, 6, whom, "自动左")
    height(sheet, 10, lines(whom, WIDTHS[5]))


def _pair(sheet: Worksheet, row: int, text: str) -> None:
    put(sheet, row, 1, text, "项目")
    spread(sheet, Box(row, 2, row, 3), "自动左")


def _people(sheet: Worksheet, order: Order) -> None:
    spread(sheet, Box(5, 5, 5, 6), "分栏")
    put(sheet, 5, 5, "联系人（请填写）", "分栏")
    given = order.report.contact if order.report else {}
    for key, place in order.layout.contact(list(order.common.contact)).items():
        put(sheet, place.row, 5, order.common.contact[key], "项目")
        put(sheet, place.row, place.column, given.get(key) or None, "填短文")
        if key in order.common.contact_needed:
            for rule in cell_sheet.colours(order, f"{CONTACT}.{key}"):
                sheet.conditional_formatting.add(place.cell, rule)


PROGRESS = {"要填": "need", "没填": "empty", "填得不对": "wrong", "要处理": "todo"}
"""The headings of the numbers in the table of progress, and what they count."""


def _progress(sheet: Worksheet, order: Order) -> int:
    for column, text in enumerate(("填报进度", *PROGRESS, "校验"), 1):
        put(sheet, PROGRESS_FROM, column, text, "分栏")
    cover, narrative = (order.common.sheets[key] for key in ("cover", "narrative"))
    row = PROGRESS_FROM
    for row, part in enumerate(counts.parts(order), PROGRESS_FROM + 1):
        table = order.edition.table.get(part)
        name = table.sheet if table else {TEXTS: narrative, CONTACT: "联系人"}[part]
        home = table.sheet if table else {TEXTS: narrative, CONTACT: cover}[part]
        cell = next(iter(order.contacts.values())).cell if part == CONTACT else "A1"
        link(sheet, row, 1, name, f"{quoted(home)}!{cell}")
        _counts(sheet, order, row, part)
    put(sheet, row + 1, 1, "合计", "项目")
    _counts(sheet, order, row + 1, "")
    return row + 1


def _counts(sheet: Worksheet, order: Order, row: int, part: str) -> None:
    """Write what is counted of a part, or of all."""
    for column, what in enumerate(PROGRESS.values(), 2):
        formula(sheet, row, column, counts.cell(order, what, part), "自动")
    last = len(PROGRESS) + 2
    if part == CONTACT:
        put(sheet, row, last, None, "自动左")
    else:
        formula(sheet, row, last, counts.judged(order, part), "自动左")


def _mend(sheet: Worksheet, order: Order, row: int) -> int:
    put(sheet, row, 1, "先改这些（点击前往）", "分栏")
    spread(sheet, Box(row, 1, row, 6), "分栏")
    for rank in range(1, MEND + 1):
        spread(sheet, Box(row + rank, 1, row + rank, 6), "链接")
        formula(sheet, row + rank, 1, _mend_line(order, rank), "链接")
    return row + MEND + 1


def _mend_line(order: Order, rank: int) -> str:
    """Return the formula of the rank-th thing to mend: cells, failed rules, then warnings."""
    ranks = cell_sheet.column(order, "D")
    at = f"MATCH({rank},{ranks},0)"
    state, name, target = (f"INDEX({cell_sheet.column(order, x)},{at})" for x in "CBE")
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
