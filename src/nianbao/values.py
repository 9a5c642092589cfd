"""What a cell's content means as a figure (rules C02 and C06). Pure.

Nothing is guessed: what is a number but for its dress (full-width digits, separators, spaces, a
trailing 件 or 元 that is the column's own unit) becomes one and says so; anything else stays
text, which the check then refuses.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata

from nianbao.form import Column, Kind
from nianbao.report import LONGEST_QUOTE, Cell


NOISE = 1e-6
"""A count this close to a whole number is that number: the noise of a formula's arithmetic."""

DECIMALS, DUST = 6, 1e-9
"""An amount has at most these decimals; what is this close to one is arithmetic's noise, too."""

KEPT = 200
"""Characters of a wrong content that are kept; of what is longer only the start, and it shows."""

_PLAIN = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,12})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3}){1,5}(\.[0-9]{1,12})?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9](\.[0-9]{1,12})?[eE][+-]?[0-9]{1,2}")
_SPACE = re.compile(r"[\s\u200b\u200e\u200f\ufeff\u00a0]+")
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0xFFE5: "¥", 0x2212: "-"}
"""Full-width forms of what a number is written with; no more: ① and 10² are no digits."""

_COUNT_UNITS = ("件", "项", "个", "条", "次", "份")


def figure(content: object, column: Column) -> tuple[Cell, bool]:
    """Return what a cell says, and whether it had to be normalised to say so (C06).

    The result is a number, None for blank, or text that is no number.
    """
    match content:
        case None:
            return None, False
        case bool():
            return ("TRUE" if content else "FALSE"), False
        case int() | float():
            return _number(content, column.kind)
        case dt.date() | dt.time() | dt.timedelta():
            return f"{content}（日期）", False
        case _:
            return _text(str(content), column)


def _number(value: float, kind: Kind) -> tuple[Cell, bool]:
    if isinstance(value, int):
        return value, False
    if not math.isfinite(value):
        return str(value), False
    value = float(f"{value:.15g}")  # as Excel shows it: 0.30000000000000004 is 0.3
    if value == int(value):
        return int(value) if abs(value) < 2**53 else value, False
    if kind.whole and abs(value - round(value)) < NOISE:
        return round(value), True
    shorter = round(value, DECIMALS)
    if not kind.whole and value != shorter and abs(value - shorter) < DUST:
        return shorter, True
    return value, False


def _text(content: str, column: Column) -> tuple[Cell, bool]:
    if len(content) > KEPT:
        return content.strip()[:LONGEST_QUOTE] + "…", False
    bare = _SPACE.sub("", content).translate(_NARROW).lstrip("'‘’`")
    if not bare:
        return None, False
    bare = _without_unit(bare, column)
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    if _PLAIN.fullmatch(bare) or _SCIENTIFIC.fullmatch(bare):
        number = int(bare) if bare.lstrip("+-").isdigit() else float(bare)
        return (int(number) if number == int(number) else number), True
    return content.strip(), False


def _without_unit(bare: str, column: Column) -> str:
    own = _COUNT_UNITS if column.kind.whole else (column.unit,)
    for unit in own:
        shorter = bare.removesuffix(unit)
        if shorter != bare and shorter[-1:].isdigit():  # 52万元 is no 元
            return shorter
    return bare.removeprefix("¥") if column.unit == "元" else bare


# --- days -------------------------------------------------------------------------------------

_DAY = re.compile(r"(?:([0-9]{4})[-/.年])?([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"[ T]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?$")
_NUMERALS = re.compile("[〇○零一二三四五六七八九十]+")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def day_as_written(text: str) -> tuple[int | None, int, int] | None:
    """Return year (None: not said), month and day of a text such as ``2026年1月20日``.

    None where it is written as no day is; a day that there is not, as 2月30日, is returned.
    """
    plain = _TIME.sub("", unicodedata.normalize("NFKC", text[:KEPT]).strip())
    bare = _WEEKDAY.sub("", "".join(plain.split()))
    bare = _NUMERALS.sub(lambda match: _numeral(match[0]), bare)
    found = _DAY.fullmatch(bare) or _COMPACT.fullmatch(bare)
    if found is None:
        return None
    return (int(found[1]) if found[1] else None), int(found[2]), int(found[3])


def _numeral(text: str) -> str:
    """Return a 中文 number up to 99, or one written digit by digit: 二十一, 二〇二六."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return text.translate(_DIGITS)
    return f"{tens or '一'}{ones or '〇'}".translate(_DIGITS)


def day(text: str, year: int) -> dt.date | None:
    """Return the day that a text is, in ``year`` where it says none; None where it is no day."""
    found = day_as_written(text)
    if found is None:
        return None
    try:
        return dt.date(year if found[0] is None else found[0], *found[1:])
    except ValueError:
        return None
