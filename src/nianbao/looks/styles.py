"""How a workbook's styles show figures: number format, struck through, in the paper's colour."""

from __future__ import annotations

import colorsys
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from nianbao import markup
from nianbao.codes import FaultCode
from nianbao.looks import displayed, numberformat
from nianbao.markup import NS


PAPER, INK = "FFFFFF", "000000"
LEAST_CONTRAST, LEAST_APART = 1.2, 80
"""Where contrast and the widest gap of red, green or blue are less, ink is as paper.

Ours have a contrast of 4.5 (WCAG AA).
"""

LEAST_SIZE = 2.0
"""Points below which nobody reads a figure."""


@dataclass(frozen=True)
class Look:
    """How one style shows what stands in a cell.

    ``ink`` and ``paper`` are RRGGBB; ``size`` the font's points. ``shown`` is what is displayed,
    where the file itself says so (.ods); ``repeated`` is the alignment that fills the cell with
    copies, ``shrunk`` the one that makes text fit.
    """

    code: str = numberformat.GENERAL
    ink: str = INK
    paper: str = PAPER
    struck: bool = False
    size: float = 11
    repeated: bool = False
    shrunk: bool = False
    shown: str | None = None

    def text(self, value: float | str) -> str:
        """Return what a cell with this value displays."""
        shown = displayed.displayed(value, self.code) if self.shown is None else self.shown
        return shown * 2 if self.repeated and shown.strip() else shown

    def invisible(self, value: float | str) -> FaultCode | None:
        """Return why the value cannot be seen on the sheet, None if it can."""
        own = None if isinstance(value, str) else numberformat.colour(value, self.code)
        if alike(own or self.ink, self.paper):
            return "look-ink"
        return "look-tiny" if self.size < LEAST_SIZE else None

    @functools.cached_property
    def plain(self) -> bool:
        """Whether it shows any whole number as it is, where the column is wide enough."""
        odd = self.struck or self.repeated or self.shown is not None or self.invisible(1)
        return not odd and _shows_whole_numbers(self.code)


PLAIN = Look()

Change = int | etree._Element | Mapping[str, Any] | None  # noqa: SLF001 - lxml's public type
"""What a conditional format changes: a style's number, its element, fields of ``Look``."""


@functools.lru_cache(maxsize=512)
def _shows_whole_numbers(code: str) -> bool:
    tried = (0, 7, -7, 12_345, 123_456_789)
    return "[" not in code and all(
        not numberformat.is_date(one, code) and displayed.displayed(one, code) == str(one)
        for one in tried
    )


@dataclass(frozen=True, eq=False)
class Styles:
    """The styles of a workbook: by a cell's style id, and by a conditional format's number.

    ``rules`` say what each conditional format changes, by field of ``Look``.
    """

    looks: Mapping[str, Look]
    rules: tuple[Mapping[str, Any], ...] = ()
    palette: Palette | None = None

    def change(self, rule: Change) -> Mapping[str, Any]:
        """Return what a conditional format changes: by number, by its element, or as given."""
        if isinstance(rule, int):
            return self.rules[rule] if rule < len(self.rules) else {}
        if rule is None or isinstance(rule, Mapping):
            return rule or {}
        return {} if self.palette is None else changed(rule, self.palette)


NO_STYLES = Styles({})


@functools.lru_cache(maxsize=8)
def styles(data: bytes, theme: bytes = b"") -> Styles:
    """Read a styles part; most files of a run share one."""
    root = markup.parsed(data)
    palette = Palette(root, theme)
    own = {
        str(one.get("numFmtId")): str(one.get("formatCode", numberformat.GENERAL))
        for one in root.iter(f"{NS}numFmt")
    }
    fonts = [_font(font, palette) for font in _children(root, "fonts")]
    papers = [_fill(fill, palette) for fill in _children(root, "fills")]
    every = tuple(
        Look(
            **{
                **_numbered(papers, xf.get("fillId")),
                **_numbered(fonts, xf.get("fontId")),
                **_alignment(xf),
                "code": _code(xf.get("numFmtId"), own),
            }
        )
        for xf in _children(root, "cellXfs")
    )
    rules = tuple(changed(one, palette) for one in _children(root, "dxfs"))
    return Styles({str(at): look for at, look in enumerate(every)}, rules, palette)


def _children(root: etree._Element, name: str) -> Iterator[etree._Element]:
    parent = root.find(f"{NS}{name}")
    yield from () if parent is None else parent


def _numbered(given: list[dict[str, Any]], number: str | None) -> dict[str, Any]:
    at = int(number) if number and number.isdecimal() and len(number) < 7 else 0
    return given[at] if at < len(given) else {}


def _code(number: str | None, own: Mapping[str, str]) -> str:
    if number is not None and number in own:
        return own[number]
    known = int(number) if number and number.isdecimal() and len(number) < 7 else 0
    return numberformat.BUILT_IN.get(known, numberformat.GENERAL)


