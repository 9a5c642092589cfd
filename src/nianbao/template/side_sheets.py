"""The smaller sheets: 填报说明, 上年对照, 校验结果 and the hidden 标识."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nianbao import expr
from nianbao.book import style
from nianbao.book.draw import dressed, formula, height, label, lines, put, widths
from nianbao.book.order import Order
from nianbao.errors import ABOVE
from nianbao.form import Authority, Chapter, Guidance, Severity
from nianbao.layout import (
    BEFORE,
    COMPARED,
    COMPARED_FROM,
    FINDING_COLUMNS,
    FINDINGS_FROM,
    FINDINGS_ROWS,
    HEADING,
    KIND,
    NO,
    SAID,
    YES,
    across,
    cell_at,
    letters,
    rows,
)
from nianbao.layout.hidden import IDENTITY_KEY
from nianbao.layout.lists import (
    CHANGE,
    COMPARED_INTRO,
    COMPARED_NAME,
    FINDING_PLACE,
    FINDING_SEVERITY,
    FINDING_SHOWN,
    GUIDE_NAME,
    GUIDE_NUMBER,
    GUIDE_SOURCE,
    GUIDE_TEXT,
    NOW,
    REGISTER,
)
from nianbao.report import Unit


GUIDE_WIDTHS = (6, 30, 54, 32)


def write_guide(book: Workbook, order: Order) -> None:
    """Draw 填报说明: the general points, then what every row counts.

    A line for each sentence, with where it is laid down and how binding that is.
    """
    sheet = book.create_sheet(order.common.sheets["guide"])
    widths(sheet, GUIDE_WIDTHS)
    label(sheet, across(HEADING, GUIDE_SOURCE), "填报说明", "标题")
    height(sheet, HEADING, 1, least=30)
    row = HEADING
    for chapter in (Chapter("怎么填", order.edition.guidance), *order.edition.guide):
        row = _chapter(sheet, row + 2, order, chapter)
    row = _entries(sheet, row + 2, order, ("什么时候报（报告年度的次年）", calendar(order)))
    for title, entries in _by_row(order):
        row = _entries(sheet, row + 2, order, (title, entries))
    style.page(sheet)


def binding(order: Order, one: Guidance) -> str:
    """Return where a sentence is laid down and how binding that is, as the sheet shows it."""
    return f"{order.common.authorities[one.kind.value]}：{one.source}"


def _chapter(sheet: Worksheet, row: int, order: Order, chapter: Chapter) -> int:
    label(sheet, across(row, GUIDE_SOURCE), chapter.title, "分栏")
    for number, one in enumerate(chapter.items, 1):
        row += 1
        put(sheet, row, GUIDE_NUMBER, number, "项目居中")
        label(sheet, across(row, GUIDE_TEXT, GUIDE_NAME), one.text, "项目")
        source = binding(order, one)
        put(sheet, row, GUIDE_SOURCE, source, "项目")
        needed = lines(one.text, sum(GUIDE_WIDTHS[1:3])), lines(source, GUIDE_WIDTHS[3] - 4)
        height(sheet, row, max(needed))
    return row


def calendar(order: Order) -> list[Entry]:
    """Return what is due when: of the unit, then of those that its figures go up to."""
    common, unit = order.common, order.unit
    own = (f"{order.due}前", "{above}定的报送截止；与下面不同的，按这个日子", "{above}的通知")
    other = ("另有要求的", "{above}要求更早的，从其规定", "各地做法")
    day, text, source = own if order.due else other
    found: list[Entry] = [(day, (Guidance(text, source, Authority.PRACTICE),))]
    while True:
        own_level = unit is order.unit
        above = order.above if own_level else common.words["above"]
        for date in common.levels[unit.level].dates:
            text = f"{common.kind(unit)}：{date.text.replace(ABOVE, above)}"
            said = Guidance(text, date.source, Authority(date.kind))
            found.append((f"{date.day}前", (said,)))
        up = common.superior(unit).key
        if up not in common.levels:
            return found
        unit = Unit("", "", up)


Entry = tuple[str, tuple[Guidance, ...]]
"""What a row is called, and what is said of it."""


def _entries(sheet: Worksheet, row: int, order: Order, chapter: tuple[str, Sequence[Entry]]) -> int:
    title, entries = chapter
    label(sheet, across(row, GUIDE_SOURCE), title, "分栏")
    for number, (name, guidance) in enumerate(entries, 1):
        for count, one in enumerate(guidance):
            row += 1
            put(sheet, row, GUIDE_NUMBER, None if count else number, "项目居中")
            texts = ("" if count else name, one.text, binding(order, one))
            for column, text in enumerate(texts, GUIDE_NAME):
                put(sheet, row, column, text or None, "项目")
            needed = (lines(text, GUIDE_WIDTHS[column] - 4) for column, text in enumerate(texts, 1))
            height(sheet, row, max(needed))
    return row


def _by_row(order: Order) -> list[tuple[str, list[Entry]]]:
    edition = order.edition
    chapters = [
        (
            table.heading,
            [("".join(table.path(row.label)[-2:]), row.guidance) for row in table.rows],
        )
        for table in edition.tables
    ]
    texts = [(section.heading, section.guidance) for section in edition.sections]
    texts += [(p.label, p.guidance) for s in edition.sections for p in s.parts]
    texts += [(edition.name(key), one.row.guidance) for key, one in edition.small.items()]
    notes: list[Entry] = [
        (rule.text, (Guidance(rule.remedy, rule.basis, rule.kind),))
        for rule in edition.rules
        if rule.severity is Severity.NOTE
    ]
    return [*chapters, ("文字部分", texts), ("另外注意", notes)]


def write_compare(book: Workbook, order: Order) -> None:
    """Draw 上年对照: last year's and the registers' figures beside this year's."""
    sheet = book.create_sheet(order.common.sheets["compare"])
    widths(sheet, (52, 14, 14, 14, 14))
    label(sheet, across(HEADING, REGISTER), "上年对照", "标题")
    intro = (
        "上年数由{above}预先填好，用来核对结转、现行有效等跨年关系；"
        "空着表示没有上年数，有关的校验不做。"
    )
    label(sheet, across(COMPARED_INTRO, REGISTER), intro, "说明文字")
    height(sheet, HEADING, 1, least=30)
    height(sheet, COMPARED_INTRO, lines(intro, 108))
    for column, text in enumerate(COMPARED, COMPARED_NAME):
        put(sheet, COMPARED_FROM - 1, column, text, "表头")
    for row, key in {place.row: ref.key for ref, place in order.layout.beside.items()}.items():
        name, here = order.edition.name(key), order.layout.fields[key].absolute
        was, now = (cell_at(row, column) for column in (BEFORE, NOW))
        before = order.before(key)
        put(sheet, row, COMPARED_NAME, name, "项目")
        put(sheet, row, BEFORE, before, "自动金额")
        formula(sheet, row, NOW, f'IF(ISNUMBER({here}),{here},"")', "自动金额")
        more = f'IF(COUNT({was},{now})<2,"",ROUND({now}-{was},6))'
        formula(sheet, row, CHANGE, more, "自动金额")
        known = expr.Ref(key, "register") in order.layout.beside
        put(sheet, row, REGISTER, order.register.get(key) if known else None, "自动金额")
        height(sheet, row, lines(name, 52))
    style.page(sheet, titles=rows(COMPARED_FROM - 1, COMPARED_FROM - 1))


