"""Files that came in, opened: workbooks are read in workers that can be killed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from nianbao.codes import Code, FaultCode
from nianbao.context import Context
from nianbao.errors import Catalogue, FileProblem, Finding
from nianbao.office.arrival import InboxFile, is_document
from nianbao.office.engine import workers
from nianbao.office.engine.bounds import BOUNDS, Bounds, Failure
from nianbao.reading.read import Reading, read


Answer = TypeVar("Answer")


@dataclass(frozen=True)
class OpenedFile:
    """A file: a workbook's reading, a document's bytes, or the finding why it is neither."""

    name: str
    sha256: str
    content: Reading | bytes | Finding
    notes: tuple[Finding, ...] = ()


def opened(
    files: Iterable[InboxFile],
    context: Context,
    password: str | None = None,
    bounds: Bounds = BOUNDS,
) -> Iterator[OpenedFile]:
    """Yield every file in the order given; one that cannot be read stops no other.

    Raises:
        NianbaoError: no worker can be started.

    """
    for came, answer in workers.each(_calls(files, context, password), context, bounds):
        match answer:
            case None:
                yield came
            case Failure():
                yield replace(came, content=_failed(answer, bounds, context.catalogue))
            case _:
                yield replace(came, content=answer)


def asked(
    read: Callable[[bytes], Answer], data: bytes, context: Context, bounds: Bounds = BOUNDS
) -> Answer | Finding:
    """Return what a function makes of one file in a worker, or the finding why it makes nothing.

    Raises:
        NianbaoError: no worker can be started.

    """
    [(_, answer)] = workers.each([(None, (read, data))], context, bounds)
    if answer is None or isinstance(answer, Failure):
        return _failed(answer or Failure.CRASH, bounds, context.catalogue)
    return answer


def _calls(
    files: Iterable[InboxFile], context: Context, password: str | None
) -> Iterator[tuple[OpenedFile, workers.Call[Reading | Finding] | None]]:
    read_it = functools.partial(understood, context=context, password=password)
    for file in files:
        came, data = _arrived(file)
        document = data is None or is_document(data[:4096])
        yield came, None if document else (read_it, data)


def _arrived(file: InboxFile) -> tuple[OpenedFile, bytes | None]:
    try:
        data = file.read()
    except FileProblem as problem:
        return OpenedFile(file.name, "", problem.finding), None
    return OpenedFile(file.name, hashlib.sha256(data).hexdigest(), data, file.notes), data


def understood(data: bytes, context: Context, password: str | None) -> Reading | Finding:
    """Read a workbook, in the worker."""
    try:
        return read(data, context.editions, context.common, password=password)
    except FileProblem as problem:
        return problem.finding


def _failed(failure: Failure, bounds: Bounds, catalogue: Catalogue) -> Finding:
    said: dict[Failure, tuple[Code, FaultCode]] = {
        Failure.TIME: ("F05", "reading-long"),
        Failure.MEMORY: ("F05", "reading-memory"),
        Failure.CRASH: ("F01", "reading-crash"),
    }
    key, why = said[failure]
    return catalogue[key].finding(why=catalogue.fault(why, seconds=f"{bounds.seconds:g}"))
