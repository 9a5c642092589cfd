"""``nianbao demo``, which takes as long as a hundred tests: run once for all."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from nianbao import cli
from once import once


FOLDER, SAID = "年报", "said.txt"


def demonstration(factory: pytest.TempPathFactory) -> Path:
    """A folder with what the demo made (``FOLDER``) and what it said (``SAID``)."""
    return once(factory, "demo", _run)


def _run(top: Path) -> None:
    with (top / SAID).open("w", encoding="utf-8") as said, contextlib.redirect_stdout(said):
        assert cli.main(["demo", str(top / FOLDER)]) == 0
