"""The sheet 退回意见 of a workbook that goes back: its lines from the top, its columns. Pure."""

from __future__ import annotations

import re

from nianbao.layout.places import Place
from nianbao.versions import SHORT


HEADS = ("序号", "级别", "规则", "位置（点击前往）", "问题", "怎样改", "现在")
NUMBER, KIND, RULE, WHERE, FAULT, REMEDY, NOW = range(1, len(HEADS) + 1)
VERDICT = NOW + 1
"""The hidden column of the states that NOW puts into words."""

TITLE, WHO, STATE, HOW, BASIS = range(1, 6)
FIRST = BASIS + 2
"""The heading of the list; the names of its columns stand below it."""

LISTED_FROM = FIRST + 2
"""The first finding that is to be mended."""


def basis(sheet: str) -> Place:
    """Return the cell that says which file was checked."""
    return Place(sheet, BASIS, NUMBER)


MARK = "（指纹 {sha256}）"
"""How that cell tells the file from others: by the first ``SHORT`` digits of its SHA-256."""

_MARKED = re.compile(MARK.format(sha256=f"([0-9a-f]{{{SHORT}}})"))


def answered(said: str) -> str:
    """Return the fingerprint that the cell states, "" for none.

    It is the last one: what stands before it is a file's name, which may look like one.
    """
    return next(reversed(_MARKED.findall(said)), "")
