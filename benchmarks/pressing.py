"""A press of the button on an open, full workbook, against reading the same file with openpyxl.

In one run; what counts is the ratio. The workbook is open in the tests' engine, so that the real
xlwings API is paid for; what Excel takes to answer a question is not. Run:
``python benchmarks/pressing.py``.
"""

from __future__ import annotations

import functools
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlwings as xw

from nianbao.book.order import Order
from nianbao.button import actions
from nianbao.button.live import Live
from nianbao.context import context
from nianbao.report import from_document
from nianbao.shipped import shipped
from nianbao.template.workbook import workbook


sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))
import engine


TARGET = 1
"""openpyxl takes at least as many times as long."""


def full() -> bytes:
    """Return the filled workbook of an example."""
    path = min((shipped("examples") / "reports").glob("*.json"))
    report = from_document(json.loads(path.read_text(encoding="utf-8")))
    order = Order(
        context().editions[report.edition], context().common, report.unit, report.year, report
    )
    return workbook(order)


def pressed(book: xw.Book) -> None:
    """Check, list, lead: all that a press does but the message."""
    actions.check(Live(book, context()))


def opened(data: bytes) -> None:
    """Read the file."""
    openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def best(run: Callable[[], None]) -> float:
    """Return the seconds of the fastest of five runs."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print both times, their ratio, and how often Excel is asked."""
    data = full()
    with engine.started() as excel:
        one = excel.app.books.put(data)
        one.calculate = lambda: None  # Excel's own work
        mine = best(functools.partial(pressed, xw.Book(impl=one)))
        reads, writes = len(one.reads) // 5, len(one.writes) // 5
    theirs = best(functools.partial(opened, data))
    print(f"a press                {mine * 1000:7.1f} ms, {reads} reads, {writes} writes of ranges")
    print(f"openpyxl: read a file  {theirs * 1000:7.1f} ms")
    print(f"ratio                  {theirs / mine:7.1f} (target over {TARGET})")


if __name__ == "__main__":
    main()
