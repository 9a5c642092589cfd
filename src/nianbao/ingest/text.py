"""A published report as plain text, read into a report document: tables, narrative, identity.

Nothing is known here of rows or labels: runs of figures are aligned with the lines of the
edition's tables by the labels before them, in reading order, and the edition is the one whose
labels fit best. What cannot be aligned stays blank, and a note says so.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from nianbao import values
from nianbao.context import Context
from nianbao.encoding import decoded
from nianbao.form import Edition, Field, Inset, Section, Table
from nianbao.report import Cell, Report, Unit
from nianbao.words import Common


LARGEST = 5_000_000
_PAGE = re.compile(r"[-－—]\s*\d{1,3}\s*[-－—]|\d{1,3}\s*/\s*\d{1,3}|第\s*\d{1,3}\s*页.{0,12}")
_NUMBER = re.compile(r"^[一二三四五六七八九\d]{1,2}[、.．,，]\s*")
_YEAR = re.compile(r"(20\d\d)\s*年")
_ITEM = re.compile(r"^[（(][一二三四五六七八九\d]{1,2}[）)]")
_FIGURE = re.compile(
    r"[+＋\-－减增]?\s*[\d０-９][\d０-９,，.．]{0,20}\s*(万元|元|件|项|个)?([（(].{0,20}[）)])?"
)
_NOTHING = {"-", "－", "—", "——", "/", "\\", "无"}
_ENDS = "。！？；：”）"
_FEE = re.compile(r"信息处理费[^。；]{0,40}?(\d+(?:\.\d+)?)\s*元")
_NO_FEE = re.compile(
    r"(没有|未|无)[^。；，]{0,12}信息处理费|信息处理费[^。；]{0,12}(没有|未收|为0|(?<!\d)0元)"
)
ALIKE = 0.6
"""How alike a heading or label must be to be taken for the official one (0 to 1)."""


@dataclass(frozen=True)
class Imported:
    """A report, and what could not be found or is doubtful (sentences in Chinese)."""

    report: Report
    notes: tuple[str, ...]


def decode(data: bytes, common: Common) -> str:
    """Return the text of a file: UTF-8 with or without BOM, or GBK.

    Raises:
        NianbaoError: it is larger than any report, or neither.

    """
    if len(data) > LARGEST:
        raise common.refuse("import-large", size=len(data) // 1_000_000)
    try:
        return decoded(data)
    except UnicodeDecodeError:
        raise common.refuse("import-encoding") from None


def read_text(  # noqa: PLR0913 - what the text may fail to say can be given
    text: str,
    context: Context,
    *,
    year: int | None = None,
    name: str | None = None,
    code: str | None = None,
    level: str | None = None,
) -> Imported:
    """Read a report; what is given wins over what the title says.

    Raises:
        NianbaoError: no official table is found, or no year is found or given.

    """
    if len(text) > LARGEST:
        raise context.common.refuse("import-long")
    lines = [line for line in text.splitlines() if not _PAGE.fullmatch(line.strip())]
    tries = [_Text(edition, lines).read() for edition in context.editions.values()]
    best = max(tries, key=lambda one: one.score)
    if best.score < 1:
        tables = context.named(None).names["tables.number"]
        raise context.common.refuse("import-no-table", tables=tables)
    title = _title(lines, best.first)
    found = year or _year(title) or _year("".join(lines[: best.first + 3]))
    if not found:
        raise context.common.refuse("import-no-year")
    called = name or _name(title)
    unit = Unit(code or "", called or "", level or context.common.level_of(called))
    kind = context.common.levels[unit.level].label
    notes = [*best.notes, *_identity_notes(called, code, level, kind)]
    opening = "".join("".join(line.split()) for line in lines[: best.first]).replace(title, "")
    if opening:
        first_part = best.edition.sections[0].number
        notes.append(f"标题与第{first_part}部分之间有 {len(opening)} 字没有导入。")
    report = Report(best.edition.id, found, unit, best.figures, best.narrative)
    return Imported(report, tuple(notes))


def _identity_notes(name: str, code: str | None, level: str | None, kind: str) -> Iterator[str]:
    if not name:
        yield "没有找到单位名称，请用 --name 指明。"
    if not code:
        yield "文字里没有单位代码，汇总前请用 --code 指明。"
    if not level:
        yield f"单位类别按名称定为“{kind}”，不对请用 --level 指明。"


# --- identity ---------------------------------------------------------------------------------


def _title(lines: Sequence[str], first: int) -> str:
    """Return the lines up to the one that ends the title, run together."""
    title = ""
    for line in lines[: min(first, 6)]:
        title += "".join(line.split())
        if title.endswith("报告"):
            return title
    return "".join("".join(line.split()) for line in lines[:1])


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match[1]) if match else None


def _name(title: str) -> str:
    name = re.sub(r"20\d\d年?(度)?", "", title)
    for words in ("政府信息公开", "信息公开", "工作", "年度报告", "年报", "报告", "年度"):
        name = name.replace(words, "")
    return name.strip("关于的《》—-_ ：:")[:60]


# --- one edition against the text -------------------------------------------------------------


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


@dataclass(frozen=True)
class _Run:
    """Labels, run together, and the figures that follow them."""

    label: str
    figures: tuple[str, ...]


@dataclass
class _Text:
    """The text read as a report of one edition; ``score`` counts the lines that fit."""

    edition: Edition
    lines: Sequence[str]
    figures: dict[str, Cell] = field(default_factory=dict)
    narrative: dict[str, str | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    score: float = 0
    first: int = 0

    def read(self) -> _Text:
        """Read every part that is found."""
        self.figures = dict.fromkeys(self.edition.fields)
        both: list[Table | Section] = [*self.edition.tables, *self.edition.sections]
        parts = sorted(both, key=self._order)
        starts = self._headings(parts)
        self.first = min((at for at in starts if at is not None), default=0)
        for number, (part, start) in enumerate(zip(parts, starts, strict=True)):
            if start is None:
                self.notes.append(f"没有找到“{part.heading}”。")
                continue
            end = next((at for at in starts[number + 1 :] if at is not None), len(self.lines))
            body = self.lines[start + 1 : end]
            if isinstance(part, Table):
                self._table(part, body)
            else:
                self._section(part, body)
        return self

    @staticmethod
    def _order(part: Table | Section) -> int:
        return "一二三四五六七八九".find(part.number[:1])

    def _headings(self, parts: Sequence[Table | Section]) -> list[int | None]:
        """Return the line of each part's heading, in order; None where there is none."""
        found: list[int | None] = []
        after = -1
        for part in parts:
            wanted = _bare(_NUMBER.sub("", part.heading))
            at = next((i for i in range(after + 1, len(self.lines)) if self._is(i, wanted)), None)
            found.append(at)
            after = after if at is None else at
        return found

    def _is(self, at: int, wanted: str) -> bool:
        line = self.lines[at].strip()
        if not _NUMBER.match(line) or len(line) > 50:
            return False
        return _alike(_bare(_NUMBER.sub("", line)), wanted) >= ALIKE

    # --- tables -------------------------------------------------------------------------------

    def _table(self, table: Table, body: Sequence[str]) -> None:
        runs = list(_runs(body))
        rows = _lines_of(table)
        matched = dict(_aligned(runs, [(label, len(fields)) for label, fields in rows]))
        for number, (_, fields) in enumerate(rows):
            run = runs[matched[number]] if number in matched else None
            if run is not None:
                self.score += 1
                for one, said in zip(fields, run.figures, strict=True):
                    self.figures[one.key] = _figure(said, one)
        left = [fields for number, (_, fields) in enumerate(rows) if number not in matched]
        self._zero_groups(table, [r for i, r in enumerate(runs) if i not in matched.values()], left)
        for fields in left:
            if self.figures[fields[0].key] is None:
                label = "".join(table.path(fields[0].row.label)[-2:])
                self.notes.append(f"“{table.heading}”里没有找到“{label}”的数，留空。")

    def _zero_groups(
        self, table: Table, runs: Sequence[_Run], left: Sequence[Sequence[Field]]
    ) -> None:
        """Rows that the text draws together under their group's label are 0 if the group is."""
        for run in runs:
            if set(run.figures) != {"0"}:
                continue
            for fields in left:
                group = table.path(fields[0].row.label)[-2:-1]
                if group and run.label.endswith(_bare(group[0])):
                    self.figures |= {one.key: 0 for one in fields}
                    self.score += 0.5

    # --- narrative ----------------------------------------------------------------------------

    def _section(self, section: Section, body: Sequence[str]) -> None:
        paragraphs = list(_paragraphs(body))
        keys = {part.label: f"{section.key}.{part.key}" for part in section.parts if part.required}
        text: dict[str, list[str]] = {}
        now = section.text_keys[0]
        for paragraph in paragraphs:
            if _ITEM.match(paragraph):
                head = paragraph[:30]
                now = next((key for label, key in keys.items() if label in head), now)
            text.setdefault(now, []).append(paragraph)
        self.narrative |= {key: "\n".join(found) for key, found in text.items()}
        for label, key in keys.items():
            if key not in text:
                self.notes.append(f"“{section.heading}”里没有分出“{label}”，文字放在前一格。")
        if not paragraphs:
            self.notes.append(f"“{section.heading}”是空的。")
        for inset in self.edition.insets:
            if inset.section == section.key:
                self._fee(inset, "".join(paragraphs))

    def _fee(self, inset: Inset, text: str) -> None:
        match = _FEE.search(text)
        if _NO_FEE.search(text) or (match and float(match[1]) == 0):
            self.figures |= dict.fromkeys(inset.fields, 0)
        elif match:
            yuan = float(match[1])
            said = int(yuan) if yuan == int(yuan) else yuan
            self.figures |= {
                key: None if one.kind.whole else said for key, one in inset.fields.items()
            }
            self.notes.append("信息处理费的件数请核对后补填。")


