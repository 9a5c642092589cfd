"""Rules as written, and bound to the figures of an edition: refused where they do not fit."""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nianbao import expr
from nianbao.form.grid import FormError
from nianbao.form.phrases import spelt
from nianbao.form.shapes import Name, Names, Place, RuleId, SummaryId, Text
from nianbao.form.text import Authority


if TYPE_CHECKING:
    from nianbao.form.edition import Edition


class Severity(enum.Enum):
    """Whether a finding sends the report back, asks for a reason, or only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Rule:
    """A rule of an edition as written; ``each`` repeats it over rows or columns.

    ``defines`` marks an equation whose left side is a total the sheet computes itself;
    a rule without expression is an instruction that no figure can prove. ``summary`` is the id
    under which a summary that breaks the rule is reported (A05, A07). ``prefill`` marks an
    equation whose left side a template fills in from last year's report. It applies to units of
    the ``levels``, and to those that report with the powers of one of ``powers`` (《立法法》: who
    may make 规章); () is any. In an expression ``"@zero"`` names a list of words (``spelt``).
    """

    id: RuleId
    severity: Severity
    text: Text
    basis: Text
    kind: Authority
    remedy: Text
    table: Name = ""
    expression: Text = ""
    each: Literal["", "row", "column"] = ""
    rows: Names = ()
    columns: Names = ()
    at: Place = ""
    levels: Names = ()
    powers: Names = ()
    defines: bool = False
    prefill: bool = False
    summary: SummaryId = ""

    def __post_init__(self) -> None:
        for key, due in _NEEDS.items():
            if getattr(self, key) and not all(getattr(self, other) for other in due):
                raise ValueError(f"rule {self.id}: {key!r} needs {' and '.join(due)}")
        if bool(self.expression) is (self.severity is Severity.NOTE):
            raise ValueError(f"rule {self.id}: a note has no expression, any other rule has one")
        for names in (self.rows, self.columns, self.levels, self.powers):
            if len(set(names)) < len(names):
                raise ValueError(f"rule {self.id}: a name stands twice in {', '.join(names)}")

    def applies(self, level: str, power: str) -> bool:
        """Return whether it applies to a unit of that level that reports with those powers."""
        held = ((self.levels, level), (self.powers, power))
        return all(not due or one in due for due, one in held)


_NEEDS = {
    "each": ("table", "expression"),
    "rows": ("each",),
    "columns": ("each",),
    "at": ("expression",),
    "defines": ("expression",),
    "prefill": ("expression",),
}
"""What a rule must say too where it says this."""


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
class Total:
    """A figure that the sheet works out itself: ``value``, over other figures of the report."""

    place: str
    value: expr.Node

    @functools.cached_property
    def refs(self) -> tuple[expr.Ref, ...]:
        """The figures it is worked out from."""
        return expr.refs(self.value)

    @functools.cached_property
    def adds(self) -> tuple[str, ...]:
        """The figures whose plain sum it is; () where it is something else."""
        match self.value:
            case expr.Sum(items):
                keys = [item.key for item in items if isinstance(item, expr.Ref)]
                return tuple(keys) if len(keys) == len(items) else ()
        return ()


def total_of(node: expr.Node) -> Total | None:
    """Return the total that an equation defines: a figure == what others of the report give."""
    match node:
        case expr.Compare("==", expr.Ref(key, ""), right):
            parts = expr.refs(right)
            if key not in {ref.key for ref in parts} and not any(ref.source for ref in parts):
                return Total(key, right)
    return None


# --- binding a rule to the fields of its table ------------------------------------------------


def bind(rule: Rule, edition: Edition) -> Iterator[Check]:
    """Yield the checks of a rule: one, or one for each row or column that it repeats over.

    Raises:
        FormError: it names what the form does not have, or does not fit its own flags.

    """
    try:
        node = expr.parse(spelt(rule.expression, edition.phrases))
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
            case expr.Ref(key, expr.LENGTH | expr.YEAR as source):
                if source == expr.LENGTH:
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
    read = [ref.key for ref in expr.refs(bound) if ref.source not in {expr.LENGTH, expr.YEAR}]
    if rule.at:
        read = [rule.at if rule.at in edition.text_keys else resolve(rule.at)]
    if not read:
        raise FormError("it reads no figure, and 'at' does not say where it belongs")
    place = read[0]
    _refuse_false_flags(rule, bound, place, edition)
    return Check(rule, bound, place, _scope(rule, line, edition))


def _refuse_false_flags(rule: Rule, bound: expr.Node, place: str, edition: Edition) -> None:
    if rule.prefill and not _is_prefill(bound, place, edition):
        raise FormError(f"a rule that prefills must read '{place} == prev.…'")
    total = total_of(bound)
    if rule.defines and (total is None or total.place != place):
        raise FormError(f"a rule that defines must read '{place} == …', of figures of the report")


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
    if key not in edition.figures:
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
    if ref.source == expr.YEAR:
        return "报告年度"
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
