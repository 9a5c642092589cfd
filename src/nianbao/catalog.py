"""Find, load and refuse edition files and what all editions share.

An edition is refused with file and place when it says anything unknown, misspelt, duplicated
or contradictory: ``tomllib`` refuses duplicate keys, the types of ``edition_file`` the rest,
``form`` what only the whole form can show.
"""

from __future__ import annotations

import hashlib
import itertools
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from nianbao import edition_file
from nianbao.decoding import DecodeError, decode
from nianbao.errors import ABOVE, NianbaoError
from nianbao.form import Edition, FormError, composed, refuse_contradictions
from nianbao.shipped import schemas
from nianbao.words import Common


def load_common() -> Common:
    """Load what all editions share.

    Raises:
        NianbaoError: ``common.toml`` says anything unknown, misspelt or missing.

    """
    path = schemas() / "common.toml"
    data = _toml(path, _content(path))
    dates = data.pop("dates")
    for key, level in data["levels"].items():
        level |= {"key": key, "dates": [one for one in dates if key in one["levels"]]}
    for key, superior in data["superiors"].items():
        superior["key"] = key
    try:
        return decode(data, Common)
    except DecodeError as error:
        raise NianbaoError(f"{path}：{error}") from error


def load_editions(shared: Common, folder: Path | None = None) -> dict[str, Edition]:
    """Load every edition of a folder (the packaged ones by default), by id, oldest first.

    Raises:
        NianbaoError: an edition file is wrong, or two cover the same year.

    """
    folder = folder or schemas() / "editions"
    found = [load(path, shared) for path in sorted(folder.glob("*.toml"))]
    found.sort(key=lambda edition: edition.first_year)
    if not found:
        raise shared.refuse("editions-none", folder=folder)
    ended = [_ended(older, newer, shared) for older, newer in itertools.pairwise(found)]
    editions = {edition.id: edition for edition in (*ended, found[-1])}
    for one in editions.values():
        if unknown := {name for table in one.tables for name in table.breaks} - set(editions):
            raise shared.refuse("editions-breaks", id=one.id, names="、".join(sorted(unknown)))
    return editions


def _ended(older: Edition, newer: Edition, shared: Common) -> Edition:
    """Return an edition that ends, if its file leaves that open, where the next one begins."""
    if older.last_year is None and older.first_year < newer.first_year:
        return replace(older, last_year=newer.first_year - 1)
    if older.last_year is None or older.last_year >= newer.first_year:
        raise shared.refuse("editions-overlap", older=older.id, newer=newer.id)
    return older


def load(path: Path, shared: Common) -> Edition:
    """Load one edition file.

    Raises:
        NianbaoError: the file cannot be read, is no TOML, or is no edition.

    """
    content = _content(path)
    data = _toml(path, content)
    try:
        written = edition_file.edition(data, shared.phrases, hashlib.sha256(content).hexdigest())
        edition: Edition = composed(written, written.names)
        refuse_contradictions(edition, shared.levels, ABOVE)
    except (DecodeError, FormError, KeyError) as error:
        raise shared.refuse("edition-wrong", path=path, why=error) from error
    return edition


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unread(path, error) from error


def _toml(path: Path, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unread(path, error) from error


def _unread(path: Path, error: Exception) -> NianbaoError:
    return NianbaoError(f"{path}：读不出格式版本文件：{error}")
