"""What ``nianbao --help`` shows, and how any help is laid out: columns that fit 中文.

Without click, whose loading takes longer than all of this.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from nianbao.cli.wrapping import cells, padded, wrapped


WIDEST = 24
"""Columns up to which an option stands in one line with its explanation."""

LEAST, MOST = 50, 80
"""Columns of the console that help is written for."""

TEXT = "政府信息公开工作年度报告：发放填报表、检查、汇总。"
HELP = ("-h, --help", "显示这份说明")
VERSION = ("--version", "显示版本号")


def overview(verbs: Mapping[str, tuple[str, str]]) -> str:
    """Return the help of the program: its verbs and what each does."""
    wide = width()
    rows = [(name, text) for name, (_, text) in verbs.items()]
    return (
        f"用法：nianbao [选项] <命令> ...\n\n{beside('  ', TEXT, wide)}"
        f"\n选项：\n{columns([VERSION, HELP], wide)}\n命令：\n{columns(rows, wide)}"
    )


def width() -> int:
    """Return how many columns a help may take."""
    return max(min(_console(), MOST), LEAST) - 1


def _console() -> int:
    """Return the columns of the console, as ``shutil`` does, which takes longer to load."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else MOST
    except (OSError, ValueError, AttributeError):
        return MOST


def columns(rows: Sequence[tuple[str, str]], wide: int) -> str:
    """Return rows of a name and its explanation; a long name has a line of its own."""
    taken = max([cells(name) for name, _ in rows if cells(name) <= WIDEST], default=WIDEST)
    lines = []
    for name, text in rows:
        head = padded(f"  {name}", taken + 4)
        if cells(name) > taken:
            lines.append(f"{head}\n")
            head = " " * (taken + 4)
        lines.append(beside(head, text, wide))
    return "".join(lines)


def beside(head: str, text: str, wide: int) -> str:
    """Return a text that begins behind a head, its further lines below its first."""
    start = cells(head)
    first, *others = wrapped(text, max(wide - start, 20))
    lines = [f"{head}{first}".rstrip(), *(" " * start + line for line in others)]
    return "".join(f"{line}\n" for line in lines)
