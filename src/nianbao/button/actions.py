"""What can be pressed: the one list, and what each entry does to an open workbook.

From it come the buttons on the sheets (``shapes.py``), the Subs of the macro (``project.py``), the
functions that these call (``nianbao.button``), the words of ``nianbao button attach`` and the docs.
Loaded wherever a button is named, so without what only a press needs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.button.boxes import agrees
from nianbao.button.zeros import blank_inputs, rectangles
from nianbao.errors import Catalogue, FileProblem, Finding, to_mend
from nianbao.form import Severity
from nianbao.layout import BLANKS, NIL
from nianbao.report import Report, to_document


if TYPE_CHECKING:
    from nianbao.button.live import Line, Live

SHORT = 300
"""Characters of a finding that the closing message quotes."""

Said = tuple[str, bool]
"""What a press ends with: a message, and whether it tells of something wrong."""


@dataclass(frozen=True)
class Action:
    """What can be pressed.

    ``key`` is how the macro and the frozen program name it; workbooks that are out do so too, so it
    never changes. ``macro`` is the macro's Sub, ``caption`` stands on the button, ``word`` is typed
    after ``nianbao button attach``. The button stands on the first sheet, and, ``everywhere``, on
    every other sheet that is worked on.
    """

    key: str
    macro: str
    caption: str
    word: str
    about: str
    run: Callable[[Live], Said]
    everywhere: bool = False


def check(live: Live) -> Said:
    """List and mark the findings, go to the first; where nothing changed, to the next."""
    found = live.findings()
    findings = to_mend(found)
    led, lines = live.listed()
    places = list(dict.fromkeys(finding.place for finding in findings))
    moved_on = {line.place for line in lines} == set(places)
    goal = _after(led, places) if moved_on else next(iter(places), "")
    verdict = _verdict(found, live.catalogue)
    now = dt.datetime.now().astimezone()
    _write(live, findings, f"{now:%Y-%m-%d %H:%M}　{verdict}", goal, verdict)
    if not goal:
        return verdict, False
    live.select(goal)
    first = next(finding for finding in findings if finding.place == goal)
    where = _where(goal, places, f"{first.message}。{first.remedy}", live.catalogue)
    return f"{verdict}\n\n{where}", _errors(findings) > 0


def _write(live: Live, findings: Sequence[Finding], said: str, goal: str, verdict: str) -> None:
    try:
        live.show(findings, said, goal)
    except Exception as error:
        title = live.common.sheets["findings"]
        raise FileProblem(live.catalogue["B06"].finding(name=title, why=verdict)) from error


def _errors(findings: Sequence[Finding]) -> int:
    return sum(finding.severity is Severity.ERROR for finding in findings)


def _verdict(findings: Sequence[Finding], words: Catalogue) -> str:
    errors, left = _errors(findings), to_mend(findings)
    warnings = sum(finding.severity is Severity.WARNING for finding in left)
    explained = len(findings) - len(left)
    more = words.fault("press-more", warnings=warnings) if warnings else ""
    done = words.fault("press-explained", explained=explained) if explained else ""
    if errors:
        return words.fault("press-errors", errors=errors, more=more)
    if any(finding.rule == "A08" for finding in left):
        return words.fault("press-provisional")
    if warnings:
        return words.fault("press-warnings", warnings=warnings, done=done)
    return words.fault("press-ok", done=done)


def _after(led: str, places: Sequence[str]) -> str:
    if not places:
        return ""
    return places[(places.index(led) + 1) % len(places)] if led in places else places[0]


def _where(goal: str, places: Sequence[str], text: str, words: Catalogue) -> str:
    number, place = places.index(goal) + 1, goal.replace("!", " ")
    at = words.fault("press-at", number=number, count=len(places), place=place)
    return f"{at}\n{text[:SHORT]}"


def next_finding(live: Live) -> Said:
    """Go to the next finding of the list, without checking again."""
    led, lines = live.listed()
    if not lines:
        return live.catalogue.fault("press-nothing"), False
    places = list(dict.fromkeys(line.place for line in lines))
    goal = _after(led, places)
    live.lead(goal)
    live.select(goal)
    return _where(goal, places, _text_of(goal, lines), live.catalogue), False


def _text_of(goal: str, lines: Sequence[Line]) -> str:
    return next(line.text for line in lines if line.place == goal)


def fill_zeros(live: Live) -> Said:
    """Put zeros into the blank inputs of the tables whose switch says that blanks are 0."""
    package, reading = live.read()
    blanks = blank_inputs(reading, package)
    if not blanks:
        return live.catalogue.fault("press-no-zeros", nil=NIL, blanks=BLANKS), True
    for sheet, box in rectangles(place for places in blanks.values() for place in places):
        live.fill(sheet, box.top, box.left, box.bottom, box.right)
    numbers = {key: reading.edition.table[key].number for key in blanks}
    said = [
        live.catalogue.fault("press-zeros", table=numbers[key], count=len(places))
        for key, places in blanks.items()
    ]
    return f"{'；'.join(said)}。", False


def export(live: Live) -> Said:
    """Write the report as JSON beside the workbook."""
    reading = live.read()[1]
    path = _beside(live)
    words = live.catalogue
    if path.exists() and not agrees(live.book, words.fault("press-replace", file=path.name)):
        return words.fault("press-kept"), False
    _save(live, path, reading.report)
    errors = _errors(live.judged(reading))
    note = words.fault("press-exported-wrong", errors=errors) if errors else ""
    return words.fault("press-exported", path=path) + note, bool(errors)


def _beside(live: Live) -> Path:
    fullname = live.book.fullname
    path = Path(fullname)
    if "://" in fullname or not path.is_absolute() or not path.parent.is_dir():
        raise FileProblem(live.catalogue["B08"].finding())
    return path.with_suffix(".json")


def _save(live: Live, path: Path, report: Report) -> None:
    from nianbao.office.documents import to_bytes  # noqa: PLC0415 - for a press only

    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(to_bytes(to_document(report)))
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise FileProblem(live.catalogue["B09"].finding(why=live.common.why(error))) from error


CHECK = "main"
"""The key of what is done where nothing is said."""

_LISTED = (
    Action(
        key=CHECK,
        macro="NianbaoCheck",
        caption="校验",
        word="校验",
        about="检查正打开的表（没保存的也算），把问题写进“校验结果”表，给有问题的格子着色，跳到第一处；"
        "没有改动的，再按一次跳到下一处",
        run=check,
        everywhere=True,
    ),
    Action(
        key="next_finding",
        macro="NianbaoNext",
        caption="下一处",
        word="下一处",
        about="跳到“校验结果”表里的下一处，不重新检查",
        run=next_finding,
        everywhere=True,
    ),
    Action(
        key="fill_zeros",
        macro="NianbaoZeros",
        caption="零报告填零",
        word="填零",
        about=f"只在选了“{NIL}”或“{BLANKS}”的表的空格里填 0",
        run=fill_zeros,
    ),
    Action(
        key="export",
        macro="NianbaoExport",
        caption="导出数据",
        word="导出",
        about="把填的数存成同名的 `.json`，放在表的旁边",
        run=export,
    ),
)

ACTIONS: Mapping[str, Action] = {one.key: one for one in _LISTED}
"""What can be pressed, by its key, in the order of the buttons."""
