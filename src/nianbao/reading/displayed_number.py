"""Whether what a cell displays is the number that it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from nianbao import values
from nianbao.codes import Code, FaultCode
from nianbao.form import Column, cells
from nianbao.layout import Place
from nianbao.looks import numberformat
from nianbao.looks.frames import Frame
from nianbao.looks.styles import PLAIN, Look
from nianbao.opening.package import Content
from nianbao.report import Cell


_DASHES = {"-", "–", "—", "－"}
"""How accounting formats show nothing."""

_MONEY = "¥￥"

_SPARE = 1.0
"""Characters that a number may seem to be wider than its column before it is said to be."""


class Figure(NamedTuple):
    """A figure to be judged: its field key and name, its column, its place, what stands there."""

    key: str
    name: str
    column: Column
    place: Place
    content: Content


def shows_itself(content: Content, column: Column) -> bool:
    """Return whether a cell with a number displays that number."""
    value, look = content.value, content.look or PLAIN
    if look.plain or isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return _same(_read(look.text(value), column), value) and not look.invisible(value)


def faults(  # noqa: PLR0913 - two looks at one cell
    look: Look, raw: float | str, value: float, column: Column, *, rule: bool, total: bool
) -> Iterator[tuple[Code, str, FaultCode | None]]:
    """Yield the findings' keys on one look, with what is displayed and why it is not seen."""
    shown, unseen = look.text(raw), look.invisible(raw)
    fraction = cells.FRACTION.on(column.kind) and cells.FRACTION.breaks(value)
    if fraction and not isinstance(_read(shown, column), str):
        return  # the cell's own state says it
    codes = _CODES["total" if total else "rule" if rule else ""]
    if not shown.strip() or unseen:
        yield ("C13-zero" if value == 0 else codes[bool(shown.strip())]), shown, unseen
    elif (kind := _difference(shown, value, column, look)) is not None:
        yield kind or codes[2], shown, None
    if look.struck:
        yield "C18-struck", shown, None


_CODES: dict[str, tuple[Code, Code, Code]] = {
    "": ("C13-hidden", "C18", "C13"),
    "rule": ("C13-hidden-rule", "C18-rule", "C13-rule"),
    "total": ("C13-hidden-total", "C18-total", "C13-total"),
}
"""What is said of a number that shows nothing, cannot be seen, shows another; of which cell."""


def _difference(shown: str, value: float, column: Column, look: Look) -> Code | Literal[""] | None:
    """Return the variant of C13 that a displayed text is, None if it is the value's own."""
    read = _read(shown, column)
    if _same(read, value) or (value == 0 and shown.strip() in _DASHES):
        return None
    if _same(_read(shown.strip().strip(_MONEY), column), value):
        return "C13-money"
    places = len(shown.partition(".")[2].rstrip("0 "))
    if not column.kind.whole and places >= 2 and isinstance(read, int | float):
        close = abs(read - value) <= 0.5 * 10**-places + values.DUST
        if not close:
            return ""
        return None if look.code == numberformat.GENERAL else "C13-rounded"
    return ""


def _read(shown: str, column: Column) -> Cell:
    """Return what a displayed text says: as typed text is read, and -3 as accountants write it."""
    bare = shown.strip().removesuffix(".")
    if bare[:1] in {"(", "（"} and bare[-1:] in {")", "）"}:
        bare = f"-{bare[1:-1].strip()}"
    return values.figure(bare, column)[0]


def _same(read: Cell, value: float) -> bool:
    return isinstance(read, int | float) and abs(read - value) <= values.DUST * max(1, abs(value))


def too_wide(figure: Figure, frame: Frame) -> bool:
    """Return whether a number is wider than its cell, as far as characters tell."""
    raw, look = figure.content.value, figure.content.look
    if look is None or look.shrunk or isinstance(raw, str):
        return False
    room, shown = frame.room(figure.place[1:]), look.text(raw).strip()
    if look.code == numberformat.GENERAL:  # which leaves out decimals before it shows ####
        whole, _, rest = shown.partition(".")
        shown = f"{whole}.{rest[:2]}"
    wide = sum(0.5 if c in ",. " else 2 if ord(c) > 0x2E80 else 1 for c in shown)
    return 0 < room < wide * look.size / 11 - _SPARE
