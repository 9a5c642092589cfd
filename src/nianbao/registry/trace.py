"""A figure of the summary, traced to the units and files behind it, as it was summed up last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nianbao import expr
from nianbao.check import Beside, figures, recomputed, verdict, year_before
from nianbao.context import Context
from nianbao.errors import Finding
from nianbao.events import Decided, Event, Received, Undone
from nianbao.form import Check, Edition, Severity, ref_name
from nianbao.lineage import origins
from nianbao.office.previous import Previous
from nianbao.registry.premises import Office
from nianbao.registry.summed import Summed
from nianbao.report import Report, Unit


Number = int | float | None


@dataclass(frozen=True)
class Share:
    """What a unit gives to a figure, and gave last year; ``sha256`` is of the file.

    ``findings`` are those on the figure in its report, with those that a decision waived (they have
    a ``decision``); of a unit that is not counted, all.
    ``status`` is "" of one that was counted last year and is not on the roster any more.
    """

    unit: Unit
    value: Number
    last: Number
    status: str = ""
    file: str = ""
    sha256: str = ""
    findings: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Part:
    """A figure that a total adds."""

    key: str
    name: str
    value: Number
    last: Number


@dataclass(frozen=True)
class Bound:
    """A rule that reads the figure: with the sums put in, and what it says of them.

    ``verdict`` is a key of the words of verdicts: pass, fail, blank, unheld where it has nothing to
    be held against; "" where it does not apply to the sums, or reads texts.
    """

    rule: str
    severity: Severity
    text: str
    explained: str
    verdict: str


@dataclass(frozen=True)
class Trace:
    """Where a figure comes from: ``shares`` of the units that are counted, largest first.

    ``left_out`` are the units that are not counted; ``gone`` those that reported last year and
    are on the roster no more, nor the predecessors of others. ``before`` are last year's sums.
    ``since`` is what was received or decided after the merge.
    """

    made: Summed
    above: Unit
    key: str
    name: str
    counts_in: str
    value: Number
    last: Number
    before: Report | None
    parts: tuple[Part, ...]
    shares: tuple[Share, ...]
    left_out: tuple[Share, ...]
    gone: tuple[Share, ...]
    rules: tuple[Bound, ...]
    findings: tuple[Finding, ...]
    since: tuple[Event, ...]
    stale: bool = False
    """The file of the edition is another since: the rules are those of now."""


# --- traced -----------------------------------------------------------------------------------


def trace(key: str, made: Summed, previous: Previous, office: Office) -> Trace:
    """Trace a figure of a merge; ``previous`` are last year's reports."""
    return _Tracing(key, made, previous, office.context).traced(office.events)


