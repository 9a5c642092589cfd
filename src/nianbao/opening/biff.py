"""An old workbook (.xls) looked over before it is opened: how large a block each sheet spans.

What reads such files lays a sheet out as one block, and takes what the container and the
dimensions of a sheet claim as they come; a few changed bytes would cost gigabytes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator


_STREAMS = ("Workbook", "Book")
_DIMENSIONS = 0x0200
_CELLS = {0x0006, 0x007E, 0x00BD, 0x00BE, 0x00D6, 0x00FD,
          0x0201, 0x0203, 0x0204, 0x0205, 0x027E}  # fmt: skip
"""Formula, RK, MulRk, MulBlank, RString, LabelSst, Blank, Number, Label, BoolErr."""

_SEVERAL = {0x00BD, 0x00BE}
_BEGIN = 0x0809


def largest_block(data: bytes) -> int:
    """Return the cells of the largest block that a sheet holds or claims to.

    Raises:
        ValueError: the container is damaged, or holds no workbook.

    """
    import olefile  # noqa: PLC0415 - only for such files

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            name = next(name for name in _STREAMS if container.exists(name))
            stream: bytes = container.openstream(name).read()
    except Exception as error:
        raise ValueError("damaged container") from error
    return spanned(stream)


def spanned(stream: bytes) -> int:
    """Return the same of the workbook's own stream of records."""
    rows, columns, largest = 0, 0, 0
    for kind, start, size in _records(stream):
        if kind == _BEGIN:
            rows, columns = 0, 0
        elif kind == _DIMENSIONS:
            largest = max(largest, _claimed(stream[start : start + size]))
        elif kind in _CELLS and size >= 4:
            row, column = struct.unpack_from("<HH", stream, start)
            if kind in _SEVERAL:  # whose last column stands at the end
                (column,) = struct.unpack_from("<H", stream, start + size - 2)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            largest = max(largest, rows * columns)
    return largest


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and size of each record that is all there."""
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        if at + 4 + size <= end:
            yield kind, at + 4, size
        at += 4 + size


def _claimed(record: bytes) -> int:
    layout = "<IIHH" if len(record) >= 14 else "<HHHH"
    if len(record) < struct.calcsize(layout):
        return 0
    top, bottom, left, right = map(int, struct.unpack_from(layout, record))
    return (max(bottom - top, 0) + 1) * (max(right - left, 0) + 1)
