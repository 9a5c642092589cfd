"""``nianbao import``: published reports read into report documents or workbooks."""

from __future__ import annotations

from typing import Any

import click

from nianbao.cli import console, options
from nianbao.cli.commands import Said, session, verb
from nianbao.context import Context
from nianbao.office.importing import Import, Outcome, bring_in


class _Level(click.ParamType[str]):
    """The level of a unit, as the catalogue knows them."""

    name = "level"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is none."""
        return click.Choice(list(session().context.common.levels)).convert(value, param, ctx)


class _LevelOption(click.Option):
    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """List the levels, which are only then loaded."""
        self.help = f"单位类别：{'、'.join(session().context.common.levels)}"
        return super().get_help_record(ctx)


@verb()
@options.paths("sources", "公布的年报，纯文本（.txt），可以多个")
@options.out("位置", "写到哪里：.json 或 .xlsx 文件；多个来源时是文件夹")
@click.option("--year", type=options.Year(), metavar="年度", help="报告年度（默认从标题里读）")
@click.option("--name", metavar="名称", help="单位名称（默认从标题里读）")
@click.option("--code", metavar="代码", help="单位代码")
@click.option("--level", type=_Level(), cls=_LevelOption, metavar="类别")
@options.shared("force")
def command(said: Said, context: Context) -> int:
    """Write a document or workbook for each source; 1 when something was not found or failed."""
    request = Import(
        said.sources,
        said.out,
        year=said.year,
        name=said.name,
        code=said.code,
        level=said.level,
        force=said.force,
    )
    return max([int(_told(one)) for one in bring_in(request, context)])


def _told(one: Outcome) -> bool:
    """Say what a source came to; return whether something is left to be done."""
    if one.found is None:
        console.warn(f"{one.source}：{one.fault}")
        return True
    report = one.found.report
    where = f"{console.whole(one.source)} → {console.whole(one.target)}"
    console.say(f"{where}　{report.unit.name} {report.year}年度", look="bold")
    for note in one.found.notes:
        console.say(note, 2)
    return bool(one.found.notes)
