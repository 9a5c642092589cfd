"""What a returned file says of itself: last saved when, dated when, of which version a correction.

Of two versions these tell the newer: see ``versions``. Anybody can write what he likes there, so
nothing of it is a finding; what cannot be told is left open.
"""

from __future__ import annotations

import contextlib
import datetime as dt

from nianbao import values
from nianbao.errors import FileProblem
from nianbao.layout import returned
from nianbao.opening.package import Package
from nianbao.report import Report
from nianbao.versions import Facts
from nianbao.words import Common


DATE = "date"
"""The day on the cover, among the people to ask."""


def facts(package: Package, report: Report, common: Common) -> Facts:
    """Return the facts; a day on the cover without a year is in the year after the report's."""
    said = package.properties()
    return Facts(
        report.unit.code,
        saved=said.saved,
        made_with=said.made_with,
        dated=dated(report),
        answers=_answers(package, common),
    )


def dated(report: Report) -> dt.date | None:
    """Return the day that a report bears; None where it bears none."""
    return values.day(report.contact.get(DATE) or "", report.year + 1)


def _answers(package: Package, common: Common) -> str:
    """Return the fingerprint of the version that was sent back, as the sheet 退回意见 states it."""
    sheet = common.sheets["returned"]
    if sheet not in package.titles or package.slow:
        return ""
    with contextlib.suppress(FileProblem):  # a sheet that is not read otherwise
        return returned.answered(str(package.at(returned.basis(sheet)).value))
    return ""
