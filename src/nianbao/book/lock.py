"""Sheet and workbook protection with SHA-512, as Excel 2013 and later write it.

It guards against slips, not intent: the reader never relies on it (ECMA-376 part 1, 18.2.29
and 18.3.1.85).
"""

from __future__ import annotations

import base64
import functools
import hashlib

from openpyxl.workbook import Workbook
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.protection import SheetProtection
from openpyxl.worksheet.worksheet import Worksheet


PASSWORD = "nianbao"  # noqa: S105 - published in README: it guards against slips only
SPINS = 100_000


@functools.lru_cache(maxsize=8)
def hashed(password: str) -> tuple[str, str]:
    """Return hash and salt, base64; the salt follows from the password, so files repeat."""
    salt = hashlib.sha256(b"nianbao" + password.encode()).digest()[:16]
    digest = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for spin in range(SPINS):
        digest = hashlib.sha512(digest + spin.to_bytes(4, "little")).digest()
    return base64.b64encode(digest).decode(), base64.b64encode(salt).decode()


def lock_sheet(sheet: Worksheet, password: str) -> None:
    """Lock a sheet; row heights, column widths and selecting stay free."""
    value, salt = hashed(password)
    sheet.protection = SheetProtection(
        sheet=True,
        objects=True,
        scenarios=True,
        formatColumns=False,
        formatRows=False,
        selectLockedCells=False,
        selectUnlockedCells=False,
        algorithmName="SHA-512",
        hashValue=value,
        saltValue=salt,
        spinCount=SPINS,
    )


def lock_structure(book: Workbook, password: str) -> None:
    """Lock the workbook's structure: no sheet is added, deleted, renamed or moved."""
    value, salt = hashed(password)
    book.security = WorkbookProtection(
        lockStructure=True,
        workbookAlgorithmName="SHA-512",
        workbookHashValue=value,
        workbookSaltValue=salt,
        workbookSpinCount=SPINS,
    )
