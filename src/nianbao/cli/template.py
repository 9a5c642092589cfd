"""``nianbao template``: one locked workbook for each unit of the roster."""

from __future__ import annotations

import functools
from pathlib import Path

import click

from nianbao.book.lock import PASSWORD
from nianbao.button.project import macro_workbook
from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.office import dates
from nianbao.office.against import load
from nianbao.office.issue import Issue, Issued, issue


@verb()
@options.shared("year", "units", required=("year", "units"))
@options.out("文件夹", "填报表放在哪个文件夹")
@options.shared("previous", "local")
@click.option("--macro", is_flag=True, help="生成带“校验”按钮的 .xlsm")
@click.option("--password", metavar="密码", help="保护工作表的密码（默认 nianbao）")
@options.shared("deadline")
@click.option("--resume", is_flag=True, help="接着上次做：已有的文件不动，只生成缺的")
@options.shared("force")
def command(said: Said, context: Context) -> int:
    """Write the workbooks one by one; 0 when all are written. Needs the memory of one."""
    request = Issue(
        said.year,
        said.out,
        macro=functools.partial(macro_workbook, common=context.common) if said.macro else None,
        password=said.password or PASSWORD,
        deadline=_deadline(said, context) if said.deadline else "",
        resume=said.resume,
        force=said.force,
    )
    against = load(options.material(said), context)
    show.guessed(against)
    with console.progress("生成填报表") as progress:
        done = issue(request, against, progress)
    if against.roster:
        show.doubtful(against.roster)
    for note in done.notes:
        console.warn(note)
    console.say(_result(done, said.out))
    return 0


def _result(done: Issued, out: Path) -> str:
    left = f"（另有 {done.left} 个已有，没有动）" if done.left else ""
    return f"已生成 {done.written} 个填报表，放在 {console.whole(out)}{left}。"


def _deadline(said: Said, context: Context) -> str:
    return dates.written(dates.asked(said.deadline, said.year, context.common))
