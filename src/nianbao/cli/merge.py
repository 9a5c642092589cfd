"""``nianbao merge``: the summary of a roster's units, for reading, for programs, for sending up."""

from __future__ import annotations

from pathlib import Path

import click

from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.form import Severity
from nianbao.merge import Summary
from nianbao.office import summarise
from nianbao.office.against import load
from nianbao.office.documents import of_summary
from nianbao.office.journal import journal
from nianbao.office.merging import make
from nianbao.office.outputs import put, refuse_foreign
from nianbao.office.summarise import Summarise


@verb()
@options.inbox
@options.out("文件夹", "结果放在哪个文件夹")
@click.option("--provisional", is_flag=True, help="有错误的单位也暂时计入，先看大数")
@click.option("--published", type=Path, metavar="年报.json", help="已公布的本级年报，与汇总数比对")
@options.shared("force")
def command(said: Said, context: Context) -> int:
    """Write the four files; 0 when every unit is counted without findings, else 1."""
    out = said.out
    against = load(options.material(said, said.password), context)
    show.guessed(against)
    request = Summarise(said.paths, said.year, out, said.provisional, said.published)
    with journal(options.keeping(said, said.units), context) as own:
        refuse_foreign(out, own, force=said.force)
        made = make(request, against, own)
        kept = put(made, out, own, force=said.force)
        show.noted(own)
    if said.json:
        console.emit(of_summary(made.summary, context))
    else:
        _show(made.summary, context)
        show.absent(made.filing)
        console.say(f"结果在 {console.whole(out)}：{'、'.join(made.outputs)}")
        if kept is not None:
            console.say(f"以前的留在 {console.whole(kept)}。")
        if told := summarise.unwritten(made.summary, against):
            console.say(f"{told.message}。{told.remedy}")
    return 0 if summarise.clean(made.summary) else 1


_TOLD = {"L01", "L04", "L05"}
_NOTED = {"A08", "A09", *_TOLD}
"""Notes that are printed: what was not compared, which year and which versions were taken."""


def _show(summary: Summary, context: Context) -> None:
    """Print who is counted, who is not, and what is to be done."""
    report, common = summary.report, context.common
    counted, all_units = len(summary.counted), len(summary.standings)
    state = "已收齐" if summary.complete else "暂定数"
    title = (
        f"{report.unit.name} {report.year}年度　{state}：名册 {all_units} 个单位，计入 {counted} 个"
    )
    console.say(title, look="bold")
    show.roster_table(summary, common)
    show.unread(summary)
    for finding in summary.findings:
        said = finding.severity is not Severity.NOTE or finding.rule in _NOTED
        if said and not finding.rule.startswith("A01"):
            label = common.severities[finding.severity.value]
            remedy = "" if finding.rule in _TOLD else finding.remedy
            console.say(f"{label} {finding.rule}　{finding.message}。{remedy}", 0)
    show.strangers(summary.strangers)
