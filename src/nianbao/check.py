"""A report against the rules of its edition: pure, yields findings, prints nothing."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nianbao import expr
from nianbao.errors import Catalogue, Finding, ordered
from nianbao.form import Check, Edition, Inset, Severity, cells, ref_name
from nianbao.narrative import narrative_findings
from nianbao.report import CONTACT, LONGEST_QUOTE, SHORTEST_REASON, Cell, Report, Unit


@dataclass(frozen=True)
class Beside:
    """What a report is checked against besides itself.

    ``previous`` is last year's report of the same unit; ``register`` holds figures that another
    office keeps (field key -> number), as the county's roster states them. ``lineage`` says whose
    figures last year's are, or why there are none (A12 to A14).
    """

    previous: Report | None = None
    register: Mapping[str, float] = field(default_factory=dict)
    lineage: Finding | None = None

    def year_before(self, report: Report) -> Report | None:
        """Return last year's report; None where it or this year's is provisional: no wholes."""
        last = self.previous
        return None if last is None or last.provisional or report.provisional else last


NOTHING = Beside()


def check(
    report: Report, edition: Edition, catalogue: Catalogue, beside: Beside = NOTHING
) -> tuple[Finding, ...]:
    """Return the findings on a report, errors first; no sheet or cell yet.

    The rules on single cells (``form.cells``), then the rules of the edition that apply to the
    unit's level, then what only a reader of the words can tell (``narrative.py``).
    A rule with a blank operand says nothing: the blank itself is a finding already. A warning
    for which the unit gives a reason carries it.
    """
    found = [
        *cell_findings(report, edition, catalogue),
        *rule_findings(report, edition, beside),
        *narrative_findings(report, edition, catalogue),
        *_years_apart(report, beside, catalogue),
    ]
    return ordered(_with_reason(finding, report, catalogue) for finding in found)


def _years_apart(report: Report, beside: Beside, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield A08-years: last year's figures are there, but a provisional sum is not held to them.

    And whose figures they are, where that is not plain.
    """
    if beside.lineage is not None:
        yield beside.lineage
    if beside.previous is not None and beside.year_before(report) is None:
        why = catalogue.fault("years-this" if report.provisional else "years-last")
        yield catalogue["A08-years"].finding(why=why)


