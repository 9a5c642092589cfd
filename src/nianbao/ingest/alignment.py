"""Runs of figures in a text aligned with the lines of a table, by the labels before them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nianbao.form import Field, Table


_FIGURE = re.compile(
    r"[+＋\-－减增]?\s*[\d０-９][\d０-９,，.．]{0,20}\s*(万元|元|件|项|个)?([（(].{0,20}[）)])?"
)
_NOTHING = {"-", "－", "—", "——", "/", "\\", "无"}
ALIKE = 0.6
"""How alike a heading or label must be to be taken for the official one (0 to 1)."""


def bare(text: str) -> str:
    """Return a label or heading as it is compared: its letters and digits."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def alike(one: str, other: str) -> float:
    """Return how alike two ``bare`` texts are, 0 to 1."""
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


@dataclass(frozen=True)
class Run:
    """Labels, run together, and the figures that follow them."""

    label: str
    figures: tuple[str, ...]


def lines_of(table: Table) -> list[tuple[str, list[Field]]]:
    """Return the table's figures line by line, each line with the label beside it, if any."""
    by_line: dict[int, list[Field]] = {}
    for one in table.fields.values():
        by_line.setdefault(one.box.top, []).append(one)
    lines = []
    for top in sorted(by_line):
        fields = sorted(by_line[top], key=lambda one: one.box.left)
        label = fields[0].row.label
        beside = any(box.top <= top <= box.bottom for box in label.boxes)
        lines.append((bare(label.text) if beside else "", fields))
    return lines


def runs_of(body: Sequence[str]) -> Iterator[Run]:
    """Yield the runs of figures of a table's text, each with the labels before it."""
    label = ""
    figures: list[str] = []
    for line in body:
        for token in (part.strip() for part in line.split("\t")):
            if not token:
                continue
            if _FIGURE.fullmatch(token) or token in _NOTHING:
                figures.append(token)
                continue
            if figures:
                yield Run(label, tuple(figures))
                label, figures = "", []
            label = (label + bare(token))[-200:]
    if figures:
        yield Run(label, tuple(figures))


def aligned(runs: Sequence[Run], rows: Sequence[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """Yield (row, run) pairs, in order on both sides, that fit best together."""
    best = [[0.0] * (len(runs) + 1) for _ in range(len(rows) + 1)]
    fits = [[_fit(run, *row) for run in runs] for row in rows]
    for i in range(len(rows) - 1, -1, -1):
        for j in range(len(runs) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + fits[i][j])
    i = j = 0
    while i < len(rows) and j < len(runs):
        if fits[i][j] and best[i][j] == best[i + 1][j + 1] + fits[i][j]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _fit(run: Run, label: str, count: int) -> float:
    if len(run.figures) != count:
        return 0
    if not label:
        return 1
    alike = max(alike(run.label[-size:], label) for size in {len(label), max(len(label) - 4, 1)})
    return alike if alike >= ALIKE else 0
