"""What a file is whose name does not tell: its content decides, of which little is read."""

from __future__ import annotations

import enum
import zipfile
from typing import BinaryIO

from nianbao.opening.package import BROKEN, OLE


class Kind(enum.Enum):
    """What a file holds."""

    BOOK = "工作簿"
    ARCHIVE = "zip"
    CUT = "一部分"
    OTHER = ""


PACKED = {
    b"Rar!": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"MSCF": "cab",
}
"""How archives begin that are not opened, and what they are called."""

PACKED_SUFFIXES = {
    ".rar": "RAR", ".7z": "7z", ".gz": "gzip", ".tgz": "gzip", ".bz2": "bzip2", ".xz": "xz",
    ".tar": "tar", ".cab": "cab", ".zipx": "zipx", ".z01": "zip 分卷", ".001": "分卷",
}  # fmt: skip
"""Names of such archives; the content may be cut off, or locked."""

_ZIP = b"PK"
_IN_OLE = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book\0", "EncryptedPackage"))
_SHEETS = ("xl/workbook.xml", "xl/workbook.bin")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def packed(head: bytes, suffix: str) -> str:
    """Return what an archive is called that is not opened, "" for another file."""
    found = (name for start, name in PACKED.items() if head.startswith(start))
    return next(found, PACKED_SUFFIXES.get(suffix, ""))


def kind(stream: BinaryIO, most: int) -> Kind:
    """Return what a file holds; of an old container at most ``most`` bytes are looked at.

    Raises:
        OSError: it cannot be read.

    """
    head = stream.read(8)
    stream.seek(0)
    if head == OLE:
        data = stream.read(most)
        return Kind.BOOK if any(name in data for name in _IN_OLE) else Kind.OTHER
    return _zipped(stream) if head.startswith(_ZIP) else Kind.OTHER


def _zipped(stream: BinaryIO) -> Kind:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            if any(name in names for name in _SHEETS):
                return Kind.BOOK
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return Kind.BOOK if archive.read("mimetype").startswith(_ODS) else Kind.OTHER
            return Kind.OTHER if "[Content_Types].xml" in names else Kind.ARCHIVE
    except BROKEN:
        return Kind.CUT
