"""The sheet 退回意见 of a workbook that goes back: its lines from the top, its columns. Pure."""

from __future__ import annotations


HEADS = ("序号", "级别", "规则", "位置（点击前往）", "问题", "怎样改", "现在")
NUMBER, KIND, RULE, WHERE, FAULT, REMEDY, NOW = range(1, len(HEADS) + 1)
VERDICT = NOW + 1
"""The hidden column of the states that NOW puts into words."""

TITLE, WHO, STATE, HOW, BASIS = range(1, 6)
FIRST = BASIS + 2
"""The heading of the list; the names of its columns stand below it."""

LISTED_FROM = FIRST + 2
"""The first finding that is to be mended."""
