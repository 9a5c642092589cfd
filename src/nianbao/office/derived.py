"""What is derived from the edition files and committed: schemas, blank templates, a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from nianbao.book.finish import unzip
from nianbao.book.order import Order
from nianbao.catalog import Common, schemas, shipped
from nianbao.context import Context
from nianbao.form import Edition
from nianbao.office.rulebook import page
from nianbao.report import Unit
from nianbao.template.workbook import workbook
from nianbao.validate import schema_of


def derived(context: Context) -> Mapping[Path, bytes]:
    """Return every derived file: a JSON Schema and a blank template for each edition.

    And, in a checkout, which alone has a folder for it, ``docs/rules.md``.
    """
    found: dict[Path, bytes] = {}
    for edition in context.editions.values():
        text = json.dumps(schema_of(edition), ensure_ascii=False, indent=1)
        found[schemas() / "generated" / f"report-{edition.id}.schema.json"] = f"{text}\n".encode()
        found[shipped("templates") / f"{edition.id}.xlsx"] = blank(edition, context.common)
    if (shipped("docs") / "template.md").exists():
        found[shipped("docs") / "rules.md"] = page(context).encode()
    return found


def blank(edition: Edition, common: Common) -> bytes:
    """Return the edition's blank template: no unit, the newest year it covers for certain."""
    level = next(iter(common.levels))
    year = edition.last_year or edition.first_year
    return workbook(Order(edition, common, Unit("", "", level), year))


def same(path: Path, data: bytes) -> bool:
    """Return whether a file holds what it should; a workbook part by part, not by its zip."""
    if not path.exists():
        return False
    there = path.read_bytes()
    if path.suffix != ".xlsx":
        return there.replace(b"\r\n", b"\n") == data
    return unzip(there) == unzip(data)
