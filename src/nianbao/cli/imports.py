"""``nianbao import``: published reports read into report documents or workbooks."""

from __future__ import annotations

import argparse
from pathlib import Path

from nianbao.cli import console, options
from nianbao.context import Context
from nianbao.office.importing import Import, Outcome, bring_in


def arguments(parser: argparse.ArgumentParser, context: Context) -> None:
    """Say what the command takes."""
    text = "公布的年报，纯文本（.txt），可以多个"
    parser.add_argument("sources", nargs="+", metavar="文件", help=text)
    options.out(parser, "位置", "写到哪里：.json 或 .xlsx 文件；多个来源时是文件夹")
    parser.add_argument(
        "--year", type=options.year, metavar="年度", help="报告年度（默认从标题里读）"
    )
    parser.add_argument("--name", metavar="名称", help="单位名称（默认从标题里读）")
    parser.add_argument("--code", metavar="代码", help="单位代码")
    levels = tuple(context.common.levels)
    text = f"单位类别：{'、'.join(levels)}"
    parser.add_argument("--level", metavar="类别", choices=levels, help=text)
    options.add(parser, "force")


def run(args: argparse.Namespace, context: Context) -> int:
    """Write a document or workbook for each source; 1 when something was not found or failed."""
    request = Import(
        options.paths(args.sources),
        Path(args.out),
        year=args.year,
        name=args.name,
        code=args.code,
        level=args.level,
        force=args.force,
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
