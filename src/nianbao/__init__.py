"""Templates, checks and summaries of the 政府信息公开工作年度报告.

``read`` a returned workbook, ``check`` it, ``merge`` those of a roster, make a ``template``; the
types they give stand beside them. All are loaded when first asked for.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nianbao.version import __version__


if TYPE_CHECKING:
    from nianbao.library import (
        Finding,
        NianbaoError,
        Reading,
        Report,
        Severity,
        Standing,
        Submission,
        Summary,
        Unit,
        check,
        merge,
        read,
        template,
    )


__all__ = [
    "Finding",
    "NianbaoError",
    "Reading",
    "Report",
    "Severity",
    "Standing",
    "Submission",
    "Summary",
    "Unit",
    "__version__",
    "check",
    "merge",
    "read",
    "template",
]


class _Library(ModuleType):
    """The package, loading what it offers when it is asked for.

    Modules of the same names (``nianbao.check``) lie beside the functions; importing one does not
    put it in the function's place.
    """

    def __getattr__(self, name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(importlib.import_module("nianbao.library"), name)
        super().__setattr__(name, found)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        if name not in __all__ or not isinstance(value, ModuleType):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Library
