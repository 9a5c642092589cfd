"""How an old workbook (.xls) shows its figures, through xlrd: formats, fonts, merges, hidden rows.

The values come from calamine; xlrd is asked for looks only. It knows no conditional formats.
"""

from __future__ import annotations

import io
from typing import Any

from nianbao.form import Box
from nianbao.looks import frames, merges
from nianbao.looks.frames import Below, Columns, Frame
from nianbao.looks.styles import INK, PAPER, Look


_SOLID, _FILL = 1, 4
"""The pattern of a plain fill; the alignment that repeats the content."""

_TWIPS, _WIDTH = 20, 256
"""Parts of a point, and of a character's width, in which an old workbook counts."""


class OldLooks:
    """The looks of one old workbook."""

    def __init__(self, data: bytes) -> None:
        """Open it.

        Raises:
            ValueError: it cannot be read.

        """
        import xlrd  # noqa: PLC0415 - only for such files

        try:
            self.book = xlrd.open_workbook(
                file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True,
                logfile=io.StringIO(),
            )  # fmt: skip
            self.looks = [self._look(xf) for xf in self.book.xf_list]
        except Exception as error:
            raise ValueError("looks") from error

    def _look(self, xf: Any) -> Look:
        book = self.book
        font, back = book.font_list[xf.font_index], xf.background
        form = book.format_map.get(xf.format_key)
        solid = back.fill_pattern == _SOLID
        return Look(
            code=form.format_str if form is not None else "General",
            ink=self._colour(font.colour_index, INK),
            paper=self._colour(back.pattern_colour_index, PAPER) if solid else PAPER,
            struck=bool(font.struck_out),
            size=font.height / _TWIPS,
            repeated=xf.alignment.hor_align == _FILL,
            shrunk=bool(xf.alignment.shrink_to_fit),
        )

    def _colour(self, index: int, usual: str) -> str:
        known = self.book.colour_map.get(index)
        return usual if known is None else "{:02X}{:02X}{:02X}".format(*known)

    def sheet(self, title: str) -> tuple[dict[tuple[int, int], Look], Frame]:
        """Return how each filled cell of a sheet looks, and its frame.

        Raises:
            ValueError: it cannot be read.

        """
        try:
            sheet = self.book.sheet_by_name(title)
            return self._cells(sheet), _frame(sheet)
        except Exception as error:
            raise ValueError("looks") from error

    def _cells(self, sheet: Any) -> dict[tuple[int, int], Look]:
        return {
            (row + 1, column + 1): self.looks[number]
            for row in range(sheet.nrows)
            for column, (kind, number) in enumerate(
                zip(sheet.row_types(row), sheet._cell_xf_indexes[row], strict=False)  # noqa: SLF001
            )
            if kind not in {0, 6}  # empty, blank
        }


def _frame(sheet: Any) -> Frame:
    boxes = (Box(top + 1, left + 1, below, right) for top, below, left, right in sheet.merged_cells)
    rows = frozenset(
        row + 1
        for row, said in sheet.rowinfo_map.items()
        if said.hidden or (not said.has_default_height and said.height < 2 * _TWIPS)
    )
    widths = {column + 1: one.width / _WIDTH for column, one in sheet.colinfo_map.items()}
    hidden = tuple(
        (column + 1, column + 1)
        for column, one in sheet.colinfo_map.items()
        if one.hidden or one.width / _WIDTH < frames.LEAST_WIDTH
    )
    columns = Columns(
        tuple((column, column, width) for column, width in widths.items()),
        float(sheet.defcolwidth or frames.USUAL_WIDTH),
        hidden,
        bool(sheet.show_zero_values),
    )
    return Frame(columns, Below(merges.merges(boxes)), rows)
