"""``nianbao diff``: two versions of a unit's report; what changed unasked stands first."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import click

from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.compared import Change
from nianbao.context import Context
from nianbao.errors import Finding, grouped
from nianbao.expr import plain
from nianbao.office.against import load
from nianbao.office.material import Material
from nianbao.registry.diff import Compared, Diff, Shown, compared, of_compared
from nianbao.registry.premises import office
from nianbao.report import Cell
from nianbao.versions import described
from nianbao.words import Common


_PRINT = "旧的一版：指纹的开头，至少 6 位（默认新的一版前面的一版）"
_NEWER = "新的一版，同上（默认计入的一版）"


@verb()
@click.argument("unit", metavar="单位", help="单位代码，或名册上的名称（可以只写一部分）")
@click.option("--from", "older", metavar="指纹", help=_PRINT)
@click.option("--to", "newer", metavar="指纹", help=_NEWER)
@options.office("previous", "local", "password", "json")
def command(said: Said, context: Context) -> int:
    """Print how they differ; 0 when nothing changed unasked or is to be mended, else 1."""
    with office(options.wanted(said), context) as own:
        against = load(Material(own.path, said.previous, said.local, said.password), context)
        show.guessed(against)
        found = compared(Diff(said.unit, said.year, said.older, said.newer), against, own.journal)
        show.noted(own.journal)
    if said.json:
        console.emit(of_compared(found))
    else:
        _show(found, context.common)
    return 0 if found.clean else 1


_STATES = {
    "counted": "计入", "rival": "先后没有确定", "excluded": "决定不用", "unreadable": "读不出",
    "older": "留存，不计",
}  # fmt: skip


def _show(found: Compared, common: Common) -> None:
    console.say(f"{found.unit.name} {found.year}年度　两版比较", look="bold")
    for word, one in (("旧", found.older), ("新", found.newer)):
        console.say(f"{word}：{_described(one)}", 2)
    for note in found.notes:
        console.say(f"{note}。", 2, "note")
    changes = (*found.difference.figures, *found.difference.texts)
    _changes("没有要求改而改了的", [one for one in changes if not one.asked], "error")
    _changes("按要求改了的", [one for one in changes if one.asked], "bold")
    if not changes and found.older.side.report and found.newer.side.report:
        console.say("数字、文字没有不同。")
    _findings("改好的", found.difference.cleared, common)
    _findings("没有改好的", found.difference.left, common, remedy=True)
    _findings("新出现的", found.difference.new, common, remedy=True)


def _described(one: Shown) -> str:
    return f"{described(one.version)}　{_STATES[one.state]}"


def _changes(heading: str, changes: Sequence[Change], look: str) -> None:
    if changes:
        console.say(f"{heading} {len(changes)} 处：", look=look)
    for one in changes:
        before, after = _values(one.before, one.after)
        console.say(f"{one.name}：{before} → {after}", 2, look if look == "error" else "")


def _findings(
    heading: str, findings: Sequence[Finding], common: Common, *, remedy: bool = False
) -> None:
    if findings:
        console.say(f"{heading} {len(findings)} 处：", look="bold")
    for finding, same in grouped(findings):
        more = f" 等 {same} 处" if same > 1 else ""
        label = common.severities[finding.severity.value]
        said = f"{label} {finding.rule}　{finding.place or '整个文件'}{more}　{finding.message}。"
        console.say(said, 2, finding.severity.value if remedy else "")
        if remedy:
            console.say(f"改法：{finding.remedy}", 4)


# --- what stood there, what stands there ------------------------------------------------------

_AROUND, _LONGEST = 8, 40
"""Characters of a long text that are shown around what changed in it, and of that itself."""


def _values(before: Cell, after: Cell) -> tuple[str, str]:
    """Return what stood and what stands there; of long texts where they part."""
    if isinstance(before, str) and isinstance(after, str):
        start = _alike(before, after)
        end = _alike(before[start:][::-1], after[start:][::-1])
        return _part(before, start, end), _part(after, start, end)
    return _value(before), _value(after)


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """Return with how many characters both begin."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _value(value: Cell) -> str:
    if value is None:
        return "（空）"
    return _part(value, 0, 0) if isinstance(value, str) else plain(value)


def _part(text: str, start: int, end: int) -> str:
    """Return a text from its ``start``-th character to its ``end``-th from behind."""
    first, last = max(start - _AROUND, 0), min(len(text) - end + _AROUND, len(text))
    cut = last - first > _LONGEST
    shown = text[first : first + _LONGEST] if cut else text[first:last]
    behind = "…" if cut or last < len(text) else ""
    return f"“{'…' if first else ''}{shown}{behind}”"
