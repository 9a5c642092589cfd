"""The sheet 校验: every rule with its live result, both sides, the difference and a link."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import expr
from nianbao.book import style
from nianbao.book.draw import formula, height, label, lines, link, put, widths
from nianbao.book.order import Order
from nianbao.form import Box, Severity
from nianbao.layout import (
    ACTUAL,
    CHECK_HEADINGS,
    CHECKS_FROM,
    CONTENT,
    EXPECTED,
    GAP,
    HEADING,
    LINK,
    RANK,
    REASON,
    RESULT,
    RULE,
    SEVERITY,
    TARGET,
    VERDICT,
    Asked,
    CheckLine,
    across,
    area,
    cell_at,
    down,
    fixed_column,
    letters,
    reference,
    rows,
    so_far,
)
from nianbao.layout.lists import CHECKS_INTRO, CHECKS_NOTHING
from nianbao.report import SHORTEST_REASON
from nianbao.template import cell_sheet, highlight


WIDTHS = (9, 7, 9, 52, 11, 11, 9, 22, 34, 4)
INTRO = (
    "这里的结果随填随算：“通过”“已说明”不用管；“不符”必须改；“请核对”是提醒，数字无误的在右边"
    f"写明原因（至少{SHORTEST_REASON}个字），就成为“已说明”；“未填全”是有关的格还空着；"
    "“无对照”是没有上年数、登记数可比，不用管。"
)
ASKED = f"数字无误的，在这里写明原因（至少{SHORTEST_REASON}个字），这一条就算已说明。"
TARGETS, VERDICTS = "nianbao.checked.place", "nianbao.checked.verdict"
"""The defined names of two columns, for conditional formats (see ``marks``)."""

STATES = ("pass", "fail", "warn", "explained", "blank", "unheld")
"""What a line may come to; each has its word in ``common.words``."""


def write(book: Workbook, order: Order) -> None:
    """Draw the sheet of checks."""
    sheet = book.create_sheet(order.common.sheets["checks"])
    widths(sheet, WIDTHS)
    label(sheet, across(HEADING, REASON), "校验（勾稽关系）", "标题")
    label(sheet, across(CHECKS_INTRO, REASON), INTRO, "说明文字")
    height(sheet, HEADING, 1, least=30)
    height(sheet, CHECKS_INTRO, lines(INTRO, sum(WIDTHS) - 4))
    for column, text in CHECK_HEADINGS.items():
        put(sheet, CHECKS_FROM - 1, column, text, "表头")
    for line in order.layout.lines:
        _line(sheet, order, line)
    for asked in order.layout.asked:
        _asked_line(sheet, order, asked)
    for row in _rows(order):
        formula(sheet, row, RESULT, said(order, fixed_column(VERDICT, row)), "项目居中")
        formula(sheet, row, RANK, _rank(order, row), "自动")
    _ask(sheet, order)
    _colours(sheet, order)
    for hidden in (TARGET, RANK, VERDICT):
        sheet.column_dimensions[letters(hidden)].hidden = True
    sheet.freeze_panes = cell_at(CHECKS_FROM, RESULT)
    style.page(sheet, landscape=True, titles=rows(CHECKS_FROM - 1, CHECKS_FROM - 1))


def _line(sheet: Worksheet, order: Order, line: CheckLine) -> None:
    check, row = line.check, line.row
    spell, severity = order.layout.formulas(sheet.title), check.rule.severity
    bad = _warned(row) if severity is Severity.WARNING else '"fail"'
    says = expr.Says('"pass"', bad, '"blank"', '"unheld"')
    formula(sheet, row, VERDICT, expr.excel_verdict(check.node, spell, says), "自动")
    content = f"{check.scope}：{check.rule.text}" if check.scope else check.rule.text
    _what(sheet, order, row, (severity, check.rule.id, content))
    _sides(sheet, line, spell)
    _link(sheet, order, row, check.place)


def said(order: Order, state: str) -> str:
    """Return the formula that puts the state in a cell into words."""
    words = {one: expr.excel_text(order.common.words[one]) for one in STATES}
    tests = (f'IF({state}="{one}",{word},' for one, word in words.items())
    return f'{"".join(tests)}""{")" * len(STATES)}'


def _warned(row: int) -> str:
    """Return the formula of a warning's state: it asks, or has its reason beside it."""
    reason = fixed_column(REASON, row)
    given = f"IF(ISERROR({reason}),FALSE,{expr.excel_length(reason)}>={SHORTEST_REASON})"
    return f'IF({given},"explained","warn")'


def _ask(sheet: Worksheet, order: Order) -> None:
    """Let the cells of the reasons say what they are for, and refuse what is none."""
    asked = DataValidation(
        "textLength",
        operator="greaterThanOrEqual",
        formula1=str(SHORTEST_REASON),
        allow_blank=True,
    )
    asked.showInputMessage = asked.showErrorMessage = True
    asked.errorStyle = "stop"
    asked.promptTitle, asked.prompt = "情况说明", ASKED
    asked.errorTitle, asked.error = "太短了", ASKED
    for place in order.layout.reasons:
        asked.add(place.cell)
    if order.layout.reasons:
        sheet.add_data_validation(asked)


def _what(sheet: Worksheet, order: Order, row: int, what: tuple[Severity, str, str]) -> None:
    severity, rule, content = what
    put(sheet, row, SEVERITY, order.common.severities[severity.value], "项目居中")
    put(sheet, row, RULE, rule, "项目居中")
    put(sheet, row, CONTENT, content, "项目")
    put(sheet, row, REASON, None, "填短文" if severity is Severity.WARNING else "项目")
    height(sheet, row, lines(content, WIDTHS[CONTENT - 1]))


