"""What the officer reads: plain Chinese in 80 columns, JSON for programs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from nianbao.report import UNFIT


Item = TypeVar("Item")
_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def _console(*, stderr: bool = False) -> Console:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, safe_box=True)


def _plain(text: str) -> str:
    """Return a text without what would steer a terminal."""
    return UNFIT.sub("\ufffd", text)


def say(text: str = "", indent: int = 0, look: str = "") -> None:
    """Print a paragraph, wrapped with its indent; nothing prints an empty line."""
    console = _console()
    for line in wrapped(_plain(text), console.width - indent):
        console.print(Text(" " * indent) + Text(line, style=_STYLES.get(look, look)))


def warn(text: str) -> None:
    """Print to the error stream, so that results can be piped."""
    console = _console(stderr=True)
    for line in wrapped(_plain(text), console.width):
        console.print(Text(line))


_OPENING, _CLOSING = "（“《〔", "，。；：、！？）”》〕"
_WORD = re.compile(
    rf"[{_OPENING}]*(?:[\x21-\x7e]+|[^{_OPENING}])[{_CLOSING}]*[ \u3000]*|[{_OPENING}]+", re.DOTALL
)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines as 中文 is: at any letter, but not before 。 or within a word."""
    lines = [""]
    for word in (part for one in _WORD.findall(text) for part in _parts(one, width)):
        if lines[-1] and cell_len(lines[-1] + word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]


def _parts(word: str, width: int) -> list[str]:
    """Return a word, in pieces where no line has room for it (a path, a digest)."""
    return [word] if cell_len(word.rstrip()) <= width else chop_cells(word, width)


def progress(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Yield the items, with a bar on the error stream where that is a terminal."""
    console = _console(stderr=True)
    shown = console.is_terminal and len(items) > 20
    yield from track(items, what, console=console, disable=not shown, transient=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table whose columns are as wide as 中文 needs."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(_plain(str(cell))) for cell in row))
    _console().print(shown)


def emit(document: Any) -> None:
    """Print JSON; in pure ASCII where the console or pipe is not UTF-8 (a GBK Windows)."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write(json.dumps(document, ensure_ascii=plain, indent=2) + "\n")


def to_bytes(document: Any) -> bytes:
    """Return a JSON document as the bytes of a file."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
