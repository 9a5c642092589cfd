"""The sheet 文字部分: the sections of text, with the figures that stand below one."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import expr
from nianbao.book import style
from nianbao.book.draw import LINE, formula, height, label, lines, put, spread, widths
from nianbao.book.order import Order
from nianbao.form import Box, Inset, Section, said
from nianbao.layout import HEADING, Place, across, reference
from nianbao.layout.narrative import TEXT, TEXT_LABEL, TEXT_LENGTH, TEXT_NOTE
from nianbao.template import cell_sheet, check_sheet, highlight
from nianbao.template.table_sheet import number_rule


WIDTHS = (18, 140, 12, 24)
LONGEST_TYPED = 8000
ROOM = 1000
"""Characters for which each text's row is high enough from the start."""

LETTERS, LINES = 66, 26
"""Characters of 中文 in a line of a text, and the lines that a row can be high in Excel (409.5
points): what is longer cannot be seen or printed."""

TOO_LONG = "◀ 太长，一格显示不全，打印也会缺；请改短，或报送时另附全文。"
SENTENCE = "自动成句（上面两格填好就有）"


def write(book: Workbook, order: Order) -> None:
    """Draw the sheet of texts."""
    sheet = book.create_sheet(order.common.sheets["narrative"])
    widths(sheet, WIDTHS)
    label(sheet, across(HEADING, TEXT_LENGTH), "文字部分", "标题")
    height(sheet, HEADING, 1, least=30)
    for section in order.edition.sections:
        _section(sheet, order, section)
    for inset in order.edition.insets:
        _inset(sheet, order, inset)
    for place in [*order.layout.texts.values(), *order.layout.small.values()]:
        check_sheet.colour(sheet, order, place.cell, highlight.at(place))
    style.page(sheet, landscape=True)
    last = max(place.row for place in [*order.layout.texts.values(), *_below(order)])
    sheet.print_area = reference(Box(HEADING, TEXT_LABEL, last, TEXT_LENGTH))


def _below(order: Order) -> list[Place]:
    return list(order.layout.sentence.values())


def _section(sheet: Worksheet, order: Order, section: Section) -> None:
    top = order.layout.texts[section.text_keys[0]].row - 1
    label(sheet, across(top, TEXT), section.heading, "分栏")
    _count(sheet, order, section)
    names = [(part.label, part.guidance) for part in section.parts] or [("正文", section.guidance)]
    for key, (name, guidance) in zip(section.text_keys, names, strict=True):
        _text(sheet, order, key, name, said(guidance or section.guidance))


def _count(sheet: Worksheet, order: Order, section: Section) -> None:
    """Count a section's characters above its parts, against the limit that a rule sets."""
    parts = [order.layout.lengths[key] for key in section.text_keys]
    above = parts[0]._replace(row=parts[0].row - 1)
    formula(sheet, above.row, above.column, "+".join(place.cell for place in parts), "分栏")
    limit = order.edition.text_limits.get(section.key)
    cell = sheet.cell(above.row, above.column)
    cell.number_format = f'0"/{limit}字"' if limit else '0"字"'
    if limit:
        over = style.colour_rule(f"{above.cell}>{limit}", "warn")
        sheet.conditional_formatting.add(above.cell, over)


def _text(sheet: Worksheet, order: Order, key: str, name: str, guidance: str) -> None:
    place = order.layout.texts[key]
    given = order.report.narrative.get(key) if order.report else None
    put(sheet, place.row, TEXT_LABEL, name, "项目")
    put(sheet, place.row, place.column, given or None, "填文字")
    _room(sheet, place, given or "")
    formula(sheet, place.row, TEXT_LENGTH, expr.excel_length(place.cell), "自动")
    blank = '[=0]"○ 还没有写";' if key in order.edition.required_texts else ""
    sheet.cell(place.row, TEXT_LENGTH).number_format = f'{blank}0"字"'
    rule = DataValidation(
        "textLength", operator="lessThanOrEqual", formula1=str(LONGEST_TYPED), allow_blank=True
    )
    rule.showInputMessage = rule.showErrorMessage = True
    rule.promptTitle, rule.prompt = name[:32], guidance[:255]
    rule.errorTitle, rule.error = "太长了", f"这一格最多{LONGEST_TYPED}字。"
    rule.add(place.cell)
    sheet.add_data_validation(rule)


class _Growing(RowDimension):
    """A row that programs make as high as its text when that changes, as its height is no wish."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 - openpyxl's name
        """Say that nobody chose the height."""
        return False


def _room(sheet: Worksheet, place: Place, given: str) -> None:
    """Make a text's row high enough, and say beside it when no row can be."""
    text = place.cell
    needed = max(lines(given, WIDTHS[1]), -(-ROOM // LETTERS))
    row = _Growing(sheet, index=place.row)
    row.height = min(needed, LINES) * LINE + 5
    sheet.row_dimensions[place.row] = row
    breaks = f'LEN({text})-LEN(SUBSTITUTE({text},CHAR(10),""))'
    over = f"LEN({text})/{LETTERS}+{breaks}>{LINES}"
    note = place._replace(column=TEXT_NOTE)
    formula(sheet, note.row, note.column, f'IF({over},"{TOO_LONG}","")', "说明文字")
    sheet.conditional_formatting.add(note.cell, style.colour_rule(over, "warn"))


def _inset(sheet: Worksheet, order: Order, inset: Inset) -> None:
    """Draw the figures below a section, and the sentence that they make."""
    for key, field in inset.fields.items():
        place, name, unit = order.layout.small[key], field.row.label.text, field.column.unit
        put(sheet, place.row, TEXT_LABEL, name, "项目")
        given = order.report.figures.get(key) if order.report else None
        put(sheet, place.row, place.column, given, "填金额")
        put(sheet, place.row, TEXT_LENGTH, unit, "自动")
        rule = number_rule(field.kind, name, said(field.row.guidance), unit)
        rule.add(place.cell)
        sheet.add_data_validation(rule)
        for colour in cell_sheet.colours(order, key):
            sheet.conditional_formatting.add(place.cell, colour)
        height(sheet, place.row, lines(name, WIDTHS[0]))
    row = order.layout.sentence[inset.section].row
    put(sheet, row, TEXT_LABEL, SENTENCE, "项目")
    spread(sheet, across(row, TEXT_LENGTH, TEXT), "自动左")
    formula(sheet, row, TEXT, _sentence(order, inset), "自动左")
    height(sheet, row, lines(SENTENCE, WIDTHS[0]))


def _sentence(order: Order, inset: Inset) -> str:
    """Return the formula of ``check.sentence``; what is put into the sentence becomes cells."""
    known = {key: order.layout.small[key].cell for key in inset.fields}
    year, shown = f'"&{order.identity("year")}&"', {key: f'"&{x}&"' for key, x in known.items()}
    some, none = (f'"{inset.sentence(year, shown, any_=any_)}"' for any_ in (True, False))
    count, total = ",".join(known.values()), "+".join(f"N({x})" for x in known.values())
    return f'IF(COUNT({count})<{len(known)},"",IF({total}=0,{none},{some}))'
