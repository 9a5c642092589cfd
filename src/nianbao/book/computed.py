"""The last step of every workbook: the values of its formulas, computed and kept with them.

openpyxl writes formulas without values, so previews and readers would see blanks until Excel
saves the file. IronCalc computes them; they are put into the sheets' XML. Time stamps are fixed
or given, so that the same input gives the same file.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
import zipfile

from lxml import etree
from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from nianbao.book.models import computed, filled
from nianbao.book.parts import MAIN, Parts, read, sheet_parts, unzip, written, zipped


_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


MADE = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
"""When a workbook says that it was made and saved if nobody says when."""


def finished(book: Workbook, made: dt.datetime = MADE) -> bytes:
    """Return the workbook as bytes, every formula with its value."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:  # ``save`` takes time to make it small
        ExcelWriter(book, archive).write_data()
    return _with_values(unzip(buffer.getvalue()), made)


def with_values(data: bytes, made: dt.datetime = MADE) -> bytes:
    """Return the workbook with every formula's value computed by IronCalc."""
    return _with_values(unzip(data), made)


def _with_values(parts: Parts, made: dt.datetime) -> bytes:
    sheets = list(sheet_parts(parts).values())
    for name in sheets:  # openpyxl marks a styled blank as a number, which IronCalc reads as 0
        parts[name] = _as_written(re.sub(rb' t="n"(?=></c>|/>)', b"", parts[name]))
    parts["xl/styles.xml"] = _fonts_in_order(parts["xl/styles.xml"])
    for name, values in zip(sheets, computed(parts), strict=True):
        parts[name] = filled(parts[name], values)
    core = "docProps/core.xml"
    stamp = made.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    parts[core] = _DATES.sub(rb"\g<1>" + stamp.encode(), parts[core])
    return zipped(parts)


@functools.lru_cache(maxsize=128)
def _as_written(part: bytes) -> bytes:
    return written(read(part))


_FONT = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign",
    "sz", "color", "name", "family", "charset", "scheme",
)  # fmt: skip


@functools.lru_cache(maxsize=8)
def _fonts_in_order(styles: bytes) -> bytes:
    """Return the styles with each font's parts as Excel orders them; openpyxl does not."""
    root = read(styles)
    for font in root.iter(f"{MAIN}font"):
        font[:] = sorted(font, key=lambda part: _FONT.index(etree.QName(part).localname))
    return written(root)
