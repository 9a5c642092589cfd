"""What the officer reads: plain Chinese in 80 columns, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text


Item = TypeVar("Item")
_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def _console(*, stderr: bool = False) -> Console:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, safe_box=True)


def say(text: str = "", indent: int = 0, look: str = "") -> None:
    """Print a paragraph, wrapped with its indent; nothing prints an empty line."""
    console = _console()
    wrapped = Text(text, style=_STYLES.get(look, look)).wrap(console, console.width - indent)
    for line in wrapped or [Text()]:
        line.rstrip()
        console.print(Text(" " * indent) + line)


def warn(text: str) -> None:
    """Print to the error stream, so that results can be piped."""
    _console(stderr=True).print(Text(text))


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
        shown.add_row(*(Text(str(cell)) for cell in row))
    _console().print(shown)


def emit(document: Any) -> None:
    """Print JSON; in pure ASCII where the console or pipe is not UTF-8 (a GBK Windows)."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write(json.dumps(document, ensure_ascii=plain, indent=2) + "\n")


def to_bytes(document: Any) -> bytes:
    """Return a JSON document as the bytes of a file."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
