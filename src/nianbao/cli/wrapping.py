"""Lines as 中文 is broken into them: at any letter, but not before 。 or within a word.

Widths are columns of a console, of which a Chinese letter takes two.
"""

from __future__ import annotations

import re
import unicodedata


_FROM, _TO = "\ufdd0", "\ufdd1"
"""What stands around a text that is not to be broken; Unicode has no characters there."""

_MARKS = re.compile(f"[{_FROM}{_TO}]")
_OPENING, _CLOSING = "（“《〔", "，。；：、！？）”》〕"
_COMMAND = r"(?:nianbao|pip)(?: [\x21-\x7e]+)+"
_WORD = re.compile(
    rf"[{_OPENING}]*(?:{_FROM}[^{_TO}]*{_TO}|{_COMMAND}|[\x21-\x7e]+|[^{_OPENING}])"
    rf"[{_CLOSING}]*[ \u3000]*|[{_OPENING}]+",
    re.DOTALL,
)


def cells(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def padded(text: str, width: int) -> str:
    """Return a text with blanks up to a width."""
    return text + " " * (width - cells(text))


def whole(text: object) -> str:
    """Return a path, to be put into what is said: it is never broken."""
    return f"{_FROM}{bare(str(text))}{_TO}"


def bare(text: str) -> str:
    """Return a text without the marks of ``whole``."""
    return _MARKS.sub("", text)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines; what is wider than one has its own, which the console continues."""
    lines = [""]
    for word in map(bare, _WORD.findall(text)):
        if lines[-1] and cells(lines[-1] + word.rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]
