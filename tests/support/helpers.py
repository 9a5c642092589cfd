"""What the tests share: complete reports of an edition, the rule cases, the corpus."""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nianbao import catalog
from nianbao.check import Beside, recomputed
from nianbao.context import context
from nianbao.form import Edition
from nianbao.report import Cell, Report, Unit, from_document
from nianbao.words import Common


HERE = Path(__file__).parents[1]
CASES = HERE / "cases"
SHARED = HERE.parent.parent / "shared"
TOY = HERE / "editions" / "toy.toml"


def common() -> Common:
    """What the editions share."""
    return context().common


def editions() -> dict[str, Edition]:
    """The editions that ship."""
    return dict(context().editions)


def edition_for(year: int) -> Edition:
    """The edition of a year."""
    return context().edition_for(year)


@functools.cache
def toy() -> Edition:
    """The edition that uses every feature of the rule language."""
    return catalog.load(TOY, context().common)


def every_edition() -> dict[str, Edition]:
    return {**editions(), toy().id: toy()}


def data(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@functools.cache
def baseline(edition: str) -> dict[str, Any]:
    """The complete report that every case of an edition changes: ``complete.toml``."""
    return data(CASES / edition / "complete.toml")


@dataclass(frozen=True)
class Change:
    """What a case changes of the complete report.

    ``figures`` are inputs, from which totals follow; ``stated`` are totals written over;
    ``blank`` are figures left out; ``nil`` and ``zero`` are tables declared 全部为零, 空格按零;
    ``contact`` changes the people, ``reasons`` are what explains warnings. ``previous`` and
    ``register`` change what it is held against.
    """

    figures: Mapping[str, Cell] = ()  # type: ignore[assignment]
    stated: Mapping[str, Cell] = ()  # type: ignore[assignment]
    blank: tuple[str, ...] = ()
    text: Mapping[str, str] = ()  # type: ignore[assignment]
    fee: Mapping[str, Cell] = ()  # type: ignore[assignment]
    nil: tuple[str, ...] = ()
    zero: tuple[str, ...] = ()
    contact: Mapping[str, str] = ()  # type: ignore[assignment]
    reasons: Mapping[str, str] = ()  # type: ignore[assignment]
    level: str = ""
    under: str = ""
    speaks_for: str = ""
    year: int = 0
    previous: Mapping[str, Cell] | None = ()  # type: ignore[assignment]
    register: Mapping[str, float] | None = ()  # type: ignore[assignment]


def change(case: Mapping[str, Any]) -> Change:
    """Read a case's change; ``previous = false`` says that there is no report of last year."""
    known = {key: case[key] for key in Change.__dataclass_fields__ if key in case}
    lists = {key: tuple(known[key]) for key in ("blank", "nil", "zero") if key in known}
    absent = {key: None for key in ("previous", "register") if known.get(key) is False}
    return Change(**{**known, **lists, **absent})


def make_report(edition: Edition, **changes: Any) -> Report:
    """A complete, consistent report with the named changes (of ``Change``)."""
    return changed(edition, Change(**changes))


def changed(edition: Edition, what: Change) -> Report:
    base = baseline(edition.id)
    said = {key: getattr(what, key) for key in ("level", "under", "speaks_for")}
    unit = Unit(**{**base["unit"], **{key: value for key, value in said.items() if value}})
    given = {**base["figures"], **dict(what.figures)}
    fee = apart({**base.get("fee", {}), **dict(what.fee)})
    report = Report(
        edition=edition.id,
        year=what.year or base["year"],
        unit=unit,
        figures=settled(edition, given, what.stated, what.blank, (what.nil, what.zero)) | fee,
        narrative={key: {**base["narrative"], **dict(what.text)}.get(key)
                   for key in edition.text_keys},
        contact={**base.get("contact", {}), **dict(what.contact)},
        nil_returns=frozenset(what.nil),
        blanks_are_zero=frozenset(what.zero),
        explanations=dict(what.reasons),
    )  # fmt: skip
    unknown = {*given, *dict(what.stated), *what.blank} - set(edition.fields)
    assert not unknown, unknown
    assert not set(given) & set(edition.totals), "totals are stated, not given"
    return report


FEE = "processing_fee"


def apart(fee: Mapping[str, Cell]) -> dict[str, Cell]:
    """The figures of the processing fee: ``cases`` and ``yuan``."""
    return {f"{FEE}.{key}": value for key, value in fee.items()}


def fee_of(report: Report) -> dict[str, Cell]:
    """What a report has of the processing fee."""
    keys = [key for key in report.figures if key.startswith(FEE)]
    return {key.removeprefix(f"{FEE}."): report.figures[key] for key in keys}


def with_fee(report: Report, **fee: Cell) -> Report:
    """The report with this of the processing fee and nothing else."""
    rest = {key: value for key, value in report.figures.items() if not key.startswith(FEE)}
    return replace(report, figures=rest | apart(fee))


def settled(
    edition: Edition,
    given: Mapping[str, Cell],
    stated: Mapping[str, Cell] = (),  # type: ignore[assignment]
    blank: Iterable[str] = (),
    declared: tuple[Iterable[str], Iterable[str]] = ((), ()),
) -> dict[str, Cell]:
    """All figures of a report: inputs not given are 0, totals follow unless stated.

    ``declared`` are the tables whose blanks are 0: as a nil return, and as blanks only.
    """
    nil, zero = declared
    figures: dict[str, Cell] = {key: given.get(key, 0) for key in edition.fields}
    figures |= dict.fromkeys(blank)
    report = Report(
        edition.id, 0, Unit("", "", ""), figures,
        nil_returns=frozenset(nil), blanks_are_zero=frozenset(zero),
    )  # fmt: skip
    over = dict(stated)
    for key in edition.total_order:
        if key not in blank:
            figures[key] = over[key] if key in over else recomputed(report, edition, key)
    return figures


def beside(edition: Edition, what: Change = Change()) -> Beside:
    """Last year's report and the registers' figures, as the case has them."""
    base = baseline(edition.id)
    previous = None
    if what.previous is not None:
        given = {**base["previous"], **dict(what.previous)}
        totals = {key: value for key, value in given.items() if key in edition.totals}
        inputs = {key: value for key, value in given.items() if key not in totals}
        report = make_report(edition)
        figures = settled(edition, inputs, totals)
        previous = replace(report, year=report.year - 1, figures=figures)
    register = {} if what.register is None else {**base["register"], **dict(what.register)}
    return Beside(previous, register)


# --- the corpus -------------------------------------------------------------------------------


@functools.cache
def corpus() -> dict[str, Report]:
    """Every report of ``../shared/corpus/json`` by its number."""
    folder = SHARED / "corpus" / "json"
    return {
        path.stem: from_document(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*.json"))
    }


@functools.cache
def corpus_index() -> dict[str, dict[str, str]]:
    """``index.tsv``: number -> column -> text."""
    head, *lines = (SHARED / "corpus" / "index.tsv").read_text(encoding="utf-8").splitlines()
    names = head.split("\t")
    rows = (dict(zip(names, line.split("\t"), strict=True)) for line in lines)
    return {row["id"]: row for row in rows}
