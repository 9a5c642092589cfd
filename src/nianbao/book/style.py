"""The named styles of every workbook, and the page set-up. Colours are WCAG AA on their fill."""

from __future__ import annotations

from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet


FONT = "宋体"
BAND = "C6D9F1"
INPUT = "FFFFF0"
QUIET = "F2F2F2"
BLANK = "FFF2CC"
WRONG, WRONG_TEXT = "F8CBAD", "7F0000"
WARN, WARN_TEXT = "FFE699", "5F4700"
GOOD, GOOD_TEXT = "D5E8D4", "1E4D1E"
LINK = "0B4F9E"

_EDGE = Side(style="thin", color="7F7F7F")
_GRID = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)


def fill(colour: str) -> PatternFill:
    """Return a plain fill; the same object serves cells and conditional formats."""
    return PatternFill("solid", start_color=colour, end_color=colour, bgColor=colour)


class _Look(DifferentialStyle):
    """What a conditional format shows. There is one of each, so that none need be compared."""

    __elements__ = DifferentialStyle.__elements__
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def __init__(self, back: str | None, **font: Any) -> None:
        super().__init__(fill=fill(back) if back else None, font=Font(**font))


_LOOKS = {
    "wrong": _Look(WRONG, bold=True, color=WRONG_TEXT),
    "warn": _Look(WARN, color=WARN_TEXT),
    "good": _Look(GOOD, color=GOOD_TEXT),
    "blank": _Look(BLANK),
    "changed": _Look(None, italic=True, bold=True, color=LINK),
}


def colour_rule(condition: str, look: str) -> Rule:
    """Return a conditional format: wrong, warn, good, blank or changed (against last year)."""
    return Rule("expression", formula=[condition], dxf=_LOOKS[look])


def _style(  # noqa: PLR0913 - one argument for each thing a style sets
    name: str,
    *,
    size: float = 11,
    bold: bool = False,
    colour: str = "000000",
    back: str | None = None,
    border: bool = True,
    across: str = "center",
    down: str = "center",
    unlocked: bool = False,
    wrap: bool = True,
    number: str = "General",
) -> NamedStyle:
    return NamedStyle(
        name=name,
        font=Font(name=FONT, size=size, bold=bold, color=colour),
        fill=fill(back) if back else PatternFill(),
        border=_GRID if border else Border(),
        alignment=Alignment(horizontal=across, vertical=down, wrap_text=wrap),
        protection=Protection(locked=not unlocked),
        number_format=number,
    )


COUNT_FORMAT, AMOUNT_FORMAT = "0", "General"  # 0.## would show 5 as "5."


def _styles() -> tuple[NamedStyle, ...]:
    return (
        _style("标题", size=16, bold=True, border=False),
        _style("副题", size=10.5, border=False, colour="404040"),
        _style("说明文字", size=10.5, border=False, across="left", colour="404040"),
        _style("状态", size=11, bold=True, border=False, across="left"),
        _style("表头", bold=True, back=QUIET),
        _style("项目", across="left"),
        _style("项目居中"),
        _style("分栏", bold=True, back=BAND),
        _style("填数", back=INPUT, unlocked=True, number=COUNT_FORMAT),
        _style("填金额", back=INPUT, unlocked=True, number=AMOUNT_FORMAT),
        _style("填文字", back=INPUT, unlocked=True, across="left", down="top", number="@"),
        _style("填短文", back=INPUT, unlocked=True, across="left", number="@"),
        _style("选择", back=INPUT, unlocked=True, bold=True),
        _style("自动", back=QUIET, number=COUNT_FORMAT),
        _style("自动金额", back=QUIET, number=AMOUNT_FORMAT),
        _style("自动左", back=QUIET, across="left"),
        _style("链接", across="left", colour=LINK),
        _style("旁注", size=10, border=False, across="left", colour=LINK, wrap=False),
    )


def add_styles(book: Workbook) -> None:
    """Register the styles with a workbook, so that cells name them."""
    book._named_styles["Normal"].font = Font(name=FONT, size=11)  # type: ignore[attr-defined]  # noqa: SLF001 - no public way
    for style in _styles():
        book.add_named_style(style)


def page(sheet: Worksheet, *, landscape: bool = False, titles: str | None = None) -> None:
    """Set a sheet up for A4, one page wide, the rows ``titles`` repeated on each page."""
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.page_margins.left = sheet.page_margins.right = 0.6
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]
    if titles:
        sheet.print_title_rows = titles
    sheet.sheet_view.showGridLines = False
