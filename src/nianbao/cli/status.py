"""``nianbao status``: who has filed, who has not, who must correct."""

from __future__ import annotations

import collections

from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.merge import Summary
from nianbao.office import summarise
from nianbao.office.against import load
from nianbao.office.documents import of_summary
from nianbao.office.summarise import Summarise


@verb()
@options.inbox
def command(said: Said, context: Context) -> int:
    """Print the roster with every unit's state; 0 when all are in and clean, else 1."""
    against = load(options.material(said, said.password), context)
    show.guessed(against)
    summary = summarise.summarise(Summarise(said.paths, said.year), against)
    if said.json:
        whole = of_summary(summary, context)
        keys = ("year", "edition", "complete", "units", "findings", "others")
        console.emit({key: whole[key] for key in keys})
    else:
        _show(summary, context)
    return 0 if summarise.clean(summary) else 1


def _show(summary: Summary, context: Context) -> None:
    statuses = context.common.statuses
    counts = collections.Counter(one.status for one in summary.standings)
    said = "，".join(f"{statuses[key]} {counts[key]}" for key in statuses if counts[key])
    console.say(
        f"{summary.report.year}年度　名册 {len(summary.standings)} 个单位：{said}", look="bold"
    )
    show.roster_table(summary, context.common, everyone=True)
    show.unread(summary)
    for gap in summary.gaps(statuses) if counts["provisional"] else ():
        console.say(f"还没有收齐：{gap}")
    for finding in summary.findings:
        if finding.rule == "A09":
            console.say(f"{finding.message}。{finding.remedy}")
    show.strangers(summary.strangers)
