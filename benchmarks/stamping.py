"""Stamping a unit's template, against building it with openpyxl; memory over many units.

In one run; what counts is the ratio, and that memory does not grow. Run:
``python benchmarks/stamping.py [--count 300]`` (5000 for a province).
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable

from nianbao.book.order import Order
from nianbao.context import context
from nianbao.report import Unit
from nianbao.template.stamp import Stamps
from nianbao.template.workbook import workbook


TARGET = 10
BUILDS = 10


def order(number: int) -> Order:
    """Return the order of one of many townships."""
    edition = list(context().editions.values())[-1]
    unit = Unit(f"6542{number:05}", f"第{number}乡", "township")
    return Order(edition, context().common, unit, 2025)


def timed(make: Callable[[Order], bytes], number: int) -> float:
    """Return the seconds that making a workbook takes."""
    start = time.perf_counter()
    make(order(number))
    return time.perf_counter() - start


def main() -> None:
    """Print both times per workbook, their ratio, and the memory at a tenth and at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    count = parser.parse_args().count
    workbook(order(0))
    stamps = Stamps()
    stamps.workbook(order(0))
    built = stamped = 0.0
    memory = {}
    for number in range(1, count + 1):
        stamped += timed(stamps.workbook, number)
        if number % (count // BUILDS) == 0:  # all along, as the machine may slow down
            built += timed(workbook, number)
        if number in {count // 10, count}:  # the engine's memory is not Python's: ask the system
            memory[number] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    built, stamped = built / BUILDS, stamped / count
    print(f"built with openpyxl  {built * 1000:7.1f} ms per workbook")
    print(f"stamped              {stamped * 1000:7.1f} ms per workbook ({count} workbooks)")
    print(f"ratio                {built / stamped:7.1f} (target {TARGET})")
    shown = ", ".join(f"{peak:.0f} MB after {number}" for number, peak in memory.items())
    print(f"peak memory          {shown}")


if __name__ == "__main__":
    main()
