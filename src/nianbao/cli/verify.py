"""``nianbao verify``: a summary made again out of the archive, and held against what was made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.form import Severity
from nianbao.office.documents import of_finding
from nianbao.registry import verifying
from nianbao.registry.premises import office


@verb()
@click.argument("path", type=Path, metavar="汇总.json", help="要核对的汇总数据")
@options.office("json")
def command(said: Said, context: Context) -> int:
    """Say whether it is equal, or name what differs; 0 when it is equal."""
    stated = verifying.statement(said.path, context)
    wanted = replace(options.wanted(said, said.path), year=stated.year)
    with office(wanted, context) as own:
        found = verifying.verify(stated, own)
    differs = any(one.severity is not Severity.NOTE for one in found)
    if said.json:
        findings = [of_finding(one) for one in found]
        console.emit({"equal": not differs, "id": stated.id, "findings": findings})
        return int(differs)
    show.findings(found, context.common)
    if not differs:
        console.say(
            f"一致：用存档里的文件、名册和决定重做了一遍，与 {console.whole(said.path)} "
            f"和台账记的相同（汇总编号 {stated.id[:12]}）。"
        )
    return int(differs)
