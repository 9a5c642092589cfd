"""One unit's report: figures, narrative and identity. Blank is None, never 0. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


Cell = int | float | str | None
"""What stands for a figure: a number, None for blank, or a string that is not a number."""


LONGEST_QUOTE = 60
"""Characters of a wrong content that are quoted."""

SHORTEST_REASON = 4
"""Characters, white space apart, that a reason for a warning has at least: 无 is none."""
MOST_GAPS, LONGEST_GAP = 60, 120
"""Of how many units a provisional sum names what is wrong, and in how many characters each."""

UNFIT = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
"""What XML, and so a workbook, cannot hold; half a surrogate pair is not even UTF-8."""

CONTACT = "contact"
"""What the fields of findings on the people to ask begin with: ``contact.phone``."""
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_STEERS = re.compile(f"{UNFIT.pattern}|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """Return a text as one line of a message: no break, nothing that steers a terminal."""
    return text if text.isprintable() else _STEERS.sub("\ufffd", _BREAKS.sub(" ", text))


APART = ("processing_fee",)
"""The tables on the text sheet, which stand beside the other tables in a document: 信息处理费."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting body; ``level`` is one of the keys of ``levels`` in ``schemas/common.toml``.

    ``under`` is the level of the body it reports to, "" for the one that its own level usually
    reports to; ``speaks_for`` the level of the government in whose name it reports (政府办公室,
    司法局), "" where it reports for itself.
    """

    code: str
    name: str
    level: str
    under: str = ""
    speaks_for: str = ""

    @property
    def power(self) -> str:
        """The level whose powers count, that of making 规章 above all (《立法法》)."""
        return self.speaks_for or self.level

    def document(self) -> dict[str, str]:
        """Return the unit as report documents name it; what goes without saying is left out."""
        own = {"code": self.code, "name": self.name, "level": self.level}
        more = {"under": self.under, "speaks_for": self.speaks_for}
        return own | {key: value for key, value in more.items() if value}


@dataclass(frozen=True)
class Report:
    """One unit's annual report (条例第四十九、五十条), as flat values.

    ``figures`` maps a field key ``table.row.column`` to a Cell (件; amounts in the unit that the
    edition states for the column), of a table on the text sheet ``table.row``.
    ``narrative`` maps ``problems`` or ``overview.lead`` to text.
    ``nil_returns`` names the tables declared 零报告, ``blanks_are_zero`` those of which the unit
    declares that what it left blank is 0 (空格按零): a blank there counts as 0.
    ``explanations`` maps a rule id, or ``rule@field`` for one place, to the reason the unit gives
    for the warning.
    """

    edition: str
    year: int
    unit: Unit
    figures: Mapping[str, Cell] = field(default_factory=dict)
    narrative: Mapping[str, str | None] = field(default_factory=dict)
    contact: Mapping[str, str | None] = field(default_factory=dict)
    nil_returns: frozenset[str] = frozenset()
    blanks_are_zero: frozenset[str] = frozenset()
    explanations: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def provisional(self) -> bool:
        """Whether it is a sum from which a unit is missing, or that holds a faulty one.

        A report that is merely not whole (``complete`` false, nobody missing) is no such sum.
        """
        return self.provenance.get("complete") is False and "gaps" in self.provenance

    @property
    def gaps(self) -> tuple[str, ...]:
        """Who is missing from a provisional sum or faulty in it, as its makers named them.

        Of a whole sum: whose errors were waived and stand in it.
        """
        said = self.provenance.get("gaps")
        return tuple(map(str, said)) if isinstance(said, list | tuple) else ()

    def figure(self, key: str) -> int | float | None:
        """Return a figure as a number; None where it is blank or no number.

        A blank cell of a table declared 零报告 or 空格按零 is 0.
        """
        value = self.figures.get(key)
        if value.__class__ is int:  # nearly always
            return value
        if value is None:
            return 0 if self.zero(key.partition(".")[0]) else None
        return None if isinstance(value, str) else value

    def zero(self, table: str) -> bool:
        """Return whether the unit declared that blank cells of a table are 0."""
        return table in self.nil_returns or table in self.blanks_are_zero

    def reason(self, rule: str, field: str) -> str:
        """Return the reason given for a rule's warning at a field, "" where there is none."""
        said = self.explanations.get(reason_key(rule, field)) or self.explanations.get(rule)
        return said or ""

    def text(self, key: str) -> str | None:
        """Return a part of the narrative, or a whole section (its parts joined)."""
        if key in self.narrative:
            return self.narrative[key]
        parts = [t for k, t in self.narrative.items() if k.startswith(f"{key}.") and t]
        return "".join(parts) or None


def reason_key(rule: str, field: str) -> str:
    """Return the key of a reason that is given for one place of a rule."""
    return f"{rule}@{field}"


def from_document(document: Mapping[str, Any]) -> Report:
    """Read a report document that has the shape its schema asks for."""
    unit = document.get("unit", {})
    return Report(
        edition=document["edition"],
        year=document["year"],
        unit=Unit(**{key: unit.get(key, "") for key in Unit.__slots__}),
        figures=_flatten(document.get("tables", {})) | _flatten(_apart(document)),
        narrative=_flatten(document.get("narrative", {})),
        contact=dict(document.get("contact", {})),
        nil_returns=frozenset(document.get("nil_returns", ())),
        blanks_are_zero=frozenset(document.get("blanks_are_zero", ())),
        explanations=dict(document.get("explanations", {})),
        provenance={k: document[k] for k in ("source", "complete", "gaps") if k in document},
    )


def _apart(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: document[key] for key in APART if key in document}


def to_document(report: Report) -> dict[str, Any]:
    """Return the report document; blank stays null, empty parts are left out."""
    nested = _nest(report.figures)
    apart = {key: nested.pop(key, {}) for key in APART}
    document: dict[str, Any] = {
        "edition": report.edition,
        "year": report.year,
        "unit": report.unit.document(),
        "contact": dict(report.contact),
        "narrative": _nest(report.narrative),
        **apart,
        "nil_returns": sorted(report.nil_returns),
        "blanks_are_zero": sorted(report.blanks_are_zero),
        "explanations": dict(report.explanations),
        "tables": nested,
        **report.provenance,
    }
    return {k: v for k, v in document.items() if v or k not in _OPTIONAL}


_OPTIONAL = {
    "contact", "narrative", "nil_returns", "blanks_are_zero", "explanations", *APART,
}  # fmt: skip


def _flatten(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def _nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for key, value in flat.items():
        *path, last = key.split(".")
        level = nested
        for part in path:
            level = level.setdefault(part, {})
        level[last] = value
    return nested
