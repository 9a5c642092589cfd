"""Editions of the official form as frozen values: tables, fields, narrative, rules. Pure.

Everything here is read from an edition file by ``catalog.py``; no label stands in code.
"""

from __future__ import annotations

import enum
import functools
import graphlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nianbao import expr
from nianbao.report import FEE


class FormError(ValueError):
    """An edition that contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle of cells of a table's official grid, 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Box:
        """Read ``B7`` or ``B7:D7``.

        Raises:
            FormError: the text is no such range.

        """
        match = re.fullmatch(r"([A-Z]{1,2})([1-9]\d*)(?::([A-Z]{1,2})([1-9]\d*))?", text)
        if match is None:
            raise FormError(f"not a cell range: {text!r}")
        left, top, right, bottom = match.groups()
        box = cls(int(top), column_number(left), int(bottom or top), column_number(right or left))
        if box.bottom < box.top or box.right < box.left:
            raise FormError(f"range is upside down: {text!r}")
        return box

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column

    @property
    def single(self) -> bool:
        """Whether the box is one cell."""
        return (self.top, self.left) == (self.bottom, self.right)


def column_number(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    return functools.reduce(lambda n, c: n * 26 + ord(c) - 64, letters, 0)


class Kind(enum.Enum):
    """What a figure may be: a count, a change that may be negative, an amount of money."""

    COUNT = "count"
    CHANGE = "change"
    AMOUNT = "amount"

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self is not Kind.AMOUNT

    @property
    def minimum(self) -> int | None:
        """The least value, or None where a decrease may be stated."""
        return None if self is Kind.CHANGE else 0


LIMIT = 999_999_999
"""The largest count or amount that is believed; ten digits are a typing error."""


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label: where it stands, what it says, which label it stands under."""

    text: str
    boxes: tuple[Box, ...]
    key: str = ""
    under: str = ""
    band: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: its label, what it counts and in which unit (件, 万元, 元)."""

    key: str
    label: Label
    kind: Kind
    unit: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of figures; ``cells`` says where each column of it stands in the grid.

    ``guidance`` says what it counts, ``source`` where that is laid down.
    """

    key: str
    label: Label
    cells: Mapping[str, Box]
    short: str = ""
    guidance: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One figure of the form: where it stands and what it is."""

    key: str
    table: str
    row: Row
    column: Column
    box: Box

    @property
    def kind(self) -> Kind:
        """What the figure may be."""
        return self.column.kind


@dataclass(frozen=True)
class Table:
    """One official table: a grid of labels and fields."""

    key: str
    number: str
    heading: str
    sheet: str
    height: int
    width: int
    widths: tuple[float, ...]
    labels: tuple[Label, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    landscape: bool = False

    @functools.cached_property
    def wide(self) -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
        """The figures in merged cells, each with how far the cells after its first are from it."""
        boxes = ((key, one.box) for key, one in self.fields.items())
        found = ((key, tuple((r - b.top, c - b.left) for r, c in b)[1:]) for key, b in boxes)
        return tuple((key, others) for key, others in found if others)

    @functools.cached_property
    def fields(self) -> dict[str, Field]:
        """Every figure of the table by its key, row by row."""
        columns = {column.key: column for column in self.columns}
        return {
            key: Field(key, self.key, row, columns[name], box)
            for row in self.rows
            for name, box in row.cells.items()
            for key in [f"{self.key}.{row.key}.{name}"]
        }

    @functools.cached_property
    def printed(self) -> tuple[Label, ...]:
        """Every label that stands on the sheet, in reading order."""
        labels = [*self.labels, *(c.label for c in self.columns), *(r.label for r in self.rows)]
        return tuple(sorted((x for x in labels if x.boxes), key=lambda label: label.boxes[0]))

    def path(self, label: Label) -> tuple[str, ...]:
        """Return the label's text with those it stands under, outermost first."""
        by_key = {other.key: other for other in self.labels if other.key}
        path = [label.text]
        while label.under:
            label = by_key[label.under]
            path.insert(0, label.text)
        return tuple(path)


@dataclass(frozen=True, slots=True)
class Part:
    """A box of text of a section."""

    key: str
    label: str
    guidance: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A narrative section of the report."""

    key: str
    number: str
    heading: str
    guidance: str
    parts: tuple[Part, ...]

    @property
    def text_keys(self) -> tuple[str, ...]:
        """The narrative keys: the section's own, or one for each of its parts."""
        return tuple(f"{self.key}.{part.key}" for part in self.parts) or (self.key,)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the instructions to those who fill the form in, with its source."""

    title: str
    source: str
    items: tuple[str, ...]


class Severity(enum.Enum):
    """Whether a finding sends the report back, asks for a reason, or only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Rule:
    """A rule of an edition as written; ``instances`` repeats it over rows or columns.

    ``defines`` marks an equation whose left side is a total the sheet computes itself;
    a rule without expression is an instruction that no figure can prove. ``summary`` is the id
    under which a summary that breaks the rule is reported (A05, A07). ``prefill`` marks an
    equation whose left side a template fills in from last year's report.
    """

    id: str
    severity: Severity
    text: str
    basis: str
    remedy: str
    table: str = ""
    expression: str = ""
    each: str = ""
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    at: str = ""
    levels: tuple[str, ...] = ()
    defines: bool = False
    prefill: bool = False
    summary: str = ""


