"""Findings about a report, and the exceptions of the program. Pure.

A *finding* is what is wrong with the user's figures or file: it is data, never raised. An
*exception* says that the program cannot go on with one file (``FileProblem``) or at all
(``NianbaoError``). The wording of both stands in ``schemas/common.toml`` or the edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass, replace
from typing import Any

from nianbao.codes import Code, FaultCode
from nianbao.expr import plain
from nianbao.form import LIMIT, Authority, Edition, Severity, named


ABOVE = "{above}"
"""What stands in a text for the body that the unit reports to."""


class NianbaoError(Exception):
    """The program cannot do what was asked; the message is for the user, in Chinese."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: the rule, the place, the fault and the remedy.

    ``rule`` is an id of ``docs/rules.md`` (or F.. for a file that cannot be read); ``field`` a
    field key or narrative key; ``sheet`` and ``cell`` the place in a workbook;
    ``expected`` and ``actual`` what should and what does stand there; ``reason`` why the unit
    says that a warning is none.
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
    reason: str = ""

    @property
    def explained(self) -> bool:
        """Whether it is a warning that the unit explained, so that nobody need mend it."""
        return bool(self.reason) and self.severity is Severity.WARNING

    def at(self, sheet: str, cell: str) -> Finding:
        """Return the finding with its place in a workbook."""
        return replace(self, sheet=sheet, cell=cell)

    @property
    def place(self) -> str:
        """Sheet and cell as Excel shows them, or "" where there is none."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


@dataclass(frozen=True, slots=True)
class Wording:
    """An entry of the catalogue of findings.

    ``basis`` is where it is laid down and ``kind`` how binding that is. ``pattern`` finds what is
    wrong in the texts whose keys begin with ``where``; ``figure`` is the amount that they should
    say (``narrative.py``).
    """

    key: str
    severity: Severity
    text: str
    remedy: str
    rule: str = ""
    basis: str = ""
    kind: Authority | None = None
    pattern: str = ""
    where: str = ""
    figure: str = ""

    def __post_init__(self) -> None:
        if not self.rule:
            object.__setattr__(self, "rule", self.key)
        if bool(self.basis) is (self.kind is None):
            raise ValueError(f"{self.key}: basis and kind go together")

    def addressed(self, above: str) -> Wording:
        """Return the wording for units that call the body above them so (县里, 市里 …)."""
        text, remedy = (said.replace(ABOVE, above) for said in (self.text, self.remedy))
        return replace(self, text=text, remedy=remedy)

    def of(self, edition: Edition) -> Wording:
        """Return the wording with the names that it borrows from an edition."""
        said = (self.text, self.remedy, self.basis)
        text, remedy, basis = (named(one, edition.names) for one in said)
        return replace(self, text=text, remedy=remedy, basis=basis)

    def finding(self, **values: Any) -> Finding:
        """Return a finding with the values put into the wording."""
        shown = {k: _shown(v) for k, v in values.items()}
        return Finding(
            rule=self.rule,
            severity=self.severity,
            message=self.text.format_map(shown),
            remedy=self.remedy.format_map(shown),
            field=values.get("field", ""),
            expected=values.get("expected"),
            actual=values.get("actual"),
        )


def _shown(value: Any) -> Any:
    """Return a value as a message has it: a figure short, nothing as nothing."""
    if value is None:
        return "（空）"
    if isinstance(value, float) and 1e-4 <= abs(value) < LIMIT:
        return f"{value:.15g}"  # what has too many decimals shows them
    return plain(value) if isinstance(value, int | float) else value


class Catalogue(Mapping[Code, Wording]):
    """The findings by code, and the clauses that stand in them; no other code is type-correct."""

    def __init__(self, wordings: Mapping[Code, Wording], faults: Mapping[str, str]) -> None:
        self._wordings, self._faults = wordings, faults

    def __getitem__(self, code: Code) -> Wording:
        return self._wordings[code]

    def __iter__(self) -> Iterator[Code]:
        return iter(self._wordings)

    def __len__(self) -> int:
        return len(self._wordings)

    def values(self) -> ValuesView[Wording]:
        """Return the wordings, without looking each up."""
        return self._wordings.values()

    def fault(self, code: FaultCode, /, **values: object) -> str:
        """Return a clause: what stands in a finding or a refusal for the fault or its place."""
        return self._faults[code].format_map(values)


class FileProblem(NianbaoError):  # noqa: N818 - a file has a problem, the program none
    """One file cannot be read; ``finding`` says why and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.message}。{finding.remedy}")
        self.finding = finding


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then warnings, those explained, notes; each once; otherwise as they came."""
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 3}

    def key(finding: Finding) -> int:
        return 2 if finding.explained else rank[finding.severity]

    return tuple(sorted(dict.fromkeys(findings), key=key))


def to_mend(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without the warnings that the unit explained."""
    return tuple(finding for finding in findings if not finding.explained)


def status(findings: Iterable[Finding]) -> str:
    """Return ``error``, ``warning`` or ``ok`` for a file that could be read.

    A warning that the unit explained leaves it ``ok``.
    """
    kinds = {finding.severity for finding in to_mend(findings)}
    if Severity.ERROR in kinds:
        return "error"
    return "warning" if Severity.WARNING in kinds else "ok"


MANY = 5
"""Findings of one kind on one sheet beyond which only the first is shown in full."""


def grouped(findings: Sequence[Finding]) -> list[tuple[Finding, int]]:
    """Return the findings, many of one kind on one sheet (blank cells, lost cells) as one."""
    alike: dict[tuple[str, str, str, str], list[Finding]] = {}
    for one in findings:
        alike.setdefault((one.rule, one.sheet, one.remedy, one.reason), []).append(one)
    shown: list[tuple[Finding, int]] = []
    for group in alike.values():
        shown += [(group[0], len(group))] if len(group) > MANY else [(one, 1) for one in group]
    return shown
