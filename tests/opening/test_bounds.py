"""A hostile file is refused within bounded memory and work, not by the clock.

Each is read in a child process; what is measured is what the child used beyond a process that
reads a whole workbook. Every one of them would take gigabytes, or hours, if it were believed.
"""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import oox
from altered import DAMAGED, base, understood
from helpers import HERE
from mutations import mutate
from nianbao.opening.biff import spanned


MEGABYTES, SECONDS = 100, 2
"""What one hostile file may take of memory beyond a whole one, and of the processor."""

ALSO = {"a billion laughs", "nested a thousand deep"}
GIANTS = [case for case in DAMAGED if case.get("findings") == ["F05"] or case["name"] in ALSO]


def overlapping() -> bytes:
    """Many entries of one stored stream: a bomb without nesting."""
    body = oox.packed({"x": bytes(10_000_000)})
    start, size = body.index(b"PK\1\2"), 46 + 1
    entry, end = body[start : start + size], body[start + size :]
    names = [bytes([65 + n % 26]) for n in range(26)]
    directory = b"".join(entry[:46] + name for name in names)
    counts = len(names).to_bytes(2, "little") * 2
    sized = len(directory).to_bytes(4, "little")
    return body[:start] + directory + end[:8] + counts + sized + end[16:]


def quoted_strings() -> bytes:
    """A part of nothing but marks: each would cost a tree some hundred bytes."""
    files = oox.parts(base("2021")[0])
    files["xl/worksheets/sheet3.xml"] = (
        b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>'
        % (oox.NS.encode(), b"<c/>" * 5_000_000)
    )
    return oox.packed(files)


OWN = {"overlapping entries": overlapping, "five million marks": quoted_strings}
READ = """
import json, os, sys
sys.path.insert(0, {tests!r})
from altered import DAMAGED, base, understood
base("2021")
for path in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        with open(path, "rb") as file:
            after = understood(file.read())
        print(json.dumps([one.rule for one in after.findings][:1]), flush=True)
        os._exit(0)
    _, ended, used = os.wait4(child, 0)
    took = used.ru_utime + used.ru_stime
    print(json.dumps([path, ended, used.ru_maxrss // 1024, took]), flush=True)
"""


def measured(paths) -> dict[str, tuple]:
    """Read each file in a child: path -> first rule, how it ended, megabytes, seconds."""
    script = READ.format(tests=str(HERE / "support"))
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, paths)], capture_output=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {end[0]: (first, *end[1:]) for first, end in zip(lines[::2], lines[1::2], strict=True)}


def test_hostile_files_are_refused_within_bounded_memory_and_work(tmp_path):
    files = {case["name"]: mutate(base("2021")[0], case["steps"]) for case in GIANTS}
    files |= {name: make() for name, make in OWN.items()}
    files["whole"] = base("2021")[0]
    paths = {tmp_path / f"{number}.xlsx": name for number, name in enumerate(files)}
    for path, name in paths.items():
        path.write_bytes(files[name])
    found = {paths[Path(path)]: said for path, said in measured(paths).items()}
    assert len(found) == len(files) >= 15
    _, _, usual, _ = found.pop("whole")
    wrong = {
        name: said
        for name, said in found.items()
        if said[0] not in (["F05"], ["F01"])
        or said[1] != 0
        or said[2] > usual + MEGABYTES
        or said[3] > SECONDS
    }
    assert wrong == {}
    assert min(len(data) for data in files.values()) > 0


@pytest.mark.parametrize("size", [19_000_000, 21_000_000])
def test_a_file_that_is_itself_too_large_is_not_even_opened(size):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x", bytes(size))
    (finding,) = understood(buffer.getvalue()).findings
    assert finding.rule == ("F01" if size < 20_000_000 else "F05")


def record(kind: int, layout: str, *values: int) -> bytes:
    body = struct.pack(layout, *values)
    return struct.pack("<HH", kind, len(body)) + body


BEGIN = record(0x0809, "<HH", 0x0600, 0x0010)


@pytest.mark.parametrize(
    ("stream", "cells"),
    [
        (BEGIN, 0),
        (BEGIN + record(0x0203, "<HHHd", 9, 4, 0, 1.0), 50),
        (BEGIN + record(0x00BE, "<HHHHH", 9, 0, 0, 0, 19), 200),
        (BEGIN + record(0x0203, "<HHH", 0, 255, 0) + record(0x0203, "<HHH", 65535, 0, 0), 1 << 24),
        (BEGIN + record(0x0203, "<HHH", 9, 0, 0) + BEGIN + record(0x0203, "<HHH", 0, 9, 0), 10),
        (BEGIN + record(0x0200, "<IIHHH", 0, 0xFFFFFFFE, 0, 255, 0), 0xFFFFFFFF * 256),
        (BEGIN + record(0x0200, "<HHHHH", 0, 99, 0, 9, 0), 1000),
        (BEGIN + record(0x0203, "<HHH", 9, 9, 0)[:-1], 0),
    ],
    ids=["none", "one", "several", "corners", "two sheets", "claimed", "claimed of old", "cut"],
)
def test_an_old_workbook_is_looked_over_before_it_is_laid_out(stream, cells):
    assert spanned(stream) == cells
