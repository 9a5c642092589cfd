"""Days as people write them, and the year that is being collected."""

from __future__ import annotations

import datetime as dt
import functools
import re

from nianbao import values
from nianbao.errors import NianbaoError
from nianbao.words import Common


_BEFORE = re.compile(r"(?:前|以前|之前)\s*$")


def now() -> dt.datetime:
    """Return the time it is here, with its zone."""
    return dt.datetime.now().astimezone()


def today() -> dt.date:
    """Return the day it is here."""
    return now().date()


def collected() -> int:
    """Return the year whose reports are being collected: last year's, from January on."""
    return today().year - 1


def asked(text: str, year: int | None, common: Common) -> dt.date:
    """Return the deadline that somebody gave as ``--deadline``; see ``deadline``."""
    try:
        return deadline(text, year, common)
    except NianbaoError as error:
        raise common.refuse("deadline-asked", why=error) from None


def deadline(text: str, year: int | None, common: Common) -> dt.date:
    """Return the day by which reports of a year are due.

    ``2026-01-20``, ``2026年1月20日`` and ``1月20日`` are understood. While the year is not known,
    it is only asked whether there is such a day.

    Raises:
        NianbaoError: it is no day, or the year that is reported is not over by then.

    """
    refused = functools.partial(common.refuse, "deadline", said=text[:30])
    own = collected() if year is None else year
    found = values.day_as_written(_BEFORE.sub("", text))
    if found is None:
        raise refused(why=common.fault("deadline-unknown", year=own + 1))
    try:
        day = dt.date((own + 1 if year else _LEAP) if found[0] is None else found[0], *found[1:])
    except ValueError:
        raise refused(why=common.fault("deadline-none")) from None
    if year is not None and day.year <= year:
        raise refused(why=common.fault("deadline-early", year=year))
    return day


_LEAP = 2024
"""A year that has all days."""


def written(day: dt.date) -> str:
    """Return a day as people write it: ``2026年1月20日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def short(day: dt.date) -> str:
    """Return a day without its year: ``1月20日``."""
    return f"{day.month}月{day.day}日"
