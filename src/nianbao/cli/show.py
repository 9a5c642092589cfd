"""What several verbs print: what was guessed, where the units stand, what belongs to none."""

from __future__ import annotations

from collections.abc import Sequence

from nianbao.cli import console
from nianbao.errors import Finding
from nianbao.form import Severity
from nianbao.local import FILE
from nianbao.merge import Summary
from nianbao.office.against import Against
from nianbao.office.filing import Filing
from nianbao.office.journal import Journal
from nianbao.roster import Roster
from nianbao.standing import Submission
from nianbao.words import Common


def guessed(against: Against) -> None:
    """Say what was guessed about the roster (A11), and whose options were found beside it."""
    for finding in against.roster.findings if against.roster else ():
        if finding.severity is Severity.NOTE:
            console.warn(f"名册：{finding.message}。{finding.remedy}")
    if against.options.beside:
        console.warn(f"按名册旁边的“{FILE}”（{against.options.beside}）。")


def noted(journal: Journal) -> None:
    """Say what is to be said of the ledger: where it stands, a clock set back."""
    for finding in journal.notes:
        console.warn(f"{finding.message}。{finding.remedy}")


def findings(found: Sequence[Finding], common: Common) -> None:
    """Print findings that are of no file, each with its remedy."""
    for one in found:
        label = common.severities[one.severity.value]
        console.say(f"{label} {one.rule}　{one.message}。", look=one.severity.value)
        if one.severity is not Severity.NOTE:
            console.say(f"改法：{one.remedy}", 4)


def absent(filing: Filing) -> None:
    """Say which files count that lie in no folder any more."""
    if filing.absent:
        names = "、".join(filing.absent[:_FEW])
        more = f" 等 {len(filing.absent)} 份" if len(filing.absent) > _FEW else ""
        console.say(
            f"收件里已经没有、按存档计入的：{names}{more}。不用的，执行 nianbao decide exclude。"
        )


_FEW = 5


def doubtful(roster: Roster) -> None:
    """Say what is doubtful about a roster (A03, A10)."""
    for finding in roster.findings:
        if finding.severity is not Severity.NOTE:
            console.warn(f"{finding.message}。{finding.remedy}")


def roster_table(summary: Summary, common: Common, *, everyone: bool = False) -> None:
    """Print the units that need something done (or all)."""
    rows = []
    for one in summary.standings:
        if not everyone and one.status == "ok":
            continue
        chosen = one.chosen
        errors = chosen.count(Severity.ERROR) if chosen else ""
        warnings = chosen.count(Severity.WARNING) if chosen else ""
        names = "、".join(s.file for s in one.submissions)
        rows.append((one.unit.name, common.statuses[one.status], errors, warnings, names))
    if rows:
        console.table(("单位", "状态", "错误", "提醒", "文件"), rows)


def unread(summary: Summary) -> None:
    """Print why files of the units cannot be read."""
    for one in summary.standings:
        if one.status == "unreadable":
            for file in one.submissions:
                said = "".join(f"{f.message}。{f.remedy}" for f in file.findings)
                console.say(f"读不出的文件 {console.whole(file.file)}：{said}")


def strangers(others: Sequence[Submission]) -> None:
    """Print the files that belong to no unit of the roster."""
    for one in others:
        first = one.findings[0] if one.findings else None
        why = f"{first.message}。{first.remedy}" if first else "不是名册上的单位"
        console.say(f"没有计入的文件 {console.whole(one.file)}：{why}")
