"""A text read as a report of one edition: its tables, its narrative, its processing fee."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from nianbao import values
from nianbao.codes import FaultCode
from nianbao.errors import Catalogue
from nianbao.form import Edition, Field, Inset, Section, Table
from nianbao.ingest.alignment import ALIKE, Run, aligned, alike, bare, lines_of, runs_of
from nianbao.report import Cell


_NUMBER = re.compile(r"^[一二三四五六七八九\d]{1,2}[、.．,，]\s*")
_ITEM = re.compile(r"^[（(][一二三四五六七八九\d]{1,2}[）)]")
_ENDS = "。！？；：”）"
_FEE = re.compile(r"信息处理费[^。；]{0,40}?(\d+(?:\.\d+)?)\s*元")
_NO_FEE = re.compile(
    r"(没有|未|无)[^。；，]{0,12}信息处理费|信息处理费[^。；]{0,12}(没有|未收|为0|(?<!\d)0元)"
)


@dataclass
class EditionText:
    """The text read as a report of one edition; ``score`` counts the lines that fit."""

    edition: Edition
    lines: Sequence[str]
    words: Catalogue
    figures: dict[str, Cell] = field(default_factory=dict)
    narrative: dict[str, str | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    score: float = 0
    first: int = 0

    def read(self) -> EditionText:
        """Read every part that is found."""
        self.figures = dict.fromkeys(self.edition.fields)
        both: list[Table | Section] = [*self.edition.tables, *self.edition.sections]
        parts = sorted(both, key=self._order)
        starts = self._headings(parts)
        self.first = min((at for at in starts if at is not None), default=0)
        for number, (part, start) in enumerate(zip(parts, starts, strict=True)):
            if start is None:
                self._note("import-no-part", part=part.heading)
                continue
            end = next((at for at in starts[number + 1 :] if at is not None), len(self.lines))
            body = self.lines[start + 1 : end]
            if isinstance(part, Table):
                self._table(part, body)
            else:
                self._section(part, body)
        return self

    def _note(self, code: FaultCode, **values: object) -> None:
        self.notes.append(self.words.fault(code, **values))

    @staticmethod
    def _order(part: Table | Section) -> int:
        return "一二三四五六七八九".find(part.number[:1])

    def _headings(self, parts: Sequence[Table | Section]) -> list[int | None]:
        """Return the line of each part's heading, in order; None where there is none."""
        found: list[int | None] = []
        after = -1
        for part in parts:
            wanted = bare(_NUMBER.sub("", part.heading))
            at = next((i for i in range(after + 1, len(self.lines)) if self._is(i, wanted)), None)
            found.append(at)
            after = after if at is None else at
        return found

    def _is(self, at: int, wanted: str) -> bool:
        line = self.lines[at].strip()
        if not _NUMBER.match(line) or len(line) > 50:
            return False
        return alike(bare(_NUMBER.sub("", line)), wanted) >= ALIKE

    # --- tables -------------------------------------------------------------------------------

    def _table(self, table: Table, body: Sequence[str]) -> None:
        runs = list(runs_of(body))
        rows = lines_of(table)
        matched = dict(aligned(runs, [(label, len(fields)) for label, fields in rows]))
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
                self._note("import-no-figure", table=table.heading, label=label)

    def _zero_groups(
        self, table: Table, runs: Sequence[Run], left: Sequence[Sequence[Field]]
    ) -> None:
        """Rows that the text draws together under their group's label are 0 if the group is."""
        for run in runs:
            if set(run.figures) != {"0"}:
                continue
            for fields in left:
                group = table.path(fields[0].row.label)[-2:-1]
                if group and run.label.endswith(bare(group[0])):
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
                self._note("import-no-split", section=section.heading, part=label)
        if not paragraphs:
            self._note("import-empty", section=section.heading)
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
            self._note("import-fee")


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
