"""One edition of the official form: everything that its file says, and what follows from it."""

from __future__ import annotations

import functools
import graphlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from nianbao import expr
from nianbao.form import cells
from nianbao.form.grid import Field, FormError, Table
from nianbao.form.inset import Inset
from nianbao.form.naming import names
from nianbao.form.rules import Check, Rule, Total, bind, total_of
from nianbao.form.text import Chapter, Guidance, Section


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of the official form (e.g. 国办公开办函〔2021〕30号); equal only to itself.

    ``phrases`` are the lists of words that its rules may name. ``local`` stands for what a
    county's own file adds to it (``nianbao.local``), "" for nothing.
    """

    id: str
    title: str
    citation: str
    report_title: str
    first_year: int
    last_year: int | None
    tables: tuple[Table, ...]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    digest: str
    insets: tuple[Inset, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    guide: tuple[Chapter, ...] = ()
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    local: str = ""

    @functools.cached_property
    def fields(self) -> dict[str, Field]:
        """Every figure of the tables by its key, in official order."""
        return {key: field for table in self.tables for key, field in table.fields.items()}

    @functools.cached_property
    def small(self) -> dict[str, Field]:
        """Every figure on the text sheet by its key."""
        return {key: field for inset in self.insets for key, field in inset.fields.items()}

    @functools.cached_property
    def figures(self) -> dict[str, Field]:
        """Every figure of the form by its key: the tables', then those on the text sheet."""
        return self.fields | self.small

    @functools.cached_property
    def table(self) -> dict[str, Table]:
        """The tables by key."""
        return {table.key: table for table in self.tables}

    @functools.cached_property
    def text_keys(self) -> tuple[str, ...]:
        """Every key of the narrative in order."""
        return tuple(key for section in self.sections for key in section.text_keys)

    @functools.cached_property
    def required_texts(self) -> tuple[str, ...]:
        """The keys of the narrative that every unit must fill; an inset writes its section."""
        optional = {f"{s.key}.{part.key}" for s in self.sections for part in s.parts
                    if not part.required}  # fmt: skip
        optional |= {inset.section for inset in self.insets}
        return tuple(key for key in self.text_keys if key not in optional)

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """The names that words may borrow: see ``naming.names``."""
        return dict(names(self))

    @functools.cached_property
    def text_names(self) -> dict[str, str]:
        """What the narrative's sections and parts are called, by key."""
        parts = {f"{s.key}.{part.key}": part.label for s in self.sections for part in s.parts}
        return {section.key: section.heading for section in self.sections} | parts

    @functools.cached_property
    def text_limits(self) -> dict[str, int]:
        """The most characters that a rule allows a section or a part of it, by key."""
        return {
            left.key: int(right.value)
            for check in self.checks
            if isinstance(check.node, expr.Compare) and check.node.op == "<="
            for left, right in [(check.node.left, check.node.right)]
            if isinstance(left, expr.Ref) and left.source == expr.LENGTH
            if isinstance(right, expr.Number)
        }

    @functools.cached_property
    def checks(self) -> tuple[Check, ...]:
        """Every rule that has an expression, bound; for all levels."""
        return tuple(check for rule in self.rules if rule.expression for check in bind(rule, self))

    @functools.cached_property
    def totals(self) -> dict[str, Total]:
        """The totals by field key, each as the first rule that defines it has it."""
        found: dict[str, Total] = {}
        for check in self.checks:
            if check.rule.defines and (total := total_of(check.node)):
                found.setdefault(total.place, total)
        return found

    @functools.cached_property
    def total_order(self) -> tuple[str, ...]:
        """The totals in an order in which each comes after the totals it adds."""
        waits = {
            key: [ref.key for ref in total.refs if ref.key in self.totals]
            for key, total in self.totals.items()
        }
        try:
            return tuple(graphlib.TopologicalSorter(waits).static_order())
        except graphlib.CycleError as error:
            raise FormError(f"totals that add each other: {error.args[1]}") from None

    @functools.cached_property
    def inputs(self) -> dict[str, Field]:
        """The fields a unit fills in: all that are no totals."""
        return {key: field for key, field in self.fields.items() if key not in self.totals}

    @functools.cached_property
    def typed(self) -> dict[str, Field]:
        """All that a unit fills in: the inputs of the tables and the figures on the text sheet."""
        return self.inputs | self.small

    def unfilled(self, field: Field, level: str) -> cells.State:
        """Return the state of a blank input, for a unit of that level; "" where it may be blank."""
        insets = [inset for inset in self.insets if inset.key == field.table]
        if not insets:
            return cells.FIGURE
        return cells.INSET if insets[0].due(level) else ""

    @functools.cached_property
    def prefilled(self) -> dict[str, expr.Ref]:
        """The inputs that a template fills in: field key -> last year's figure."""
        return {
            check.place: check.node.right
            for check in self.checks
            if check.rule.prefill
            and isinstance(check.node, expr.Compare)
            and isinstance(check.node.right, expr.Ref)
        }

    def covers(self, year: int) -> bool:
        """Return whether reports of that year are due in this edition."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def comparable(self, key: str, other: str) -> bool:
        """Return whether a figure counts what it does in another edition (by its id)."""
        table = self.table.get(key.partition(".")[0])
        return table is None or other not in table.breaks

    def checks_for(self, level: str, power: str = "") -> tuple[Check, ...]:
        """Return the checks that apply to a unit of that level; ``power`` is its own where ""."""
        return tuple(c for c in self.checks if c.rule.applies(level, power or level))

    def name(self, key: str) -> str:
        """Return a field's printed path, e.g. 一、本年新收政府信息公开申请数量·自然人.

        Of a text or of a figure on the text sheet, its label.
        """
        field = self.fields.get(key)
        if field is None:
            small = self.small.get(key)
            return self.text_names[key] if small is None else small.row.label.text
        table = self.table[field.table]
        return f"{''.join(table.path(field.row.label)[-2:])}·{field.column.label.text}"
