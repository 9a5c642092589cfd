"""The names that words borrow from their edition, so that a renamed sheet is renamed everywhere.

A text says ``第{other.number}部分``, ``“{requests.sheet}”``: a section or table by its key, then
what of it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nianbao.form.grid import FormError, Table
from nianbao.form.text import Section


if TYPE_CHECKING:
    from nianbao.form.edition import Edition


_BORROWED = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)+)\}")


def names(edition: Edition) -> Iterator[tuple[str, str]]:
    """Yield every name that may be borrowed, by how a text asks for it.

    ``{overview.number}`` 一, ``{overview.title}`` the heading without its number,
    ``{overview.lead.label}``, ``{requests.sheet}``; ``{tables.number}`` 二、三、四, of which
    ``{tables.first}`` and ``{tables.last}``; ``{required.number}`` and ``{required.title}`` of the
    sections that nobody may leave empty.
    """
    tables, sections = edition.tables, edition.sections
    both: tuple[Table | Section, ...] = (*tables, *sections)
    for one in both:
        yield f"{one.key}.number", one.number
        yield f"{one.key}.title", one.title
    yield from ((f"{table.key}.sheet", table.sheet) for table in tables)
    for section in sections:
        yield from ((f"{section.key}.{part.key}.label", part.label) for part in section.parts)
    number = {section.key: section.number for section in sections}
    for inset in edition.insets:
        yield f"{inset.key}.number", number.get(inset.section, "")
        yield f"{inset.key}.title", inset.title
    due = [one for one in sections if set(one.text_keys) & set(edition.required_texts)]
    yield from _together("tables", tables)
    yield from _together("sections", sections)
    yield from _together("required", due)


def _together(what: str, ones: Iterable[Table | Section]) -> Iterator[tuple[str, str]]:
    numbers = [one.number for one in ones]
    yield f"{what}.number", "、".join(numbers)
    yield f"{what}.title", "、".join(one.title for one in ones)
    yield from zip((f"{what}.first", f"{what}.last"), numbers[:1] + numbers[-1:], strict=False)


def named(text: str, known: Mapping[str, str]) -> str:
    """Return a text with the names that it borrows; "…" for one that the edition does not have."""
    return _BORROWED.sub(lambda match: known.get(match[1], "…"), text) if "{" in text else text


def composed(value: Any, known: Mapping[str, str]) -> Any:
    """Return a value of an edition with every text in it composed; itself where none borrows.

    Raises:
        FormError: a text asks for a name that the edition does not have.

    """
    if isinstance(value, str):
        for match in _BORROWED.finditer(value) if "{" in value else ():
            if match[1] not in known:
                raise FormError(f"no name {match[0]} to put into {value!r}")
        return named(value, known)
    if isinstance(value, tuple):
        return _all(value, known)
    if isinstance(value, Mapping):
        now = dict(zip(value, _all(tuple(value.values()), known), strict=True))
        return value if all(now[key] is value[key] for key in value) else now
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    changed = {k: new for k, old in fields.items() if (new := composed(old, known)) is not old}
    return dataclasses.replace(value, **changed) if changed else value


def _all(values: tuple[Any, ...], known: Mapping[str, str]) -> tuple[Any, ...]:
    now = tuple(composed(one, known) for one in values)
    return now if any(new is not old for new, old in zip(now, values, strict=True)) else values
