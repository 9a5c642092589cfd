"""``nianbao fill``: a fresh template holding a report's figures and text."""

from __future__ import annotations

import argparse
from pathlib import Path

from nianbao.cli import console, options
from nianbao.context import Context
from nianbao.office.fill import Fill, fill


def arguments(parser: argparse.ArgumentParser, _context: Context) -> None:
    """Say what the command takes."""
    parser.add_argument("report", metavar="年报.json", help="年报文档")
    options.out(parser, "文件.xlsx", "写到哪个文件；不是 .xlsx 结尾的当作文件夹")
    options.add(parser, "previous", "force")


def run(args: argparse.Namespace, context: Context) -> int:
    """Write the workbook; 0 when it is written, whatever the figures are."""
    previous = options.path(args, "previous")
    out = fill(Fill(Path(args.report), Path(args.out), previous, force=args.force), context)
    console.say(f"已填好：{console.whole(out)}")
    return 0
