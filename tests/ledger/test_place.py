"""Which paths are on network drives, where SQLite's locks cannot be relied on."""

from __future__ import annotations

import pytest

from nianbao.ledger.place import Mount, mounts_in, on_network


WINDOWS = [
    (r"\\server\share\2026\台账.sqlite", True),
    ("//server/share/台账.sqlite", True),
    (r"\\?\UNC\server\share\台账.sqlite", True),
    (r"\\wsl$\Ubuntu\台账.sqlite", True),
    (r"Z:\年报\台账.sqlite", True),
    (r"z:\台账.sqlite", True),
    (r"\\?\Z:\台账.sqlite", True),
    (r"C:\年报\台账.sqlite", False),
    (r"\\?\C:\年报\台账.sqlite", False),
    ("D:/年报/台账.sqlite", False),
]


@pytest.mark.parametrize(("path", "remote"), WINDOWS)
def test_windows(path, remote):
    asked = []

    def drive(root):
        asked.append(root)
        return 4 if root.upper() == "Z:\\" else 3

    assert on_network(path, drive=drive) is remote
    assert all(len(root) == 3 for root in asked)


MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/共享\040盘 rw,relatime shared:2 - cifs //server/share rw,vers=3.0
31 22 0:41 / /srv/nfs rw - nfs4 server:/export rw
32 31 8:2 / /srv/nfs/local rw - xfs /dev/sdb1 rw
33 22 0:42 / /old rw - smbfs //old/share rw
34 22 0:43 / /home/me/云 rw - fuse.sshfs me@host: rw
35 22 0:44 / /tmp rw - tmpfs tmpfs rw
broken line
"""
LINUX = [
    ("/mnt/共享 盘/台账.sqlite", True),
    ("/mnt/共享 盘二/台账.sqlite", False),
    ("/srv/nfs/2026/台账.sqlite", True),
    ("/srv/nfs/local/台账.sqlite", False),
    ("/old/台账.sqlite", True),
    ("/home/me/云/台账.sqlite", True),
    ("/home/me/台账.sqlite", False),
    ("/tmp/台账.sqlite", False),
    ("/台账.sqlite", False),
]


@pytest.mark.parametrize(("path", "remote"), LINUX)
def test_linux(path, remote):
    mounts = tuple(mounts_in(MOUNTINFO))
    assert Mount("/mnt/共享 盘", "cifs") in mounts
    assert on_network(path, mounts) is remote


def test_where_nothing_is_known_nothing_is_said():
    assert not on_network("/srv/台账.sqlite")
