"""What a damaged workbook is read as, beside what the whole one says."""

from __future__ import annotations

import dataclasses
import fnmatch
import functools
import itertools
import random
from collections.abc import Iterable, Iterator
from typing import Any

from desk import example, figures
from drawn import drawn
from helpers import CASES, apart, change, changed, common, data, editions, fee_of
from mutations import SHEETS
from nianbao.book.order import Order
from nianbao.check import recomputed
from nianbao.errors import FileProblem, Finding
from nianbao.layout import Layout, Subject, layout_of
from nianbao.office.examine import examine
from nianbao.reading import anchors
from nianbao.reading.read import Reading, read
from nianbao.report import Report, Unit


DAMAGED = data(CASES / "mutations.toml")["case"]
"""Damaged workbooks: the steps of ``mutations``, what is then found and read."""


@dataclasses.dataclass(frozen=True)
class Read:
    """A reading with all its findings; or why there is none."""

    reading: Reading | None
    findings: tuple[Finding, ...]

    @property
    def _explained(self) -> Iterable[Subject]:
        """What may have a reason: a reason of a rule is one of each of its places."""
        assert self.reading is not None
        unit = self.reading.report.unit
        layout = layout_of(self.reading.edition, common().sheets, unit.level, unit.power)
        return layout.reasons.values()

    @functools.cached_property
    def said(self) -> dict[str, Any]:
        """Everything the workbook says, flat: nothing of it may change unnoticed."""
        assert self.reading is not None
        report, beside = self.reading.report, self.reading.beside
        before = beside.previous.figures if beside.previous else {}
        return {
            **{k: v for k, v in report.figures.items() if k in self.reading.edition.fields},
            **{f"text.{k}": v for k, v in report.narrative.items()},
            **{f"fee.{k}": fee_of(report).get(k) for k in ("cases", "yuan")},
            **{f"contact.{k}": report.contact.get(k) for k in common().contact},
            **{f"nil.{t.key}": t.key in report.nil_returns for t in self.reading.edition.tables},
            **{f"reason.{r}@{k}": report.reason(r, k) or None for r, k in self._explained},
            **{f"prev.{k}": v for k, v in before.items()},
            **{f"register.{k}": v for k, v in beside.register.items()},
            "year": report.year,
            "unit.code": report.unit.code,
            "unit.name": report.unit.name,
            "unit.level": report.unit.level,
            "edition": report.edition,
            "complete": report.provenance.get("complete"),
        }


def understood(data: bytes) -> Read:
    """Read and check a workbook as the commands do."""
    try:
        reading = read(data, editions(), common())
    except FileProblem as problem:
        return Read(None, (problem.finding,))
    return Read(reading, examine(reading, common()))


@functools.cache
def base(name: str) -> tuple[bytes, Read]:
    """A whole workbook and what it is read as."""
    data = _BASES[name]() if name in _BASES else _filled(example(name))
    return data, understood(data)


def _filled(report: Report, **more: Any) -> bytes:
    edition = editions()[report.edition]
    return drawn(Order(edition, common(), report.unit, report.year, report, **more))


@functools.cache
def random_base(edition: str, level: str, seed: int) -> tuple[bytes, Read]:
    """A random whole workbook, every figure another number, and what it is read as."""
    chosen = random.Random(f"{edition} {level} {seed}")
    numbers = iter(chosen.sample(range(1, 30_000), 1_000))
    data = _distinct(edition, editions()[edition].first_year + 1, level, numbers)
    return data, understood(data)


def _distinct(
    edition_id: str, year: int, level: str = "department", numbers: Iterator[int] | None = None
) -> bytes:
    """Every figure another number, every text its own, so that none can pass for another."""
    edition = editions()[edition_id]
    numbers = numbers or itertools.count(1001, 7)
    own = {
        key.replace(".", "__"): next(numbers) + (0 if field.kind.whole else 0.25)
        for key, field in edition.inputs.items()
    }
    reasons = ("T2-01", "T2-08", "T3-07", "T3-06")
    warnings = {c.rule.id for c in edition.checks if c.rule.severity.value == "warning"}
    blank = Report(
        edition.id,
        year,
        Unit("659900-D01", "示例县人民政府办公室", level),
        dict.fromkeys(edition.fields, 0) | apart({"cases": 3, "yuan": 1250.5}),
        narrative={key: f"{key} 的文字。" for key in edition.text_keys},
        contact={key: f"{key} 某" for key in common().contact},
        explanations={rule: f"{rule} 的原因" for rule in reasons if rule in warnings},
    )
    report = figures(blank, **own)
    before = {k: v + 3 for k, v in report.figures.items()}
    previous = dataclasses.replace(report, year=year - 1, figures=before)
    register = {ref.key: 77 for c in edition.checks for ref in c.refs if ref.source == "register"}
    return _filled(report, previous=previous, register=register)


