"""``nianbao fill``: a fresh template holding a report's figures and text."""

from __future__ import annotations

import argparse
from pathlib import Path

from nianbao.book.order import Order
from nianbao.catalog import common, editions
from nianbao.cli import console, options
from nianbao.errors import NianbaoError
from nianbao.office import files
from nianbao.office.previous import load_previous
from nianbao.report import Report, from_document
from nianbao.template.workbook import workbook
from nianbao.validate import load_document, structure


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("report", metavar="年报.json", help="年报文档")
    options.out(parser, "文件.xlsx", "写到哪个文件；不是 .xlsx 结尾的当作文件夹")
    options.add(parser, "previous", "force")


def run(args: argparse.Namespace) -> int:
    """Write the workbook; 0 when it is written, whatever the figures are."""
    report = load_report(Path(args.report))
    previous = load_previous(args.previous).of(report.unit, report.year)
    edition = editions()[report.edition]
    data = workbook(Order(edition, common(), report.unit, report.year, report, previous))
    out = Path(args.out)
    if out.suffix.lower() != ".xlsx":
        out /= f"{files.safe_name(report.unit.name)}.xlsx"
    files.write_whole(out, data, force=args.force)
    console.say(f"已填好：{console.whole(out)}")
    return 0


def load_report(path: Path) -> Report:
    """Read a report document; its figures may be wrong, its structure may not.

    Raises:
        NianbaoError: it is no report document of a known edition.

    """
    document = load_document(files.read_bytes(path), common().catalogue)
    edition = editions().get(str(document.get("edition")))
    if edition is None:
        known = "、".join(editions())
        raise NianbaoError(f"{path}：没有格式版本“{document.get('edition')}”，可以用：{known}。")
    for finding in structure(document, edition, common()):
        raise NianbaoError(f"{path}：{finding.message}。{finding.remedy}")
    return from_document(document)
