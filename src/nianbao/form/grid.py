"""The official tables: labels, figures, and where each stands in the grid."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nianbao.form.text import Guidance


class FormError(ValueError):
    """An edition that contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle of cells of a table's official grid, 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Box:
        """Read ``B7`` or ``B7:D7``.

        Raises:
            FormError: the text is no such range.

        """
        match = re.fullmatch(r"([A-Z]{1,2})([1-9]\d*)(?::([A-Z]{1,2})([1-9]\d*))?", text)
        if match is None:
            raise FormError(f"not a cell range: {text!r}")
        left, top, right, bottom = match.groups()
        box = cls(int(top), column_number(left), int(bottom or top), column_number(right or left))
        if box.bottom < box.top or box.right < box.left:
            raise FormError(f"range is upside down: {text!r}")
        return box

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column

    @property
    def single(self) -> bool:
        """Whether the box is one cell."""
        return (self.top, self.left) == (self.bottom, self.right)


def column_number(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    return functools.reduce(lambda n, c: n * 26 + ord(c) - 64, letters, 0)


class Kind(enum.Enum):
    """What a figure may be: a count, a change that may be negative, an amount of money."""

    COUNT = "count"
    CHANGE = "change"
    AMOUNT = "amount"

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self is not Kind.AMOUNT

    @property
    def minimum(self) -> int | None:
        """The least value, or None where a decrease may be stated."""
        return None if self is Kind.CHANGE else 0


LIMIT = 999_999_999
"""The largest count or amount that is believed; ten digits are a typing error."""


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label: where it stands, what it says, which label it stands under."""

    text: str
    boxes: tuple[Box, ...]
    key: str = ""
    under: str = ""
    band: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: its label, what it counts and in which unit (件, 万元, 元)."""

    key: str
    label: Label
    kind: Kind
    unit: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of figures; ``cells`` says where each column of it stands in the grid.

    ``guidance`` says what it counts, and where each sentence is laid down.
    """

    key: str
    label: Label
    cells: Mapping[str, Box]
    short: str = ""
    guidance: tuple[Guidance, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One figure of the form: where it stands and what it is."""

    key: str
    table: str
    row: Row
    column: Column
    box: Box

    @property
    def kind(self) -> Kind:
        """What the figure may be."""
        return self.column.kind


@dataclass(frozen=True)
class Table:
    """One official table: a grid of labels and fields.

    ``breaks`` are the editions (by id) whose figures of it cannot be held against these: they
    count something else, whatever their keys.
    """

    key: str
    number: str
    heading: str
    sheet: str
    height: int
    width: int
    widths: tuple[float, ...]
    labels: tuple[Label, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    landscape: bool = False
    breaks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The heading without its number."""
        return self.heading.removeprefix(f"{self.number}、")

    @functools.cached_property
    def wide(self) -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
        """The figures in merged cells, each with how far the cells after its first are from it."""
        boxes = ((key, one.box) for key, one in self.fields.items())
        found = ((key, tuple((r - b.top, c - b.left) for r, c in b)[1:]) for key, b in boxes)
        return tuple((key, others) for key, others in found if others)

    @functools.cached_property
    def fields(self) -> dict[str, Field]:
        """Every figure of the table by its key, row by row."""
        columns = {column.key: column for column in self.columns}
        return {
            key: Field(key, self.key, row, columns[name], box)
            for row in self.rows
            for name, box in row.cells.items()
            for key in [f"{self.key}.{row.key}.{name}"]
        }

    @functools.cached_property
    def printed(self) -> tuple[Label, ...]:
        """Every label that stands on the sheet, in reading order."""
        labels = [*self.labels, *(c.label for c in self.columns), *(r.label for r in self.rows)]
        return tuple(sorted((x for x in labels if x.boxes), key=lambda label: label.boxes[0]))

    def path(self, label: Label) -> tuple[str, ...]:
        """Return the label's text with those it stands under, outermost first."""
        by_key = {other.key: other for other in self.labels if other.key}
        path = [label.text]
        while label.under:
            label = by_key[label.under]
            path.insert(0, label.text)
        return tuple(path)
