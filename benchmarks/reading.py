"""Reading, checking and summing workbooks, against a pandas loop that only sums them.

The same folder, in one run, each in one fresh process; what counts is the ratio. Run:
``python benchmarks/reading.py [--count 60]``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import time
from pathlib import Path

from nianbao.book.order import Order
from nianbao.context import context
from nianbao.layout import Layout
from nianbao.office.engine import serving
from nianbao.office.examine import examine
from nianbao.reading.read import read
from nianbao.report import from_document, to_document
from nianbao.shipped import shipped
from nianbao.tally import Tally, tally
from nianbao.template.workbook import workbook
from nianbao.validate import structure


TARGET = 8


def fill(folder: Path, count: int) -> list[Path]:
    """Write ``count`` filled workbooks from the examples."""
    sources = sorted((shipped("examples") / "reports").glob("*.json"))
    books = []
    for source in sources:
        report = from_document(json.loads(source.read_text(encoding="utf-8")))
        order = Order(
            context().editions[report.edition], context().common, report.unit, report.year, report
        )
        books.append(workbook(order))
    paths = [folder / f"{number:04}.xlsx" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(books[number % len(books)])
    return paths


def ours(paths: list[Path]) -> Tally:
    """Read, validate against the schema and the rules, and sum."""
    total = Tally()
    for path in paths:
        reading = read(path.read_bytes(), context().editions, context().common)
        examine(reading, context().common)
        list(structure(to_document(reading.report), reading.edition, context().common))
        total = total.plus(tally(reading.report, reading.edition))
    return total


def with_pandas(paths: list[Path]) -> dict[str, float]:
    """Sum every figure by its position, and do nothing else."""
    import pandas as pd  # noqa: PLC0415 - not into the other process

    edition = list(context().editions.values())[-1]
    layout = Layout(edition, context().common.sheets, "department")
    sheets = [table.sheet for table in edition.tables]
    sums = dict.fromkeys(edition.inputs, 0.0)
    for path in paths:
        frames = pd.read_excel(path, sheet_name=sheets, header=None, engine="openpyxl")
        for key in edition.inputs:
            place = layout.fields[key]
            value = frames[place.sheet].iloc[place.row - 1, place.column - 1]
            if isinstance(value, int | float) and value == value:
                sums[key] += value
    return sums


RUNS = {"ours": ours, "pandas": with_pandas}
ROUNDS = 9


def clock(name: str, paths: list[Path]) -> float:
    """Return the seconds of one run, in a process that has done it before or not."""
    if name == "ours":
        serving.settle()  # as the processes do that read for the command line
    start = time.perf_counter()
    RUNS[name](paths)
    return time.perf_counter() - start


def main() -> None:
    """Print both times per workbook, the best of rounds taken in turn, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30)
    count = parser.parse_args().count
    spawn = multiprocessing.get_context("spawn")
    best = dict.fromkeys(RUNS, float("inf"))
    with tempfile.TemporaryDirectory() as folder, spawn.Pool(1) as one, spawn.Pool(1) as other:
        paths = fill(Path(folder), count)
        for _ in range(ROUNDS):
            for name, alone in zip(RUNS, (one, other), strict=True):
                best[name] = min(best[name], alone.apply(clock, (name, paths)))
    mine, theirs = (seconds / count for seconds in best.values())
    print(f"nianbao: read, check, sum  {mine * 1000:8.2f} ms per workbook")
    print(f"pandas + openpyxl: sum     {theirs * 1000:8.2f} ms per workbook")
    print(f"ratio                      {theirs / mine:8.1f} (target {TARGET})")


if __name__ == "__main__":
    main()
