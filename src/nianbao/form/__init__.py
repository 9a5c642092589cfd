"""Editions of the official form as frozen values: tables, fields, narrative, rules. Pure.

Everything here is read from an edition file by ``catalog.py``; no label stands in code.
"""

from __future__ import annotations

from nianbao.form.edition import (
    Edition,
)
from nianbao.form.grid import (
    LIMIT,
    Box,
    Column,
    Field,
    FormError,
    Kind,
    Label,
    Row,
    Table,
    column_number,
)
from nianbao.form.inset import Inset
from nianbao.form.naming import composed, named
from nianbao.form.phrases import spelt
from nianbao.form.rules import (
    Check,
    Rule,
    Severity,
    Total,
    ref_name,
)
from nianbao.form.text import (
    Authority,
    Chapter,
    Guidance,
    Part,
    Section,
    said,
)
from nianbao.form.whole import refuse_contradictions


__all__ = [
    "LIMIT",
    "Authority",
    "Box",
    "Chapter",
    "Check",
    "Column",
    "Edition",
    "Field",
    "FormError",
    "Guidance",
    "Inset",
    "Kind",
    "Label",
    "Part",
    "Row",
    "Rule",
    "Section",
    "Severity",
    "Table",
    "Total",
    "column_number",
    "composed",
    "named",
    "ref_name",
    "refuse_contradictions",
    "said",
    "spelt",
]
