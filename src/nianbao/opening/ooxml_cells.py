"""The cells of an Open XML sheet: where they stand, and what each holds."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from nianbao import markup
from nianbao.errors import Catalogue
from nianbao.form import column_number
from nianbao.looks import numberformat
from nianbao.looks.frames import Frame
from nianbao.looks.styles import Look, Styles
from nianbao.markup import NS
from nianbao.opening.formula_tree import shifted
from nianbao.opening.package import EMPTY, Content, Limits, too_much


_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_V, _F, _IS = f"{NS}v", f"{NS}f", f"{NS}is"


class CellReader:
    """Reads the cells of one file within limits; the shared strings are asked for when needed."""

    def __init__(
        self,
        catalogue: Catalogue,
        limits: Limits,
        strings: Callable[[], Sequence[etree._Element]],
        styles: Callable[[], Styles],
    ) -> None:
        self.catalogue, self.limits = catalogue, limits
        self._strings_of, self._styles_of = strings, styles
        self._texts: dict[int, str] = {}
        self._masters: dict[int, tuple[etree._Element, dict[str, tuple[str, str]]]] = {}

    @functools.cached_property
    def _strings(self) -> Sequence[etree._Element]:
        return self._strings_of()

    @functools.cached_property
    def _looks(self) -> Mapping[str | None, Look]:
        found: dict[str | None, Look] = dict(self._styles_of().looks.items())
        return {**found, None: found["0"]} if "0" in found else found

    def content(self, cell: etree._Element) -> Content:
        """Return what a cell's element says."""
        kind, raw, formula = cell.get("t", "n"), None, None
        for child in cell:
            tag = child.tag
            if tag == _V:
                raw = child.text
            elif tag == _F:
                formula = child.text or self._shared_formula(child)
            elif tag == _IS:
                raw = self._bounded(markup.text(child, self.limits.text + 1))
        if raw is None and formula is None:
            return EMPTY
        if kind != "n" and raw and "\u2e80" < raw[0] < "\uff00":  # 中文: a label, mostly
            return Content(self._bounded(raw), formula)
        look = self._looks.get(cell.get("s"))
        return Content(self._value(kind, raw, look), formula, look)

    def _shared_formula(self, formula: etree._Element) -> str:
        """Return the formula of a cell that shares another's: moved as Excel moves it."""
        number, cell = formula.get("si"), formula.getparent()
        if formula.get("t") != "shared" or number is None or cell is None:
            return ""
        root = formula.getroottree().getroot()
        if id(root) not in self._masters:
            shared = (f for f in root.iter(_F) if f.text and f.get("t") == "shared")
            masters = {str(f.get("si")): (_at_of(f), f.text or "") for f in shared}
            self._masters[id(root)] = (root, masters)
        at, text = self._masters[id(root)][1].get(number, ("", ""))
        home, here = _position(at), _position(str(cell.get("r")))
        return shifted(text, here[0] - home[0], here[1] - home[1]) if home and here else text

    def _value(self, kind: str, raw: str | None, look: Look | None) -> Any:
        if raw is None:
            return None
        match kind:
            case "n" | "d":
                return self._number(raw, look)
            case "s":
                return self._shared(int(raw) if raw.isdecimal() and len(raw) < 8 else -1)
            case "b":
                return raw.strip() == "1"
            case _:
                return self._bounded(raw)

    def _bounded(self, text: str) -> str:
        """Return a text; what is longer than any program writes is refused, never cut silently."""
        if len(text) > self.limits.text:
            raise too_much(self.catalogue, "file-cell-long")
        return text

    def _shared(self, index: int) -> str:
        if not 0 <= index < len(self._strings):
            return "#REF!"
        if index not in self._texts:
            said = markup.text(self._strings[index], self.limits.text + 1)
            self._texts[index] = self._bounded(said)
        return self._texts[index]

    def _number(self, raw: str, look: Look | None) -> Any:
        plain = look is None or look.plain
        if plain and raw.isascii() and raw.isdecimal() and len(raw) < 16:
            return int(raw)
        try:
            value = float(raw)
        except ValueError:
            return raw[:200]
        if "_" in raw:  # which Python takes and no workbook means
            return raw[:200]
        if look is not None and not plain and (day := numberformat.date(value, look.code)):
            return day
        return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _at_of(formula: etree._Element) -> str:
    cell = formula.getparent()
    return "" if cell is None else str(cell.get("r"))


class LazyCells(Mapping[tuple[int, int], Content]):
    """The cells of a sheet by (row, column); each is understood when it is asked for."""

    def __init__(
        self, raw: dict[tuple[int, int], etree._Element], reader: CellReader, frame: Frame
    ) -> None:
        under = {at: raw.pop(at) for at in frame.below.merges.covered(raw)}
        self._raw, self.frame = raw, frame
        self._reader = reader
        self._known: dict[tuple[int, int], Content] = {}
        self.covered = {at: reader.content(one) for at, one in under.items()}

    def __getitem__(self, at: tuple[int, int]) -> Content:
        found: Content | None = self.get(at)
        if found is None:
            raise KeyError(at)
        return found

    def get(self, at: tuple[int, int], default: Any = None) -> Any:
        """Return a cell without raising for each blank one."""
        known = self._known.get(at)
        if known is None:
            raw = self._raw.get(at)
            if raw is None:
                return default
            known = self._known[at] = self._reader.content(raw)
        return known

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


def positions(root: etree._Element) -> list[tuple[tuple[int, int], etree._Element]]:
    """Return the cells that hold something; one without a reference follows the one before."""
    found = []
    for cell in root.iter(f"{NS}c"):
        name = cell.get("r")
        if name is None:
            return list(_counted(root))
        if len(cell) and (at := _position(name)):
            found.append((at, cell))
    return found


def _counted(root: etree._Element) -> Iterator[tuple[tuple[int, int], etree._Element]]:
    row = 0
    for line in root.iter(f"{NS}row"):
        said = str(line.get("r"))
        row, column = (int(said) if said.isdecimal() and len(said) < 8 else row + 1), 0
        for cell in line.iter(f"{NS}c"):
            row, column = _position(str(cell.get("r"))) or (row, column + 1)
            if len(cell):
                yield (row, column), cell


@functools.lru_cache(maxsize=20_000)
def _position(text: str) -> tuple[int, int] | None:
    """Return row and column of ``D7``."""
    match = _CELL.fullmatch(text)
    return (int(match[2]), column_number(match[1])) if match else None
