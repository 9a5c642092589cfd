"""Where lies what ships with us: the edition files, the templates, the examples."""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import Path


@functools.cache
def shipped(folder: str) -> Path:
    """Return a folder that ships with us: packaged, or the checkout's when installed -e."""
    packaged = Path(str(resources.files("nianbao"))) / folder
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / folder


def schemas() -> Path:
    """Return the folder of the edition files and of what all editions share."""
    return shipped("schemas")
