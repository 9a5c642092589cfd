"""Number formats: their sections, and which one a number is shown under."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass


GENERAL = "General"
MOST_DATE = 2_958_466
"""The day after 31 December 9999, the last that is a date."""

_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no time zone

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0', 6: '"¥"#,##0',
    7: '"¥"#,##0.00', 8: '"¥"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 37: "#,##0_);(#,##0)", 38: "#,##0_);(#,##0)", 39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);(#,##0.00)", 41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', 48: "##0.0E+0", 49: "@",
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "yyyy/m/d"),
}  # fmt: skip
"""The formats that a number alone names, as a Chinese Excel has them; others are General."""

_LONGEST_CODE = 255
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general|g/通用格式)|(?P<ampm>am/pm|a/p|上午/下午)|(?P<exponent>e[+-])"
    r"|(?P<digit>[0#?])|(?P<date>[ymdhsebgn]|a{3,4})|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECTIONS = re.compile(r'((?:"[^"]*"?|[\\!_*].|\[[^\]]*\]|[^;])*)(?:;|$)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_HOLDS = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b, "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip
_COLOURS = {
    "black": "000000", "黑色": "000000", "blue": "0000FF", "蓝色": "0000FF", "cyan": "00FFFF",
    "青色": "00FFFF", "蓝绿色": "00FFFF", "green": "00FF00", "绿色": "00FF00",
    "magenta": "FF00FF", "洋红": "FF00FF", "洋红色": "FF00FF", "red": "FF0000", "红色": "FF0000",
    "white": "FFFFFF", "白色": "FFFFFF", "yellow": "FFFF00", "黄色": "FFFF00",
    "color2": "FFFFFF", "颜色2": "FFFFFF", "颜色 2": "FFFFFF",
}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """One section of a format: tokens of kind and text, its condition and colour."""

    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, float] | None = None
    colour: str | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of its tokens: literal, digit, point, comma, general, date, text ..."""
        return frozenset(kind for kind, _ in self.tokens)


@functools.lru_cache(maxsize=512)
def sections(code: str) -> tuple[Section, ...]:
    """Return the sections of a format."""
    code = code[:_LONGEST_CODE]
    found, at = [], 0
    while at <= len(code):
        match = _SECTIONS.match(code, at)
        if match is None:
            break
        found.append(_section(match[1]))
        at = match.end() if match[0].endswith(";") and match.end() > match.end(1) else len(code) + 1
    return tuple(found[:4])


def _section(code: str) -> Section:
    tokens: list[tuple[str, str]] = []
    condition, colour = None, None
    for match in _TOKEN.finditer(code):
        kind, said = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "bracket":
            condition = _condition(said) or condition
            colour = _COLOURS.get(said.strip().lower()) or colour
            tokens += _bracket(said)
        else:
            tokens.append(_token(kind, said))
    return Section(tuple(tokens), condition, colour)


def _condition(said: str) -> tuple[str, float] | None:
    match = _CONDITION.fullmatch(said.strip())
    return (match[1], float(match[2])) if match else None


def _bracket(said: str) -> list[tuple[str, str]]:
    if said.startswith("$"):
        return [("literal", said[1:].rpartition("-")[0] if "-" in said else said[1:])]
    return [("date", said)] if _ELAPSED.fullmatch(said) else []


_SIGNS = {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "text"}


def _token(kind: str, said: str) -> tuple[str, str]:
    match kind:
        case "space":
            return "literal", " "
        case "fill":  # repeated to the width of the cell: what is no blank shows
            return "literal", said.strip()
        case "quoted" | "escaped":
            return "literal", said
        case "ampm":
            return "date", said
        case "other":
            return _SIGNS.get(said, "literal"), said
        case _:
            return kind, said


# --- choosing the section ---------------------------------------------------------------------


def chosen(value: float, code: str) -> tuple[Section, bool]:
    """Return the section under which a number is shown, and whether its sign is dropped there."""
    parts = sections(code)
    numeric = parts[:3] if len(parts) > 1 else parts
    if any(part.condition for part in numeric):
        return _by_condition(value, numeric)
    if value < 0 and len(numeric) > 1:
        return numeric[1], True
    return (numeric[2] if value == 0 and len(numeric) > 2 else numeric[0]), False


def _by_condition(value: float, parts: tuple[Section, ...]) -> tuple[Section, bool]:
    usual = [(">", 0.0), ("<", 0.0)] if len(parts) > 2 else [(">=", 0.0)]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        rule = part.condition or (usual[number] if number < len(usual) and not last else None)
        if rule is None or _HOLDS[rule[0]](value, rule[1]):
            negative = rule is not None and rule[0] in {"<", "<="} and rule[1] <= 0
            return part, negative and value < 0
    return Section((("literal", "####"),)), False


def is_date(value: float, code: str) -> bool:
    """Return whether a number is shown as a date, a time or a day of the week."""
    part, _ = chosen(value, code)
    return "date" in part.kinds and "general" not in part.kinds and "text" not in part.kinds


def date(value: float, code: str) -> dt.date | None:
    """Return the day that a number is shown as; None where it is shown as none."""
    if not 0 <= value < MOST_DATE or not is_date(value, code):
        return None
    return (_EPOCH + dt.timedelta(days=value)).date()


def colour(value: float, code: str) -> str | None:
    """Return the colour that the format itself gives the number."""
    return chosen(value, code)[0].colour