def write_findings(book: Workbook, order: Order) -> None:
    """Draw 校验结果, the area that the button fills: unlocked, coloured cells look it up."""
    sheet = book.create_sheet(order.common.sheets["findings"])
    widths(sheet, (8, 9, 22, 60, 50, 4))
    label(sheet, across(HEADING, FINDING_SHOWN), "校验结果", "标题")
    intro = "按“校验”按钮后，这里列出要改的地方。没有按钮的，看“校验”表，结果相同。"
    label(sheet, across(SAID, FINDING_SHOWN), intro, "填短文")
    put(sheet, SAID, FINDING_PLACE, None, "填短文")
    height(sheet, HEADING, 1, least=30)
    for column, text in enumerate(FINDING_COLUMNS, FINDING_SEVERITY):
        put(sheet, FINDINGS_FROM - 1, column, text or None, "表头")
    for row in range(FINDINGS_FROM, FINDINGS_FROM + FINDINGS_ROWS):
        for column in range(FINDING_SEVERITY, FINDING_PLACE + 1):
            dressed(sheet, row, column, "填短文")
    sheet.column_dimensions[letters(FINDING_PLACE)].hidden = True
    sheet.freeze_panes = cell_at(FINDINGS_FROM, FINDING_SEVERITY)
    style.page(sheet, landscape=True, titles=rows(FINDINGS_FROM - 1, FINDINGS_FROM - 1))


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
        "under": order.unit.under or None,
        "speaks_for": order.unit.speaks_for or None,
        "local": order.edition.local or None,
        "gaps": "\n".join(order.gaps) or None,
        "deadline": order.deadline or None,
    }
    for key, place in order.layout.identity.items():
        sheet.cell(place.row, IDENTITY_KEY, key)
        cell = sheet.cell(place.row, place.column, values[key])
        if isinstance(values[key], str):
            cell.data_type = "s"
    sheet.sheet_state = "veryHidden"
