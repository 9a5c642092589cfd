"""Where the units of a roster stand: what came in of each, and who is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nianbao.errors import Finding, status, to_mend
from nianbao.form import Severity
from nianbao.names import UnitNames
from nianbao.report import LONGEST_GAP, MOST_GAPS, Report, Unit


@dataclass(frozen=True)
class Submission:
    """One file that came in: whose it is, what it says and what is wrong with it.

    ``report`` is None where the file could not be read; ``findings`` then say why. ``unit`` is
    the code of the unit that it is known to be of, where neither report nor name tell.
    """

    file: str
    sha256: str
    findings: tuple[Finding, ...]
    report: Report | None = None
    unit: str = ""

    @property
    def status(self) -> str:
        """``ok`` (all warnings explained, or none), ``warning``, ``error`` or ``unreadable``."""
        return "unreadable" if self.report is None else status(self.findings)

    @property
    def disputed(self) -> bool:
        """Whether it shows another unit or year than it is of: whose figures, nobody knows."""
        return any(f.rule == "C11" and f.severity is Severity.ERROR for f in self.findings)

    def count(self, severity: Severity) -> int:
        """Return how many findings of that severity are to be mended."""
        return sum(finding.severity is severity for finding in to_mend(self.findings))

    @property
    def explained(self) -> tuple[Finding, ...]:
        """The warnings that the unit explained."""
        return tuple(finding for finding in self.findings if finding.explained)


@dataclass(frozen=True)
class Standing:
    """Where a unit of the roster stands: its submissions and whether it is counted.

    ``status`` is that of its submission, or ``missing``, ``duplicate``, or ``provisional``: its
    figures are a sum from which units below it are missing.
    """

    unit: Unit
    status: str
    submissions: tuple[Submission, ...] = ()
    counted: Report | None = None

    @property
    def chosen(self) -> Submission | None:
        """The submission that speaks for the unit: the first of equal ones."""
        return self.submissions[0] if self.submissions else None


CLEAN = frozenset({"ok", "warning"})
"""The statuses of a submission that may be summed up."""


def by_unit(
    units: Sequence[Unit], submissions: Iterable[Submission]
) -> tuple[dict[str, list[Submission]], list[Submission]]:
    """Return the submissions of each unit, and those of none.

    One that cannot be read is of the unit that its file's name means, unless another one of
    that unit can be read.
    """
    of_unit: dict[str, list[Submission]] = {unit.code: [] for unit in units}
    strangers: list[Submission] = []
    broken: list[Submission] = []
    for one in submissions:
        if one.report is None:
            broken.append(one)
        else:
            of_unit.get(one.report.unit.code, strangers).append(one)
    silent = {code for code, came in of_unit.items() if not came}
    names = UnitNames(units if broken else ())
    for one in broken:
        named = None if one.unit in of_unit else names.of_path(one.file)
        code = named.code if named else one.unit
        (of_unit[code] if code in silent else strangers).append(one)
    return of_unit, strangers


def gaps(
    standings: Iterable[Standing], words: Mapping[str, str], also: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return who is missing or faulty, here and below; of very many the first, and how many.

    ``words`` are those of each status; ``also`` is what else the sum must not conceal.
    """
    of_units = (gap for one in standings for gap in _gaps_of(one, words))
    found = [_cut(gap) for gap in (*of_units, *also)]
    if len(found) > MOST_GAPS:
        found = [*found[: MOST_GAPS - 1], f"……共 {len(found)} 处"]
    return tuple(found)


def _gaps_of(one: Standing, words: Mapping[str, str]) -> Iterator[str]:
    report = one.counted
    if one.status not in {*CLEAN, "provisional"}:
        yield f"{one.unit.name}（{words[one.status]}）"
    if report is None:
        return
    yield from (f"{one.unit.name}：{gap}" for gap in report.gaps)
    if report.provisional and not report.gaps:
        yield f"{one.unit.name}（{words['provisional']}）"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_GAP else f"{text[: LONGEST_GAP - 1]}…"