def upward_findings(report: Report, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield A08-upward: the report is a provisional sum, with who is missing from it.

    A08-waived: it is a whole one that holds errors.
    """
    if report.gaps and not report.provisional:
        yield catalogue["A08-waived"].finding(why=listed(report.gaps))
    if report.provisional:
        why = listed(report.gaps) or catalogue.fault("gaps-unnamed")
        yield catalogue["A08-upward"].finding(why=why)


def listed(names: Sequence[str], most: int = 20) -> str:
    """Return names as a message lists them; of many the first, and how many there are."""
    more = f"……共 {len(names)} 处" if len(names) > most else ""
    return "、".join(names[:most]) + more


def _with_reason(finding: Finding, report: Report, catalogue: Catalogue) -> Finding:
    if not report.explanations or finding.severity is not Severity.WARNING:
        return finding
    reason = report.reason(finding.rule, finding.field)
    if not reason:
        return finding
    if explains(reason):
        return replace(finding, reason=reason)
    short = catalogue.fault("reason-short", said=quoted(reason), least=SHORTEST_REASON)
    return replace(finding, remedy=f"{finding.remedy}{short}")


def explains(reason: str) -> bool:
    """Return whether a text is long enough to be a reason; the mirror of the sheet 校验."""
    return expr.characters(reason) >= SHORTEST_REASON


def contact_findings(
    report: Report, wanted: Mapping[str, str], catalogue: Catalogue
) -> Iterator[Finding]:
    """Yield N16: a form, unlike a published report, names whom to ask and who approved it.

    ``wanted`` are the keys that a form must fill, with their labels.
    """
    for key, label in wanted.items():
        if not expr.characters(report.contact.get(key)):
            yield catalogue[cells.PERSON].finding(name=label, field=f"{CONTACT}.{key}")


def identity_findings(
    report: Report, catalogue: Catalogue, year: int | None, units: Mapping[str, Unit] | None
) -> Iterator[Finding]:
    """Yield C09: another year than the one collected, or a unit that the roster does not know.

    ``units`` maps code to unit; None for either means that nothing is expected of it.
    """
    if year is not None and report.year != year:
        yield catalogue["C09-year"].finding(actual=report.year, expected=year)
    if units is None:
        return
    known = units.get(report.unit.code)
    if known is None:
        said = f"{report.unit.name}（{report.unit.code}）"
        yield catalogue["C09-unit"].finding(actual=said)
    elif known.name != report.unit.name:
        yield catalogue["C09-name"].finding(actual=report.unit.name, expected=known.name)


def cell_findings(report: Report, edition: Edition, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield what is wrong with single cells; a total that is blank follows from its parts."""
    level = report.unit.level
    for key, form_field in edition.figures.items():
        value = report.figures.get(key)
        nil = form_field.table in report.nil_returns
        if value is None and (report.zero(form_field.table) or _follows(key, report, edition)):
            continue
        unfilled = cells.FIGURE if value is not None else edition.unfilled(form_field, level)
        code = cells.state(value, form_field.column.kind, nil=nil, unfilled=unfilled)
        if not code or _adds_up(key, report, edition):
            continue
        name, actual = edition.name(key), quoted(value)
        if code == cells.NIL.key:
            name, actual = edition.table[form_field.table].number, name
        yield catalogue[code].of(edition).finding(name=name, field=key, actual=actual)


def quoted(value: Cell) -> Cell:
    """Return a cell's content as a message quotes it: a long text is cut, and shows it."""
    if isinstance(value, str) and len(value) > LONGEST_QUOTE:
        return f"{value[:LONGEST_QUOTE]}…"
    return value


def _follows(key: str, report: Report, edition: Edition) -> bool:
    total = edition.totals.get(key)
    if total is None:
        return False
    return any(report.figure(ref.key) is None for ref in total.refs)


def _adds_up(key: str, report: Report, edition: Edition) -> bool:
    """Return whether a total is what its parts give: what is wrong with them is said there."""
    value = report.figures.get(key)
    return key in edition.totals and value is not None and recomputed(report, edition, key) == value


def rule_findings(report: Report, edition: Edition, beside: Beside = NOTHING) -> Iterator[Finding]:
    """Yield the cross-check rules that fail."""
    figure, text = figures(report, edition, beside), texts(report, edition)
    for one in edition.checks_for(report.unit.level, report.unit.power):
        if _judged(one, figure, text) is expr.Verdict.FAIL:
            yield _finding(one, figure, edition)


def verdict(one: Check, report: Report, edition: Edition, beside: Beside = NOTHING) -> expr.Verdict:
    """Return what one check says of a report."""
    return _judged(one, figures(report, edition, beside), texts(report, edition))


def _judged(one: Check, figure: expr.Figure, text: expr.Text) -> expr.Verdict:
    return expr.judge(one.node, one.refs, one.texts, figure, text)


def texts(report: Report, edition: Edition) -> expr.Text:
    """Return the lookup of an expression's texts; an inset's section ends with its sentence."""
    told = {inset.section: sentence(report, inset) for inset in edition.insets}

    @functools.cache  # a dozen rules read the same texts
    def text(ref: expr.TextRef) -> str | None:
        typed, said = report.text(ref.key), told.get(ref.key, "")
        return f"{typed or ''}{said}" if said else typed

    return text


def sentence(report: Report, inset: Inset) -> str:
    """Return what a section says of its inset's figures; "" until all of them are numbers."""
    known = {key: value for key in inset.fields if (value := report.figure(key)) is not None}
    if len(known) < len(inset.fields):
        return ""
    shown = {key: expr.plain(value) for key, value in known.items()}
    return inset.sentence(report.year, shown, any_=sum(known.values()) != 0)


def recomputed(report: Report, edition: Edition, key: str) -> int | float | None:
    """Return a total from what it adds, None where some of that is blank."""
    total = edition.totals[key]
    figure = report.figure
    if total.adds:  # nearly always
        known = [value for part in total.adds if (value := figure(part)) is not None]
        return sum(known) if len(known) == len(total.adds) else None
    parts = {ref: figure(ref.key) for ref in total.refs}
    return None if None in parts.values() else expr.number(total.value, parts.__getitem__)


def year_before(key: str, previous: Report | None, edition: Edition) -> int | float | None:
    """Return a figure of last year's report; None where its edition counted something else."""
    if previous is None or not edition.comparable(key, previous.edition):
        return None
    return previous.figure(key)


class _Figures(dict[expr.Ref, "int | float | None"]):
    """The figures of expressions by reference: this year's are there, others are looked up."""

    def __init__(self, report: Report, edition: Edition, beside: Beside) -> None:
        super().__init__(
            (expr.Ref(key), value)
            for key, value in report.figures.items()
            if value is not None and not isinstance(value, str)
        )
        self.report, self.edition, self.beside = report, edition, beside
        self.previous = beside.year_before(report)

    def __missing__(self, ref: expr.Ref) -> int | float | None:
        match ref.source:
            case expr.LENGTH:
                return expr.characters(self.report.text(ref.key))
            case expr.YEAR:
                return self.report.year
            case "register":
                return self.beside.register.get(ref.key)
            case "prev":
                previous = self.previous
                return year_before(ref.key, previous, self.edition)
        return self.report.figure(ref.key)


def figures(report: Report, edition: Edition, beside: Beside = NOTHING) -> expr.Figure:
    """Return the lookup of an expression's figures: this year's, last year's, the register's."""
    return _Figures(report, edition, beside).__getitem__


def _finding(one: Check, figure: expr.Figure, edition: Edition) -> Finding:
    explained = expr.explain(one.node, figure, lambda ref: ref_name(one, ref, edition))
    scope = f"{one.scope}：" if one.scope else ""
    expected, actual = _sides(one, figure)
    return Finding(
        rule=one.rule.id,
        severity=one.rule.severity,
        message=f"{scope}{one.rule.text}{explained and f'（{explained}）'}",
        remedy=one.rule.remedy,
        field=one.place,
        expected=expected,
        actual=actual,
    )


def _sides(one: Check, figure: expr.Figure) -> tuple[int | float | None, int | float | None]:
    place = expr.Ref(one.place)
    match one.node:
        case expr.Compare("==", left, right):
            here, there = (right, left) if right == place else (left, right)
            return expr.number(there, figure), expr.number(here, figure)
    return None, figure(place)
