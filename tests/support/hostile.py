"""What a hostile file may make a worker do; importable by the workers themselves."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path


SLOW = b"slow"
"""A file whose reading does not end."""


def double(number: int) -> int:
    return number * 2


def pause_and_double(number: int) -> int:
    time.sleep(0.05 * (number % 3))
    return number * 2


def hang(_: object) -> None:
    while True:
        time.sleep(1)


def hang_in_native_code(_: object) -> None:
    ctypes.PyDLL(None).sleep(1000)  # holds the interpreter's lock, as a library may


def abort(_: object) -> None:
    os.abort()


def never_ready(*_: object) -> None:
    """What a worker is that a virus scanner holds up at its start."""
    ctypes.PyDLL(None).sleep(1000)


def leave(_: object) -> None:
    raise SystemExit(3)


def devour(_: object) -> int:
    return len(bytearray(1 << 40))


def break_down(_: object) -> None:
    raise RuntimeError("一个没有想到的错")


def process(_: object) -> int:
    return os.getpid()


def slow_or_read(data: bytes, *, password: str | None, **_: object) -> str:
    if data == SLOW:
        hang(password)
    return "read"


HANGS = "NIANBAO_TEST_HANGS"
"""The file that says, by being there, that a worker hangs now."""


def hang_for(_: bytes, *, password: str | None, **__: object) -> None:
    Path(os.environ[HANGS]).touch()
    hang(password)
