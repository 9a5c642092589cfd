"""``nianbao template``: one locked workbook for each unit of the roster."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from nianbao.catalog import common, edition_for
from nianbao.commands import console, files, options, rosters
from nianbao.commands.previous import Previous, load_previous
from nianbao.roster import Entry
from nianbao.xlsx.order import Order
from nianbao.xlsx.write import workbook


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    options.add(parser, "year", "units", required=("year", "units"))
    options.out(parser, "文件夹", "填报表放在哪个文件夹")
    options.add(parser, "previous")
    parser.add_argument("--macro", action="store_true", help="生成带“校验”按钮的 .xlsm")
    text = "保护工作表的密码（默认 nianbao）"
    parser.add_argument("--password", metavar="密码", help=text)
    options.add(parser, "force")


def run(args: argparse.Namespace) -> int:
    """Write the workbooks; 0 when all are written."""
    roster = rosters.load(args.units)
    _, entries = rosters.divided(roster)
    previous = load_previous(args.previous)
    suffix = ".xlsm" if args.macro else ".xlsx"
    names = files.distinct_names({one.unit.code: one.unit.name for one in entries})
    paths = {code: Path(args.out) / f"{name}{suffix}" for code, name in names.items()}
    files.refuse_existing(paths.values(), force=args.force)
    for entry, data in books(entries, args, previous):
        files.write_whole(paths[entry.unit.code], data, force=args.force)
    rosters.report(roster)
    for note in previous.notes:
        console.warn(note)
    console.say(f"已生成 {len(paths)} 个填报表，放在 {args.out}。")
    return 0


def books(
    entries: tuple[Entry, ...], args: argparse.Namespace, previous: Previous
) -> Iterator[tuple[Entry, bytes]]:
    """Yield each unit's workbook."""
    edition = edition_for(args.year)
    for entry in entries:
        order = Order(
            edition,
            common(),
            entry.unit,
            args.year,
            previous=previous.of(entry.unit, args.year),
            register=entry.register,
            **({"password": args.password} if args.password else {}),
        )
        data = workbook(order)
        if args.macro:
            from nianbao.xlsx.vba import macro_workbook  # noqa: PLC0415 - an extra

            data = macro_workbook(data)
        yield entry, data
