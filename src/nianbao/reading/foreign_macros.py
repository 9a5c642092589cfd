"""Whether the macros of a returned workbook are the ones we wrote; read as data, never run.

Excel compiles a project when it saves and may respell it, so the text of the modules is compared
without white space and case, not the bytes. That a project was compiled from other text than it
shows cannot be told: whatever the result, nobody need enable a returned workbook's macros.
"""

from __future__ import annotations

import functools
import hashlib
import io
import re
import zipfile

from nianbao.errors import Catalogue, Finding
from nianbao.macros import CLASS, LIBRARY, OURS, known, sources
from nianbao.opening.package import BROKEN, OLE


LARGEST = 2_000_000
"""Bytes of a project that is looked into; ours has a thirtieth."""

_OLD_PROJECT = "_VBA_PROJECT".encode("utf-16-le")
_TYPES = "[Content_Types].xml"
_MACRO = re.compile(rb"vbaproject|macrosheet|activex", re.IGNORECASE)
_DEFAULT = re.compile(rb"<Default\b[^>]*>", re.IGNORECASE)
_EXTENSION = re.compile(rb"Extension\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"^(attribute vb_.*|option classmodule\s*)$", re.IGNORECASE | re.MULTILINE)
_IDLE = re.compile(r"optionexplicit|optionbase\d")


def foreign_macros(
    data: bytes, catalogue: Catalogue, archive: zipfile.ZipFile | None = None
) -> Finding | None:
    """Return the finding that a workbook's macros are not ours; None if they are, or has none.

    ``archive`` is the workbook as a zip file, where it is open already.
    """
    why = _why(data, archive, catalogue)
    return catalogue["C08-macro"].finding(why=why) if why else None


def _why(data: bytes, archive: zipfile.ZipFile | None, words: Catalogue) -> str:
    if data.startswith(OLE):
        return words.fault("macro-old") if _OLD_PROJECT in data else ""
    if not data.startswith(b"PK"):
        return ""
    try:
        return _in_archive(archive or zipfile.ZipFile(io.BytesIO(data)), words)
    except BROKEN:
        return words.fault("macro-damaged")


def _in_archive(archive: zipfile.ZipFile, words: Catalogue) -> str:
    if _TYPES not in archive.namelist() and "content.xml" in archive.namelist():
        scripts = [n for n in archive.namelist() if n.startswith(("Basic/", "Scripts/"))]
        return words.fault("macro-opendocument") if scripts else ""
    types = _part(archive, _TYPES)
    if b"macroenabled" not in types.lower():
        types = _DEFAULT.sub(lambda one: _used(one[0], archive), types)
    kinds = {kind.lower() for kind in _MACRO.findall(types)}
    if not kinds:
        return ""
    if kinds != {b"vbaproject"}:
        return words.fault("macro-controls")
    return _difference(_part(archive, "xl/vbaProject.bin"), words)


def _used(default: bytes, archive: zipfile.ZipFile) -> bytes:
    """Return what is declared of an extension; b"" where no part has it: some declare ahead."""
    extension = _EXTENSION.search(default)
    ending = b"." + extension[1].lower() if extension else b""
    return default if any(n.lower().encode().endswith(ending) for n in archive.namelist()) else b""


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(name)
    return data


def _difference(project: bytes, words: Catalogue) -> str:
    try:
        from pyopenvba.cfb import CFB  # noqa: PLC0415 - heavy, and optional
        from pyopenvba.vba import VBAModuleKind, parse_vba_project  # noqa: PLC0415

        _known()
    except ImportError:
        return words.fault("macro-unchecked")
    try:
        modules = parse_vba_project(CFB.from_bytes(project)).modules
        standard = {m.name: m.source for m in modules if m.kind is VBAModuleKind.standard}
        others = {m.name: m.source for m in modules if m.name not in standard}
    except Exception:  # noqa: BLE001 - whatever a hostile project breaks, it is not ours
        return words.fault("macro-damaged")
    return _judged(standard, others, words)


def _judged(standard: dict[str, str], others: dict[str, str], words: Catalogue) -> str:
    extra = sorted(set(standard) - {OURS, LIBRARY})
    extra += sorted(name for name, text in others.items() if name != CLASS and _says(text))
    if extra:
        return words.fault("macro-extra", names="、".join(name[:30] for name in extra[:5]))
    missing = sorted({OURS, LIBRARY} - set(standard))
    if missing:
        return words.fault("macro-missing", names="、".join(missing))
    ours = {**standard, **({CLASS: others[CLASS]} if CLASS in others else {})}
    changed = [name for name, text in ours.items() if _digest(text) not in _known()[name]]
    return words.fault("macro-changed", names="、".join(sorted(changed))) if changed else ""


def _says(text: str) -> str:
    return _IDLE.sub("", _bare(text))


def _bare(text: str) -> str:
    return "".join(_ATTRIBUTE.sub("", text).split()).lower()


def _digest(text: str) -> str:
    return hashlib.sha256(_bare(text).encode()).hexdigest()


@functools.cache
def _known() -> dict[str, frozenset[str]]:
    """Return the digests of each module: as installed, and as earlier releases wrote it."""
    earlier = known()
    return {name: frozenset({_digest(text), *earlier[name]}) for name, text in sources().items()}
