"""``nianbao status`` of a folder that has been read before, against the first reading of it.

In one run; what counts is the ratio of CPU seconds, workers included. A last row changes one in a
hundred of the files: only these are read. Run: ``python benchmarks/remembered.py [--count 300]``
(1000 for the figures in ``docs/measured.md``).
"""

from __future__ import annotations

import argparse
import io
import resource
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from nianbao.book.order import Order
from nianbao.context import context
from nianbao.report import Report, Unit
from nianbao.template.workbook import workbook


TARGET = 20
CODE, NAME = "659900-T0000", "测试零零零零乡"


def pattern() -> dict[str, bytes]:
    """Return the parts of a filled workbook, whose unit is replaced for each of many."""
    edition = list(context().editions.values())[-1]
    unit = Unit(CODE, NAME, "township")
    figures = dict.fromkeys(edition.figures, 0)
    said = dict.fromkeys(edition.text_keys, "本年度按要求公开，没有其他情况。")
    people = dict.fromkeys(context().common.contact, "张三")
    report = Report(edition.id, 2025, unit, figures, said, {**people, "date": "2026-01-12"})
    data = workbook(Order(edition, context().common, unit, 2025, report))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(folder: Path, number: int, parts: dict[str, bytes], change: bytes = b"") -> str:
    """Write the workbook of one of many units; return its line of the roster."""
    code, name = f"659900-T{number:04}", f"测试{number:04}乡"
    with zipfile.ZipFile(folder / f"{name}.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            own = data.replace(CODE.encode(), code.encode()).replace(NAME.encode(), name.encode())
            archive.writestr(part, own + (change if part == "docProps/core.xml" else b""))
    return f"{code},{name},township\n"


def seconds(top: Path) -> float:
    """Return the CPU seconds of the command and its workers."""
    words = ["status", str(top / "收到"), "--units", str(top / "units.csv")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "nianbao", *words], capture_output=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr.decode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the CPU seconds of the first reading, the next, and with one file in a hundred new."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    count = parser.parse_args().count
    parts = pattern()
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        (top / "收到").mkdir()
        lines = [write(top / "收到", number, parts) for number in range(1, count + 1)]
        roster = "".join(["code,name,level\n659900,示例县,county\n", *lines])
        (top / "units.csv").write_text(roster, encoding="utf-8")
        first = seconds(top)
        again = min(seconds(top) for _ in range(3))
        for number in range(1, count + 1, 100):
            write(top / "收到", number, parts, b"<!-- -->")
        changed = seconds(top)
    print(f"first reading        {first:7.2f} s CPU for {count} workbooks")
    print(f"unchanged            {again:7.2f} s CPU")
    print(f"one in 100 changed   {changed:7.2f} s CPU")
    print(f"ratio                {first / again:7.1f} (target {TARGET} at 1000)")


if __name__ == "__main__":
    main()
