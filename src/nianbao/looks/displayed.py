"""What a cell displays: a number or text under the number format of its cell, as Excel shows it.

Libraries were tried (ssf, IronCalc): neither shows conditions, suffixes of General, escapes or
¥ as Excel does, and one no longer starts. Dates are only recognised: a date is no figure.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction

from nianbao.looks.numberformat import GENERAL, MOST_DATE, Section, chosen, is_date, sections


_ROOM = 11
"""Characters that General takes at most."""


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
