"""``nianbao seal``: a year's summary is settled; nothing of the year changes afterwards."""

from __future__ import annotations

import click

from nianbao.cli import console, options
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.history import last_merge
from nianbao.registry import sealing
from nianbao.registry.premises import office


_WHY = "理由：没有收齐也封账的、重新打开的，必须写"


@verb()
@options.office("who")
@click.option("--why", default="", metavar="理由", help=_WHY)
@click.option("--reopen", is_flag=True, help="把封了账的年度重新打开")
def command(said: Said, context: Context) -> int:
    """Close the year, or open it again; 0 when it is done."""
    with office(options.wanted(said), context) as own:
        if said.reopen:
            event = sealing.reopen(said.why, own)
            console.say(f"{own.year}年度已重新打开（台账第 {event.number} 条）。")
            return 0
        event = sealing.seal(said.why, own)
        found = last_merge(own.events)
        mark = found[1].id[:12] if found else ""
        console.say(
            f"{own.year}年度已封账（台账第 {event.number} 条，汇总编号 {mark}，"
            f"台账指纹 {event.hash[:12]}）。"
        )
        console.say("这两个编号可以抄在签字的那一页上；以后用 nianbao verify 汇总.json 核对。")
    return 0
