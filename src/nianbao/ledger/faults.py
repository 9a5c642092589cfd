"""What a database says is wrong, as sentences."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from nianbao.codes import RefusalCode
from nianbao.errors import NianbaoError
from nianbao.words import Common


class LedgerError(NianbaoError):
    """A ledger cannot be used as asked; ``code`` is that of the refusal."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def refused(common: Common, code: RefusalCode, /, **values: object) -> LedgerError:
    """Return a refusal in the words of the catalogue."""
    return LedgerError(code, str(common.refuse(code, **values)))


_SQLITE: tuple[tuple[str, RefusalCode], ...] = (
    ("SQLITE_BUSY", "ledger-locked"),
    ("SQLITE_LOCKED", "ledger-locked"),
    ("SQLITE_READONLY", "ledger-readonly"),
    ("SQLITE_FULL", "ledger-full"),
    ("SQLITE_CORRUPT", "ledger-damaged"),
    ("SQLITE_NOTADB", "ledger-foreign"),
    ("SQLITE_CANTOPEN", "ledger-denied"),
    ("SQLITE_PERM", "ledger-denied"),
    ("SQLITE_AUTH", "ledger-denied"),
    ("SQLITE_IOERR", "ledger-disk"),
    ("SQLITE_CONSTRAINT_TRIGGER", "ledger-append"),
)
"""By how the name of an error begins."""

_POSTGRESQL: tuple[tuple[str, RefusalCode], ...] = (
    ("55P03", "ledger-locked"),
    ("57014", "ledger-locked"),
    ("25006", "ledger-readonly"),
    ("53100", "ledger-full"),
    ("53", "ledger-busy"),
    ("28", "ledger-login"),
    ("3D000", "ledger-no-database"),
    ("42501", "ledger-denied"),
    ("P0001", "ledger-append"),
    ("XX", "ledger-damaged"),
    ("58", "ledger-disk"),
)
"""By how the SQLSTATE of an error begins."""


@contextlib.contextmanager
def explained(common: Common, name: str, away: RefusalCode = "ledger-lost") -> Iterator[None]:
    """Turn what a database raises into a sentence.

    ``name`` is how the ledger is called in it, ``away`` what is said where the database does not
    answer. What a transaction had begun is not there then: the same command completes it.

    Raises:
        LedgerError: in place of what the database raised.

    """
    try:
        yield
    except DBAPIError as error:
        code = code_of(error, away)
        raise refused(common, code, name=name, why=_short(error)) from None


def code_of(error: DBAPIError, away: RefusalCode) -> RefusalCode:
    """Return the refusal that an error of a database amounts to."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        named = getattr(cause, "sqlite_errorname", "")
        return next((code for start, code in _SQLITE if named.startswith(start)), "ledger-edited")
    state = getattr(cause, "sqlstate", None)
    if state:
        known = next((code for start, code in _POSTGRESQL if state.startswith(start)), None)
        if known is not None:
            return known
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        said = str(cause).lower()
        if "password" in said or "authentication" in said:
            return "ledger-login"
        if "does not exist" in said and "database" in said:
            return "ledger-no-database"
        return away
    return "ledger-edited"


def _short(error: DBAPIError) -> str:
    """Return the first line of what a database said, which holds no password."""
    return (str(error.orig).splitlines() or [""])[0][:120]
