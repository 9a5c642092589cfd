"""Which unit of a roster a file's name means: pure."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable

from nianbao.report import Unit


def unit_named(file_name: str, units: Iterable[Unit]) -> Unit | None:
    """Return the unit whose name stands in a file's name (the last part of a path).

    The longest name counts: ``城关镇卫生院.xlsx`` is not of 城关镇 where both are units. None
    where no unit is named, or several that are not parts of one another.
    """
    text = _bare(file_name.rpartition("/")[2])
    named = [(one, name) for one in units if (name := _bare(one.name)) and name in text]
    rest = text
    for name in sorted({name for _, name in named}, key=len, reverse=True):
        if name in rest:
            rest = rest.replace(name, "\0")
        else:  # it only stood within a longer one
            named = [pair for pair in named if pair[1] != name]
    return named[0][0] if len(named) == 1 else None


def unit_of_path(path: str, units: Iterable[Unit]) -> Unit | None:
    """Return the unit that a path names: in the file's name, else in the nearest folder's."""
    known = list(units)
    parts = reversed(path.split("/"))
    return next((unit for part in parts if (unit := unit_named(part, known))), None)


def another_named(file_name: str, own: Unit, units: Iterable[Unit]) -> Unit | None:
    """Return another unit of the roster whose name a file's name holds; None if also its own.

    What stands there may be a part of the own name: 新乡 in ``大新乡.xlsx`` is not 新乡 where the
    unit is 示例县大新乡.
    """
    text, mine = _bare(file_name.rpartition("/")[2]), _bare(own.name)
    if not mine or mine in text:
        return None
    named = unit_named(file_name, units)
    if named is None or named.code == own.code:
        return None
    name = _bare(named.name)
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        around = (text[start - 1 : end] if start else "", text[start : end + 1])
        if any(len(one) > len(name) and one in mine for one in around):
            return None
        start = text.find(name, end)
    return named


def same_name(one: str, other: str) -> bool:
    """Return whether two names are one but for width, case and spaces."""
    return _bare(one) == _bare(other)


@functools.lru_cache(maxsize=20_000)
def _bare(text: str) -> str:
    """Return a name without what people write differently: width, case, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
