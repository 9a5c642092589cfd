"""``nianbao template``: one locked workbook for each unit of the roster."""

from __future__ import annotations

import argparse
import functools
from pathlib import Path

from nianbao.book.lock import PASSWORD
from nianbao.button.project import macro_workbook
from nianbao.cli import console, options, show
from nianbao.context import Context
from nianbao.errors import NianbaoError
from nianbao.office import dates
from nianbao.office.against import load
from nianbao.office.issue import Issue, Issued, issue


def arguments(parser: argparse.ArgumentParser, _context: Context) -> None:
    """Say what the command takes."""
    options.add(parser, "year", "units", required=("year", "units"))
    options.out(parser, "文件夹", "填报表放在哪个文件夹")
    options.add(parser, "previous", "local")
    parser.add_argument("--macro", action="store_true", help="生成带“校验”按钮的 .xlsm")
    text = "保护工作表的密码（默认 nianbao）"
    parser.add_argument("--password", metavar="密码", help=text)
    text = "本级定的报送截止，如“2026年1月20日”（默认是条例规定的日子）"
    parser.add_argument("--deadline", metavar="日期", default="", help=text)
    text = "接着上次做：已有的文件不动，只生成缺的"
    parser.add_argument("--resume", action="store_true", help=text)
    options.add(parser, "force")


def run(args: argparse.Namespace, context: Context) -> int:
    """Write the workbooks one by one; 0 when all are written. Needs the memory of one."""
    request = Issue(
        args.year,
        Path(args.out),
        macro=functools.partial(macro_workbook, common=context.common) if args.macro else None,
        password=args.password or PASSWORD,
        deadline=_deadline(args.deadline, args.year) if args.deadline else "",
        resume=args.resume,
        force=args.force,
    )
    against = load(options.material(args), context)
    show.guessed(against)
    with console.progress("生成填报表") as progress:
        done = issue(request, against, progress)
    if against.roster:
        show.doubtful(against.roster)
    for note in done.notes:
        console.warn(note)
    console.say(_said(done, args.out))
    return 0


def _said(done: Issued, out: str) -> str:
    left = f"（另有 {done.left} 个已有，没有动）" if done.left else ""
    return f"已生成 {done.written} 个填报表，放在 {console.whole(out)}{left}。"


def _deadline(text: str, year: int) -> str:
    try:
        return dates.deadline(text, year)
    except NianbaoError as error:
        raise NianbaoError(f"--deadline 后面的{error}") from None
