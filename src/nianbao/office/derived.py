"""What is derived from the edition files and committed: schemas, blank templates, a page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

from nianbao import codes, edition_file
from nianbao.book.order import Order
from nianbao.book.parts import unzip
from nianbao.context import Context
from nianbao.form import Edition
from nianbao.office.documents import to_bytes
from nianbao.office.rulebook import page
from nianbao.report import Unit
from nianbao.shipped import schemas, shipped
from nianbao.template.workbook import workbook
from nianbao.validate import schema_of
from nianbao.words import Common


def derived(context: Context) -> Mapping[Path, bytes]:
    """Return every derived file: a JSON Schema and a blank template for each edition.

    Also the JSON Schema of edition files; and, in a checkout, which alone has a folder for it,
    ``docs/rules.md`` and the codes of the findings.
    """
    common, editions = context.common, context.editions.values()
    found: dict[Path, bytes] = {}
    own = {f"report-{edition.id}": schema_of(edition, common) for edition in editions}
    for name, schema in {"edition": edition_file.schema(), **own}.items():
        found[schemas() / "generated" / f"{name}.schema.json"] = to_bytes(schema)
    for edition in editions:
        found[shipped("templates") / f"{edition.id}.xlsx"] = blank(edition, common)
    if (shipped("docs") / "template.md").exists():
        found[shipped("docs") / "rules.md"] = page(context).encode()
        found[Path(codes.__file__)] = code_module(common).encode()
    return found


def blank(edition: Edition, common: Common) -> bytes:
    """Return the edition's blank template: no unit, the newest year it covers for certain."""
    level = next(iter(common.levels))
    year = edition.last_year or edition.first_year
    return workbook(Order(edition, common, Unit("", "", level), year))


def code_module(common: Common) -> str:
    """Return ``codes.py``: the codes of the catalogue as types."""
    types = {
        "Code": [one.key for one in common.findings],
        "RefusalCode": list(common.refusals),
        "FaultCode": list(common.faults),
    }
    return _CODES + "\n".join(f"{name} = {_literal(known)}" for name, known in types.items())


def _literal(known: Iterable[str]) -> str:
    listed = ", ".join(f'"{one}"' for one in known)
    lines = textwrap.fill(listed, 96, break_on_hyphens=False, break_long_words=False)
    return f"Literal[\n{textwrap.indent(lines, '    ')},\n]  # fmt: skip\n"


_CODES = '''"""The codes of findings, of refusals and of what stands in these, as types. Pure.

Written by ``nianbao regenerate`` from ``schemas/common.toml``.
"""

from __future__ import annotations

from typing import Literal


'''


def same(path: Path, data: bytes) -> bool:
    """Return whether a file holds what it should; a workbook part by part, not by its zip."""
    if not path.exists():
        return False
    there = path.read_bytes()
    if path.suffix != ".xlsx":
        return there.replace(b"\r\n", b"\n") == data
    return unzip(there) == unzip(data)