def _asked_line(sheet: Worksheet, order: Order, asked: Asked) -> None:
    """Draw the line on which the content of a single cell is explained (too many decimals)."""
    rule, key, row = asked.rule.key, asked.field, asked.row
    state = cell_sheet.state_cell(order, key)
    verdict = f'IF({state}="{rule}",{_warned(row)},IF({state}="","pass","blank"))'
    formula(sheet, row, VERDICT, verdict, "自动")
    wording = order.common.catalogue[rule]
    content = f"{order.edition.name(key)}：{wording.basis}"
    _what(sheet, order, row, (wording.severity, wording.rule, content))
    for column in (ACTUAL, EXPECTED, GAP):
        put(sheet, row, column, None, "自动金额")
    _link(sheet, order, row, key)


def _rows(order: Order) -> range:
    """Return the rows of the checks and of the single cells."""
    count = len(order.layout.lines) + len(order.layout.asked)
    return range(CHECKS_FROM, CHECKS_FROM + count)


def _rank(order: Order, row: int) -> str:
    """Return the formula of a line's rank among what is to mend: errors first, "" if nothing."""
    due = _rows(order)
    here, above = fixed_column(VERDICT, row), so_far(VERDICT, due[0], row)
    after = f'COUNTIF({down(VERDICT, due[0], due[-1])},"fail")+COUNTIF({above},"warn")'
    return f'IF({here}="fail",COUNTIF({above},"fail"),IF({here}="warn",{after},""))'


def _sides(sheet: Worksheet, line: CheckLine, spell: expr.Sheet) -> None:
    row, node = line.row, line.check.node
    for column in (ACTUAL, EXPECTED, GAP):
        put(sheet, row, column, None, "自动金额")
    if not isinstance(node, expr.Compare):
        return
    here, there = node.left, node.right
    if there == expr.Ref(line.check.place):
        here, there = there, here
    blank = expr.excel_blank(node, spell)
    for column, side in ((ACTUAL, here), (EXPECTED, there)):
        text = f'IF({blank},"",{expr.excel_number(side, spell)})'
        formula(sheet, row, column, text, "自动金额")
    a, b = (cell_at(row, column) for column in (ACTUAL, EXPECTED))
    formula(sheet, row, GAP, f'IF(COUNT({a},{b})<2,"",ROUND({a}-{b},6))', "自动金额")


def _link(sheet: Worksheet, order: Order, row: int, key: str) -> None:
    place = order.layout.place(key)
    if place is None:  # no rule is placed nowhere: ``form`` refuses it
        raise KeyError(key)
    link(sheet, row, LINK, f"{place.sheet} {place.cell}", order.layout.name_of(key))
    put(sheet, row, TARGET, f"{place.sheet}!{place.cell}", "项目")


def _colours(sheet: Worksheet, order: Order) -> None:
    due = _rows(order)
    where = reference(Box(due[0], RESULT, due[-1], RESULT))
    looks = {"fail": "wrong", "warn": "warn", "pass": "good", "explained": "good"}
    for state, look in looks.items():
        test = f'{fixed_column(VERDICT, due[0])}="{state}"'
        sheet.conditional_formatting.add(where, style.colour_rule(test, look))


def verdicts(order: Order, part: str = "", column: int = VERDICT) -> str:
    """Return the states of all checks (or of those of a table, of the texts) as a range."""
    layout = order.layout
    found = [line.row for line in layout.lines if part in {"", layout.part(line.check.place)}]
    if not found:  # no rule of the part applies to the level
        found = [CHECKS_NOTHING]
    return _area(order, found, column)


def ranked(order: Order, column: int) -> str:
    """Return a column of all lines, those on single cells too, as a range."""
    return _area(order, _rows(order), column)


def _area(order: Order, due: Sequence[int], column: int) -> str:
    """Return a column from the first to the last of the rows, for a formula on any sheet."""
    return area(order.common.sheets["checks"], column, due[0], due[-1])


def count(order: Order, state: str, part: str) -> str:
    """Return the formula that counts the checks in a state, those on single cells too."""
    areas = [verdicts(order, part)]
    asked = [one.row for one in order.layout.asked if order.layout.part(one.field) == part]
    areas += [_area(order, asked, VERDICT)] if asked else []
    return "+".join(f'COUNTIF({area},"{state}")' for area in areas)


def ranges(order: Order) -> dict[str, str]:
    """Return the defined names of the places and states of all checks."""
    return {TARGETS: verdicts(order, column=TARGET), VERDICTS: verdicts(order)}


def count_at(state: str, here: str) -> str:
    """Return the formula that counts the checks placed at ``here`` that are in a state."""
    return f'COUNTIFS({TARGETS},{here},{VERDICTS},"{state}")'


def colour(
    sheet: Worksheet, order: Order, area: str, here: str, states: Sequence[str] = ("fail", "warn")
) -> None:
    """Colour the cells of an area at which a check fails, or the button listed something.

    Of two colours the one that is given to the sheet first is seen.
    """
    looks = {"fail": ("wrong", Severity.ERROR), "warn": ("warn", Severity.WARNING)}
    for state in states:
        look, severity = looks[state]
        told = f"{highlight.listed(order, severity, here)}+{count_at(state, here)}>0"
        sheet.conditional_formatting.add(area, style.colour_rule(told, look))
