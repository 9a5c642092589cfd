"""What a summary is made from, as a January of few events would have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from ledgers import at, by, came, digest
from nianbao.decisions import in_force
from nianbao.errors import Finding
from nianbao.events import Decided, Event, Happening, Head, head_of
from nianbao.form import Severity
from nianbao.history import histories
from nianbao.ledger.codec import By, chained, event_of
from nianbao.merge import Summary
from nianbao.provenance import Provenance, Waived
from nianbao.report import Unit


MADE = at(12, 10, 30)
ID = digest("the merge")
YEAR = 2023
"""Of the summaries of ``summing``."""


def events(*came_: tuple[By, Happening]) -> list[Event]:
    """The events of the year, as a ledger chains them."""
    found, head = [], Head(YEAR)
    for who, what in came_:
        (row,) = chained(head, [what], who)
        found.append(event_of(row))
        head = head_of(YEAR, found)
    return found


def provenance(of: Sequence[Event] = (), waived: Sequence[Waived] = (), **more) -> Provenance:
    """The provenance of a summary made on the twelfth from a year's events."""
    decisions = in_force(of, YEAR, MADE.date())
    known = {
        "id": ID,
        "head": head_of(YEAR, of),
        "decisions": decisions.events,
        "waived": tuple(waived),
        "histories": histories(of, decisions, YEAR),
    }
    return Provenance(MADE, "nianbao 9.9.9", **{**known, **more})


def waiver(unit: Unit, event: Event, rule: str = "T1-01", severity=Severity.ERROR, **more):
    """A finding of a unit that a decision took away."""
    said = {"sheet": "表一", "cell": "C5", **more}
    message = said.pop("message", "本年制发件数不应大于现行有效件数（制发 2，现行有效 1）")
    return Waived(unit, Finding(rule, severity, message, "请改正。", **said), event)


JANUARY = (
    (by(5), came("单位1.xlsx", unit="1", saved=at(4))),
    (by(6), came("单位1(1).xlsx", "单位1改.xlsx", "1", answers=digest("单位1.xlsx")[:12])),
    (by(6), came("单位2.xlsx", unit="2")),
    (by(7), came("=单位2<b>.xlsx", "单位2改.xlsx", "2", readable=False)),
    (by(7), came("单位3.xlsx", unit="3", readable=False)),
    (by(8), came("甲.xlsx", unit="4")),
    (by(8), came("乙.xlsx", unit="4")),
    (by(8), came("生人.xlsx", unit="")),
    (by(8), came("外单位.xlsx", unit="77")),
    (by(9), Decided(act="waive", why="历史遗留，已报市里同意", unit="2", rule="T1-01")),
    (by(9, who="李四"), Decided(act="accept", why="受县里委托", unit="1", rule="N12",
                              field="problems", until=dt.date(2028, 12, 31))),
    (by(9), Decided(act="exclude", why="草稿", sha256=digest("乙.xlsx"))),
    (by(10), Decided(act="prefer", why="电话核实", sha256=digest("单位1改.xlsx"))),
    (by(10), Decided(act="correct", why="名称打错", sha256=digest("甲.xlsx"), unit="4")),
)  # fmt: skip
"""Versions mended, broken, excluded and strange; decisions of every kind."""


def whole(summary: Summary) -> Summary:
    """A summary of units 1 to 4 with January's provenance; 2 has an error waived."""
    of = events(*JANUARY)
    decided = [one for one in of if isinstance(one.what, Decided)]
    two = next(one.unit for one in summary.standings if one.unit.code == "2")
    return replace(summary, made=provenance(of, [waiver(two, decided[0])]))
