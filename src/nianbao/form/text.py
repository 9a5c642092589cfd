"""The narrative sections, the processing fee that one of them states, the instructions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A box of text of a section."""

    key: str
    label: str
    guidance: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A narrative section of the report."""

    key: str
    number: str
    heading: str
    guidance: str
    parts: tuple[Part, ...]

    @property
    def text_keys(self) -> tuple[str, ...]:
        """The narrative keys: the section's own, or one for each of its parts."""
        return tuple(f"{self.key}.{part.key}" for part in self.parts) or (self.key,)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the instructions to those who fill the form in, with its source."""

    title: str
    source: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Fee:
    """The two cells of 信息处理费 (cases 件, yuan 元) and the section they belong to.

    Units of the ``levels`` must fill them (N10). ``some`` and ``none`` are the sentence that
    the section says of it, with ``{year}``, ``{cases}`` and ``{yuan}`` in it.
    """

    section: str
    cases: str
    yuan: str
    guidance: str
    some: str
    none: str
    levels: tuple[str, ...] = ()

    def sentence(self, year: object, cases: object, yuan: object, *, any_: bool) -> str:
        """Return the section's sentence: what was charged, or that nothing was."""
        return (self.some if any_ else self.none).format(year=year, cases=cases, yuan=yuan)
