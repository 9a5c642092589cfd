"""What a cell displays: a number or text under the number format of its cell, as Excel shows it.

Libraries were tried (ssf, IronCalc): neither shows conditions, suffixes of General, escapes or
¥ as Excel does, and one no longer starts. Dates are only recognised: a date is no figure.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction


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

_LONGEST, _ROOM = 255, 11
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
    code = code[:_LONGEST]
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


# --- showing ----------------------------------------------------------------------------------


def displayed(value: float | str, code: str) -> str:
    """Return what a cell with this number or text displays."""
    if isinstance(value, str):
        return _text(value, code)
    if code == GENERAL and len(usual := str(value)) < _ROOM and "e" not in usual:
        return usual
    part, unsigned = chosen(value, code)
    if is_date(value, code):
        return "####" if not 0 <= value < MOST_DATE else "（日期）"
    try:
        exact = Decimal(f"{value:.15g}")
        with localcontext() as context:
            context.prec = 400
            shown = _number(exact.copy_abs(), part)
    except InvalidOperation:
        return str(value)
    minus = value < 0 and not unsigned and part.tokens and re.search("[1-9]", shown)
    return f"-{shown}" if minus else shown


def _text(value: str, code: str) -> str:
    parts = sections(code)
    own = parts[3] if len(parts) > 3 else parts[-1]
    if len(parts) <= 3 and "text" not in own.kinds:
        return value
    return "".join(value if kind == "text" else said for kind, said in own.tokens)


def _number(value: Decimal, part: Section) -> str:
    kinds = part.kinds
    if kinds & {"general", "text"}:
        number = {"general": general(value), "text": general(value)}
        return "".join(number.get(kind, said) for kind, said in part.tokens)
    if "digit" not in kinds:
        return "".join(said for _, said in part.tokens)
    if "exponent" in kinds:
        return _scientific(value, part)
    if "slash" in kinds and _is_fraction(part):
        return _fraction(value, part)
    return _decimal(value, part)


def general(value: Decimal) -> str:
    """Return a number as General shows it where there is room: eleven characters."""
    if value and not Decimal("1e-9") <= abs(value) < Decimal("1e11"):
        mantissa, _, power = f"{value:.5E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{int(power):+03d}"
    whole = len(str(int(abs(value))))
    plain = f"{value.quantize(Decimal(1).scaleb(-max(0, 10 - whole)), ROUND_HALF_UP):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _places(part: Section) -> tuple[list[int], list[int], bool, int]:
    """Return where the digits before and after the point stand, grouping, and the scale."""
    digits = [at for at, (kind, _) in enumerate(part.tokens) if kind == "digit"]
    points = [at for at, (kind, _) in enumerate(part.tokens) if kind == "point"]
    point = points[0] if points else len(part.tokens)
    before, after = [at for at in digits if at < point], [at for at in digits if at > point]
    last = before[-1] if before else -1
    commas = [at for at, (kind, _) in enumerate(part.tokens) if kind == "comma"]
    grouped = bool(before) and any(before[0] < at < last for at in commas)
    end = after[-1] if after else last
    scale = sum(at > last and (at < point or at > end) for at in commas)
    percent = sum(kind == "percent" for kind, _ in part.tokens)
    return before, after, grouped, 2 * percent - 3 * scale


def _decimal(value: Decimal, part: Section) -> str:
    before, after, grouped, scale = _places(part)
    shown = value.scaleb(scale).quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP)
    whole, _, rest = f"{shown:f}".partition(".")
    slots = {**_whole(whole.lstrip("0"), part, before, grouped=grouped), **_rest(rest, part, after)}
    pieces = []
    for at, (kind, said) in enumerate(part.tokens):
        if kind == "digit":
            pieces.append(slots[at])
        elif kind == "point" and not before:
            pieces.append(f"{whole.lstrip('0')}.")
        elif kind != "comma":
            pieces.append(said)
    return "".join(pieces)


def _whole(digits: str, part: Section, places: list[int], *, grouped: bool) -> dict[int, str]:
    """Fill the places before the point from the right; what is left over goes to the first."""
    slots, count, left = {}, 0, list(digits)
    for number, at in enumerate(reversed(places), 1):
        taken = [left.pop()] if left else []
        while number == len(places) and left:
            taken.append(left.pop())
        piece = ""
        for digit in taken or [{"0": "0", "?": " ", "#": ""}[part.tokens[at][1]]]:
            comma = "," if grouped and count and count % 3 == 0 and digit.isdigit() else ""
            piece = f"{digit}{comma}{piece}"
            count += 1
        slots[at] = piece
    return slots


def _rest(digits: str, part: Section, places: list[int]) -> dict[int, str]:
    """Fill the places after the point; trailing zeros show only where a 0 asks for them."""
    slots, kept = {}, False
    for at, digit in zip(reversed(places), reversed(digits), strict=True):
        kept = kept or digit != "0" or part.tokens[at][1] == "0"
        slots[at] = digit if kept else {"?": " "}.get(part.tokens[at][1], "")
    return slots


def _scientific(value: Decimal, part: Section) -> str:
    split = next(at for at, (kind, _) in enumerate(part.tokens) if kind == "exponent")
    mantissa = Section(part.tokens[:split])
    before, after, *_ = _places(mantissa)
    step = max(1, len(before))
    power = value.adjusted() // step * step if value else 0
    if value.scaleb(-power).quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP) >= 10**step:
        power += step
    width = sum(kind == "digit" for kind, _ in part.tokens[split:])
    tail = "".join(said for kind, said in part.tokens[split + 1 :] if kind == "literal")
    sign = "-" if power < 0 else "+" if part.tokens[split][1].endswith("+") else ""
    return f"{_decimal(value.scaleb(-power), mantissa)}E{sign}{abs(power):0{width}d}{tail}"


def _is_fraction(part: Section) -> bool:
    kinds = [kind for kind, _ in part.tokens]
    at = kinds.index("slash")
    below = "".join(said for _, said in part.tokens[at + 1 :]).strip()
    return "digit" in kinds[:at] and bool(below) and below.strip("0123456789#?") == ""


def _fraction(value: Decimal, part: Section) -> str:
    at = next(at for at, (kind, _) in enumerate(part.tokens) if kind == "slash")
    above = "".join(said for _, said in part.tokens[:at]).strip()
    below = "".join(said for _, said in part.tokens[at + 1 :]).strip()
    mixed = " " in above
    whole = int(value) if mixed else 0
    rest = Fraction(value - whole)
    fixed = int(below) if below.isdigit() and int(below) else 0
    if fixed:
        top, bottom = round(rest * fixed), fixed
    else:
        near = rest.limit_denominator(10 ** min(len(below), 5) - 1)
        top, bottom = near.numerator, near.denominator
    if mixed and top == bottom:
        whole, top = whole + 1, 0
    if mixed and not top:
        return str(whole)
    return f"{whole} {top}/{bottom}" if whole else f"{top}/{bottom}"
