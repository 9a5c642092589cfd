"""What is wrong with the words of a report that no formula of the sheet can tell: pure.

Years and amounts that contradict the report (N11, N12), instructions left in the text (N14) and
another unit's name (N15). Everything else about texts is a rule of the edition, which the sheet
shows as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from nianbao.errors import Catalogue, Finding, Wording
from nianbao.form import Edition
from nianbao.report import Report, Unit


SHORTEST = 3
"""Letters that a unit's name without its county has at least; 东乡 is too common a word."""

OPENING = 40
"""Letters at the beginning of the narrative in which a unit names itself."""

_END = "。；"
Match = tuple[str, re.Match[str]]


def narrative_findings(report: Report, edition: Edition, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield what the catalogue's patterns find in the texts, and instructions left in them."""
    if not any(report.narrative.values()):
        return
    told: dict[tuple[str, str, object], Finding] = {}
    for wording in catalogue.values():
        if wording.pattern:
            for one in _matched(wording, report, edition):
                told.setdefault((one.rule, one.field, one.actual), one)  # one fault, two patterns
    yield from told.values()
    yield from _instructions(report, edition, catalogue)


def _matched(wording: Wording, report: Report, edition: Edition) -> Iterator[Finding]:
    """Yield what one pattern finds.

    A match is wrong as such; with a group ``year`` where that is not the report's year. With a
    group ``some_year`` or ``some_yuan`` it is enough that one match agrees with the report.
    """
    pattern = re.compile(wording.pattern)
    keys = [key for key in edition.text_keys if key.startswith(wording.where)]
    found = [(key, m) for key in keys for m in pattern.finditer(report.narrative.get(key) or "")]
    group = next(iter(pattern.groupindex), "")
    agrees = _AGREES.get(group, _never)
    due = _due(wording, group, report)
    wrong = [one for one in found if not agrees(one[1], due)]
    if group.startswith("some"):
        wrong = wrong[:1] if len(wrong) == len(found) else []
    told = dict.fromkeys((key, match[0].strip()) for key, match in wrong)
    for key, actual in told:
        of_form = wording.of(edition)
        yield of_form.finding(field=key, actual=actual, expected=due)


def _never(_: re.Match[str], __: float | None) -> bool:
    return False


def _year(match: re.Match[str], due: float | None) -> bool:
    return int(match["year"]) == due


def _some_year(match: re.Match[str], due: float | None) -> bool:
    said = match["some_year"]
    return said is None or int(said) == due


def _some_yuan(match: re.Match[str], due: float | None) -> bool:
    said = float(match["some_yuan"].replace(",", "").replace("，", ""))
    return due is None or abs(said * (10_000 if match["wan"] else 1) - due) < 0.005


_AGREES: dict[str, Callable[[re.Match[str], float | None], bool]] = {
    "year": _year,
    "some_year": _some_year,
    "some_yuan": _some_yuan,
}


def _due(wording: Wording, group: str, report: Report) -> int | float | None:
    if group.endswith("year"):
        return report.year
    return report.figure(wording.figure) if wording.figure else None


def _instructions(report: Report, edition: Edition, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield N14 where a sentence of our own instructions stands in a text."""
    said = [one for section in edition.sections for one in section.guidance]
    said += [one for section in edition.sections for part in section.parts for one in part.guidance]
    for key in edition.text_keys:
        text = report.narrative.get(key) or ""
        for sentence in dict.fromkeys(one.text.rstrip(_END) for one in said):
            if sentence in text:
                yield catalogue["N14-own"].finding(field=key, actual=sentence)


# --- another unit's name ------------------------------------------------------------------------


@dataclass
class _Names:
    """The names of the units of a level: who bears each; how long those with a beginning are."""

    bearers: dict[str, set[str]] = field(default_factory=dict)
    lengths: dict[str, set[int]] = field(default_factory=dict)

    def add(self, name: str, code: str) -> None:
        self.bearers.setdefault(name, set()).add(code)
        self.lengths.setdefault(name[:2], set()).add(len(name))

    def within(self, text: str) -> Iterator[str]:
        """Yield the names that stand in a text, at each place the longest."""
        at = 0
        while at < len(text):
            sizes = sorted(self.lengths.get(text[at : at + 2], ()), reverse=True)
            size = next((n for n in sizes if text[at : at + n] in self.bearers), 0)
            if size:
                yield text[at : at + size]
            at += size or 1


@dataclass(frozen=True)
class Neighbours:
    """The units of a roster, by whose names a text taken over from another unit is told.

    ``bodies`` are endings that a name does without (人民政府, 办事处). Units of the levels
    ``mentioned`` name each other in good faith: with them only the opening of the narrative
    counts, where a unit names itself.
    """

    units: tuple[Unit, ...]
    bodies: tuple[str, ...] = ()
    mentioned: Collection[str] = ()
    _levels: dict[str, _Names] = field(default_factory=dict, compare=False)

    def findings(self, report: Report, edition: Edition, catalogue: Catalogue) -> Iterator[Finding]:
        """Yield N15: the first place in each text at which another unit of the level is named."""
        known = self._of_level(report.unit.level)
        own = report.unit.code
        if report.unit.level in self.mentioned:
            texts = list(_opening(report, edition))
        else:
            texts = [(key, report.narrative.get(key) or "") for key in edition.text_keys]
        for key, text in texts:
            named = list(known.within(text))
            strangers = [alias for alias in named if own not in known.bearers[alias]]
            if report.unit.level in self.mentioned and len(strangers) < len(named):
                continue
            for alias in dict.fromkeys(strangers):
                yield catalogue["N15"].finding(field=key, actual=alias, name=report.unit.name)

    def _of_level(self, level: str) -> _Names:
        if level not in self._levels:
            heads = {self._bare(unit.name) for unit in self.units if unit.level != level}
            named = self._levels[level] = _Names()
            for unit in self.units:
                if unit.level == level:
                    for alias in self._names(unit, heads):
                        named.add(alias, unit.code)
        return self._levels[level]

    def _names(self, unit: Unit, heads: Collection[str]) -> Iterator[str]:
        """Yield a unit's name, and what it is called at home: without body, without its county."""
        for name in {unit.name, self._bare(unit.name)}:
            yield name
            for end in range(2, len(name) - SHORTEST + 1):
                if name[:end] in heads:
                    yield name[end:]

    def _bare(self, name: str) -> str:
        for body in self.bodies:
            if name.endswith(body) and len(name) >= len(body) + 2:
                return name.removesuffix(body)
        return name


def _opening(report: Report, edition: Edition) -> Iterator[tuple[str, str]]:
    for key in edition.text_keys:
        text = (report.narrative.get(key) or "").strip()
        if text:
            yield key, text[:OPENING]
            return
