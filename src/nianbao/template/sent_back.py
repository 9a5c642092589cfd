"""A faulty workbook sent back: a fresh template that holds what the unit had filled in.

What was wrong with the form is gone with the form; what is wrong with the figures is still there,
marked, and listed on the sheet 退回意见.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nianbao.book.computed import finished
from nianbao.book.order import Order
from nianbao.check import Beside, check, contact_findings
from nianbao.errors import Finding, ordered, to_mend
from nianbao.form import Edition, cells
from nianbao.merge import with_totals
from nianbao.report import Report, Unit
from nianbao.template import return_sheet
from nianbao.template.return_sheet import Source
from nianbao.template.workbook import draw
from nianbao.words import Common


MOST = 32_767
"""Characters that a cell of Excel holds."""


@dataclass(frozen=True)
class Fresh:
    """What goes back: the order of the fresh template, and its findings.

    ``mend`` are those of the fresh template, placed on it; ``gone`` are those of the file that
    came, which the fresh template no longer has (placed on the file).
    """

    order: Order
    mend: tuple[Finding, ...]
    gone: tuple[Finding, ...]

    def workbook(self, file: str, sha256: str, made: dt.datetime) -> bytes:
        """Return the workbook; its first sheet says of which file and time it speaks."""
        book = draw(self.order)
        source = Source(file, sha256, made)
        return_sheet.write(book, self.order, self.mend, self.gone, source)
        return finished(book)


@dataclass(frozen=True)
class ToSend:
    """A submission that is to go back: what it says, what it is checked against, its findings.

    ``lost`` are the figures that could not be told; ``deadline`` is the day set for the workbook.
    """

    report: Report
    edition: Edition
    beside: Beside
    findings: tuple[Finding, ...]
    lost: frozenset[str] = frozenset()
    deadline: str = ""


def sent_back(came: ToSend, unit: Unit, common: Common) -> Fresh:
    """Return what goes back to the unit, which is named as the roster names it."""
    whole, cut = _fitting(replace(came.report, unit=unit), common)
    figures = {key: whole.figures.get(key) for key in came.edition.typed}
    fresh = replace(whole, figures=figures)
    order = Order(
        came.edition,
        common,
        unit,
        fresh.year,
        report=fresh,
        previous=came.beside.year_before(fresh),
        register=came.beside.register,
        deadline=came.deadline,
    )
    settled = with_totals(fresh, came.edition)
    people = contact_findings(settled, common.contact_needed, common.catalogue)
    found = [*people, *to_mend(check(settled, came.edition, common.catalogue, came.beside))]
    told = [*cut, *(_refill(one, came, common) for one in found)]
    mend = ordered(order.layout.located(told, order.contacts))
    left = to_mend(came.findings)
    gone = (one for one in left if not (one.rule == "C08" and one.field in came.lost))
    return Fresh(order, mend, tuple(_gone(gone, mend)))


def _refill(finding: Finding, came: ToSend, common: Common) -> Finding:
    """Return the finding; of a blank whose figure was lost, why it is blank."""
    if finding.rule != cells.FIGURE or finding.field not in came.lost:
        return finding
    name = came.edition.name(finding.field)
    return common.catalogue["C08-refill"].finding(name=name, field=finding.field)


def _gone(findings: Iterable[Finding], mend: Iterable[Finding]) -> Iterator[Finding]:
    still = {(one.rule, one.field, one.message) for one in mend}
    for finding in findings:
        if (finding.rule, finding.field, finding.message) not in still:
            yield finding


def _fitting(report: Report, common: Common) -> tuple[Report, list[Finding]]:
    """Return the report with texts that a cell can hold, and what was cut, which is said."""
    long = {key: text for key, text in report.narrative.items() if text and len(text) > MOST}
    narrative = {**report.narrative, **{key: text[:MOST] for key, text in long.items()}}
    cut = [
        common.catalogue["C08-cut"].finding(field=key, actual=len(text), expected=MOST)
        for key, text in long.items()
    ]
    return replace(report, narrative=narrative), cut
