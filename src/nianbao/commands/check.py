"""``nianbao check``: the findings of each workbook, as text or JSON."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from nianbao import __version__
from nianbao.catalog import common, editions
from nianbao.commands import console, options, rosters
from nianbao.commands.collect import Against, collect, identified
from nianbao.commands.previous import load_previous
from nianbao.errors import Finding
from nianbao.form import Severity
from nianbao.merge import Submission


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    text = "填报表、年报文档、文件夹或 zip，可以多个"
    parser.add_argument("books", nargs="+", metavar="文件", help=text)
    options.add(parser, "previous", "units", "year", "password", "json")


def run(args: argparse.Namespace) -> int:
    """Print the findings; 0 when there are no errors or warnings, else 1."""
    roster = rosters.load(args.units) if args.units else None
    entries = {one.unit.code: one for one in roster.units} if roster else {}
    units = {code: one.unit for code, one in entries.items()} if roster else None
    against = Against(load_previous(args.previous, args.password), entries, args.password)
    clean = True
    documents = []
    for number, filed in enumerate(collect(args.books, against)):
        submission = identified(filed, args.year, units).submission
        clean = clean and submission.status == "ok"
        if args.json:
            documents.append(document(submission))
            continue
        if number:
            console.say()
        show(submission)
    for note in against.previous.notes:
        console.warn(note)
    if args.json:
        digests = {one.id: one.digest for one in editions().values()}
        console.emit({"program": f"nianbao {__version__}", "editions": digests, "files": documents})
    return 0 if clean else 1


def document(submission: Submission) -> dict[str, Any]:
    """Return a submission in the shape of ``check --json``."""
    report = submission.report
    return {
        "file": submission.file,
        "sha256": submission.sha256,
        "unit": None
        if report is None
        else {"code": report.unit.code, "name": report.unit.name, "level": report.unit.level},
        "year": report.year if report else None,
        "edition": report.edition if report else None,
        "status": submission.status,
        "findings": [finding_document(finding) for finding in submission.findings],
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """Return a finding in the shape of ``check --json``."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "sheet": finding.sheet or None,
        "cell": finding.cell or None,
        "field": finding.field or None,
        "message": finding.message,
        "remedy": finding.remedy,
        "expected": finding.expected,
        "actual": finding.actual,
    }


def show(submission: Submission) -> None:
    """Print one file: its status, then its findings, errors first."""
    console.say(heading(submission), look="bold")
    for finding, same in grouped(submission.findings):
        where = finding.place or "整个文件"
        more = f" 等 {same} 处" if same > 1 else ""
        label = common().severities[finding.severity.value]
        console.say(f"{label} {finding.rule}　{where}{more}", 2, finding.severity.value)
        console.say(f"{finding.message}。", 4)
        console.say(f"改法：{finding.remedy}", 4)


def heading(submission: Submission) -> str:
    """Return the line above a file's findings."""
    report = submission.report
    who = f"　{report.unit.name} {report.year}年度" if report else ""
    errors, warnings = (submission.count(s) for s in (Severity.ERROR, Severity.WARNING))
    counts = "，".join(
        f"{count} 处{common().severities[key]}"
        for key, count in (("error", errors), ("warning", warnings))
        if count
    )
    state = common().statuses[submission.status]
    return f"{submission.file}{who}　{state}" + (f"（{counts}）" if counts else "")


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
