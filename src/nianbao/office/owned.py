"""What earlier runs wrote into a folder: a list with hashes, by which only that is replaced.

A file that the list does not name, or that is no longer as it was written, is never touched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nianbao.office import files
from nianbao.office.documents import to_bytes
from nianbao.words import Common


LIST = ".nianbao-退回.json"
"""What stands in the folder of what goes back; other outputs have a list of their own."""


@dataclass(frozen=True)
class Origin:
    """For which file and unit (code, "" where unknown) an output was, and of which inputs."""

    file: str
    unit: str
    given: tuple[str, ...]


@dataclass(frozen=True)
class Owned:
    """Our files in a folder: name -> digest and origin."""

    folder: Path
    common: Common = field(repr=False)
    known: Mapping[str, tuple[str, Origin]] = field(default_factory=dict)
    listing: str = LIST

    @property
    def path(self) -> Path:
        """Where the list stands."""
        return self.folder / self.listing

    def mine(self, path: Path) -> bool:
        """Return whether a file is there as we wrote it."""
        digest, _ = self.known.get(path.name, ("", None))
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest

    def refuse_foreign(self, paths: Iterable[Path], *, force: bool) -> None:
        """Refuse to overwrite what is not ours.

        Raises:
            NianbaoError: such a file exists and ``force`` is not given.

        """
        foreign = [path for path in paths if not self.mine(path)]
        files.refuse_existing(foreign, self.common, force=force)

    def write(self, outputs: Mapping[str, bytes], origin: Origin) -> Owned:
        """Write files, and with them the list that names them; return what is then ours."""
        return self.write_each(outputs, dict.fromkeys(outputs, origin))

    def write_each(self, outputs: Mapping[str, bytes], of: Mapping[str, Origin]) -> Owned:
        """Write files of several origins, all or none; see ``write``."""
        new = {name: (files.digest(data), of[name]) for name, data in outputs.items()}
        now = replace(self, known={**self.known, **new})
        data = {self.folder / name: data for name, data in outputs.items()}
        files.write_all({**data, self.path: now.to_bytes()}, self.common, force=True)
        return now

    def tidy(self, keep: Collection[str], now: Origin, units: Collection[str]) -> list[str]:
        """Remove what is no longer due; return the names of what was, but has been edited.

        Due no longer is what is not to ``keep`` and was for inputs, a file or a unit that has been
        looked at now: ``now`` names the inputs, ``units`` the codes and the files.
        """
        gone, edited = [], []
        for name, (_, origin) in self.known.items():
            seen = origin.given == now.given or origin.unit in units or origin.file in units
            if name in keep or not seen:
                continue
            path = self.folder / name
            if self.mine(path):
                with files.explained(path, self.common):
                    path.unlink()
            elif path.exists():
                edited.append(name)
            gone.append(name)
        if gone:
            left = {name: what for name, what in self.known.items() if name not in gone}
            listed = replace(self, known=left).to_bytes()
            files.write_whole(self.path, listed, self.common, force=True)
        return edited

    def to_bytes(self) -> bytes:
        """Return the list as the bytes of its file."""
        return to_bytes({
            name: {"sha256": digest, "file": o.file, "unit": o.unit, "given": list(o.given)}
            for name, (digest, o) in self.known.items()
        })  # fmt: skip


def owned(folder: Path, common: Common, name: str = LIST) -> Owned:
    """Return what a list says is ours in a folder; nothing where it is missing or spoilt."""
    try:
        said = json.loads((folder / name).read_bytes())
        return Owned(folder, common, {name: _known(one) for name, one in said.items()}, name)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Owned(folder, common, listing=name)


def _known(one: Mapping[str, Any]) -> tuple[str, Origin]:
    given = tuple(map(str, one["given"]))
    return str(one["sha256"]), Origin(str(one["file"]), str(one["unit"]), given)
