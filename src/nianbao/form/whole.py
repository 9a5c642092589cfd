"""What only the whole form can show to be wrong: what contradicts itself is refused. Pure."""

from __future__ import annotations

from collections.abc import Container

from nianbao.form.edition import Edition
from nianbao.form.grid import FormError, Table
from nianbao.form.text import Authority
from nianbao.report import APART


def refuse_contradictions(edition: Edition, levels: Container[str], above: str) -> None:
    """Refuse an edition that contradicts itself; ``above`` is what no rule may have in its words.

    Raises:
        FormError: it says where.

    """
    _refuse_twice("rule", [rule.id for rule in edition.rules])
    _refuse_twice("table", [table.key for table in edition.tables])
    for table in edition.tables:
        _refuse_twice(f"row of {table.key}", [row.key for row in table.rows])
        _refuse_twice(f"column of {table.key}", [column.key for column in table.columns])
        _refuse_loose_ends(table)
        _refuse_overlaps(table)
    _refuse_loose_insets(edition)
    for rule in edition.rules:
        for key in (*rule.levels, *rule.powers):
            if key not in levels:
                raise FormError(f"rule {rule.id}: no level {key!r}")
        if any(above in said for said in (rule.text, rule.remedy, rule.basis)):
            raise FormError(f"rule {rule.id}: findings of rules do not know whom {above} is")
        if rule.kind is Authority.LOCAL:
            raise FormError(f"rule {rule.id}: what a county lays down stands in its own file")
    _ = edition.total_order  # binds every rule


def _refuse_twice(what: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise FormError(f"{what} {key!r} stands twice")


def _refuse_loose_ends(table: Table) -> None:
    known = {label.key for label in table.labels}
    for label in table.printed:
        if label.under and label.under not in known:
            raise FormError(f"table {table.key}: {label.text!r} under unknown {label.under!r}")
    columns = {column.key for column in table.columns}
    for row in table.rows:
        if unknown := set(row.cells) - columns:
            raise FormError(f"table {table.key}, row {row.key}: no column {sorted(unknown)}")


def _refuse_loose_insets(edition: Edition) -> None:
    _refuse_twice("table", [*edition.table, *(inset.key for inset in edition.insets)])
    _refuse_twice("inset below", [inset.section for inset in edition.insets])
    sections = {section.key for section in edition.sections}
    for inset in edition.insets:
        _refuse_twice(f"figure of {inset.key}", [row.key for row in inset.rows])
        if inset.key not in APART:
            raise FormError(f"inset {inset.key}: a report has no place for it")
        if inset.section not in sections:
            raise FormError(f"inset {inset.key}: no section {inset.section!r}")


def _refuse_overlaps(table: Table) -> None:
    taken: dict[tuple[int, int], str] = {}
    boxes = [(box, label.text) for label in table.printed for box in label.boxes]
    boxes += [(form_field.box, key) for key, form_field in table.fields.items()]
    for box, what in boxes:
        if box.bottom > table.height or box.right > table.width:
            raise FormError(f"table {table.key}: {what!r} stands outside the grid")
        for cell in box:
            if cell in taken:
                raise FormError(f"table {table.key}: {what!r} overlaps {taken[cell]!r}")
            taken[cell] = what
    if len(taken) != table.height * table.width:
        raise FormError(f"table {table.key}: the grid has holes")
