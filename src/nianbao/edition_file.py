"""What an edition file says, as types, and the edition that it stands for.

Where the file says what the form says, its types are the form's. The tables are written shorter
than they are: a row's and a column's label in one line with its place, ranges as in Excel, and
the cells of a plain matrix not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from msgspec import Meta

from nianbao import decoding
from nianbao.form import (
    Box,
    Chapter,
    Column,
    Edition,
    Inset,
    Kind,
    Label,
    Row,
    Rule,
    Section,
    Table,
)
from nianbao.form.shapes import EditionId, Name, Names, Range, Sheet, Text, Year
from nianbao.form.text import Sentences


Ranges = Text | Annotated[tuple[Range, ...], Meta(min_length=1)]
"""One range or several.

Not ``Range | …``: msgspec 0.22 frees what it must not after a union of a patterned string and a
list (https://github.com/msgspec/msgspec/issues/717), and the process may die as it ends.
"""


@dataclass(frozen=True)
class Years:
    """The reporting years that an edition covers; ``last`` is open until the next edition."""

    first: Year
    last: Year | None = None


@dataclass(frozen=True)
class WrittenLabel:
    """A label that heads neither a row nor a column."""

    text: Text
    at: Ranges
    key: Name = ""
    under: Name = ""
    band: bool = False


@dataclass(frozen=True)
class WrittenColumn:
    """A column with its label."""

    key: Name
    label: Text
    at: Ranges
    under: Name = ""
    kind: Kind = Kind.COUNT
    unit: Text = "件"
    short: Text = ""


@dataclass(frozen=True)
class WrittenRow:
    """A row with its label; ``cells`` is left out where it crosses every column."""

    key: Name
    label: Text
    at: Range
    under: Name = ""
    short: Text = ""
    guidance: Sentences = ()
    cells: Annotated[Mapping[Name, Range], Meta(min_length=1)] | None = None


@dataclass(frozen=True)
class WrittenTable:
    """A table of the official form."""

    key: Name
    number: Text
    heading: Text
    sheet: Sheet
    height: Annotated[int, Meta(ge=1, le=200)]
    width: Annotated[int, Meta(ge=1, le=52)]
    widths: tuple[Annotated[float, Meta(gt=0)], ...]
    labels: tuple[WrittenLabel, ...]
    columns: Annotated[tuple[WrittenColumn, ...], Meta(min_length=1)]
    rows: Annotated[tuple[WrittenRow, ...], Meta(min_length=1)]
    landscape: bool = False
    breaks: tuple[EditionId, ...] = ()


@dataclass(frozen=True)
class WrittenFigure:
    """A figure on the text sheet, with its label."""

    key: Name
    label: Text
    guidance: Sentences
    kind: Kind = Kind.COUNT
    unit: Text = "件"


@dataclass(frozen=True)
class WrittenInset:
    """A table on the text sheet, below a section; see ``form.Inset``."""

    key: Name
    title: Text
    section: Name
    some: Text
    none: Text
    figures: Annotated[tuple[WrittenFigure, ...], Meta(min_length=1)]
    levels: Names = ()


@dataclass(frozen=True)
class EditionFile:
    """A file of schemas/editions. Closed: a misspelt key is refused."""

    id: EditionId
    title: Text
    citation: Text
    report_title: Text
    years: Years
    sections: Annotated[tuple[Section, ...], Meta(min_length=1)]
    tables: Annotated[tuple[WrittenTable, ...], Meta(min_length=1)]
    rules: tuple[Rule, ...]
    insets: tuple[WrittenInset, ...] = ()
    guidance: Sentences = ()
    guide: tuple[Chapter, ...] = ()


def schema() -> dict[str, Any]:
    """Return the JSON Schema of edition files."""
    return decoding.schema(EditionFile)


def edition(data: Any, phrases: Mapping[str, tuple[str, ...]], digest: str) -> Edition:
    """Return the edition that a file's data stands for; ``phrases`` are what its rules may name.

    Raises:
        DecodeError: the data is not of the file's types.
        FormError: a range is none.

    """
    said = vars(decoding.decode(data, EditionFile))
    years = said["years"]
    own = {
        "tables": tuple(map(_table, said["tables"])),
        "insets": tuple(map(_inset, said.get("insets", ()))),
        "first_year": years.first,
        "last_year": years.last,
        "phrases": phrases,
        "digest": digest,
    }
    return Edition(**{key: value for key, value in said.items() if key != "years"} | own)


def _table(said: WrittenTable) -> Table:
    columns = tuple(map(_column, said.columns))
    own = {
        "labels": tuple(
            Label(one.text, _boxes(one.at), one.key, one.under, one.band) for one in said.labels
        ),
        "columns": columns,
        "rows": tuple(_row(one, columns) for one in said.rows),
    }
    return Table(**vars(said) | own)


def _inset(said: WrittenInset) -> Inset:
    """Return the table; its figures stand one below the other."""
    figures = list(enumerate(said.figures, 1))
    labels = [Label(one.label, (Box(at, 1, at, 1),), one.key) for at, one in figures]
    pairs = list(zip(labels, said.figures, strict=True))
    rows = (Row(one.key, label, {}, guidance=one.guidance) for label, one in pairs)
    columns = (Column(one.key, label, one.kind, one.unit) for label, one in pairs)
    said_ = {name: getattr(said, name) for name in ("key", "title", "section", "some", "none")}
    return Inset(**said_, rows=tuple(rows), columns=tuple(columns), levels=said.levels)


def _column(said: WrittenColumn) -> Column:
    label = Label(said.label, _boxes(said.at), said.key, said.under)
    return Column(said.key, label, said.kind, said.unit, said.short)


def _row(said: WrittenRow, columns: tuple[Column, ...]) -> Row:
    label = Label(said.label, _boxes(said.at), said.key, said.under)
    cells = {key: Box.parse(at) for key, at in (said.cells or {}).items()}
    own = MappingProxyType(cells or _crossings(label, columns))
    return Row(said.key, label, own, said.short, said.guidance)


def _boxes(at: str | tuple[str, ...]) -> tuple[Box, ...]:
    return tuple(map(Box.parse, (at,) if isinstance(at, str) else at))


def _crossings(label: Label, columns: tuple[Column, ...]) -> dict[str, Box]:
    """Where a row's label and each column's header meet: the plain matrix."""
    top = label.boxes[0].top
    return {
        column.key: Box(top, column.label.boxes[0].left, top, column.label.boxes[0].right)
        for column in columns
    }
