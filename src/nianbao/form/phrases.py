"""Lists of words that a rule's expression names instead of repeating them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nianbao.form.grid import FormError


_PHRASE = re.compile(r'"@(\w+)"')


def spelt(expression: str, phrases: Mapping[str, tuple[str, ...]]) -> str:
    """Return an expression with the lists of words that it names spelt out.

    Raises:
        FormError: it names a list that there is not.

    """

    def words(match: re.Match[str]) -> str:
        known = phrases.get(match[1])
        if known is None:
            raise FormError(f"no list of words {match[1]!r}")
        return ", ".join(f'"{word}"' for word in known)

    return _PHRASE.sub(words, expression)
