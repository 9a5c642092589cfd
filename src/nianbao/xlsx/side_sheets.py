"""The smaller sheets: 填报说明, 上年对照, 校验结果 and the hidden 标识."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import expr
from nianbao.form import Box, Chapter, Severity
from nianbao.layout import (
    COMPARED,
    COMPARED_FROM,
    FINDING_COLUMNS,
    FINDINGS_FROM,
    FINDINGS_ROWS,
    IDENTITY,
    KIND,
    NO,
    SAID,
    YES,
)
from nianbao.xlsx import style
from nianbao.xlsx.draw import formula, height, label, lines, put, widths
from nianbao.xlsx.order import Order


GUIDE_WIDTHS = (6, 32, 56, 22)


def write_guide(book: Workbook, order: Order) -> None:
    """Draw 填报说明: the general points, then what every row counts."""
    sheet = book.create_sheet(order.common.sheets["guide"])
    widths(sheet, GUIDE_WIDTHS)
    label(sheet, Box(1, 1, 1, 4), "填报说明", "标题")
    height(sheet, 1, 1, least=30)
    row = 1
    for chapter in _general(order):
        row = _chapter(sheet, row + 2, chapter)
    for title, entries in _by_row(order):
        row = _entries(sheet, row + 2, title, entries)
    style.page(sheet)


def _general(order: Order) -> list[Chapter]:
    """Return the chapters on the whole form; the calendar is what the levels say."""
    edition, levels = order.edition, order.common.levels
    calendar = [
        f"{one.label}：{one.deadline}前报给{levels[one.up].label}（县里另有要求的，从其规定）。"
        if one.up in levels and one.up != one.key
        else f"{one.label}：{one.deadline}前报送并公布。"
        for one in levels.values()
    ]
    law = "《政府信息公开条例》第四十九条"
    return [
        Chapter("怎么填", edition.citation, edition.guidance),
        *edition.guide,
        Chapter("什么时候报（报告年度的次年）", law, tuple(calendar)),
    ]


def _chapter(sheet: Worksheet, row: int, chapter: Chapter) -> int:
    label(sheet, Box(row, 1, row, 4), f"{chapter.title}（依据：{chapter.source}）", "分栏")
    for number, text in enumerate(chapter.items, 1):
        row += 1
        put(sheet, row, 1, number, "项目居中")
        label(sheet, Box(row, 2, row, 4), text, "项目")
        height(sheet, row, lines(text, sum(GUIDE_WIDTHS[1:])))
    return row


Entry = tuple[str, str, str]
"""What a row is called, what it counts, and where that is laid down."""


def _entries(sheet: Worksheet, row: int, title: str, entries: list[Entry]) -> int:
    label(sheet, Box(row, 1, row, 4), title, "分栏")
    for number, texts in enumerate(entries, 1):
        row += 1
        put(sheet, row, 1, number, "项目居中")
        for column, text in enumerate(texts, 2):
            put(sheet, row, column, text, "项目")
        needed = (lines(text, GUIDE_WIDTHS[column]) for column, text in enumerate(texts, 1))
        height(sheet, row, max(needed))
    return row


def _by_row(order: Order) -> list[tuple[str, list[Entry]]]:
    edition = order.edition
    law = edition.citation
    chapters = [
        (
            table.heading,
            [
                ("".join(table.path(row.label)[-2:]), row.guidance, row.source or law)
                for row in table.rows
            ],
        )
        for table in edition.tables
    ]
    texts = [(section.heading, section.guidance, law) for section in edition.sections]
    texts += [(p.label, p.guidance, law) for s in edition.sections for p in s.parts if p.guidance]
    notes = [(r.text, r.remedy, r.basis) for r in edition.rules if r.severity is Severity.NOTE]
    return [*chapters, ("文字部分", texts), ("另外注意", notes)]


def write_compare(book: Workbook, order: Order) -> None:
    """Draw 上年对照: last year's and the registers' figures beside this year's."""
    sheet = book.create_sheet(order.common.sheets["compare"])
    widths(sheet, (52, 14, 14, 14, 14))
    label(sheet, Box(1, 1, 1, 5), "上年对照", "标题")
    intro = (
        "上年数由县里预先填好，用来核对结转、现行有效等跨年关系；"
        "空着表示没有上年数，有关的校验不做。"
    )
    label(sheet, Box(2, 1, 2, 5), intro, "说明文字")
    height(sheet, 1, 1, least=30)
    height(sheet, 2, lines(intro, 108))
    for column, text in enumerate(COMPARED, 1):
        put(sheet, COMPARED_FROM - 1, column, text, "表头")
    for row, key in {place.row: ref.key for ref, place in order.layout.beside.items()}.items():
        name, here = order.edition.name(key), order.layout.fields[key].absolute
        put(sheet, row, 1, name, "项目")
        put(sheet, row, 2, order.previous.figure(key) if order.previous else None, "自动金额")
        formula(sheet, row, 3, f'IF(ISNUMBER({here}),{here},"")', "自动金额")
        formula(sheet, row, 4, f'IF(COUNT(B{row},C{row})<2,"",ROUND(C{row}-B{row},6))', "自动金额")
        known = expr.Ref(key, "register") in order.layout.beside
        put(sheet, row, 5, order.register.get(key) if known else None, "自动金额")
        height(sheet, row, lines(name, 52))
    style.page(sheet, titles="3:3")


def write_findings(book: Workbook, order: Order) -> None:
    """Draw 校验结果, the area that the button fills: unlocked, coloured cells look it up."""
    sheet = book.create_sheet(order.common.sheets["findings"])
    widths(sheet, (8, 9, 22, 60, 50, 4))
    label(sheet, Box(1, 1, 1, 5), "校验结果", "标题")
    intro = "按“校验”按钮后，这里列出要改的地方。没有按钮的，看“校验”表，结果相同。"
    label(sheet, Box(SAID, 1, SAID, 5), intro, "填短文")
    put(sheet, SAID, 6, None, "填短文")
    height(sheet, 1, 1, least=30)
    for column, text in enumerate(FINDING_COLUMNS, 1):
        put(sheet, FINDINGS_FROM - 1, column, text or None, "表头")
    for row in range(FINDINGS_FROM, FINDINGS_FROM + FINDINGS_ROWS):
        for column in range(1, 7):
            sheet.cell(row, column).style = "填短文"
    sheet.column_dimensions["F"].hidden = True
    sheet.freeze_panes = f"A{FINDINGS_FROM}"
    style.page(sheet, landscape=True, titles=f"{FINDINGS_FROM - 1}:{FINDINGS_FROM - 1}")


def write_identity(book: Workbook, order: Order, *, template: str, generator: str) -> None:
    """Write the very hidden 标识: what this workbook is, for whom, made from what."""
    sheet = book.create_sheet(order.common.sheets["identity"])
    values = {
        "kind": KIND,
        "edition": order.edition.id,
        "year": order.year,
        "code": order.unit.code,
        "name": order.unit.name,
        "level": order.unit.level,
        "template": template,
        "generator": generator,
        "complete": YES if order.complete else NO,
        "gaps": "\n".join(order.gaps) or None,
    }
    for row, key in enumerate(IDENTITY, 1):
        sheet.cell(row, 1, key)
        cell = sheet.cell(row, 2, values[key])
        if isinstance(values[key], str):
            cell.data_type = "s"
    sheet.sheet_state = "veryHidden"
