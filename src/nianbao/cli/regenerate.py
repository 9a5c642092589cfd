"""``nianbao regenerate``: what is derived from the edition files, rebuilt or compared."""

from __future__ import annotations

import click

from nianbao.button import project
from nianbao.cli import console
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.office import files
from nianbao.office.derived import derived, same


@verb()
@click.option("--check", is_flag=True, help="只比对，不写；有不同则退出状态为 1")
def command(said: Said, context: Context) -> int:
    """Rebuild the schemas, blank templates and the macro; with ``--check`` compare them only."""
    due = {**derived(context), **project.derived()}
    if not said.check:
        files.write_all(due, context.common, force=True)
        for path in due:
            console.say(f"已生成 {console.whole(path)}")
        return 0
    stale = [path for path, data in due.items() if not same(path, data)]
    for path in stale:
        console.warn(f"{path} 与格式版本不一致；请运行 nianbao regenerate。")
    if not stale:
        console.say(f"{len(due)} 个文件都与格式版本一致。")
    return 1 if stale else 0
