"""The narrative sections, the processing fee that one of them states, the instructions."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from nianbao.form.shapes import Name, Names, Text


class Authority(enum.Enum):
    """How binding a sentence of the instructions is.

    ``LAW``: the article says it. ``OFFICE``: a document of the 国务院办公厅 or its office for
    disclosure (60号, 30号, 201号, 109号). ``PRACTICE``: places differ, or the text could not be
    read. ``LOCAL``: a county or city lays it down for its units. ``TOOL``: how this workbook is
    filled in and checked, which no authority lays down.
    """

    LAW = "law"
    OFFICE = "office"
    PRACTICE = "practice"
    LOCAL = "local"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Guidance:
    """A sentence of the instructions, where it is laid down and how binding that is."""

    text: Text
    source: Text
    kind: Authority


Sentences = Annotated[tuple[Guidance, ...], Meta(min_length=1)]


def said(guidance: Iterable[Guidance]) -> str:
    """Return the sentences run together, as a prompt shows them."""
    return "".join(one.text for one in guidance)


@dataclass(frozen=True, slots=True)
class Part:
    """A box of text of a section."""

    key: Name
    label: Text
    guidance: Sentences = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A narrative section of the report."""

    key: Name
    number: Text
    heading: Text
    guidance: Sentences
    parts: Annotated[tuple[Part, ...], Meta(min_length=1)] = ()

    @property
    def title(self) -> str:
        """The heading without its number."""
        return self.heading.removeprefix(f"{self.number}、")

    @property
    def text_keys(self) -> tuple[str, ...]:
        """The narrative keys: the section's own, or one for each of its parts."""
        return tuple(f"{self.key}.{part.key}" for part in self.parts) or (self.key,)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the instructions to those who fill the form in."""

    title: Text
    items: Sentences


@dataclass(frozen=True)
class Fee:
    """The two cells of 信息处理费 (cases 件, yuan 元) and the section they belong to.

    Units of the ``levels`` (of all, where none are named) must fill them (N10); ``guidance`` is
    that of each cell, by ``cases`` and ``yuan``. ``some`` and ``none`` are the sentence that the
    section says of it, with ``{year}``, ``{cases}`` and ``{yuan}`` in it.
    """

    section: Name
    cases: Text
    yuan: Text
    guidance: Mapping[str, Sentences]
    some: Text
    none: Text
    levels: Names = ()

    def __post_init__(self) -> None:
        if self.guidance.keys() != {"cases", "yuan"}:
            raise ValueError("guidance is due of 'cases' and 'yuan', and of nothing else")

    def due(self, level: str) -> bool:
        """Return whether a unit of that level must fill the two cells."""
        return not self.levels or level in self.levels

    def sentence(self, year: object, cases: object, yuan: object, *, any_: bool) -> str:
        """Return the section's sentence: what was charged, or that nothing was."""
        return (self.some if any_ else self.none).format(year=year, cases=cases, yuan=yuan)
