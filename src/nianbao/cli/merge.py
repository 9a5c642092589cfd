"""``nianbao merge``: the summary of a roster's units, for reading, for programs, for sending up."""

from __future__ import annotations

from pathlib import Path

import click

from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.form import Severity
from nianbao.merge import Summary
from nianbao.office import files, summarise
from nianbao.office.against import load
from nianbao.office.documents import of_summary
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
    summarise.refuse_existing(out, context.common, force=said.force)
    against = load(options.material(said, said.password), context)
    show.guessed(against)
    request = Summarise(said.paths, said.year, out, said.provisional, said.published)
    summary = summarise.summarise(request, against)
    results = summarise.results(summary, against)
    made = {out / name: one for name, one in results.items()}
    files.write_all(made, context.common, force=said.force)
    if said.json:
        console.emit(of_summary(summary, context))
    else:
        _show(summary, context)
        console.say(f"结果在 {console.whole(out)}：{'、'.join(results)}")
        if told := summarise.unwritten(summary, against):
            console.say(f"{told.message}。{told.remedy}")
    return 0 if summarise.clean(summary) else 1


_NOTED = {"A08", "A09"}
"""Notes that are printed: what was not compared, which year was taken."""


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
            console.say(f"{label} {finding.rule}　{finding.message}。{finding.remedy}", 0)
    show.strangers(summary.strangers)