@dataclass(frozen=True)
class Check:
    """A rule bound to the figures of one row or column (or to the whole table).

    ``place`` is the field the finding points at; ``scope`` the label of the row or column.
    """

    rule: Rule
    node: expr.Node
    place: str
    scope: str

    @functools.cached_property
    def refs(self) -> tuple[expr.Ref, ...]:
        """The figures it reads."""
        return expr.refs(self.node)

    @functools.cached_property
    def texts(self) -> tuple[tuple[expr.TextRef, ...], ...]:
        """The groups of texts it reads."""
        return expr.texts(self.node)


@dataclass(frozen=True)
class Fee:
    """The two cells of 信息处理费 (cases 件, yuan 元) and the section they belong to.

    Units of the ``levels`` must fill them (N10). ``some`` and ``none`` are the sentence that
    the section says of it, with ``{year}``, ``{cases}`` and ``{yuan}`` in it.
    """

    section: str
    cases: str
    yuan: str
    guidance: str
    some: str
    none: str
    levels: tuple[str, ...] = ()

    def sentence(self, year: object, cases: object, yuan: object, *, any_: bool) -> str:
        """Return the section's sentence: what was charged, or that nothing was."""
        return (self.some if any_ else self.none).format(year=year, cases=cases, yuan=yuan)


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of the official form (e.g. 国办公开办函〔2021〕30号); equal only to itself."""

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
    fee: Fee | None = None
    guidance: tuple[str, ...] = ()
    guide: tuple[Chapter, ...] = ()

    @functools.cached_property
    def fields(self) -> dict[str, Field]:
        """Every figure of the form by its key, in official order."""
        return {key: field for table in self.tables for key, field in table.fields.items()}

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
        """The keys of the narrative that every unit must fill."""
        optional = {f"{s.key}.{part.key}" for s in self.sections for part in s.parts
                    if not part.required}  # fmt: skip
        return tuple(key for key in self.text_keys if key not in optional)

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
        return tuple(check for rule in self.rules if rule.expression for check in _bind(rule, self))

    @functools.cached_property
    def totals(self) -> dict[str, Check]:
        """The totals: field key -> the first check that defines it."""
        found: dict[str, Check] = {}
        for check in self.checks:
            if check.rule.defines:
                found.setdefault(check.place, check)
        return found

    @functools.cached_property
    def total_order(self) -> tuple[str, ...]:
        """The totals in an order in which each comes after the totals it adds."""
        waits = {
            key: [ref.key for ref in check.refs if ref.key in self.totals and ref.key != key]
            for key, check in self.totals.items()
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
    def prefilled(self) -> dict[str, expr.Ref]:
        """The inputs that a template fills in: field key -> last year's figure."""
        return {
            check.place: check.node.right
            for check in self.checks
            if check.rule.prefill
            and isinstance(check.node, expr.Compare)
            and isinstance(check.node.right, expr.Ref)
        }

    @functools.cached_property
    def fee_columns(self) -> dict[str, Column]:
        """What the cells of the processing fee hold: cases in 件, an amount in 元."""
        if self.fee is None:
            return {}
        return {
            "cases": Column("cases", Label(self.fee.cases, ()), Kind.COUNT, "件"),
            "yuan": Column("yuan", Label(self.fee.yuan, ()), Kind.AMOUNT, "元"),
        }

    def covers(self, year: int) -> bool:
        """Return whether reports of that year are due in this edition."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def checks_for(self, level: str) -> tuple[Check, ...]:
        """Return the checks that apply to a unit of that level."""
        return tuple(c for c in self.checks if not c.rule.levels or level in c.rule.levels)

    def name(self, key: str) -> str:
        """Return a field's printed path, e.g. 一、本年新收政府信息公开申请数量·自然人.

        Of a text or of the processing fee, its label.
        """
        field = self.fields.get(key)
        if field is None:
            fee = self.fee_columns.get(key.partition(".")[2])
            return self.text_names[key] if fee is None else fee.label.text
        table = self.table[field.table]
        return f"{''.join(table.path(field.row.label)[-2:])}·{field.column.label.text}"


# --- binding a rule to the fields of its table ------------------------------------------------


def _bind(rule: Rule, edition: Edition) -> Iterator[Check]:
    try:
        node = expr.parse(rule.expression)
        for line in _lines(rule, edition):
            yield _check(rule, node, line, edition)
    except (expr.ExprError, FormError) as error:
        raise FormError(f"rule {rule.id}: {error}") from None


def _lines(rule: Rule, edition: Edition) -> tuple[str, ...]:
    if not rule.each:
        return ("",)
    table = edition.table[rule.table]
    known = tuple(x.key for x in (table.rows if rule.each == "row" else table.columns))
    chosen = (rule.rows if rule.each == "row" else rule.columns) or known
    for key in chosen:
        if key not in known:
            raise FormError(f"no {rule.each} {key!r} in {rule.table}")
    return chosen


def _check(rule: Rule, node: expr.Node, line: str, edition: Edition) -> Check:
    resolve = functools.partial(_resolve, rule=rule, line=line, edition=edition)

    def replace(part: expr.Node) -> expr.Node | None:
        match part:
            case expr.Ref(key, expr.LENGTH):
                _known_texts((expr.TextRef(key),), edition)
                return part
            case expr.Ref(key, source):
                return expr.Ref(resolve(key), source)
            case expr.Sum((expr.Ref() as first, expr.Ref() as last), span=True):
                return expr.Sum(_span(first, last, resolve, edition))
            case expr.Mentions(texts):
                _known_texts(texts, edition)
        return None

    bound = expr.rewrite(node, replace)
    read = [ref.key for ref in expr.refs(bound) if ref.source != expr.LENGTH]
    if rule.at:
        read = [rule.at if rule.at in edition.text_keys else resolve(rule.at)]
    if not read:
        raise FormError("it reads no figure, and 'at' does not say where it belongs")
    place = read[0]
    if rule.prefill and not _is_prefill(bound, place, edition):
        raise FormError(f"a rule that prefills must read '{place} == prev.…'")
    if rule.defines and not _is_definition(bound, place):
        raise FormError(f"a rule that defines must read '{place} == …'")
    return Check(rule, bound, place, _scope(rule, line, edition))


def _is_definition(node: expr.Node, place: str) -> bool:
    match node:
        case expr.Compare("==", expr.Ref(key, ""), right):
            return key == place and place not in {ref.key for ref in expr.refs(right)}
    return False


def _is_prefill(node: expr.Node, place: str, edition: Edition) -> bool:
    match node:
        case expr.Compare("==", expr.Ref(key, ""), expr.Ref(_, "prev")):
            return key == place and key in edition.fields
    return False


def _resolve(name: str, rule: Rule, line: str, edition: Edition) -> str:
    parts = name.split(".")
    if len(parts) == 1 and rule.each:
        pair = (line, name) if rule.each == "row" else (name, line)
        key = ".".join((rule.table, *pair))
    elif len(parts) == 2 and rule.table:
        key = f"{rule.table}.{name}"
    else:
        key = name
    head, _, rest = key.partition(".")
    if key not in edition.fields and (head != FEE or rest not in edition.fee_columns):
        raise FormError(f"no {name!r} in {rule.table or 'the form'}")
    return key


def _span(
    first: expr.Ref, last: expr.Ref, resolve: functools.partial[str], edition: Edition
) -> tuple[expr.Node, ...]:
    if first.source != last.source:
        raise FormError("both ends of a sum must be of the same report")
    ends = [edition.fields[resolve(ref.key)] for ref in (first, last)]
    if ends[0].row.key == ends[1].row.key:
        line = [f for f in edition.fields.values() if f.row is ends[0].row]
    else:
        line = [
            f
            for f in edition.table[ends[0].table].fields.values()
            if f.column.key == ends[0].column.key
        ]
    keys = [f.key for f in line]
    start, stop = (keys.index(end.key) if end.key in keys else -1 for end in ends)
    if not 0 <= start < stop:
        raise FormError(f"sum({first.key}, ..., {last.key}) does not run along one line")
    return tuple(expr.Ref(key, first.source) for key in keys[start : stop + 1])


def _known_texts(texts: tuple[expr.TextRef, ...], edition: Edition) -> None:
    sections = {section.key for section in edition.sections}
    for ref in texts:
        if ref.key not in sections and ref.key not in edition.text_keys:
            raise FormError(f"no text {ref.key!r}")


def _scope(rule: Rule, line: str, edition: Edition) -> str:
    if not rule.each:
        return ""
    table = edition.table[rule.table]
    for part in table.rows if rule.each == "row" else table.columns:
        if part.key == line:
            return part.label.text
    return ""


def ref_name(check: Check, ref: expr.Ref, edition: Edition) -> str:
    """Return how an explanation calls a figure: the part of its path that varies."""
    if ref.source == expr.LENGTH:
        return f"{edition.name(ref.key)}字数"
    if ref.key not in edition.fields:
        return edition.name(ref.key)
    field = edition.fields[ref.key]
    row = field.row.short or field.row.label.text
    column = field.column.short or field.column.label.text
    prefix = {"prev": "上年", "register": "登记"}.get(ref.source, "")
    if prefix:  # not 上年本年…
        row, column = row.removeprefix("本年"), column.removeprefix("本年")
    if check.rule.each == "row":
        return prefix + column
    return prefix + (row if check.rule.each == "column" else f"{row}·{column}")
