"""Reports of a year's units added up into the summary of the level above: pure.

The sum is an associative fold (``Tally``), so parts may be added in any grouping. What is left
out is named; a total is recomputed from the sums of its parts, never added up from stated totals.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from nianbao.changes import Changes
from nianbao.check import NOTHING, Beside, check, listed, recomputed
from nianbao.errors import Catalogue, Finding, ordered
from nianbao.form import Edition, Severity, cells
from nianbao.history import History
from nianbao.provenance import Provenance, Waived
from nianbao.report import Report, Unit
from nianbao.standing import CLEAN, Standing, Submission, by_unit, gaps
from nianbao.tally import Tally, tally


@dataclass(frozen=True)
class Summary:
    """The summary of a year: the report of the level above, and where every unit stands.

    ``strangers`` are the files of no unit of the roster, or that could not be read.
    ``complete`` says that every unit of the roster is counted and none has an error. ``made`` is
    when and from what it was made: what is printed of it then owes nothing to the clock.
    ``changes`` are those from last year; ``of_sums`` the findings on the sums among all.
    """

    report: Report
    edition: Edition
    standings: tuple[Standing, ...]
    strangers: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    provisional: bool
    made: Provenance | None = None
    changes: Changes = field(default_factory=Changes)
    of_sums: tuple[Finding, ...] = ()

    @property
    def counted(self) -> tuple[Standing, ...]:
        """The units whose figures are in the sums, in the order of the roster."""
        return tuple(one for one in self.standings if one.counted is not None)

    @property
    def left_out(self) -> tuple[Standing, ...]:
        """The units of the roster whose figures are not in the sums."""
        return tuple(one for one in self.standings if one.counted is None)

    @property
    def complete(self) -> bool:
        """Whether every unit is counted, and none with an error or provisional itself."""
        return not self.report.provisional

    def gaps(self, words: Mapping[str, str]) -> tuple[str, ...]:
        """Return who is missing or faulty, or has errors waived, here and below.

        Of very many the first, and how many there are. ``words`` are those of each status, and of
        ``waived``: see ``Common.gaps``.
        """
        rules: dict[str, list[str]] = {}
        for one in self.waived:
            rules.setdefault(one.unit.name, []).append(one.finding.rule)
        said = (
            words["waived"].format(name=name, rules="、".join(dict.fromkeys(found)))
            for name, found in rules.items()
        )
        return gaps(self.standings, words, said)

    @property
    def waived(self) -> tuple[Waived, ...]:
        """The errors that were waived and stand in the sums."""
        counted = {one.unit.code for one in self.counted}
        all_ = self.made.arithmetic if self.made else ()
        return tuple(one for one in all_ if one.unit.code in counted)


@dataclass(frozen=True)
class Task:
    """What is to be merged: the unit above, the units of its roster, the year's edition.

    ``beside.previous`` is last year's report of the unit above; ``published`` its published
    report of this year, to compare the sums with (A04). ``words`` is a report whose text, people
    to ask and reasons are those of the unit above: what was written into an earlier summary.
    ``histories`` are the versions of each unit by code; where there is one, it tells which counts.
    ``known`` are the findings on the sums of the same submissions where they were added up before
    and nobody asks for the figures: then they are not added up again.
    """

    unit: Unit
    units: Sequence[Unit]
    year: int
    edition: Edition
    provisional: bool = False
    beside: Beside = NOTHING
    published: Report | None = None
    words: Report | None = None
    histories: Mapping[str, History] = field(default_factory=dict)
    known: tuple[Finding, ...] | None = None


def merge(task: Task, submissions: Iterable[Submission], catalogue: Catalogue) -> Summary:
    """Add up the submissions of the units of a roster; see ``Summary``."""
    of_unit, strangers = by_unit(task.units, submissions)
    standings = tuple(_standing(unit, of_unit[unit.code], task) for unit in task.units)
    if task.known is None:
        report = _report(task, standings)
        sums = tuple(_summary_findings(task, report, standings, catalogue))
    else:
        report, sums = _unsummed(task, standings), task.known
    found = ordered([*roster_findings(standings, catalogue, task.histories), *sums])
    return Summary(
        report, task.edition, standings, tuple(strangers), found, task.provisional, of_sums=sums
    )


def _standing(unit: Unit, came: Sequence[Submission], task: Task) -> Standing:
    came = tuple(sorted(came, key=lambda one: one.file))
    if not came:
        return Standing(unit, "missing")
    first = came[0]
    if first.report is None:  # none of them can be read
        return Standing(unit, first.status, came)
    if any(_differ(first, other) for other in came[1:]):
        return Standing(unit, "duplicate", came)
    below = first.report.provisional and first.status in CLEAN
    counted = first.report if _usable(first, task) else None
    return Standing(unit, "provisional" if below else first.status, came, counted)


def _differ(one: Submission, other: Submission) -> bool:
    return one.sha256 != other.sha256 and one.report != other.report


def _usable(one: Submission, task: Task) -> bool:
    report = one.report
    if (
        report is None
        or one.disputed
        or (report.year, report.edition) != (task.year, task.edition.id)
    ):
        return False
    return task.provisional or one.status in CLEAN


def _report(task: Task, standings: Sequence[Standing]) -> Report:
    parts = (tally(one.counted, task.edition) for one in standings if one.counted is not None)
    sums = functools.reduce(Tally.plus, parts, Tally())
    figures = {key: sums.number(key) for key in task.edition.inputs}
    figures |= {key: value for key in task.edition.small if (value := sums.number(key)) is not None}
    report = replace(_unsummed(task, standings), figures=figures)
    if task.words is not None:
        said = task.words
        report = replace(
            report,
            narrative={key: text for key, text in said.narrative.items() if text},
            contact={key: text for key, text in said.contact.items() if text},
            explanations=said.explanations,
        )
    return with_totals(report, task.edition)


def _unsummed(task: Task, standings: Sequence[Standing]) -> Report:
    """Return the report of the unit above without a figure."""
    complete = all(one.status in CLEAN and one.counted for one in standings)
    whole = {"complete": complete, "gaps": ()}
    return Report(task.edition.id, task.year, task.unit, provenance=whole)


def with_totals(report: Report, edition: Edition) -> Report:
    """Return the report with every total recomputed from its parts, figures in form order."""
    now = report
    for key in edition.total_order:
        now = replace(now, figures={**now.figures, key: recomputed(now, edition, key)})
    small = {key: now.figures[key] for key in edition.small if key in now.figures}
    return replace(now, figures={key: now.figures.get(key) for key in edition.fields} | small)


# --- findings ---------------------------------------------------------------------------------


def roster_findings(
    standings: Iterable[Standing], catalogue: Catalogue, histories: Mapping[str, History]
) -> Iterator[Finding]:
    """Yield A01: who is missing, or left out for its errors; and what is told of versions."""
    for one in standings:
        history = histories.get(one.unit.code)
        name, files = one.unit.name, "、".join(s.file for s in one.submissions)
        count = len(one.submissions)
        if one.status == "missing":
            yield catalogue["A01-missing"].finding(name=name)
        elif one.status == "unreadable":
            yield catalogue["A01-unreadable"].finding(name=name, why=files)
        elif history is None and one.status == "duplicate":
            yield catalogue["A01-duplicate"].finding(name=name, actual=count, why=files)
        elif history is None and count > 1:
            yield catalogue["A01-copies"].finding(name=name, actual=count, why=files)
        if one.counted is None and one.status not in {"missing", "duplicate", "unreadable"}:
            yield catalogue["A01-excluded"].finding(name=name)
        yield from history.findings(name, catalogue) if history else ()


def _summary_findings(
    task: Task, report: Report, standings: Sequence[Standing], catalogue: Catalogue
) -> Iterator[Finding]:
    yield from _gaps(task, standings, catalogue)
    counted = [one.counted for one in standings if one.counted is not None]
    if not counted:
        return
    yield from _sum_findings(task, report, counted, catalogue)
    yield from _published_findings(task, report, catalogue)
    yield from _rule_findings(task, report, catalogue)
    yield catalogue["A06"].finding()
    yield from _unwritten(task, report, catalogue)


def _gaps(task: Task, standings: Sequence[Standing], catalogue: Catalogue) -> Iterator[Finding]:
    left_out = sum(one.counted is None for one in standings)
    if left_out:
        yield catalogue["A08"].finding(actual=left_out)
    faulty = [one.unit.name for one in standings if one.counted and one.status == "error"]
    if faulty:
        yield catalogue["A08-faulty"].finding(actual=len(faulty), why="、".join(faulty[:10]))
    for one in standings:
        if one.counted is None:
            continue
        if one.counted.provisional:
            why = listed(one.counted.gaps) or catalogue.fault("gaps-unnamed")
            yield catalogue["A08-below"].finding(name=one.unit.name, why=why)
        figures = one.counted.figures
        unsure = [key for key in task.edition.inputs if not isinstance(figures.get(key), int)]
        blank = sum(one.counted.figure(key) is None for key in unsure)
        if blank:
            yield catalogue["A08-blank"].finding(name=one.unit.name, actual=blank)


def _sum_findings(
    task: Task, report: Report, counted: Sequence[Report], catalogue: Catalogue
) -> Iterator[Finding]:
    """Yield A02: a sum that is not what adding the units' cells, totals too, gives."""
    whole = _whole(counted, task.edition)
    for key in task.edition.fields:
        expected, actual = _column(counted, task.edition, key, whole), report.figure(key)
        if expected is None:
            continue  # blanks have their own finding
        if actual is None or abs(Decimal(str(actual)) - expected) > Decimal("1e-6"):
            name = task.edition.name(key)
            yield catalogue["A02"].finding(
                name=name, field=key, actual=actual, expected=float(expected)
            )


