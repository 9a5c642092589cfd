"""``nianbao regenerate``: what is derived from the edition files, rebuilt or compared."""

from __future__ import annotations

import argparse

from nianbao.button import project
from nianbao.cli import console
from nianbao.context import Context
from nianbao.office import files
from nianbao.office.derived import derived, same


def arguments(parser: argparse.ArgumentParser, _context: Context) -> None:
    """Say what the command takes."""
    parser.add_argument("--check", action="store_true", help="只比对，不写；有不同则退出状态为 1")


def run(args: argparse.Namespace, context: Context) -> int:
    """Rebuild the schemas, blank templates and the macro; with ``--check`` compare them only."""
    due = {**derived(context), **project.derived()}
    if not args.check:
        files.write_all(due, force=True)
        for path in due:
            console.say(f"已生成 {console.whole(path)}")
        return 0
    stale = [path for path, data in due.items() if not same(path, data)]
    for path in stale:
        console.warn(f"{path} 与格式版本不一致；请运行 nianbao regenerate。")
    if not stale:
        console.say(f"{len(due)} 个文件都与格式版本一致。")
    return 1 if stale else 0
