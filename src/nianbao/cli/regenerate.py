"""``nianbao regenerate``: what is derived from the edition files, rebuilt or compared."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from nianbao.book.finish import unzip
from nianbao.book.order import Order
from nianbao.button import project
from nianbao.catalog import common, editions, schemas, shipped
from nianbao.cli import console, rules
from nianbao.form import Edition
from nianbao.macros import OURS, source
from nianbao.office import files
from nianbao.report import Unit
from nianbao.template.workbook import workbook
from nianbao.validate import schema_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--check", action="store_true", help="只比对，不写；有不同则退出状态为 1")


def run(args: argparse.Namespace) -> int:
    """Rebuild the schemas and blank templates; with ``--check`` compare them only."""
    due = derived()
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


def derived() -> Mapping[Path, bytes]:
    """Return every derived file: a JSON Schema and a blank template for each edition.

    The macro's Subs, one for each action of the button. And, in a checkout, which alone has a
    folder for it, ``docs/rules.md``.
    """
    found: dict[Path, bytes] = {}
    for edition in editions().values():
        text = json.dumps(schema_of(edition), ensure_ascii=False, indent=1)
        found[schemas() / "generated" / f"report-{edition.id}.schema.json"] = f"{text}\n".encode()
        found[shipped("templates") / f"{edition.id}.xlsx"] = blank(edition)
    module = source(OURS)
    found[module] = project.with_subs(module.read_text(encoding="ascii")).encode()
    if (shipped("docs") / "template.md").exists():
        found[shipped("docs") / "rules.md"] = rules.page().encode()
    return found


def blank(edition: Edition) -> bytes:
    """Return the edition's blank template: no unit, the newest year it covers for certain."""
    level = next(iter(common().levels))
    year = edition.last_year or edition.first_year
    return workbook(Order(edition, common(), Unit("", "", level), year))


def same(path: Path, data: bytes) -> bool:
    """Return whether a file holds what it should; a workbook part by part, not by its zip."""
    if not path.exists():
        return False
    there = path.read_bytes()
    if path.suffix != ".xlsx":
        return there.replace(b"\r\n", b"\n") == data
    return unzip(there) == unzip(data)
