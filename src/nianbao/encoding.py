"""The bytes of a text file from outside as text."""

from __future__ import annotations


def decoded(data: bytes) -> str:
    """Return a text: UTF-8 with or without BOM, else GB18030, which holds all of GBK and GB2312.

    Raises:
        UnicodeDecodeError: it is neither.

    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")
