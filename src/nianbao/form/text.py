"""The narrative sections, and the instructions."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from nianbao.form.shapes import Name, Text


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