_BASES = {
    "2021": functools.partial(_distinct, "2021", 2023),
    "2019": functools.partial(_distinct, "2019", 2020),
    "2021 township": functools.partial(_distinct, "2021", 2024, "township"),
    "2021 county": functools.partial(_distinct, "2021", 2022, "county"),
    "2021 prefecture": functools.partial(_distinct, "2021", 2021, "prefecture"),
    "2019 street": functools.partial(_distinct, "2019", 2019, "street"),
    "2019 county": functools.partial(_distinct, "2019", 2020, "county"),
}


@functools.cache
def untouched(edition: str, level: str) -> bytes:
    """The workbook of the complete report of a unit of that level."""
    form = editions()[edition]
    report = changed(form, change({"level": level}))
    return drawn(Order(form, common(), report.unit, report.year, report))


def following(before: Read, after: Read) -> set[str]:
    """The totals that differ only because what they add does."""
    assert before.reading is not None
    assert after.reading is not None
    edition, report = after.reading.edition, after.reading.report
    changed = {k for k in edition.fields if before.said[k] != after.said[k]}
    found: set[str] = set()
    for key in edition.total_order:
        parts = {ref.key for ref in edition.totals[key].refs}
        due = recomputed(report, edition, key)
        if parts & (changed | found) and report.figures[key] in {due, before.said[key]}:
            found.add(key)
    return found


def differences(before: Read, after: Read) -> dict[str, tuple[Any, Any]]:
    """What is read differently, but for totals that follow: key -> before, after."""
    old, new = before.said, after.said
    follow = following(before, after) if old["edition"] == new["edition"] else set()
    return {
        key: (old.get(key), new.get(key))
        for key in {**old, **new}
        if old.get(key) != new.get(key) and key not in follow
    }


def shown(finding: Finding) -> str:
    """A finding as the cases write it: ``C08 requests!D8``."""
    short = {title: key for key, title in SHEETS.items()}
    place = finding.place
    for title, key in short.items():
        if finding.sheet == title:
            place = place.replace(title, key, 1)
    return f"{finding.rule} {place}".strip()


def new_findings(before: Read, after: Read) -> list[Finding]:
    """The findings of the damage: not the totals', the rules' and last year's that follow."""
    assert before.reading is not None
    known = {(f.rule, f.place) for f in before.findings}
    follow = following(before, after) if before.said["edition"] == after.said["edition"] else set()
    return [
        f
        for f in after.findings
        if (f.rule, f.place) not in known
        and not (f.field in follow and f.rule in {"C01", "C07"})
        and not f.rule.startswith(("T", "N"))
    ]


def unexplained(before: Read, after: Read) -> list[str]:
    """The keys that are read differently although no finding names their place."""
    found = new_findings(before, after)
    changed = differences(before, after)
    return sorted(key for key in changed if not any(_names(f, key, before) for f in found))


def misread(before: Read, after: Read) -> list[str]:
    """The figures that are read as another number, by whatever findings accompanied.

    A year of 0 is none: it is said that nobody knows it, and nothing of the file counts.
    """
    numbers = (int, float)
    return sorted(
        key
        for key, (was, now) in differences(before, after).items()
        if isinstance(was, numbers) and isinstance(now, numbers) and not isinstance(now, bool)
        if (key, now) != ("year", 0)
    )


def _names(finding: Finding, key: str, before: Read) -> bool:
    if finding.field and fnmatch.fnmatchcase(key, f"*{finding.field}"):
        return True
    if key.startswith("reason."):
        return finding.sheet == SHEETS["checks"]
    if key.startswith(("unit.", "year", "edition", "complete")):
        return finding.rule in {"C09", "C08", "C11"} and finding.sheet == SHEETS["cover"]
    assert before.reading is not None
    report = before.reading.report
    layout = layout_of(before.reading.edition, common().sheets, report.unit.level)
    named = layout.names(list(common().contact))
    if finding.rule == "C08" and _labels(layout).get(key, finding.message + "x") in finding.message:
        return True
    place = named.get(key) or named.get(f"nianbao.{key}")
    if place is None or finding.sheet != place.sheet:
        return False
    return finding.severity.value != "note" and (
        not finding.cell or finding.cell == place.cell or _same_line(finding.cell, place)
    )


@functools.lru_cache(maxsize=16)
def _labels(layout: Layout) -> dict[str, str]:
    """How findings call what has no field key: the texts and the fee, by their labels."""
    cells = [*anchors.texts(layout).values(), *anchors.small(layout).values()]
    return {one.name.removeprefix("nianbao."): f"“{one.label.partition('（')[0]}”" for one in cells}


def _same_line(cell: str, place: Any) -> bool:
    digits = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return str(place.row) == digits or cell.removesuffix(digits) == place.cell.removesuffix(
        str(place.row)
    )
