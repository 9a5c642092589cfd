"""What kind of file came back: its content decides, never its suffix."""

from __future__ import annotations

import codecs
import io
import zipfile

from nianbao.codes import FaultCode
from nianbao.encoding import decoded
from nianbao.errors import Catalogue, FileProblem
from nianbao.opening import ooxml, otherformats
from nianbao.opening.package import LIMITS, OLE, Limits, Package, explained, too_much, unreadable


_ZIP = b"PK\x03\x04"
_BY_START: tuple[tuple[bytes, FaultCode], ...] = (
    (b"%PDF", "is-pdf"),
    (b"\x89PNG", "is-picture"),
    (b"\xff\xd8\xff", "is-picture"),
    (b"GIF8", "is-picture"),
    (b"Rar!", "is-rar"),
    (b"7z\xbc\xaf\x27\x1c", "is-7z"),
    (b"{\\rtf", "is-rtf"),
)
_BY_PART: tuple[tuple[str, FaultCode], ...] = (("word/", "is-word"), ("ppt/", "is-slides"))
_IN_OLE: tuple[tuple[str, FaultCode], ...] = (
    ("WordDocument", "is-word"),
    ("PowerPoint Document", "is-slides"),
)
_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105
"""With which Excel itself encrypts an .xls whose structure is protected, and opens it unasked."""


def plain(data: bytes, catalogue: Catalogue, password: str | None = None) -> bytes:
    """Return a file as it is without its password.

    Raises:
        FileProblem: it has a password that was not given, or another.

    """
    if not data.startswith(OLE):
        return data
    with explained(catalogue):
        return _decrypted(data, catalogue, password)


def _decrypted(data: bytes, catalogue: Catalogue, password: str | None) -> bytes:
    import msoffcrypto  # noqa: PLC0415 - heavy, and rarely needed

    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        encrypted = file.is_encrypted()
    except Exception:  # noqa: BLE001 - minidom's, base64's, struct's: no encryption it can read
        return data
    if not encrypted:
        return data
    for word in dict.fromkeys((password or _DEFAULT_PASSWORD, _DEFAULT_PASSWORD)):
        out = io.BytesIO()
        try:
            file.load_key(password=word)
            file.decrypt(out)
        except Exception:  # noqa: BLE001, S112 - whatever it raises, the word did not open it
            continue
        if out.getvalue().startswith((_ZIP, OLE)):
            return out.getvalue()
    raise FileProblem(catalogue["F02" if password is None else "F02-wrong"].finding())


def open_package(data: bytes, catalogue: Catalogue, limits: Limits = LIMITS) -> Package:
    """Open a workbook that has no password (any more).

    Raises:
        FileProblem: it is empty, no workbook, damaged, or larger than the limits.

    """
    if not data:
        raise FileProblem(catalogue["F03"].finding())
    if len(data) > limits.file:
        raise too_much(catalogue, "file-large", size=len(data) // 1_000_000)
    if data.startswith(OLE):
        return _old(data, catalogue, limits)
    if why := _no_workbook(data):
        raise unreadable(catalogue, why)
    with explained(catalogue):
        archive = ooxml.archive(data, catalogue, limits)
        names = archive.namelist()
        if "xl/workbook.bin" in names or "content.xml" in names:
            return otherformats.package(data, catalogue, limits)
        for start, why in _BY_PART:
            if any(name.startswith(start) for name in names):
                raise unreadable(catalogue, why)
        return ooxml.Reader(archive, catalogue, limits).package()


def _old(data: bytes, catalogue: Catalogue, limits: Limits) -> Package:
    """Open an OLE file: an old workbook, or something else in the same container."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileProblem(catalogue["F02"].finding())
    for stream, why in _IN_OLE:
        if stream.encode("utf-16-le") in data:
            raise unreadable(catalogue, why)
    return otherformats.package(data, catalogue, limits)


def _no_workbook(data: bytes) -> FaultCode | None:
    """Return what a file is that is plainly no workbook, None if it may be one."""
    if data.startswith(_ZIP):
        return None
    for start, why in _BY_START:
        if data.startswith(start):
            return why
    if zipfile.is_zipfile(io.BytesIO(data)):
        return None
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        return "is-html"
    if head.startswith(b"<?xml") or b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "is-xml"
    return "is-text" if _is_text(data[:4096]) else None


def _is_text(head: bytes) -> bool:
    start = head[: len(head) // 4 * 4 or len(head)]
    try:
        marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = start.decode("utf-16") if marked else decoded(start)
    except UnicodeDecodeError:
        return False
    return not any(c < " " and c not in "\r\n\t" for c in text)
