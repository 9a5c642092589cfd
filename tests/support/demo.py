"""The demo, made once for all tests that look at it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from nianbao import cli
from once import once


def demo(factory: pytest.TempPathFactory) -> Path:
    """The folder ``年报`` that the demo made; beside it ``said.txt``, what it printed."""
    return once(factory, "demo", _made) / "年报"


def _made(top: Path) -> None:
    with (top / "said.txt").open("w", encoding="utf-8") as said, contextlib.redirect_stdout(said):
        assert cli.main(["demo", str(top / "年报")]) == 0
