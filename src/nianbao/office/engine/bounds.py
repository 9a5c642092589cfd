"""What one file may take of the machine, and how a worker can fail."""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """What one file may take: seconds, and bytes of memory where the system can limit them.

    ``start`` are the seconds in which a worker must be there; ``workers`` are used at most, one
    more for every ``share`` files; with none the files are read in this process.
    """

    seconds: float = 60
    memory: int = 2 << 30
    start: float = 120
    workers: int = max(1, min(4, os.cpu_count() or 1))
    share: int = 8


BOUNDS = Bounds()
HERE = Bounds(workers=0)
"""In this process, one file after another; what hangs, hangs."""


class Failure(enum.Enum):
    """Why a worker gave no answer."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"