def _whole(counted: Sequence[Report], edition: Edition) -> dict[str, int]:
    """Return what the inputs come to of which every unit has a whole number: nearly all."""
    found = {}
    for key in edition.inputs:
        try:
            total = sum(one.figures[key] for one in counted)  # type: ignore[misc]
        except (KeyError, TypeError):
            continue
        if isinstance(total, int):
            found[key] = total
    return found


def _column(
    counted: Sequence[Report], edition: Edition, key: str, whole: Mapping[str, int]
) -> Decimal | None:
    """Return what a figure of all units comes to, added as one adds by hand; None with a blank."""
    total = edition.totals.get(key)
    parts = total.adds if total else (key,)
    if parts and all(part in whole for part in parts):
        return Decimal(sum(whole[part] for part in parts))
    each = [recomputed(one, edition, key) if total else one.figure(key) for one in counted]
    known = [value for value in each if value is not None]
    return _added(known) if len(known) == len(each) else None


def _added(numbers: Sequence[float]) -> Decimal:
    return sum((Decimal(str(one)) for one in numbers), Decimal(0))


def _published_findings(task: Task, report: Report, catalogue: Catalogue) -> Iterator[Finding]:
    if task.published is None:
        return
    for key in task.edition.fields:
        actual, expected = task.published.figures.get(key), report.figure(key)
        if actual != expected:
            name = task.edition.name(key)
            yield catalogue["A04"].finding(name=name, field=key, actual=actual, expected=expected)


def to_write(edition: Edition, catalogue: Catalogue) -> Finding:
    """Return N08-upward: the text of the edition's sections is still to be written."""
    return catalogue["N08-upward"].of(edition).finding()


def _unwritten(task: Task, report: Report, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield, once, that the summary's own text is still to be written before it goes up."""
    texts = set(task.edition.text_keys)
    found = check(report, task.edition, catalogue)
    if any(one.field in texts and one.severity is Severity.ERROR for one in found):
        yield to_write(task.edition, catalogue)


def _rule_findings(task: Task, report: Report, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield what the sums break: under the summary's own id where the rule names one."""
    own = {
        rule.id: one
        for rule in task.edition.rules
        for code, one in catalogue.items()
        if code == rule.summary
    }
    texts = set(task.edition.text_keys)
    for finding in check(report, task.edition, catalogue, task.beside):
        if finding.rule in cells.UNFILLED or finding.field in texts:
            continue  # said unit by unit; the summary's own text is written afterwards
        wording = own.get(finding.rule)
        if wording is None:
            yield finding
            continue
        name = task.edition.name(finding.field)
        yield wording.finding(
            name=name, field=finding.field, actual=finding.actual, expected=finding.expected
        )
