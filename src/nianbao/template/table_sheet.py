"""The sheet of one official table: its grid, inputs, totals, input rules and colours."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import expr
from nianbao.book import official_grid, style
from nianbao.book.draw import formula, height, label, lines, put, spread, widths
from nianbao.book.order import Order
from nianbao.check import recomputed
from nianbao.form import Edition, Field, Kind, Row, Table, cells, said
from nianbao.layout import (
    BLANKS,
    HEADING,
    LEFT,
    NIL,
    NO,
    STATE,
    SWITCH,
    SWITCH_LABEL,
    Place,
    across,
    beside_name,
    cell_at,
    grid_of,
    on_sheet,
    reference,
    switch_label_from,
)
from nianbao.report import Report
from nianbao.template import cell_sheet, check_sheet, counts, highlight, margin_sheet


def write(book: Workbook, order: Order, table: Table) -> None:
    """Draw the sheet of a table."""
    sheet = book.create_sheet(table.sheet)
    widths(sheet, table.widths)
    _top(sheet, order, table)
    official_grid.draw_labels(sheet, order, table)
    for field in table.fields.values():
        _field(sheet, order, field)
    for row in table.rows:
        _input_rules(sheet, order, table, row)
    _colours(sheet, order, table)
    margin_sheet.write(sheet, order, table)
    official_grid.set_up_page(sheet, table)


def _top(sheet: Worksheet, order: Order, table: Table) -> None:
    label(sheet, across(HEADING, table.width), table.heading, "标题")
    split = switch_label_from(table)
    spread(sheet, across(SWITCH, split - 1), "说明文字")
    who = order.layout.shows[Place(table.sheet, SWITCH, LEFT)]
    formula(sheet, SWITCH, LEFT, who, "说明文字")
    label(sheet, across(SWITCH, table.width - 1, split), SWITCH_LABEL, "项目居中")
    switch = order.layout.nil[table.key]
    put(sheet, switch.row, switch.column, _switch(order, table), "选择")
    choice = DataValidation("list", formula1=f'"{NO},{NIL},{BLANKS}"', allow_blank=False)
    _explain(choice, "空着的格", _SWITCH_PROMPT, f"请选“{NO}”“{NIL}”或“{BLANKS}”。")
    choice.add(switch.cell)
    sheet.add_data_validation(choice)
    spread(sheet, across(STATE, table.width), "状态")
    height(sheet, STATE, lines(_LONGEST_STATE, sum(table.widths)), least=20)
    formula(sheet, STATE, LEFT, f"{counts.table_state(order, table)}{_units(table)}", "状态")
    height(sheet, HEADING, 1, least=30)
    height(sheet, SWITCH, lines(SWITCH_LABEL, sum(table.widths[split - 1 : -1])), least=24)


_SWITCH_PROMPT = (
    f"{NO}：每一格都要填，没有填0。\n{NIL}（零报告）：整张表一个数都没有，空格按0计。\n"
    f"{BLANKS}：填了有数的格，其余空着的都是0，由本单位负责。"
)


_LONGEST_STATE = "○ " + "状态" * 45
"""About as long as what may stand above a table."""


def _switch(order: Order, table: Table) -> str:
    """Return what the switch of a table says: what the report declares of its blank cells."""
    report = order.report
    if report is None or not report.zero(table.key):
        return NO
    return NIL if table.key in report.nil_returns else BLANKS


def _units(table: Table) -> str:
    """Return, as the end of a formula, the units of a table's amounts: the form prints not all."""
    units = dict.fromkeys(c.unit for c in table.columns if c.kind is Kind.AMOUNT)
    return f'&"　金额单位：{"、".join(units)}"' if units else ""


def _field(sheet: Worksheet, order: Order, field: Field) -> None:
    box = on_sheet(field.box)
    total = order.edition.totals.get(field.key)
    money = field.kind is Kind.AMOUNT
    if total is not None:
        spread(sheet, box, "自动金额" if money else "自动")
        text = order.layout.totals[field.key]
        formula(sheet, box.top, box.left, text, "自动金额" if money else "自动")
    else:
        spread(sheet, box, "填金额" if money else "填数")
    if total is None or (
        order.report is not None and not _is_total(order.report, order.edition, field.key)
    ):
        put(sheet, box.top, box.left, order.figure(field.key), sheet.cell(box.top, box.left).style)


def _is_total(report: Report, edition: Edition, key: str) -> bool:
    """Whether the stated total is what the sheet computes itself (then the formula stays)."""
    given, due = report.figures.get(key), recomputed(report, edition, key)
    if given is None:
        return key not in report.figures or due is None or report.zero(key.partition(".")[0])
    if isinstance(given, str) or due is None:
        return False
    return bool(abs(due - given) < 10**-expr.DECIMALS)


def _explain(rule: DataValidation, title: str, prompt: str, error: str) -> None:
    rule.showInputMessage = rule.showErrorMessage = True  # openpyxl leaves both off
    rule.errorStyle = "stop"
    rule.promptTitle, rule.prompt = title[:32], prompt[:255]
    rule.errorTitle, rule.error = "请检查", error[:255]


def _input_rules(sheet: Worksheet, order: Order, table: Table, row: Row) -> None:
    inputs = [f for f in table.fields.values() if f.row is row and f.key in order.edition.inputs]
    for kind, unit in dict.fromkeys((f.kind, f.column.unit) for f in inputs):
        cells = [f for f in inputs if (f.kind, f.column.unit) == (kind, unit)]
        rule = number_rule(
            kind, row.short or row.label.text, f"{said(row.guidance)}没有填0。", unit
        )
        for field in cells:
            rule.add(order.layout.fields[field.key].cell)
        sheet.add_data_validation(rule)


def number_rule(kind: Kind, title: str, prompt: str, unit: str) -> DataValidation:
    """Return the input rule of a figure: what the checks refuse, Excel refuses too."""
    due = cells.bounds(kind)
    rule = DataValidation(
        "whole" if due.whole else "decimal",
        operator="between",
        formula1=str(due.least),
        formula2=str(due.most),
        allow_blank=True,
    )
    what = "整数" if due.whole else "数字"
    sign = "减少填负数" if due.least < 0 else "不能是负数"
    error = f"这里只能填{what}（单位：{unit}），{sign}，不要带“{unit}”等文字；没有填0。"
    _explain(rule, title, prompt, error)
    return rule


def _colours(sheet: Worksheet, order: Order, table: Table) -> None:
    area = grid_of(table)
    here = highlight.here(sheet, cell_at(area.top, area.left))
    check_sheet.colour(sheet, order, reference(area), here, ["fail"])
    for field in table.fields.values():
        if field.key in order.edition.inputs:
            _input_colours(sheet, order, field)
    check_sheet.colour(sheet, order, reference(area), here, ["warn"])  # what is wrong goes first


def _input_colours(sheet: Worksheet, order: Order, field: Field) -> None:
    cell = order.layout.fields[field.key]
    rules = cell_sheet.colours(order, field.key)
    last_year = expr.Ref(field.key, "prev")
    if last_year in order.layout.beside:
        was = beside_name(last_year)
        both = f"AND(ISNUMBER({was}),ISNUMBER({cell.cell}),{cell.cell}<>{was})"
        rules.append(style.colour_rule(both, "changed"))
    for rule in rules:
        sheet.conditional_formatting.add(cell.cell, rule)