@dataclass(frozen=True)
class _Tracing:
    """A figure that is being traced."""

    key: str
    made: Summed
    previous: Previous
    context: Context

    def traced(self, events: tuple[Event, ...]) -> Trace:
        edition, report = self.context.named(self.made.edition), self.made.report
        value, shares = self._value(report, self.key), tuple(self._shares())
        newer = (Received, Decided, Undone)
        return Trace(
            made=self.made,
            above=report.unit,
            key=self.key,
            name=edition.name(self.key),
            counts_in=edition.figures[self.key].column.unit,
            value=value,
            last=self._last(report.unit, self.key),
            before=self.previous.any(report.unit, report.year),
            parts=tuple(self._parts(edition, report)),
            shares=shares,
            left_out=tuple(self._left_out()),
            gone=tuple(self._gone()),
            rules=tuple(self._rules(edition, report)),
            findings=tuple(self._apart(value, shares, edition)),
            since=tuple(
                one
                for one in events
                if one.number > self.made.known and isinstance(one.what, newer)
            ),
            stale=self.made.document.get("digest", edition.digest) != edition.digest,
        )

    def _last(self, unit: Unit, key: str) -> Number:
        """Return last year's figure of a unit, or of those it came from."""
        edition = self.context.named(self.made.edition)
        return year_before(key, self.previous.any(unit, self.made.event.year), edition)

    def _value(self, report: Report, key: str) -> Number:
        """Return a figure of a report; a total as it follows from its parts."""
        edition = self.context.named(report.edition)
        total = key in edition.totals
        return recomputed(report, edition, key) if total else report.figure(key)

    def _parts(self, edition: Edition, report: Report) -> Iterator[Part]:
        total = edition.totals.get(self.key)
        for key in dict.fromkeys(ref.key for ref in total.refs) if total else ():
            last = self._last(report.unit, key)
            yield Part(key, edition.name(key), self._value(report, key), last)

    def _shares(self) -> list[Share]:
        found = []
        for one, report in self.made.counted:
            waived = (f for f in self.made.waived if f["unit"]["code"] == one["code"])
            about = [f for f in (*one["findings"], *waived) if f["field"] == self.key]
            found.append(self._share(one, about, self._value(report, self.key)))
        return sorted(found, key=lambda one: (one.value is None, -(one.value or 0)))

    def _left_out(self) -> Iterator[Share]:
        for one in self.made.document["units"]:
            if not one["counted"]:
                yield self._share(one, one["findings"])

    def _share(
        self, one: Mapping[str, Any], findings: list[Mapping[str, Any]], value: Number = None
    ) -> Share:
        unit = _unit(one)
        return Share(
            unit,
            value,
            self._last(unit, self.key),
            one["status"],
            one["file"] or "、".join(one["files"]),
            one["sha256"] or "",
            tuple(findings),
        )

    def _gone(self) -> Iterator[Share]:
        year, edition = self.made.event.year, self.context.named(self.made.edition)
        reports = self.previous.reports.items()
        last = {code: one for (code, when), one in reports if when == year - 1}
        now = {self.made.report.unit.code, *(one["code"] for one in self.made.document["units"])}
        now |= {
            source for one in origins(self.previous.units, last).values() for source in one.sources
        }
        for code, report in last.items():
            if code not in now:
                yield Share(report.unit, None, year_before(self.key, report, edition))

    def _apart(
        self, value: Number, shares: tuple[Share, ...], edition: Edition
    ) -> Iterator[Finding]:
        """Yield A02: the units do not give the sum."""
        given = [Decimal(str(one.value)) for one in shares if one.value is not None]
        told = Decimal(str(value or 0))
        whole = len(given) == len(shares) or self.key not in edition.totals
        if whole and abs(sum(given, Decimal(0)) - told) > Decimal("1e-6"):
            said = {"actual": value, "expected": float(sum(given, Decimal(0)))}
            name = edition.name(self.key)
            yield self.context.catalogue["A02"].finding(name=name, field=self.key, **said)

    # --- rules ---

    def _rules(self, edition: Edition, report: Report) -> Iterator[Bound]:
        beside = Beside(self.previous.any(report.unit, report.year))
        for check in edition.checks:
            if self.key in {ref.key for ref in check.refs if ref.source in _FIGURES}:
                yield _bound(check, report, edition, beside)


_FIGURES = {"", "prev", "register"}
"""The sources of references to figures; the others are of texts."""


def _bound(check: Check, report: Report, edition: Edition, beside: Beside) -> Bound:
    rule, unit = check.rule, report.unit
    scope = f"{check.scope}：" if check.scope else ""
    figure = figures(report, edition, beside)
    judged = rule.applies(unit.level, unit.power) and not check.texts
    said = verdict(check, report, edition, beside).value if judged else ""
    blank = {ref.source for ref in check.refs if figure(ref) is None}
    if said and blank & set(expr.BESIDE):
        said = "unheld"
    return Bound(
        rule.id, rule.severity, f"{scope}{rule.text}", _explained(check, figure, edition), said
    )


def _explained(check: Check, figure: expr.Figure, edition: Edition) -> str:
    """Return how the figures stand to each other; where one is blank, only what they are."""
    said = expr.stated if None in map(figure, check.refs) else expr.explain
    return said(check.node, figure, lambda ref: ref_name(check, ref, edition))


def _unit(one: Mapping[str, Any]) -> Unit:
    return Unit(**{key: one.get(key, "") for key in Unit.__slots__})
