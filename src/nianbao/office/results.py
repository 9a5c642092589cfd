"""The files of a summary: what each is, and who makes it; loaded only by who makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nianbao.book.computed import MADE
from nianbao.book.order import Order
from nianbao.merge import Summary
from nianbao.office.against import Against
from nianbao.office.documents import BOARD, BOOK, DATA, UPWARD, of_summary, to_bytes, with_gaps
from nianbao.publish.board import board
from nianbao.publish.summary import summary_workbook
from nianbao.template.workbook import workbook


def results(summary: Summary, against: Against) -> dict[str, bytes]:
    """Return the files of a summary by name."""
    return {name: make(summary, against) for name, make in OUTPUTS.items()}


def upward(summary: Summary, against: Against) -> bytes:
    """Return the summary as a standard workbook one level up, with the text written so far."""
    report, common = summary.report, against.context.common
    before = against.previous.of(report.unit, report.year) if summary.complete else None
    own = with_gaps(summary, against.context)
    order = Order(summary.edition, common, report.unit, report.year, own, before)
    return workbook(order, summary.made.at if summary.made else MADE)


OUTPUTS: Mapping[str, Callable[[Summary, Against], bytes]] = {
    BOOK: lambda summary, against: summary_workbook(summary, against.context.common),
    DATA: lambda summary, against: to_bytes(of_summary(summary, against.context)),
    BOARD: lambda summary, against: board(summary, against.context.common),
    UPWARD: upward,
}
"""What is made of a summary: the name of a file, and who makes it."""
