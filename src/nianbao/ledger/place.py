"""Where a ledger stands: a file, a database by URL, memory; and whether a file is on a network."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


LEDGER, ARCHIVE, CACHE = "台账.sqlite", "存档", "缓存.sqlite"
"""What stands in the folder of an office: its names say to the officer what may be deleted."""

_REMOTE = 4
"""DRIVE_REMOTE of GetDriveTypeW."""

_NETWORK = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "afs", "ncpfs", "9p", "davfs", "fuse.sshfs",
    "fuse.davfs2", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.smbnetfs", "ceph", "glusterfs",
    "fuse.glusterfs", "lustre",
}  # fmt: skip


@dataclass(frozen=True)
class Mount:
    """A file system of this machine: where it is mounted and of which type it is."""

    point: str
    type: str


def on_network(
    path: str, mounts: tuple[Mount, ...] = (), drive: Callable[[str], int] | None = None
) -> bool:
    r"""Return whether an absolute path is on a network drive.

    On Windows ``drive`` is asked of what type a drive (``Z:\``) is; elsewhere ``mounts`` say it.
    """
    if drive is not None:
        path = path.replace("/", "\\")
        if path.upper().startswith("\\\\?\\UNC\\"):
            return True
        path = path.removeprefix("\\\\?\\")
        return path.startswith("\\\\") or drive(f"{path[:2]}\\") == _REMOTE
    holding = [one for one in mounts if _holds(one.point, path)]
    nearest = max(holding, key=lambda one: len(one.point), default=None)
    return nearest is not None and nearest.type in _NETWORK


def _holds(point: str, path: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


def mounts_in(text: str) -> Iterator[Mount]:
    r"""Yield the mounts of ``/proc/self/mountinfo``, where a blank is written ``\040``."""
    for line in text.splitlines():
        before, dash, after = line.partition(" - ")
        parts, kind = before.split(" "), after.split(" ")[0]
        if dash and len(parts) > 4:
            point = parts[4].encode().decode("unicode_escape").encode("latin-1")
            yield Mount(point.decode("utf-8", "replace"), kind)


def here_on_network(path: Path) -> bool:
    """Return whether a path of this machine is on a network drive; False where nobody can tell."""
    whole = str(path.absolute())
    if sys.platform == "win32":
        return on_network(whole, drive=ctypes.windll.kernel32.GetDriveTypeW)
    try:
        said = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return on_network(os.path.realpath(whole), tuple(mounts_in(said)))
