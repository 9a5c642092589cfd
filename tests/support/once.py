"""What is dear to make is made by one of the processes of a test run, and used by all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from libreoffice import PATIENCE


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that ``make`` filled, whichever process ran it; fails where it failed."""
    top = factory.getbasetemp()
    folder = (top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / name
    made, failed = folder / ".made", folder / ".failed"
    try:
        folder.mkdir()
    except FileExistsError:
        _wait(made, failed)
    else:
        try:
            make(folder)
        except BaseException:
            failed.touch()
            raise
        made.touch()
    if failed.exists():
        pytest.fail(f"another process could not make {name}")
    return folder


def _wait(*signs: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not any(sign.exists() for sign in signs):
        assert time.monotonic() < deadline
        time.sleep(0.2)
