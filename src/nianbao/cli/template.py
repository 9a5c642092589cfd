"""``nianbao template``: one locked workbook for each unit of the roster."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from nianbao.book.lock import PASSWORD
from nianbao.book.order import Order
from nianbao.button.vba import macro_workbook
from nianbao.catalog import common, edition_for
from nianbao.check import listed
from nianbao.cli import console, dates, options
from nianbao.form import Edition
from nianbao.local import localised
from nianbao.office import files, rosters
from nianbao.office.previous import Previous, load_previous
from nianbao.roster import Entry
from nianbao.template.stamp import Stamps


def arguments(parser: argparse.ArgumentParser) -> None:
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


def run(args: argparse.Namespace) -> int:
    """Write the workbooks one by one; 0 when all are written. Needs the memory of one."""
    due_by = dates.deadline(args.deadline, args.year) if args.deadline else ""
    roster = rosters.load(args.units)
    entries = roster.below
    previous = load_previous(args.previous)
    edition = localised(edition_for(args.year), rosters.local(args), common())
    suffix = ".xlsm" if args.macro else ".xlsx"
    names = files.distinct_names({one.unit.code: one.unit.name for one in entries})
    paths = {code: Path(args.out) / f"{name}{suffix}" for code, name in names.items()}
    due = [one for one in entries if not (args.resume and paths[one.unit.code].exists())]
    files.refuse_existing((paths[one.unit.code] for one in due), force=args.force)
    stamps = Stamps(macro_workbook if args.macro else None)
    for entry in console.progress(due, "生成填报表"):
        data = stamps.workbook(order(entry, args, edition, previous, due_by))
        files.write_whole(paths[entry.unit.code], data, force=args.force)
    rosters.report(roster)
    for note in (*previous.notes, *_provisional(due, previous, args.year)):
        console.warn(note)
    kept = f"（另有 {len(entries) - len(due)} 个已有，没有动）" if len(due) < len(entries) else ""
    console.say(f"已生成 {len(due)} 个填报表，放在 {console.whole(args.out)}{kept}。")
    return 0


def order(
    entry: Entry, args: argparse.Namespace, edition: Edition, previous: Previous, deadline: str = ""
) -> Order:
    """Return what a unit's blank workbook is to hold."""
    return Order(
        edition,
        common(),
        entry.unit,
        args.year,
        previous=previous.of(entry.unit, args.year),
        register=entry.register,
        password=args.password or PASSWORD,
        deadline=deadline,
    )


def _provisional(entries: Sequence[Entry], previous: Previous, year: int) -> Iterator[str]:
    last = ((one.unit, previous.any(one.unit, year)) for one in entries)
    names = [unit.name for unit, report in last if report is not None and report.provisional]
    if names:
        yield f"上年报来的是暂定数，没有填进上年对照：{listed(names)}。"
