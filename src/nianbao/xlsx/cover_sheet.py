"""The first sheet 首页: who, which year, how far, what to mend first, and whom to ask."""

from __future__ import annotations

import functools

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import expr
from nianbao.form import Box, Table
from nianbao.layout import (
    CONTENT,
    RANK,
    RESULT,
    TARGET,
    TEXTS,
    Place,
    letters,
    quoted,
    reference,
)
from nianbao.xlsx import cell_sheet, check_sheet, marks, style
from nianbao.xlsx.draw import formula, height, label, lines, link, put, spread, widths
from nianbao.xlsx.order import Order


WIDTHS = (18, 13, 13, 13, 18, 30)
PROGRESS_FROM = 13
MEND = 6
STEPS = (
    "一、先填“二、主动公开”“三、依申请公开”“四、复议诉讼”三张表的淡黄色格，没有的填0；总计自动算。",
    "二、再填“文字部分”。每一格填什么，点中格子会有提示，也可以看“填报说明”。",
    "三、看本页最上面一行：显示“可以上报”就保存，把这个文件报给{above}；不要改文件里的表格。",
)


def write(book: Workbook, order: Order) -> None:
    """Draw the first sheet."""
    sheet = book.create_sheet(order.common.sheets["cover"], 0)
    widths(sheet, WIDTHS)
    _title(sheet, order)
    _who(sheet, order)
    _people(sheet, order)
    marks.mark(sheet, order, [Place(sheet.title, row, 2) for row in (8, 9)])
    after = _mend(sheet, order, _progress(sheet, order) + 1)
    for row in range(5, after):
        height(sheet, row, 1)
    for row, text in enumerate(STEPS, after + 1):
        label(sheet, Box(row, 1, row, 6), text, "说明文字")
        height(sheet, row, 1)
    style.page(sheet)


def _title(sheet: Worksheet, order: Order) -> None:
    spread(sheet, Box(1, 1, 1, 6), "标题")
    unit, year = order.identity("name"), order.identity("year")
    blank = f'IF({unit}="","（单位名称）",{unit})'
    parts = order.edition.report_title.format(unit=f'"&{blank}&"', year=f'"&{year}&"')
    formula(sheet, 1, 1, f'"{parts}"', "标题")
    standing = "" if order.complete else "【暂定数：有单位没有计入，不能正式上报】　"
    label(sheet, Box(2, 1, 2, 6), f"{standing}填报表　格式依据：{order.edition.citation}", "副题")
    if not order.complete:
        sheet.conditional_formatting.add("A2:F2", style.colour_rule("TRUE", "wrong"))
    spread(sheet, Box(3, 1, 3, 6), "状态")
    formula(sheet, 3, 1, verdict(order), "状态")
    colour_verdict(sheet, Box(3, 1, 3, 6))
    height(sheet, 1, 1, least=36)
    height(sheet, 3, 1, least=30)


def colour_verdict(sheet: Worksheet, box: Box) -> None:
    """Colour the line of ``verdict`` in a box by what it says."""
    said = f"${letters(box.left)}${box.top}"
    for test, look in (
        (f'LEFT({said},1)="✗"', "wrong"),
        (f'ISNUMBER(FIND("提醒",{said}))', "warn"),
        (f'LEFT({said},1)="✓"', "good"),
    ):
        sheet.conditional_formatting.add(reference(box), style.colour_rule(test, look))


def verdict(order: Order) -> str:
    """Return the formula of the one line that says whether the workbook can be sent."""
    todo, warn = check_sheet.errors(order), check_sheet.warnings(order)
    reminded = f'IF({warn}>0,"（有 "&({warn})&" 处提醒，请核对或写明原因）","")'
    return f'IF({todo}>0,"✗ 还有 "&({todo})&" 处需要处理","✓ 可以上报"&{reminded})'


def _who(sheet: Worksheet, order: Order) -> None:
    put(sheet, 5, 1, "填报单位", "分栏")
    spread(sheet, Box(5, 1, 5, 3), "分栏")
    level = order.common.levels[order.unit.level]
    known = {"name": "单位名称", "code": "单位代码", "year": "报告年度"}
    for row, (key, text) in enumerate(known.items(), 6):
        _pair(sheet, row, text)
        formula(sheet, row, 2, f'IF({order.identity(key)}="","",{order.identity(key)})', "自动左")
    for row, (text, value) in enumerate(
        (
            ("单位类别", order.common.kind(order.unit)),
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


def _progress(sheet: Worksheet, order: Order) -> int:
    head = ("填报进度", "要填", "已填", "没填", "填得不对", "校验")
    for column, text in enumerate(head, 1):
        put(sheet, PROGRESS_FROM, column, text, "分栏")
    row = PROGRESS_FROM
    for table in order.edition.tables:
        row += 1
        _table_progress(sheet, order, table, row)
    row += 1
    _text_progress(sheet, order, row)
    return row


def _table_progress(sheet: Worksheet, order: Order, table: Table, row: int) -> None:
    link(sheet, row, 1, table.sheet, f"{quoted(table.sheet)}!A1")
    first, last = cell_sheet.rows(order, table.key)
    put(sheet, row, 2, last - first + 1, "自动")
    formula(sheet, row, 3, f"B{row}-D{row}", "自动")
    formula(sheet, row, 4, cell_sheet.blanks(order, table.key), "自动")
    formula(sheet, row, 5, cell_sheet.wrong(order, table.key), "自动")
    formula(sheet, row, 6, _judged(order, table.key), "自动左")


def _judged(order: Order, part: str) -> str:
    """Return the formula of how the checks of a part stand, in words and numbers."""
    words, count = order.common.words, functools.partial(check_sheet.count, order)
    said = "".join(
        f'&IF({count(word, part)}>0,"　{words[word]} "&{count(word, part)},"")'
        for word in ("fail", "warn", "blank")
    )
    return f'"{words["pass"]} "&{count("pass", part)}{said}'


def _text_progress(sheet: Worksheet, order: Order, row: int) -> None:
    name = order.common.sheets["narrative"]
    link(sheet, row, 1, name, f"{quoted(name)}!A1")
    needed = [order.layout.texts[key] for key in order.edition.required_texts]
    blank = [f"IF({expr.excel_empty(place.absolute)},1,0)" for place in needed]
    fee = [cell_sheet.blanks(order, TEXTS)] if order.layout.fee else []
    put(sheet, row, 2, len(needed) + len(order.layout.fee), "自动")
    formula(sheet, row, 3, f"B{row}-D{row}", "自动")
    formula(sheet, row, 4, "+".join([*blank, *fee]), "自动")
    put(sheet, row, 5, None, "自动")
    if order.layout.fee:
        formula(sheet, row, 5, cell_sheet.wrong(order, TEXTS), "自动")
    formula(sheet, row, 6, _judged(order, TEXTS), "自动左")


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
    blank = ",".join(f'{state}="{code}"' for code in cell_sheet.BLANK)
    text = f'IF(OR({blank}),"没有填：","填得不对：")&{name}'
    cell = f'HYPERLINK("#"&{target},{text})'
    line = f"MATCH({rank}-COUNT({ranks}),{check_sheet.ranked(order, RANK)},0)"
    said, content, at_cell = (
        f"INDEX({check_sheet.ranked(order, column)},{line})" for column in (RESULT, CONTENT, TARGET)
    )
    link_to = f'"#\'"&SUBSTITUTE({at_cell},"!","\'!")'
    rule = f'HYPERLINK({link_to},{said}&"："&{content})'
    return f'IF(COUNT({ranks})>={rank},{cell},IF(ISNUMBER({line}),{rule},""))'
