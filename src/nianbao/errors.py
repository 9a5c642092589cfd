"""Findings about a report, and the exceptions of the program. Pure.

A *finding* is what is wrong with the user's figures or file: it is data, never raised. An
*exception* says that the program cannot go on with one file (``FileProblem``) or at all
(``NianbaoError``). The wording of both stands in ``schemas/common.toml`` or the edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nianbao.form import Severity


class NianbaoError(Exception):
    """The program cannot do what was asked; the message is for the user, in Chinese."""


_REFUSALS = {
    13: "没有权限，或文件正被别的程序打开着",
    27: "文件超过了磁盘允许的大小",
    28: "磁盘已满",
    30: "磁盘是只读的",
    36: "文件名太长",
    122: "磁盘配额已用完",
}


def why(error: OSError) -> str:
    """Return in Chinese why the system refuses, where that is known."""
    return _REFUSALS.get(error.errno or 0, error.strerror or type(error).__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: the rule, the place, the fault and the remedy.

    ``rule`` is an id of ``official-format.md`` section 6 (or F.. for a file that cannot be
    read); ``field`` a field key or narrative key; ``sheet`` and ``cell`` the place in a workbook;
    ``expected`` and ``actual`` what should and what does stand there.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    expected: Any = None
    actual: Any = None

    def at(self, sheet: str, cell: str) -> Finding:
        """Return the finding with its place in a workbook."""
        return replace(self, sheet=sheet, cell=cell)

    @property
    def place(self) -> str:
        """Sheet and cell as Excel shows them, or "" where there is none."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


@dataclass(frozen=True, slots=True)
class Wording:
    """An entry of the catalogue of findings."""

    key: str
    rule: str
    severity: Severity
    text: str
    remedy: str
    basis: str = ""

    def finding(self, **values: Any) -> Finding:
        """Return a finding with the values put into the wording."""
        shown = {k: "（空）" if v is None else v for k, v in values.items()}
        return Finding(
            rule=self.rule,
            severity=self.severity,
            message=self.text.format_map(shown),
            remedy=self.remedy.format_map(shown),
            field=values.get("field", ""),
            expected=values.get("expected"),
            actual=values.get("actual"),
        )


Catalogue = Mapping[str, Wording]


class FileProblem(NianbaoError):  # noqa: N818 - a file has a problem, the program none
    """One file cannot be read; ``finding`` says why and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.message}。{finding.remedy}")
        self.finding = finding


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then warnings, then notes; each once; otherwise as they came."""
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: rank[finding.severity]))


def status(findings: Iterable[Finding]) -> str:
    """Return ``error``, ``warning`` or ``ok`` for a file that could be read."""
    kinds = {finding.severity for finding in findings}
    if Severity.ERROR in kinds:
        return "error"
    return "warning" if Severity.WARNING in kinds else "ok"


MANY = 5
"""Findings of one kind on one sheet beyond which only the first is shown in full."""


def grouped(findings: Sequence[Finding]) -> list[tuple[Finding, int]]:
    """Return the findings, many of one kind on one sheet (blank cells, lost cells) as one."""
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.rule, finding.sheet, finding.remedy), []).append(finding)
    shown: list[tuple[Finding, int]] = []
    for group in alike.values():
        shown += [(group[0], len(group))] if len(group) > MANY else [(one, 1) for one in group]
    return shown
