"""The form buttons of a macro workbook, as VML: the one kind that Excel shows without ActiveX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from nianbao.book.parts import MAIN, RELATIONS, TYPES, Parts, read, sheet_parts, written
from nianbao.button.actions import ACTIONS, Action
from nianbao.layout import HEADING, cover
from nianbao.words import Common


_WIDE, _NARROW, _GAP, _TOP, _TALL, _SNAP = 92, 76, 4, 5, 30, 40
"""Pixels. A button ends where a column ends if that is at most _SNAP further: how many pixels a
column takes depends on the machine's fonts, its edge does not."""

_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{id}"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f" o:connecttype="rect"/>'
    '<o:lock v:ext="edit" shapetype="t"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t201" style="position:absolute;margin-left:'
    "{left}pt;margin-top:{top}pt;width:{width}pt;height:{height}pt;z-index:{order};"
    'mso-wrap-style:tight" o:button="t" fillcolor="buttonFace [67]" strokecolor="windowText [64]"'
    ' o:insetmode="auto"><v:fill color2="buttonFace [67]" o:detectmouseclick="t"/>'
    '<o:lock v:ext="edit" rotation="t"/><v:textbox style="mso-direction-alt:auto"'
    ' o:singleclick="f"><div style="text-align:center"><font face="宋体" size="220"'
    ' color="#000000">{caption}</font></div></v:textbox><x:ClientData ObjectType="Button">'
    "<x:Anchor>{anchor}</x:Anchor><x:PrintObject>False</x:PrintObject>"
    "<x:AutoFill>False</x:AutoFill><x:FmlaMacro>[0]!{macro}</x:FmlaMacro>"
    "<x:TextHAlign>Center</x:TextHAlign><x:TextVAlign>Center</x:TextVAlign>"
    "</x:ClientData></v:shape>"
)


@dataclass(frozen=True)
class Grid:
    """Where a sheet's columns and rows begin, in pixels."""

    columns: tuple[int, ...]
    rows: tuple[int, ...]

    def end(self, left: int, width: int) -> int:
        """Return where a button ends that begins at ``left``."""
        right = left + width
        return next((one for one in self.columns if right <= one <= right + _SNAP), right)

    def anchor(self, left: int, top: int, right: int, bottom: int) -> str:
        """Return the two corners as column, offset, row, offset each."""
        corners = (
            *_within(self.columns, left), *_within(self.rows, top),
            *_within(self.columns, right), *_within(self.rows, bottom),
        )  # fmt: skip
        return ", ".join(str(number) for number in corners)


def _within(starts: tuple[int, ...], at: int) -> tuple[int, int]:
    index = max(i for i, start in enumerate(starts) if start <= at)
    return index, at - starts[index]


def add(parts: Parts, common: Common) -> None:
    """Add the buttons: all on the first sheet, some on every other sheet that is worked on."""
    titles = sheet_parts(parts)
    others = {"guide", "compare", "identity", "cells", "gather", "macro"}
    left_out = {common.sheets[key] for key in others}
    for number, (title, part) in enumerate(titles.items(), 1):
        if title in left_out:
            continue
        first = title == common.sheets["cover"]
        shown = [one for one in ACTIONS.values() if first or one.everywhere]
        row = cover.BUTTONS if first else HEADING
        _add(parts, part, number, _drawing(parts[part], number, shown, row))
    vml = b'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.'
    parts[TYPES] = parts[TYPES].replace(b"<Override", vml + b'vmlDrawing"/><Override', 1)


def _add(parts: Parts, part: str, number: int, drawing: str) -> None:
    name = part.rpartition("/")[2]
    parts[f"xl/drawings/vmlDrawing{number}.vml"] = drawing.encode()
    parts[f"xl/worksheets/_rels/{name}.rels"] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/vmlDrawing"'
        f' Target="/xl/drawings/vmlDrawing{number}.vml"/></Relationships>'
    ).encode()
    root = read(parts[part])
    etree.SubElement(root, f"{MAIN}legacyDrawing").set(f"{{{RELATIONS}}}id", "rId1")
    parts[part] = written(root)


def _drawing(sheet: bytes, number: int, shown: Iterable[Action], row: int) -> str:
    grid = _grid(read(sheet))
    shapes = "".join(_shapes(grid, number, shown, row))
    return f"{_HEAD.format(id=number)}{shapes}</xml>"


def _shapes(grid: Grid, number: int, shown: Iterable[Action], row: int) -> Iterator[str]:
    least = _WIDE if row == cover.BUTTONS else _NARROW
    left, top = _GAP, grid.rows[row - 1] + _TOP
    for order, action in enumerate(shown, 1):
        right = grid.end(left, least)
        yield _SHAPE.format(
            id=number * 1024 + order,
            left=left * 0.75, top=top * 0.75, width=(right - left) * 0.75, height=_TALL * 0.75,
            order=order, caption=escape(action.caption), macro=action.macro,
            anchor=grid.anchor(left, top, right, top + _TALL),
        )  # fmt: skip
        left = right + _GAP


def _grid(sheet: etree._Element) -> Grid:
    wide = {int(str(c.get("min"))): float(str(c.get("width"))) for c in sheet.iter(f"{MAIN}col")}
    tall = {int(str(r.get("r"))): float(r.get("ht", "15")) for r in sheet.iter(f"{MAIN}row")}
    columns = [int(wide.get(column, 8.43) * 7 + 5) for column in range(1, 40)]
    rows = [round(tall.get(row, 15) * 96 / 72) for row in range(1, 40)]
    return Grid(_starts(columns), _starts(rows))


def _starts(sizes: list[int]) -> tuple[int, ...]:
    return tuple(sum(sizes[:index]) for index in range(len(sizes)))
