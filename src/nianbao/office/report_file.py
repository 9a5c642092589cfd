"""A report document that somebody names: read, and refused where it is none."""

from __future__ import annotations

from pathlib import Path

from nianbao.context import Context
from nianbao.office import files
from nianbao.report import Report, from_document
from nianbao.validate import load_document, structure


def load_report(path: Path, context: Context) -> Report:
    """Read a report document; its figures may be wrong, its structure may not.

    Raises:
        NianbaoError: it is no report document of a known edition.

    """
    document = load_document(files.read_bytes(path, context.common), context.catalogue)
    edition = context.editions.get(str(document.get("edition")))
    if edition is None:
        known = "、".join(context.editions)
        said = document.get("edition")
        raise context.common.refuse("fill-edition", path=path, name=said, known=known)
    for finding in structure(document, edition, context.common):
        why = f"{finding.message}。{finding.remedy}"
        raise context.common.refuse("fill-structure", path=path, why=why)
    return from_document(document)
