"""``nianbao fill``: a fresh template holding a report's figures and text."""

from __future__ import annotations

from pathlib import Path

import click

from nianbao.cli import console, options
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.office.fill import Fill, fill


@verb()
@click.argument("report", type=Path, metavar="年报.json", help="年报文档")
@options.out("文件.xlsx", "写到哪个文件；不是 .xlsx 结尾的当作文件夹")
@options.shared("previous", "force")
def command(said: Said, context: Context) -> int:
    """Write the workbook; 0 when it is written, whatever the figures are."""
    out = fill(Fill(said.report, said.out, said.previous, force=said.force), context)
    console.say(f"已填好：{console.whole(out)}")
    return 0
