"""Many files read, each in a process that can be killed.

``opened`` is what others call, ``asked`` for one file that is no report; behind them
``bounds`` is what one file may take, ``workers`` are the processes, ``serving`` runs in them,
``exchange`` is what goes between, ``inbox`` the files given to them.
"""

from __future__ import annotations

from nianbao.office.engine.bounds import BOUNDS, HERE, Bounds
from nianbao.office.engine.inbox import OpenedFile, asked, opened


__all__ = ["BOUNDS", "HERE", "Bounds", "OpenedFile", "asked", "opened"]
