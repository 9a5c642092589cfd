"""``nianbao check``: the findings of each workbook, as text or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.errors import Finding, grouped
from nianbao.form import Severity
from nianbao.office import documents
from nianbao.office.against import load
from nianbao.office.checking import Check, Checked
from nianbao.office.journal import journal
from nianbao.office.send_back import SentBack
from nianbao.standing import Submission
from nianbao.words import Common


_ANNOTATE = "给每个有问题的文件写一份退回单位的新表和一段通知，放在这个文件夹"


@verb()
@options.paths("books", "填报表、年报文档、文件夹或 zip，可以多个")
@options.shared("previous", "units", "local", "year", "password", "json")
@options.ledger
@click.option("--annotate", type=Path, metavar="文件夹", help=_ANNOTATE)
@options.shared("force")
def command(said: Said, context: Context) -> int:
    """Print the findings; 0 when there are no errors or warnings, else 1."""
    against = load(options.material(said, said.password), context)
    show.guessed(against)
    with journal(options.keeping(said, said.units), context) as own:
        checked = Checked(Check(said.books, said.year, said.annotate), against, own)
        return _checked(checked, said, context)


def _checked(checked: Checked, said: Said, context: Context) -> int:
    files = _each(checked, json=said.json)
    request, together = checked.request, checked.together
    for note in checked.against.previous.notes:
        console.warn(note)
    if not said.json:
        _show_together(together, context.common)
        _show_silence(checked)
    sent = _send_back(checked, force=said.force)
    show.noted(checked.journal)
    if said.json:
        named = documents.with_names(files, sent.names) if sent else files
        console.emit(documents.of_check(named, together, context))
    elif sent is not None and request.out is not None:
        _say_sent(sent, request.out)
    return 0 if checked.clean else 1


def _each(checked: Checked, *, json: bool) -> list[dict[str, Any]]:
    """Show each file when it is checked; return the documents of all where JSON is asked for."""
    said = []
    for number, filed in enumerate(checked.files()):
        if json:
            said.append(documents.of_submission(filed.submission))
            continue
        if number:
            console.say()
        _show(filed.submission, checked.against.context.common)
    return said


def _send_back(checked: Checked, *, force: bool) -> SentBack | None:
    if checked.request.out is None:
        return None
    with console.progress("生成退回表") as progress:
        sent = checked.sent_back(progress, force=force)
    if sent.edited:
        console.warn(f"已经改好、但退回的文件动过，没有删：{'、'.join(sent.edited)}")
    return sent


def _say_sent(sent: SentBack, out: Path) -> None:
    books = sum(len(names) > 1 for names in sent.names.values())
    console.say()
    if not sent.names:
        console.say("没有要退回的。")
        return
    what = f"{books} 份填好的新表，{len(sent.names)} 段通知（.txt，可以贴进微信）"
    console.say(f"退回的在 {console.whole(out)}：{what}。")


def _show_silence(checked: Checked) -> None:
    roster = checked.against.roster
    if roster is not None and checked.nothing_came:
        console.say(f"名册上的 {len(roster.below)} 个单位都没有报送。")


def _show_together(findings: Sequence[Finding], common: Common) -> None:
    """Print what only all files together tell, below the last of them."""
    for number, finding in enumerate(findings):
        if not number:
            console.say()
        label = common.severities[finding.severity.value]
        console.say(f"{label} {finding.rule}　{finding.message}。", look=finding.severity.value)
        if finding.severity is not Severity.NOTE:
            console.say(f"改法：{finding.remedy}", 4)


def _show(submission: Submission, common: Common) -> None:
    """Print one file: its status, then its findings, errors first."""
    console.say(_heading(submission, common), look="bold")
    for finding, same in grouped(submission.findings):
        where = finding.place or "整个文件"
        more = f" 等 {same} 处" if same > 1 else ""
        kind = "note" if finding.explained else finding.severity.value
        label = common.words["explained"] if finding.explained else common.severities[kind]
        console.say(f"{label} {finding.rule}　{where}{more}", 2, kind)
        console.say(f"{finding.message}。", 4)
        if finding.explained:
            console.say(f"单位说明：{finding.reason}", 4)
        else:
            console.say(f"改法：{finding.remedy}", 4)


def _heading(submission: Submission, common: Common) -> str:
    """Return the line above a file's findings."""
    report = submission.report
    who = f"　{report.unit.name} {report.year}年度" if report else ""
    errors, warnings = (submission.count(s) for s in (Severity.ERROR, Severity.WARNING))
    parts = [
        f"{count} 处{common.severities[key]}"
        for key, count in (("error", errors), ("warning", warnings))
        if count
    ]
    explained = len(submission.explained)
    parts += [f"{explained} 处提醒{common.words['explained']}"] if explained else []
    counts = "，".join(parts)
    state = common.statuses[submission.status]
    return f"{console.whole(submission.file)}{who}　{state}" + (f"（{counts}）" if counts else "")
