"""Stamping a unit's template, against building it with openpyxl; memory over many units.

In one run; what counts is the ratio, and that memory does not grow. Run:
``python benchmarks/stamping.py [--count 300]`` (5000 for a province).
"""

from __future__ import annotations

import argparse
import time
import tracemalloc

from nianbao.catalog import common, editions
from nianbao.report import Unit
from nianbao.xlsx.order import Order
from nianbao.xlsx.stamp import Stamps
from nianbao.xlsx.write import workbook


TARGET = 10


def order(number: int) -> Order:
    """Return the order of one of many townships."""
    edition = list(editions().values())[-1]
    unit = Unit(f"6542{number:05}", f"第{number}乡", "township")
    return Order(edition, common(), unit, 2025)


def main() -> None:
    """Print both times per workbook, their ratio, and the memory at a tenth and at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    count = parser.parse_args().count
    workbook(order(0))
    start = time.perf_counter()
    for number in range(5):
        workbook(order(number))
    built = (time.perf_counter() - start) / 5
    stamps = Stamps()
    stamps.workbook(order(0))
    start = time.perf_counter()
    for number in range(count):
        stamps.workbook(order(number))
    stamped = (time.perf_counter() - start) / count
    tracemalloc.start()
    memory = []
    for number in range(count // 2):
        stamps.workbook(order(number))
        if number in {count // 10, count // 2 - 1}:
            memory.append(tracemalloc.get_traced_memory()[0] / 1e6)
    print(f"built with openpyxl  {built * 1000:7.1f} ms per workbook")
    print(f"stamped              {stamped * 1000:7.1f} ms per workbook ({count} workbooks)")
    print(f"ratio                {built / stamped:7.1f} (target {TARGET})")
    first, last = memory[0], memory[-1]
    print(f"memory               {first:.2f} MB after {count // 10}, {last:.2f} MB at the end")


if __name__ == "__main__":
    main()
