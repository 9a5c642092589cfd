"""The button in Excel: what a workbook's macro calls, and the same without a macro.

``nianbao.button.main()``, ``nianbao.button.fill_zeros()`` …: one function for each action of the
list (``actions.py``), named by its key. Workbooks that are out call these names.
"""

from __future__ import annotations

import functools

from nianbao.button.actions import ACTIONS
from nianbao.button.press import attach, attached, called


__all__ = ["ACTIONS", "attach", "attached", "called"]

globals().update({key: functools.partial(called, key) for key in ACTIONS})