def _alignment(xf: etree._Element) -> dict[str, Any]:
    one = xf.find(f"{NS}alignment")
    if one is None:
        return {}
    return {"repeated": one.get("horizontal") == "fill", "shrunk": on(one.get("shrinkToFit"))}


def on(said: str | None) -> bool:
    """Return whether an attribute says yes."""
    return said in {"1", "true", "on"}


def _font(font: etree._Element, palette: Palette) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in font:
        match one.tag:
            case markup.STRIKE:
                found["struck"] = one.get("val") is None or on(one.get("val"))
            case markup.SIZE:
                found["size"] = number(one.get("val"), 11)
            case markup.COLOUR:
                found["ink"] = palette.colour(one) or INK
    return found


def _fill(fill: etree._Element, palette: Palette) -> dict[str, Any]:
    """Return the paper of a fill; patterns and gradients leave the figure to be read."""
    pattern = fill.find(f"{NS}patternFill")
    if pattern is None or pattern.get("patternType") != "solid":
        return {}
    front = pattern.find(f"{NS}fgColor")
    return {"paper": (palette.colour(front) if front is not None else None) or PAPER}


def changed(rule: etree._Element, palette: Palette) -> Mapping[str, Any]:
    """Return what a conditional format (``dxf``) changes; its solid fill is named by bgColor."""
    found: dict[str, Any] = {}
    for one in rule:
        name = etree.QName(one).localname
        if name == "font":
            found |= {k: v for k, v in _font(one, palette).items() if k != "size"}
        elif name == "numFmt":
            known = _code(one.get("numFmtId"), {})
            found["code"] = str(one.get("formatCode", known))
        elif name == "fill":
            pattern = one.find(f"{NS}patternFill")
            back = None if pattern is None else pattern.find(f"{NS}bgColor")
            if pattern is not None and back is not None and pattern.get("patternType") != "none":
                found["paper"] = palette.colour(back) or PAPER
    return found


def number(said: str | None, usual: float) -> float:
    """Return what an attribute says as a number."""
    try:
        return float(said) if said else usual
    except ValueError:
        return usual


# --- colours ----------------------------------------------------------------------------------


_EIGHT = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
_INDEXED = (
    *_EIGHT, *_EIGHT,
    "800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080",
    "9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF",
    "000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF",
    "00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99",
    "3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696",
    "003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333",
    "000000", "FFFFFF",
)  # fmt: skip
_THEME = ("FFFFFF", "000000", "EEECE1", "1F497D", "4F81BD", "C0504D",
          "9BBB59", "8064A2", "4BACC6", "F79646", "0000FF", "800080")  # fmt: skip
_IN_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


class Palette:
    """What the colours of a workbook are: given, indexed, or of its theme."""

    def __init__(self, root: etree._Element, theme: bytes) -> None:
        self.indexed, self.theme = list(_INDEXED), list(_THEME)
        own = list(root.iter(f"{NS}rgbColor"))
        for at, one in enumerate(own[: len(self.indexed)]):
            self.indexed[at] = _hex(one.get("rgb")) or self.indexed[at]
        scheme = markup.parsed(theme).find(f".//{_DRAWING}clrScheme") if theme else None
        for at, name in enumerate(_IN_THEME if scheme is not None else ()):
            found = scheme.find(f"{_DRAWING}{name}/*") if scheme is not None else None
            said = None if found is None else found.get("lastClr") or found.get("val")
            self.theme[at] = _hex(said) or self.theme[at]

    def colour(self, one: etree._Element) -> str | None:
        """Return a colour as RRGGBB, None for the automatic one."""
        if one.get("rgb"):
            found = _hex(one.get("rgb"))
        elif one.get("theme"):
            found = _of(self.theme, one.get("theme"))
        else:
            found = _of(self.indexed, one.get("indexed"))
        return _tinted(found, number(one.get("tint"), 0)) if found else None


def _hex(said: str | None) -> str | None:
    match = _HEX.fullmatch(said or "")
    return match[1].upper() if match else None


def _of(known: list[str], at: str | None) -> str | None:
    place = int(at) if at and at.isdecimal() and len(at) < 4 else len(known)
    return known[place] if place < len(known) else None


def _tinted(colour: str, tint: float) -> str:
    if not tint:
        return colour
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in _parts(colour)))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    mixed = colorsys.hls_to_rgb(hue, min(max(light, 0), 1), saturation)
    return "".join(f"{round(part * 255):02X}" for part in mixed)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)


@functools.lru_cache(maxsize=512)
def alike(ink: str, paper: str) -> bool:
    """Return whether two colours cannot be told apart."""
    apart = max(abs(a - b) for a, b in zip(_parts(ink), _parts(paper), strict=True))
    one, other = sorted((_luminance(ink), _luminance(paper)))
    return apart < LEAST_APART and (other + 0.05) / (one + 0.05) < LEAST_CONTRAST


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
