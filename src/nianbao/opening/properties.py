"""When and by which program a workbook was last saved, as it says itself: hostile and of no weight.

Nobody vouches for it, so nothing that is wrong with it is a finding: it is then not known.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import zipfile

from nianbao import markup
from nianbao.opening.package import BROKEN, OLE, Properties


LARGEST = 50_000
"""Bytes of a part that says such things; real ones have a thousand."""

LONGEST = 80
"""Characters of a program's name that are kept."""

_TIME = re.compile(
    r"(?:19[89]|2[01][0-9])[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
"""A time as these parts write it, of a year in which there are workbooks."""

_SUMMARY, _SAVED, _MADE_WITH = "\x05SummaryInformation", 13, 18
"""The stream of an old workbook, and the properties in it."""


UNKNOWN = Properties()


def of_archive(archive: zipfile.ZipFile) -> Properties:
    """Return what an Office Open XML or OpenDocument workbook says."""
    if "meta.xml" in archive.NameToInfo:
        saved, program = _said(archive, "meta.xml", "date", "generator")
        return Properties(_time(saved), _name(program))
    (saved,) = _said(archive, "docProps/core.xml", "modified")
    program = " ".join(_said(archive, "docProps/app.xml", "Application", "AppVersion"))
    return Properties(_time(saved), _name(program))


def of_other(data: bytes) -> Properties:
    """Return what a workbook of another format says."""
    with contextlib.suppress(*BROKEN):
        if data.startswith(OLE):
            return _of_old(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return of_archive(archive)
    return UNKNOWN


def _said(archive: zipfile.ZipFile, part: str, *names: str) -> list[str]:
    """Return the texts of the first elements of those names, "" for what is not there."""
    with contextlib.suppress(*BROKEN), archive.open(part) as stream:
        data = stream.read(LARGEST + 1)
        if len(data) <= LARGEST:
            root = markup.parsed(data)
            found = (next(root.iter(f"{{*}}{name}"), None) for name in names)
            return ["" if one is None else one.text or "" for one in found]
    return [""] * len(names)


def _time(text: str) -> dt.datetime | None:
    """Return the time that a text is; its zone is of whole minutes, as events are kept."""
    if not _TIME.fullmatch(text.strip()):
        return None
    try:
        return dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _name(text: str) -> str:
    return "".join(c for c in text.strip()[:LONGEST] if c.isprintable()).strip()


def _of_old(data: bytes) -> Properties:
    import olefile  # noqa: PLC0415 - only for such files

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            if container.get_size(_SUMMARY) > LARGEST:
                return UNKNOWN
            said = container.getproperties(_SUMMARY, convert_time=True)
    except Exception:  # noqa: BLE001 - whatever it raises, it is not told
        return UNKNOWN
    saved, program = said.get(_SAVED), said.get(_MADE_WITH)
    told = f"{saved.isoformat()}Z" if isinstance(saved, dt.datetime) else ""
    name = program.decode("utf-8", "replace") if isinstance(program, bytes) else ""
    return Properties(_time(told), _name(name))
