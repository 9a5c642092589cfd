"""Tests that need something from outside are left out where it is missing, and say so.

Where CI is to have it (LibreOffice), its absence is a failure.
"""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

import drawn
import merged
from helpers import SHARED


settings.register_profile(  # how fast a machine draws and runs is no property of ours
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
merged.quicken()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("shared") and not SHARED.is_dir():
        pytest.skip(f"{SHARED} with the real corpus is not here")
    if item.get_closest_marker("libreoffice") and shutil.which("soffice") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("LibreOffice is missing, which .ci/run installs")
        pytest.skip("LibreOffice is not installed")


@pytest.fixture
def excel():
    """An Excel of our own (``engine.py``), found by xlwings for the time of a test."""
    import engine

    with engine.started() as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def drawn_once(request, tmp_path_factory):
    """What one of the processes of a run has drawn, the others need not."""
    top = tmp_path_factory.getbasetemp()
    folder = (top.parent if hasattr(request.config, "workerinput") else top) / "drawn"
    folder.mkdir(exist_ok=True)
    drawn.folder = folder
