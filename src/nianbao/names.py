"""Which unit of a roster a file's name means: pure."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable

from nianbao.report import Unit


class UnitNames:
    """The names of units, ready to be looked for in those of many files."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._bearers: dict[str, list[Unit]] = {}
        self._sizes: dict[str, set[int]] = {}
        for one in units:
            if name := bare(one.name):
                self._bearers.setdefault(name, []).append(one)
                self._sizes.setdefault(name[0], set()).add(len(name))

    def named(self, file_name: str) -> Unit | None:
        """Return the unit whose name stands in a file's name (the last part of a path).

        The longest name counts: ``城关镇卫生院.xlsx`` is not of 城关镇 where both are units; of
        two as long that overlap, the first. None where no unit is named, or several that are not
        parts of one another.
        """
        rest = text = bare(file_name.rpartition("/")[2])
        found: list[Unit] = []
        for name in sorted(self._within(text), key=lambda one: (-len(one), text.find(one))):
            if name in rest:  # else it only stood within a longer one
                rest = rest.replace(name, "\0")
                found += self._bearers[name]
        return found[0] if len(found) == 1 else None

    def of_path(self, path: str) -> Unit | None:
        """Return the unit that a path names: in the file's name, else in the nearest folder's."""
        parts = reversed(path.split("/"))
        return next((unit for part in parts if (unit := self.named(part))), None)

    def another(self, file_name: str, own: Unit) -> Unit | None:
        """Return another unit whose name a file's name holds; None if also its own.

        What stands there may be a part of the own name: 新乡 in ``大新乡.xlsx`` is not 新乡 where
        the unit is 示例县大新乡.
        """
        text, mine = bare(file_name.rpartition("/")[2]), bare(own.name)
        if not mine or mine in text:
            return None
        named = self.named(file_name)
        if named is None or named.code == own.code:
            return None
        name = bare(named.name)
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            around = (text[start - 1 : end] if start else "", text[start : end + 1])
            if any(len(one) > len(name) and one in mine for one in around):
                return None
            start = text.find(name, end)
        return named

    def _within(self, text: str) -> set[str]:
        """Return the names that stand anywhere in a text."""
        return {
            name
            for at, letter in enumerate(text)
            for size in self._sizes.get(letter, ())
            if (name := text[at : at + size]) in self._bearers
        }


def same_name(one: str, other: str) -> bool:
    """Return whether two names are one but for width, case and spaces."""
    return bare(one) == bare(other)


@functools.lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """Return a name without what people write differently: width, case, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
