"""``nianbao import``: published reports read into report documents or workbooks."""

from __future__ import annotations

import argparse
from pathlib import Path

from nianbao.book.order import Order
from nianbao.catalog import common, editions
from nianbao.cli import console, options
from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.ingest.text import Imported, decode, read_text
from nianbao.office import files
from nianbao.report import to_document
from nianbao.template.workbook import workbook


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    text = "公布的年报，纯文本（.txt），可以多个"
    parser.add_argument("sources", nargs="+", metavar="文件", help=text)
    options.out(parser, "位置", "写到哪里：.json 或 .xlsx 文件；多个来源时是文件夹")
    parser.add_argument(
        "--year", type=options.year, metavar="年度", help="报告年度（默认从标题里读）"
    )
    parser.add_argument("--name", metavar="名称", help="单位名称（默认从标题里读）")
    parser.add_argument("--code", metavar="代码", help="单位代码")
    levels = tuple(common().levels)
    text = f"单位类别：{'、'.join(levels)}"
    parser.add_argument("--level", metavar="类别", choices=levels, help=text)
    options.add(parser, "force")


def run(args: argparse.Namespace) -> int:
    """Write a document or workbook for each source; 1 when something was not found or failed."""
    targets = _targets(args)
    files.refuse_existing(targets.values(), force=args.force)
    clean = True
    for source, target in targets.items():
        try:
            imported = _import(source, args)
        except NianbaoError as error:
            console.warn(f"{source}：{error}")
            clean = False
            continue
        files.write_whole(target, _bytes(imported, target), force=args.force)
        unit = imported.report.unit
        files_said = f"{console.whole(source)} → {console.whole(target)}"
        console.say(f"{files_said}　{unit.name} {imported.report.year}年度", look="bold")
        for note in imported.notes:
            console.say(note, 2)
        clean = clean and not imported.notes
    return 0 if clean else 1


def _targets(args: argparse.Namespace) -> dict[Path, Path]:
    sources, out = [Path(one) for one in args.sources], Path(args.out)
    if len(sources) == 1 and out.suffix.lower() in {".json", ".xlsx"}:
        return {sources[0]: out}
    if len(sources) > 1 and (args.name or args.code):
        raise NianbaoError("--name、--code 只能用于一个来源。")
    targets = {source: out / f"{source.stem}.json" for source in sources}
    if len(set(targets.values())) < len(targets):
        raise NianbaoError("几个来源的文件名相同，结果会互相覆盖；请分别导入。")
    return targets


def _import(source: Path, args: argparse.Namespace) -> Imported:
    text = decode(files.read_bytes(source), context().common)
    return read_text(
        text, context(), year=args.year, name=args.name, code=args.code, level=args.level
    )


def _bytes(imported: Imported, target: Path) -> bytes:
    report = imported.report
    if target.suffix.lower() == ".json":
        return console.to_bytes(to_document(report))
    edition = editions()[report.edition]
    return workbook(Order(edition, common(), report.unit, report.year, report))
