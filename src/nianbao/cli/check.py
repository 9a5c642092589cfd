"""``nianbao check``: the findings of each workbook, as text or JSON."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nianbao import __version__
from nianbao.catalog import common, editions
from nianbao.cli import console, options
from nianbao.errors import Finding, grouped
from nianbao.form import Severity
from nianbao.merge import repeated
from nianbao.office import rosters, send_back
from nianbao.office.collect import Against, Filed, collect, identified, neighbours
from nianbao.office.previous import load_previous
from nianbao.standing import Submission


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    text = "填报表、年报文档、文件夹或 zip，可以多个"
    parser.add_argument("books", nargs="+", metavar="文件", help=text)
    options.add(parser, "previous", "units", "local", "year", "password", "json")
    text = "给每个有问题的文件写一份退回单位的新表和一段通知，放在这个文件夹"
    parser.add_argument("--annotate", metavar="文件夹", help=text)
    options.add(parser, "force")


def run(args: argparse.Namespace) -> int:
    """Print the findings; 0 when there are no errors or warnings, else 1."""
    roster = rosters.load(args.units) if args.units else None
    entries = {one.unit.code: one for one in roster.units} if roster else {}
    units = {code: one.unit for code, one in entries.items()} if roster else None
    previous = load_previous(args.previous, args.password)
    others = neighbours(roster.units) if roster else None
    against = Against(previous, entries, args.password, rosters.local(args))
    out = Path(args.annotate) if args.annotate else None
    clean, documents = True, []
    faulty: dict[int, Filed] = {}
    seen: list[Submission] = []
    apart = [*options.paths(args, "annotate", "units", "previous", "local")]
    for number, came in enumerate(collect(args.books, against, apart)):
        filed = identified(came, args.year, units, others)
        clean = clean and filed.submission.status == "ok"
        seen.append(replace(filed.submission, findings=()))
        if out and send_back.worth_it(filed.submission):
            faulty[number] = filed
        if args.json:
            documents.append(document(filed.submission))
            continue
        if number:
            console.say()
        show(filed.submission)
    together = tuple(repeated(seen, units or {}, common().catalogue))
    for note in against.previous.notes:
        console.warn(note)
    if not args.json:
        _show_together(together)
        if roster and not any(one.report for one in seen):
            console.say(f"名册上的 {len(roster.below)} 个单位都没有报送。")
    this = send_back.Round(args.books, seen, units or {})
    sent = _send_back(faulty, this, out, force=args.force) if out else None
    if args.json:
        _emit(documents if sent is None else _with_returned(documents, sent), together)
    elif sent is not None:
        _say_sent(sent, args.annotate)
    return 0 if clean and not together else 1


def _show_together(findings: Sequence[Finding]) -> None:
    """Print what only all files together tell, below the last of them."""
    for number, finding in enumerate(findings):
        if not number:
            console.say()
        label = common().severities[finding.severity.value]
        console.say(f"{label} {finding.rule}　{finding.message}。", look=finding.severity.value)
        console.say(f"改法：{finding.remedy}", 4)


Sent = Mapping[int, Sequence[str]]
"""The names of what was written for a file, by the file's number."""


def _send_back(
    faulty: Mapping[int, Filed], this: send_back.Round, out: Path, *, force: bool
) -> Sent:
    names, edited = send_back.send_back(list(faulty.values()), this, out, force=force)
    if edited:
        console.warn(f"已经改好、但退回的文件动过，没有删：{'、'.join(edited)}")
    return dict(zip(faulty, names, strict=True))


def _with_returned(documents: Sequence[dict[str, Any]], sent: Sent) -> list[dict[str, Any]]:
    return [{**one, "returned": list(sent.get(n, ()))} for n, one in enumerate(documents)]


def _say_sent(sent: Sent, out: str) -> None:
    books = sum(len(names) > 1 for names in sent.values())
    console.say()
    if not sent:
        console.say("没有要退回的。")
        return
    what = f"{books} 份填好的新表，{len(sent)} 段通知（.txt，可以贴进微信）"
    console.say(f"退回的在 {console.whole(out)}：{what}。")


def _emit(documents: list[dict[str, Any]], together: Sequence[Finding]) -> None:
    digests = {one.id: one.digest for one in editions().values()}
    said = {"program": f"nianbao {__version__}", "editions": digests, "files": documents}
    console.emit({**said, "findings": [finding_document(finding) for finding in together]})


def document(submission: Submission) -> dict[str, Any]:
    """Return a submission in the shape of ``check --json``."""
    report = submission.report
    return {
        "file": submission.file,
        "sha256": submission.sha256,
        "unit": report.unit.document() if report else None,
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
        "explained": finding.explained,
        "reason": finding.reason or None,
    }


def show(submission: Submission) -> None:
    """Print one file: its status, then its findings, errors first."""
    console.say(heading(submission), look="bold")
    for finding, same in grouped(submission.findings):
        where = finding.place or "整个文件"
        more = f" 等 {same} 处" if same > 1 else ""
        words, kind = common(), "note" if finding.explained else finding.severity.value
        label = words.words["explained"] if finding.explained else words.severities[kind]
        console.say(f"{label} {finding.rule}　{where}{more}", 2, kind)
        console.say(f"{finding.message}。", 4)
        if finding.explained:
            console.say(f"单位说明：{finding.reason}", 4)
        else:
            console.say(f"改法：{finding.remedy}", 4)


def heading(submission: Submission) -> str:
    """Return the line above a file's findings."""
    report = submission.report
    who = f"　{report.unit.name} {report.year}年度" if report else ""
    errors, warnings = (submission.count(s) for s in (Severity.ERROR, Severity.WARNING))
    parts = [
        f"{count} 处{common().severities[key]}"
        for key, count in (("error", errors), ("warning", warnings))
        if count
    ]
    explained = len(submission.explained)
    parts += [f"{explained} 处提醒{common().words['explained']}"] if explained else []
    counts = "，".join(parts)
    state = common().statuses[submission.status]
    return f"{console.whole(submission.file)}{who}　{state}" + (f"（{counts}）" if counts else "")
