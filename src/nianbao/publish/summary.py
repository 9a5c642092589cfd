"""汇总.xlsx: the official tables as formulas over the units, so that every figure can be traced."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook

from nianbao import expr
from nianbao.book import official_grid, style
from nianbao.book.computed import MADE, finished
from nianbao.book.draw import formula, height, label, lines, put, spread, widths
from nianbao.book.order import Order
from nianbao.form import Box, Field, Kind, Table
from nianbao.layout import (
    HEADING,
    LEFT,
    STATE,
    SWITCH,
    across,
    area,
    cell_at,
    columns,
    down,
    letters,
    on_sheet,
    rows,
)
from nianbao.layout.summary import (
    CODE,
    LEAD,
    NUMBER,
    STATUS,
    SUMS,
    UNITS_COLUMN,
    UNITS_FROM,
    UNITS_ROW,
    UNITS_TABLE,
    UNITS_TITLE,
)
from nianbao.merge import Summary
from nianbao.publish import summary_changes, summary_lists, summary_making, summary_reasons
from nianbao.publish.names import FACE, UNITS
from nianbao.words import Common


def summary_workbook(summary: Summary, common: Common) -> bytes:
    """Return the summary workbook as the bytes of an .xlsx file, values cached."""
    return finished(draw(summary, common), summary.made.at if summary.made else MADE)


def draw(summary: Summary, common: Common) -> Workbook:
    """Draw every sheet of the summary."""
    book = Workbook()
    book.remove(book.worksheets[0])
    style.add_styles(book)
    summary_lists.write_face(book, summary, common)
    order = Order(summary.edition, common, summary.report.unit, summary.report.year)
    for table in summary.edition.tables:
        _table(book, summary, order, table)
    _units(book, summary, common)
    summary_lists.write_roster(book, summary, common)
    summary_lists.write_findings(book, summary, common)
    summary_reasons.write(book, summary)
    summary_changes.write(book, summary, common)
    summary_making.write(book, summary, common)
    book.properties.creator = "nianbao"
    book.properties.title = summary_lists.title(summary)
    return book


# --- the official tables ----------------------------------------------------------------------


def _table(book: Workbook, summary: Summary, order: Order, table: Table) -> None:
    sheet = book.create_sheet(table.sheet)
    widths(sheet, table.widths)
    label(sheet, across(HEADING, table.width), table.heading, "标题")
    unit = summary.report.unit
    who = f"{unit.name}　{summary.report.year}年度　汇总 {len(summary.counted)} 个单位"
    label(sheet, across(SWITCH, table.width), who, "说明文字")
    standing = _standing(summary, order.common)
    label(sheet, across(STATE, table.width), standing, "状态")
    if not summary.complete or summary.waived:
        mark = style.colour_rule("TRUE", "warn" if summary.complete else "wrong")
        sheet.conditional_formatting.add(cell_at(STATE, LEFT), mark)
    height(sheet, HEADING, 1, least=30)
    height(sheet, STATE, lines(standing, sum(table.widths)), least=24)
    official_grid.draw_labels(sheet, order, table)
    for field in table.fields.values():
        _figure(book, summary, order, field)
    official_grid.set_up_page(sheet, table)


def _standing(summary: Summary, common: Common) -> str:
    """Return what each table says of the sums; errors waived into them, too."""
    said = summary_lists.standing_line(summary)
    count = len(summary.waived)
    short = common.making["waived_short"].format(count=count, face=FACE)
    return f"{said}；{short}" if count else said


def _figure(book: Workbook, summary: Summary, order: Order, field: Field) -> None:
    box = on_sheet(field.box)
    sheet = book[order.layout.fields[field.key].sheet]
    look = "自动金额" if field.kind is Kind.AMOUNT else "自动"
    spread(sheet, box, look)
    if summary.report.figures.get(field.key) is None:
        return
    total = summary.edition.totals.get(field.key)
    if total is None:
        text = sum_of_units(summary, field.key)
    else:
        spell = expr.Sheet(
            areas=lambda refs: order.layout.areas(refs, sheet=sheet.title),
            text=lambda _: "",
            zero=lambda _: None,
        )
        text = expr.excel_number(total.value, spell)
    formula(sheet, box.top, box.left, text, look)


def sum_of_units(summary: Summary, key: str, *, here: bool = False) -> str:
    """Return the formula that adds a figure of every counted unit; ``here`` on their own sheet."""
    column = LEAD + 1 + list(summary.edition.fields).index(key)
    units = (column, UNITS_FROM, UNITS_FROM + len(summary.counted) - 1)
    where = down(*units) if here else area(UNITS, *units)
    if summary.edition.fields[key].kind is Kind.AMOUNT:
        return f"ROUND(SUM({where}),{expr.DECIMALS})"
    return f"SUM({where})"


# --- the units --------------------------------------------------------------------------------


def _units(book: Workbook, summary: Summary, common: Common) -> None:
    sheet = book.create_sheet(UNITS)
    edition = summary.edition
    widths(sheet, (6, 16, 28, 9))
    put(sheet, UNITS_TITLE, NUMBER, f"{summary_lists.title(summary)}：各单位数", "状态")
    top = sheet.cell(UNITS_TITLE, NUMBER)
    top.alignment = Alignment(vertical="center", wrap_text=False)
    height(sheet, UNITS_TITLE, 1, least=30)
    for column, text in enumerate(("序号", "代码", "单位", "状态"), NUMBER):
        label(sheet, Box(UNITS_TABLE, column, UNITS_COLUMN, column), text, "表头")
    _unit_headings(book, summary)
    label(sheet, across(SUMS, LEAD), f"合计（{len(summary.counted)} 个单位）", "分栏")
    for column, key in enumerate(edition.fields, LEAD + 1):
        put(sheet, SUMS, column, None, "自动金额")
        if summary.counted:
            formula(sheet, SUMS, column, sum_of_units(summary, key, here=True), "自动金额")
    row = UNITS_FROM
    for number, one in enumerate(summary.counted, 1):
        lead = (number, one.unit.code, one.unit.name, common.statuses[one.status])
        for column, value in enumerate(lead, NUMBER):
            put(sheet, row, column, value, "项目居中" if column in {NUMBER, STATUS} else "项目")
        for column, key in enumerate(edition.fields, LEAD + 1):
            value = one.counted.figure(key) if one.counted else None
            put(sheet, row, column, value, "自动金额")
        row += 1
    _left_out(book, summary, common, row + 1)
    sheet.freeze_panes = cell_at(UNITS_FROM, LEAD + 1)
    style.page(sheet, landscape=True, titles=rows(UNITS_TABLE, UNITS_COLUMN))
    sheet.print_title_cols = columns(NUMBER, LEAD)
    sheet.page_setup.scale = 55
    sheet.sheet_properties.pageSetUpPr.fitToPage = False


def _left_out(book: Workbook, summary: Summary, common: Common, row: int) -> None:
    """Name the units that are not in the sums, a line each, below those that are."""
    sheet = book[UNITS]
    if summary.left_out:
        put(sheet, row, CODE, f"未计入的 {len(summary.left_out)} 个单位", "状态")
    for lower, one in enumerate(summary.left_out, 1):
        cells = (one.unit.code, one.unit.name, common.statuses[one.status])
        for column, value in enumerate(cells, CODE):
            look = "项目居中" if column == STATUS else "项目"
            put(sheet, row + lower, column, value, look)


def _unit_headings(book: Workbook, summary: Summary) -> None:
    """Write each column's table, row and column label; none merged, so lists can be filtered."""
    sheet = book[UNITS]
    deep = 1
    for column, field in enumerate(summary.edition.fields.values(), LEAD + 1):
        table = summary.edition.table[field.table]
        money = field.kind is Kind.AMOUNT
        room = 18 if money else 12
        sheet.column_dimensions[letters(column)].width = room
        row_label = "".join(table.path(field.row.label)[-2:])
        put(sheet, UNITS_TABLE, column, table.sheet, "分栏")
        put(sheet, UNITS_ROW, column, row_label, "表头")
        put(sheet, UNITS_COLUMN, column, field.column.label.text, "表头")
        deep = max(deep, lines(row_label, room))
    height(sheet, UNITS_TABLE, 2)
    height(sheet, UNITS_ROW, deep)
    height(sheet, UNITS_COLUMN, 3)
