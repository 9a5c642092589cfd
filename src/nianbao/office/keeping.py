"""Where an office keeps its ledger: beside its roster, unless it says otherwise."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path

from nianbao.ledger.place import LEDGER


ROSTERS = ("units.csv", "名册.csv", "units.xlsx", "名册.xlsx")
"""What a roster is called that is found where the ledger is."""


@dataclass(frozen=True)
class Keeping:
    """Where the ledger is, and who records: ``where`` is a file or a URL, None for memory.

    ``folder`` holds the archive and the cache; None keeps neither. ``named`` says that somebody
    asked for just this place, so that it must be usable.
    """

    where: Path | str | None = None
    folder: Path | None = None
    who: str = ""
    named: bool = False


MEMORY = Keeping()
"""Nothing is kept: what the ledger would know ends with the run."""


@dataclass(frozen=True)
class Wanted:
    """Which office is meant: where its ledger and roster are (by default here), and the year.

    ``near`` is a file of the office: its folder, or one above it, may hold the ledger.
    """

    ledger: str | None = None
    roster: Path | None = None
    year: int | None = None
    who: str | None = None
    near: Path | None = None


def keeping(said: str | None, folder: Path, who: str | None = None) -> Keeping:
    """Return where the ledger of an office is whose roster lies in ``folder``.

    ``said`` is a folder, a file, or the URL of a database; by default the file of the folder.
    """
    own = who or login()
    if said is None:
        return Keeping(folder / LEDGER, folder, own)
    if "://" in said:
        return Keeping(said, folder, own, named=True)
    path = Path(said)
    path = path / LEDGER if path.is_dir() else path
    return Keeping(path, path.parent, own, named=True)


def roster_in(folder: Path) -> Path | None:
    """Return the roster that lies in the folder of a ledger; None where there is none."""
    return next((folder / name for name in ROSTERS if (folder / name).is_file()), None)


def login() -> str:
    """Return the name under which somebody works at this computer; "" where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
