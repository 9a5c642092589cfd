"""Two versions of a unit's report, compared: what was mended, what changed unasked. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from nianbao import expr
from nianbao.errors import Finding, to_mend
from nianbao.events import Asked
from nianbao.form import Check, Edition
from nianbao.report import Cell, Report


@dataclass(frozen=True)
class Side:
    """A version: what it says (None: it cannot be read) and what is wrong with it."""

    report: Report | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Change:
    """A figure or text (by key) that is another; ``asked`` whether a finding was about it."""

    key: str
    name: str
    before: Cell
    after: Cell
    asked: bool


@dataclass(frozen=True)
class Difference:
    """What a newer version changed: findings cleared, left and new; figures and texts.

    What nobody asked to change stands first, otherwise in the order of the form. Totals are left
    out: they follow from what they add. What a version cleared that cannot be read, nobody knows.
    """

    cleared: tuple[Finding, ...]
    left: tuple[Finding, ...]
    new: tuple[Finding, ...]
    figures: tuple[Change, ...]
    texts: tuple[Change, ...]

    @property
    def unasked(self) -> tuple[Change, ...]:
        """The figures and texts that changed though no finding was about them."""
        return tuple(one for one in (*self.figures, *self.texts) if not one.asked)


def compare(
    older: Side, newer: Side, edition: Edition, asked: Iterable[Asked] | None = None
) -> Difference:
    """Compare two versions.

    ``asked`` is what the unit was told to mend; without it all that was to be mended in the older
    version.
    """
    before, after = to_mend(older.findings), to_mend(newer.findings)
    told = [Asked(one.rule, one.field) for one in before] if asked is None else list(asked)
    about = _about(told, edition)
    kept = _common(before, after)
    changes = (
        ((), ())
        if older.report is None or newer.report is None
        else (
            _figures(older.report, newer.report, edition, about),
            _texts(older.report, newer.report, edition, about),
        )
    )
    return Difference(
        cleared=() if newer.report is None else tuple(_beyond(before, kept)),
        left=tuple(_within(after, kept)),
        new=tuple(_beyond(after, kept)),
        figures=_first_unasked(changes[0]),
        texts=_first_unasked(changes[1]),
    )


# --- findings ---------------------------------------------------------------------------------

_Same = tuple[str, str]


def _same(one: Finding) -> _Same:
    """Return by what a finding is known again: where it has no field, by what it says."""
    return one.rule, one.field or one.message


def _common(before: Iterable[Finding], after: Iterable[Finding]) -> Counter[_Same]:
    return Counter(map(_same, before)) & Counter(map(_same, after))


def _within(findings: Iterable[Finding], kept: Counter[_Same]) -> Iterator[Finding]:
    seen: Counter[_Same] = Counter()
    for one in findings:
        seen[_same(one)] += 1
        if seen[_same(one)] <= kept[_same(one)]:
            yield one


def _beyond(findings: Iterable[Finding], kept: Counter[_Same]) -> Iterator[Finding]:
    seen: Counter[_Same] = Counter()
    for one in findings:
        seen[_same(one)] += 1
        if seen[_same(one)] > kept[_same(one)]:
            yield one


# --- what was asked ---------------------------------------------------------------------------


def _about(told: Iterable[Asked], edition: Edition) -> set[str]:
    """Return the keys that findings are about: their field, and what their rule reads there.

    A finding on a total says no more where its rule is broken in what it adds.
    """
    about: set[str] = set()
    known = list(told)
    for one in known:
        if _follows(one, known, edition):
            continue
        about.add(one.field)
        if one.field in edition.totals:
            about |= _parts(one.field, edition)
        for check in edition.checks:
            if check.rule.id == one.rule and one.field in {"", check.place}:
                about |= _read_by(check, edition)
    return about - {""}


def _follows(one: Asked, told: Iterable[Asked], edition: Edition) -> bool:
    if one.field not in edition.totals:
        return False
    parts = _parts(one.field, edition)
    return any(other.rule == one.rule and other.field in parts for other in told)


def _read_by(check: Check, edition: Edition) -> set[str]:
    figures = {ref.key for ref in check.refs if ref.source in {"", expr.LENGTH}}
    parts = (_parts(key, edition) for key in figures & edition.totals.keys())
    texts = {text.key for group in check.texts for text in group}
    return {check.place, *figures, *texts}.union(*parts)


def _parts(total: str, edition: Edition) -> set[str]:
    """Return the figures that a total adds, those of the totals among them too."""
    found: set[str] = set()
    waiting = [total]
    while waiting:
        adds = {ref.key for ref in edition.totals[waiting.pop()].refs if not ref.source} - found
        found |= adds
        waiting += adds & edition.totals.keys()
    return found


# --- what changed -----------------------------------------------------------------------------


def _figures(
    older: Report, newer: Report, edition: Edition, about: Collection[str]
) -> Iterator[Change]:
    for key in edition.typed:
        before, after = _stands(older, key), _stands(newer, key)
        if before != after:
            yield Change(key, edition.name(key), before, after, key in about)


def _stands(report: Report, key: str) -> Cell:
    """Return what counts at a place; what is no number as it was written."""
    written = report.figures.get(key)
    return written if isinstance(written, str) else report.figure(key)


def _texts(
    older: Report, newer: Report, edition: Edition, about: Collection[str]
) -> Iterator[Change]:
    for key in edition.text_keys:
        before, after = older.text(key) or None, newer.text(key) or None
        if before != after:
            whole = key.partition(".")[0]
            yield Change(key, edition.name(key), before, after, bool({key, whole} & set(about)))


def _first_unasked(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda one: one.asked))
