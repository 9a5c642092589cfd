"""Files that came in, opened: workbooks are read in workers that can be killed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nianbao.catalog import common, editions
from nianbao.codes import Code
from nianbao.errors import FileProblem, Finding
from nianbao.office import worker
from nianbao.office.arrival import Entry
from nianbao.office.worker import Bounds, Failure
from nianbao.reading.read import Reading, read


@dataclass(frozen=True)
class Came:
    """A file: a workbook's reading, a document's bytes, or the finding why it is neither."""

    name: str
    sha256: str
    content: Reading | bytes | Finding
    notes: tuple[Finding, ...] = ()


def opened(
    entries: Iterable[Entry], password: str | None = None, bounds: Bounds = worker.BOUNDS
) -> Iterator[Came]:
    """Yield every file in the order given; one that cannot be read stops no other.

    Raises:
        NianbaoError: no worker can be started.

    """
    for came, answer in worker.each(_calls(entries, password), bounds):
        match answer:
            case None:
                yield came
            case Failure():
                yield replace(came, content=_failed(answer, bounds))
            case _:
                yield replace(came, content=answer)


def _calls(
    entries: Iterable[Entry], password: str | None
) -> Iterator[tuple[Came, worker.Call[Reading | Finding] | None]]:
    for entry in entries:
        came, data = _arrived(entry)
        if data is None or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            yield came, None
        else:
            yield came, (functools.partial(understood, password=password), data)


def _arrived(entry: Entry) -> tuple[Came, bytes | None]:
    try:
        data = entry.read()
    except FileProblem as problem:
        return Came(entry.name, "", problem.finding), None
    return Came(entry.name, hashlib.sha256(data).hexdigest(), data, entry.notes), data


def understood(data: bytes, password: str | None) -> Reading | Finding:
    """Read a workbook, in the worker."""
    try:
        return read(data, editions(), common(), password=password)
    except FileProblem as problem:
        return problem.finding


def _failed(failure: Failure, bounds: Bounds) -> Finding:
    said: dict[Failure, tuple[Code, str]] = {
        Failure.TIME: ("F05", f"读了 {bounds.seconds:g} 秒还没有读完"),
        Failure.MEMORY: ("F05", "要占用的内存太多"),
        Failure.CRASH: ("F01", "读的时候程序意外中断"),
    }
    key, why = said[failure]
    return common().catalogue[key].finding(why=why)
