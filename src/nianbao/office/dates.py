"""Days as people write them, and the year that is being collected."""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata

from nianbao.words import Common


_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?(?:前|以前|之前)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def today() -> dt.date:
    """Return the day it is here."""
    return dt.datetime.now().astimezone().date()


def collected() -> int:
    """Return the year whose reports are being collected: last year's, from January on."""
    return today().year - 1


def deadline(text: str, year: int, common: Common) -> str:
    """Return the day by which reports of a year are due, e.g. ``2026年1月20日``.

    ``2026-01-20``, ``2026年1月20日`` and ``1月20日`` are understood.

    Raises:
        NianbaoError: it is no day, or the year that is reported is not over by then.

    """
    refused = functools.partial(common.refuse, "deadline", said=text[:30])
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    found = _DAY.fullmatch(bare) or _COMPACT.fullmatch(bare)
    if found is None:
        raise refused(why=common.fault("deadline-unknown", year=year + 1))
    try:
        day = dt.date(int(found[1] or year + 1), int(found[2]), int(found[3]))
    except ValueError:
        raise refused(why=common.fault("deadline-none")) from None
    if day.year <= year:
        raise refused(why=common.fault("deadline-early", year=year))
    return f"{day.year}年{day.month}月{day.day}日"
