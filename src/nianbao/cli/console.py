"""What the officer reads: plain Chinese in 80 columns, JSON for programs.

Only a terminal's lines are broken, and none within a path or a command, which are there to be
pasted; what is redirected is not broken at all.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from nianbao.cli.wrapping import bare, cells, padded, whole, wrapped
from nianbao.report import one_line


__all__ = [
    "command", "emit", "progress", "say", "table", "terminal", "warn", "whole", "wrapped",
]  # fmt: skip

_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def _console(*, stderr: bool = False) -> Console:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, safe_box=True)


def terminal() -> bool:
    """Return whether a person reads along, in lines of a certain width."""
    return sys.stdout.isatty()


def say(text: str = "", indent: int = 0, look: str = "") -> None:
    """Print a paragraph, on a terminal wrapped with its indent; nothing prints an empty line."""
    console, text = _console(), one_line(text)
    lines = wrapped(text, console.width - indent) if terminal() else [bare(text)]
    for line in lines:
        console.print(
            Text(" " * indent) + Text(line, style=_STYLES.get(look, look)), soft_wrap=True
        )


def warn(text: str) -> None:
    """Print to the error stream, so that results can be piped."""
    _console(stderr=True).print(Text(bare(one_line(text))), soft_wrap=True)


def command(words: Sequence[str]) -> None:
    """Print a command as it can be pasted."""
    quoted = subprocess.list2cmdline(words) if os.name == "nt" else " ".join(map(_quoted, words))
    say(whole(quoted), look="dim")


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else shlex.quote(word)


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give what shows how far a long job is, as a bar on the error stream if that is a terminal."""
    console = _console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(what)

    def show(done: int, whole: int) -> None:
        if whole > FEW and not bar.live.is_started:
            bar.start()  # not before: it leaves an empty line
        bar.update(task, completed=done, total=whole)

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()


FEW = 20
"""Files up to which nobody needs to see how far a job is."""

WIDEST = 40
"""Columns of the screen up to which a table's cells are padded."""


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table whose columns are as wide as 中文 needs; nothing in it is broken."""
    lines = [list(map(one_line, map(str, row))) for row in (headings, *rows)]
    widths = [min(WIDEST, max(map(cells, column))) for column in zip(*lines, strict=True)]
    console = _console()
    head, *body = (bare("  ".join(map(padded, row, widths))).rstrip() for row in lines)
    console.print(Text(head, style="bold"), soft_wrap=True)
    if body:
        console.print(Text("\n".join(body)), soft_wrap=True)


def emit(document: Any) -> None:
    """Print JSON; in pure ASCII where the console or pipe is not UTF-8 (a GBK Windows)."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write(json.dumps(document, ensure_ascii=plain, indent=2) + "\n")
