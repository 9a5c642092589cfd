"""A small table without a grid: figures below a section's text, and their sentence. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from nianbao.form.grid import Column, Field, Row


@dataclass(frozen=True)
class Inset:
    """A table on the text sheet, below the section it belongs to; a figure for each of its rows.

    A figure's key is ``table.row``. Units of the ``levels`` (of all, where none are named) must
    fill them. ``some`` and ``none`` are the sentence that the section says of them, with
    ``{year}`` and the keys of the rows in it.
    """

    key: str
    title: str
    section: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    some: str
    none: str
    levels: tuple[str, ...] = ()

    @functools.cached_property
    def fields(self) -> dict[str, Field]:
        """Every figure of the table by its key, row by row; each stands in its row's box."""
        pairs = zip(self.rows, self.columns, strict=True)
        return {
            key: Field(key, self.key, row, column, row.label.boxes[0])
            for row, column in pairs
            for key in [f"{self.key}.{row.key}"]
        }

    def due(self, level: str) -> bool:
        """Return whether a unit of that level must fill it."""
        return not self.levels or level in self.levels

    def sentence(self, year: object, shown: Mapping[str, object], *, any_: bool) -> str:
        """Return the section's sentence; ``shown`` are the figures by the keys of their fields."""
        rows = {row.key: shown[key] for key, row in zip(self.fields, self.rows, strict=True)}
        return (self.some if any_ else self.none).format(year=year, **rows)
