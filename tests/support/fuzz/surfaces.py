"""What a stranger's bytes reach: workbook, report document, roster, archive.

The first byte of an input says which (``W``, ``J``, ``R``, ``Z``). Whatever the rest is, only the
refusals of ``nianbao.errors`` may be raised; a file that is read can be judged and written out.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import zlib
from pathlib import Path

from nianbao.book.order import Order
from nianbao.context import context
from nianbao.errors import FileProblem, NianbaoError
from nianbao.office import intake
from nianbao.office.examine import examine
from nianbao.reading.read import read
from nianbao.report import from_document, to_document
from nianbao.roster import read_roster
from nianbao.template.workbook import workbook as written
from nianbao.validate import findings, load_document, structure


WRITTEN = 32
"""One of so many readable inputs is written out again: that takes as long as ten readings."""


def run(data: bytes) -> None:
    """Give an input to the surface its first byte names."""
    surface = SURFACES.get(data[:1])
    if surface is not None:
        with contextlib.suppress(NianbaoError):
            surface(data[1:])


def workbook(data: bytes) -> None:
    reading = read(data, context().editions, context().common)
    found = examine(reading, context().common)
    document = to_document(reading.report)
    broken = structure(document, reading.edition, context().common)
    json.dumps(document, ensure_ascii=False).encode()
    assert all(one.message and one.rule for one in (*found, *broken))
    if not broken and zlib.crc32(data) % WRITTEN == 0:
        report = reading.report
        written(Order(reading.edition, context().common, report.unit, report.year, report))


def document(data: bytes) -> None:
    said = load_document(data, context().common.catalogue)
    edition = context().editions.get(str(said.get("edition")))
    if edition is not None:
        found = findings(said, edition, context())
        if all(one.rule != "F06" for one in found):
            json.dumps(to_document(from_document(said)), ensure_ascii=False).encode()


def roster(data: bytes) -> None:
    assert read_roster(data, context(), "units.csv").units


def archive(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        for entry in intake.entries([Path(file.name)], context().catalogue):
            assert entry.name
            with contextlib.suppress(FileProblem):
                entry.read()


SURFACES = {b"W": workbook, b"J": document, b"R": roster, b"Z": archive}
