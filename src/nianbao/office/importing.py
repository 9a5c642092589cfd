"""Published reports, read and written down as documents or workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nianbao.context import Context
from nianbao.errors import NianbaoError
from nianbao.ingest.text import Imported, decode, read_text
from nianbao.office import files
from nianbao.office.documents import to_bytes
from nianbao.office.fill import filled
from nianbao.report import to_document
from nianbao.words import Common


@dataclass(frozen=True)
class Import:
    """Sources and what their text may fail to say.

    ``out`` is a ``.json`` or ``.xlsx`` for one source, else a folder.
    """

    sources: tuple[Path, ...]
    out: Path
    year: int | None = None
    name: str | None = None
    code: str | None = None
    level: str | None = None
    force: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a source came to: a report at ``target``, or the fault why it could not be read."""

    source: Path
    target: Path
    found: Imported | None = None
    fault: str = ""


def bring_in(request: Import, context: Context) -> Iterator[Outcome]:
    """Write a document or workbook for each source, and yield what it came to.

    Raises:
        NianbaoError: the results would overwrite each other or what is there.

    """
    targets = _targets(request, context.common)
    files.refuse_existing(targets.values(), context.common, force=request.force)
    return _each(targets, request, context)


def _each(targets: Mapping[Path, Path], request: Import, context: Context) -> Iterator[Outcome]:
    for source, target in targets.items():
        try:
            found = _read(source, request, context)
        except NianbaoError as error:
            yield Outcome(source, target, fault=str(error))
            continue
        data = _bytes(found, target, context)
        files.write_whole(target, data, context.common, force=request.force)
        yield Outcome(source, target, found)


def _targets(request: Import, common: Common) -> dict[Path, Path]:
    sources, out = request.sources, request.out
    if len(sources) == 1 and out.suffix.lower() in {".json", ".xlsx"}:
        return {sources[0]: out}
    if len(sources) > 1 and (request.name or request.code):
        raise common.refuse("import-one")
    targets = {source: out / f"{source.stem}.json" for source in sources}
    if len(set(targets.values())) < len(targets):
        raise common.refuse("import-same")
    return targets


def _read(source: Path, request: Import, context: Context) -> Imported:
    return read_text(
        decode(files.read_bytes(source, context.common), context.common),
        context,
        year=request.year,
        name=request.name,
        code=request.code,
        level=request.level,
    )


def _bytes(found: Imported, target: Path, context: Context) -> bytes:
    if target.suffix.lower() == ".json":
        return to_bytes(to_document(found.report))
    return filled(found.report, context)