def _lines_of(table: Table) -> list[tuple[str, list[Field]]]:
    """Return the table's figures line by line, each line with the label beside it, if any."""
    by_line: dict[int, list[Field]] = {}
    for one in table.fields.values():
        by_line.setdefault(one.box.top, []).append(one)
    lines = []
    for top in sorted(by_line):
        fields = sorted(by_line[top], key=lambda one: one.box.left)
        label = fields[0].row.label
        beside = any(box.top <= top <= box.bottom for box in label.boxes)
        lines.append((_bare(label.text) if beside else "", fields))
    return lines


def _runs(body: Sequence[str]) -> Iterator[_Run]:
    label = ""
    figures: list[str] = []
    for line in body:
        for token in (part.strip() for part in line.split("\t")):
            if not token:
                continue
            if _FIGURE.fullmatch(token) or token in _NOTHING:
                figures.append(token)
                continue
            if figures:
                yield _Run(label, tuple(figures))
                label, figures = "", []
            label = (label + _bare(token))[-200:]
    if figures:
        yield _Run(label, tuple(figures))


def _aligned(runs: Sequence[_Run], rows: Sequence[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """Yield (row, run) pairs, in order on both sides, that fit best together."""
    best = [[0.0] * (len(runs) + 1) for _ in range(len(rows) + 1)]
    fits = [[_fit(run, *row) for run in runs] for row in rows]
    for i in range(len(rows) - 1, -1, -1):
        for j in range(len(runs) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + fits[i][j])
    i = j = 0
    while i < len(rows) and j < len(runs):
        if fits[i][j] and best[i][j] == best[i + 1][j + 1] + fits[i][j]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _fit(run: _Run, label: str, count: int) -> float:
    if len(run.figures) != count:
        return 0
    if not label:
        return 1
    alike = max(_alike(run.label[-size:], label) for size in {len(label), max(len(label) - 4, 1)})
    return alike if alike >= ALIKE else 0


def _figure(said: str, one: Field) -> Cell:
    """Return a plain number; anything else stays the text that was published."""
    value, _ = values.figure(said, replace(one.column, unit=""))
    plain = re.fullmatch(r"-?\d+(\.\d+)?", said)
    return value if plain else said


def _paragraphs(body: Sequence[str]) -> Iterator[str]:
    """Yield paragraphs; lines that a page broke are joined."""
    whole = ""
    for line in (one.strip() for one in body):
        begins = bool(_ITEM.match(line) or _NUMBER.match(line))
        if whole and (not line or (begins and whole[-1] in _ENDS)):
            yield whole
            whole = ""
        whole += line
    if whole:
        yield whole
