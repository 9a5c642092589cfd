"""What goes between the processes: pickled, editions by their id, as both sides have them."""

from __future__ import annotations

import copyreg
import functools
import io
import pickle
from typing import Any

from nianbao.context import Context
from nianbao.form import Edition
from nianbao.layout import Place
from nianbao.local import localised


def dumps(value: object) -> bytes:
    """Return a value as bytes; editions by their id and the county's own options."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump(value)
    return buffer.getvalue()


def loads(data: bytes, context: Context) -> Any:
    """Return the value of ``dumps``, with the editions of the context."""
    return _Unpickler(data, context).load()


def _context(context: Context) -> Context:
    return context


def _edition(context: Context, name: str, own: str) -> Edition:
    return localised(context.editions[name], own, context.common)


_TABLE = {
    **copyreg.dispatch_table,
    Context: lambda _: (_context, ()),
    Edition: lambda one: (_edition, (one.id, one.local)),
    Place: lambda one: (Place, (one.sheet, one.row, one.column)),
}
"""Both sides have a context; a place is three values."""


_OURS = (_context, _edition)
"""What is called with the context of the side that reads."""


class _Unpickler(pickle.Unpickler):
    """Reads what our own process wrote, where the context goes without saying."""

    def __init__(self, data: bytes, context: Context) -> None:
        super().__init__(io.BytesIO(data))
        self.context = context

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name)
        return (
            functools.partial(found, self.context) if any(found is one for one in _OURS) else found
        )
