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


@functools.lru_cache(maxsize=20_000)
def _bare(text: str) -> str:
    """Return a name without what people write differently: width, case, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
