"""Random sequences of damages to random workbooks, for the property of ``test_compositions``.

A step names its sheet by its number, so that it still finds one after others were renamed, copied
or deleted. What comes to the same as typing over a value is no damage, for nobody could tell: so
cells are dragged with their names, texts are not moved away from under theirs, nor is a column put
in the place of one with the same labels.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from helpers import common, editions
from mutations import ON_BOOK, ON_BYTES, SHEETS
from oox import Book, M


TEXTS = [SHEETS[key] for key in ("cover", "narrative", "checks")]
SEEN = 7
"""The sheets in front of the hidden ones: what a user meets."""

_line, _count = st.integers(1, 34), st.integers(1, 3)
_names = st.booleans()
_table = st.integers(1, 3)
_sheet = st.sampled_from([1, 2, 3, 1, 2, 3, 0, 4, 5, 6])


def _step(do: str, **arguments: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"do": st.just(do), **arguments})


def _column(most: int = 16) -> st.SearchStrategy[int]:
    return st.integers(1, most)


@st.composite
def _areas(draw: Any, columns: int = 12, height: int = 6, width: int = 6) -> str:
    top, left = draw(st.integers(1, 30)), draw(st.integers(1, columns))
    bottom, right = top + draw(st.integers(0, height)), left + draw(st.integers(0, width))
    return f"{chr(64 + left)}{top}:{chr(64 + right)}{bottom}"


_lines = st.lists(st.integers(4, 20), min_size=2, max_size=5, unique=True)

STRUCTURE = st.one_of(
    _step("insert_rows", sheet=_sheet, before=_line, count=_count, names=_names),
    _step("insert_columns", sheet=_sheet, before=_column(), count=_count, names=_names),
    _step("delete_rows", sheet=_sheet, first=_line, count=_count, names=_names),
    _step("delete_columns", sheet=_sheet, first=_column(), count=_count, names=_names),
    _step("order_rows", sheet=_sheet, rows=_lines, names=_names),
    _step("order_columns", sheet=_sheet, columns=_lines.map(lambda n: [x - 3 for x in n]),
          names=_names),
    _step("transpose", sheet=_sheet, names=_names),
    _step("rename", sheet=_sheet, to=st.sampled_from(["Sheet1", "三、依申请公开", "表 2", "首页"]),
          names=_names),
    _step("copy_sheet", sheet=_sheet, to=st.sampled_from(["副本", "三、依申请公开 (2)"])),
    _step("delete_sheet", sheet=_sheet, names=st.sampled_from(["ref", "keep", "drop"])),
    _step("reverse_sheets"),
    _step("hide", sheet=_sheet),
)  # fmt: skip
"""What moves cells as Excel or a script does: never makes one figure pass for another."""

ALONGSIDE = st.one_of(
    _step("strip", element=st.sampled_from(["mergeCells", "dataValidations", "sheetProtection"])),
    _step("constants", sheet=_sheet, area=_areas(height=30)),
    _step("without_cached", sheet=_sheet),
    _step("share_strings"),
    _step("merge", sheet=_table, area=_areas()),
    _step("clear", sheet=_table, area=_areas()),
)
"""What leaves cells where they are: formats, formulas, figures emptied (a text may be empty)."""

TRICKS = st.one_of(
    _step("shift", sheet=_table, area=_areas(), down=st.integers(0, 3), right=st.integers(0, 3)),
    _step("drop_names", like=st.sampled_from(["*", "requests.*", "d*", "*.total", "nianbao.*"])),
    _step("put", sheet=_table, cell=st.sampled_from(["A5", "A7", "B8", "C11", "D6", "L3"]),
          value=st.sampled_from(["总计", "改过", "一、本年新收政府信息公开申请数量", "结果维持"])),
    _step("swap_cells", sheet=_table, one=st.sampled_from(["A7", "D5", "A5", "F5"]),
          other=st.sampled_from(["A8", "E6", "B5", "K5"])),
)  # fmt: skip
"""What touches the marks themselves by which figures are found."""


def steps(*kinds: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.one_of(*kinds), min_size=1, max_size=4)


def bases() -> st.SearchStrategy[tuple[str, str, int]]:
    """A random workbook: edition, level and the seed of its figures; few: each takes a second."""
    levels = [level for level in common().levels if level != "province"]
    every = [(edition, level) for edition in sorted(editions()) for level in levels]
    return st.sampled_from([(*one, number) for number, one in enumerate(every) if number % 2])


def compose(data: bytes, wanted: list[dict[str, Any]]) -> tuple[bytes, list[dict[str, Any]]]:
    """Apply the steps that can be; return the workbook, and the steps with their sheets named."""
    book, done = Book(data), []
    for step in wanted:
        named = {key: value for key, value in step.items() if key != "do"}
        if "sheet" in named:
            named["sheet"] = book.titles[named["sheet"] % min(SEEN, len(book.titles))]
        if named.get("names") is False and (named["sheet"] in TEXTS or _typed_over(book, named)):
            named["names"] = True
        if _possible(book, step["do"], named):
            ON_BOOK[step["do"]](book, **named)
            done.append({"do": step["do"], **named})
    assert all(step["do"] not in ON_BYTES for step in done)
    return book.data(), done


def _typed_over(book: Book, named: dict[str, Any]) -> bool:
    """Whether a column takes the place of one with the same labels, which leaves no trace."""
    columns = named.get("columns", [])
    return any(
        one != place and _labels(book, named["sheet"], one) == _labels(book, named["sheet"], place)
        for one, place in zip(columns, sorted(columns), strict=True)
    )


def _labels(book: Book, sheet: str, column: int) -> set[str]:
    cells = ((at, one) for at, one in book.cells(sheet).items() if at[1] == column)
    return {"".join(one.itertext(f"{M}t")) for _, one in cells} - {""}


def _possible(book: Book, do: str, named: dict[str, Any]) -> bool:
    if do in {"rename", "copy_sheet"} and named["to"] in book.titles:
        return False
    if do == "delete_sheet" and len(book.titles) == 1:
        return False
    if do == "swap_cells":
        there = {f"{chr(64 + column)}{row}" for row, column in book.cells(named["sheet"])}
        return {named["one"], named["other"]} <= there
    return do != "share_strings" or "xl/sharedStrings.xml" not in book.parts
