"""The sheets that are lists: 校验, 上年对照, 校验结果, 填报说明. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nianbao.form import Check
from nianbao.form.cells import CellRule


# --- 校验 -----------------------------------------------------------------------------------------

CHECKS_INTRO, CHECKS_NOTHING, CHECKS_FROM = 2, 3, 5
"""What the sheet is for; a row that says nothing; the first row of checks, below the headings."""

(
    RESULT, SEVERITY, RULE, CONTENT, ACTUAL, EXPECTED, GAP, LINK, REASON, TARGET, RANK, VERDICT,
) = range(1, 13)  # fmt: skip
"""The columns of the check sheet; hidden are TARGET (``sheet!cell``), RANK (of what to mend) and
VERDICT: a line's state, which RESULT puts into words and everything else goes by."""

CHECK_HEADINGS = {
    RESULT: "结果",
    SEVERITY: "级别",
    RULE: "规则",
    CONTENT: "检查内容",
    ACTUAL: "表上的数",
    EXPECTED: "应为",
    GAP: "相差",
    LINK: "位置（点击前往）",
    REASON: "情况说明（有提醒的在这里写原因）",
}


class Subject(NamedTuple):
    """What a reason explains: a rule's warning at a field."""

    rule: str
    field: str


@dataclass(frozen=True)
class CheckLine:
    """A row of the check sheet: one check of the edition, for the workbook's level."""

    check: Check
    row: int


@dataclass(frozen=True)
class Asked:
    """A row of the check sheet: a cell that may stay as it is, for a reason."""

    rule: CellRule
    field: str
    row: int


# --- 上年对照 -------------------------------------------------------------------------------------

COMPARED = ("项目", "上年数", "本年数", "增减", "登记数")
"""The headings of 上年对照."""

COMPARED_NAME, BEFORE, NOW, CHANGE, REGISTER = range(1, len(COMPARED) + 1)
"""Its columns: last year's figures, this year's, the difference, the register's."""

COMPARED_INTRO, COMPARED_FROM = 2, 4
"""What it is for; the first row of figures, below the headings."""

# --- 校验结果 -------------------------------------------------------------------------------------

SAID = 2
"""The row of 校验结果 on which the button says when it ran and, hidden, where it led."""

FINDINGS_FROM = 4
FINDINGS_ROWS = 300
FINDING_COLUMNS = ("级别", "规则", "位置", "问题", "怎样改", "")
"""The area the button writes to; the last column, hidden, holds ``sheet!cell``."""

FINDING_SEVERITY, FINDING_SHOWN, FINDING_PLACE = 1, len(FINDING_COLUMNS) - 1, len(FINDING_COLUMNS)
"""Of its columns the first, the last that is seen, and the hidden one."""

# --- 填报说明 -------------------------------------------------------------------------------------

GUIDE_NUMBER, GUIDE_NAME, GUIDE_TEXT, GUIDE_SOURCE = range(1, 5)
"""The columns of the instructions; what has no name stands in its column and the next."""
