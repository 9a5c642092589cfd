"""How a summary was made, in words: what it came from, which versions, what was decided. Pure.

Nobody need trust it: the merge id, the head of the ledger and the fingerprints of the files let
the sums be made again.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nianbao.errors import Finding
from nianbao.events import Decided, Event
from nianbao.form import Severity
from nianbao.merge import Summary
from nianbao.provenance import Fate, Provenance, Waived
from nianbao.publish.names import FINDINGS
from nianbao.standing import Standing
from nianbao.versions import SHORT, Version
from nianbao.words import Common


Row = tuple[str, ...]

MOST_UNITS, MOST_LETTERS, MOST_FAULTS = 20, 400, 3
"""Units that a line names, in so many letters, and faults; of more it says how many."""


def told(summary: Summary) -> Provenance | None:
    """Return what there is to tell of how a summary was made; None where no ledger was kept."""
    return summary.made if summary.made and summary.made.id else None


def warned(summary: Summary, common: Common) -> str:
    """Return what must not be missed: the errors waived into the sums; "" where there are none."""
    words = common.making
    own = [one.unit.name for one in summary.waived]
    below = [
        one.unit.name
        for one in summary.counted
        if one.counted and one.counted.gaps and not one.counted.provisional
    ]
    said = [
        words[key].format(count=len(names), units=_units(names, common))
        for key, names in (("waived", own), ("waived_below", below))
        if names
    ]
    return "；".join(said)


def _units(names: Sequence[str], common: Common) -> str:
    each = list(dict.fromkeys(names))
    lengths = itertools.accumulate(map(len, each))
    fit = sum(length <= MOST_LETTERS for length in lengths)
    shown = each[: max(1, min(fit, MOST_UNITS))]
    listed = "、".join(shown)
    more = len(each) > len(shown)
    return common.making["more_units"].format(units=listed, count=len(each)) if more else listed


def moment(at: dt.datetime) -> str:
    """Return a time as people read it, in the zone that it was recorded in."""
    return f"{at:%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Making:
    """The words of how a summary was made."""

    summary: Summary
    made: Provenance
    common: Common

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of ``common.making``."""
        return self.common.making[key].format(**values)

    def basis(self) -> Iterator[tuple[str, str]]:
        """Yield what the summary as a whole came from: label and text."""
        head, edition = self.made.head, self.summary.edition
        kept = head is not None and head.number
        said = {
            "at": moment(self.made.at),
            "id": self.made.id,
            "ledger": self.say("ledger_head", number=head.number, hash=head.hash)
            if head is not None and kept
            else self.say("ledger_empty"),
            "program": self.made.program,
            "edition": self.say(
                "edition_said", id=edition.id, title=edition.title, digest=edition.digest
            ),
            "counted": self.say(
                "counted_said",
                units=len(self.summary.standings),
                count=len(self.summary.counted),
            ),
            "again": self.say("again_said"),
        }
        yield from ((self.say(key), text) for key, text in said.items())

    # --- who is left out ----------------------------------------------------------------------

    def left_out(self) -> list[Row]:
        """Return the units that are not in the sums: unit, files, mark, when, status, why."""
        return [self._left_out(one) for one in self.summary.left_out]

    def _left_out(self, one: Standing) -> Row:
        chosen = one.chosen
        first = self.made.fates(one.unit.code)
        at = moment(first[0].version.first.at) if first else ""
        why = self._faults(chosen.findings) if chosen else ""
        files = "、".join(came.file for came in one.submissions)
        mark = chosen.sha256[:SHORT] if chosen else ""
        return one.unit.name, files, mark, at, self.common.statuses[one.status], why

    def _faults(self, findings: Iterable[Finding]) -> str:
        said = [one.message for one in findings if one.severity is Severity.ERROR]
        first = "；".join(said[:MOST_FAULTS])
        if len(said) <= MOST_FAULTS:
            return first
        return self.say("faults", first=first, count=len(said), findings=FINDINGS)

    # --- versions -----------------------------------------------------------------------------

    def versions(self) -> list[Row]:
        """Return every version that came in: unit, files, mark, when, fate, why."""
        counted = {one.unit.code: one for one in self.summary.standings}
        others = [code for code in sorted(self.made.histories) if code not in counted]
        return [
            self._version(self._unit(code), fate, counted.get(code))
            for code in (*counted, *others)
            for fate in self.made.fates(code)
        ]

    def _version(self, unit: str, fate: Fate, standing: Standing | None) -> Row:
        one, state = fate.version, self.fate(fate, standing)
        return (
            unit,
            "、".join(one.files),
            one.sha256[:SHORT],
            moment(one.first.at),
            self.common.fates[state],
            "；".join(self._why(fate, state, standing)),
        )

    @staticmethod
    def fate(fate: Fate, standing: Standing | None) -> str:
        """Return what became of a version; of one that speaks for a unit left out: ``chosen``."""
        unused = standing is None or standing.counted is None
        return "chosen" if fate.state == "counted" and unused else fate.state

    def _why(self, fate: Fate, state: str, standing: Standing | None) -> Iterator[str]:
        if fate.state == "excluded" and fate.event is not None:
            yield self._decided("excluded", fate.event)
        elif fate.state == "older" and fate.ground is not None:
            yield self.say("replaced", ground=self.common.grounds[fate.ground])
        elif fate.state == "counted":
            yield self._newest(fate)
        else:
            yield self.say(fate.state)
        if standing is None and fate.state != "stranger":
            yield self.say("not_listed")
        elif state == "chosen" and standing is not None:
            yield self.say("no_figures", status=self.common.statuses[standing.status])
        yield from self._besides(fate.version)

    def _newest(self, fate: Fate) -> str:
        if fate.ground is None:
            alone = len(self.made.histories[fate.version.facts.unit].versions) == 1
            return self.say("only" if alone else "alone")
        ground = self.common.grounds[fate.ground]
        if fate.event is None:
            return self.say("newest", ground=ground)
        return self._decided("preferred", fate.event, ground=ground)

    def _besides(self, one: Version) -> Iterator[str]:
        if one.unchanged:
            yield self.say("unchanged")
        if len(one.arrivals) > 1:
            yield self.say("again_came", count=len(one.arrivals))
        for event, what in self.made.decided:
            if (what.act, what.sha256) == ("correct", one.sha256):
                yield self.say("corrected", number=event.number)

    def _decided(self, key: str, event: Event, **values: object) -> str:
        why = event.what.why if isinstance(event.what, Decided) else ""
        return self.say(key, why=why, number=event.number, who=event.who, **values)

    # --- decisions ----------------------------------------------------------------------------

    def decisions(self) -> list[Row]:
        """Return the decisions: number, what, who, when, until, why."""
        return [
            (
                self.number(event),
                self._what(what),
                event.who,
                moment(event.at),
                f"{what.until:%Y-%m-%d}" if what.until else self.say("of_year"),
                what.why,
            )
            for event, what in self.made.decided
        ]

    def number(self, event: Event) -> str:
        """Return what an event of the ledger is called."""
        own = event.year == self.summary.report.year
        return self.say("event" if own else "event_before", year=event.year, number=event.number)

    def _what(self, what: Decided) -> str:
        act, unit = self.common.acts[what.act], self._unit(what.unit)
        if what.act in {"accept", "waive"}:
            name = f"（{self._field(what.field)}）" if what.field else ""
            return self.say("of_rule", act=act, unit=unit, rule=what.rule, field=name)
        key = "of_unit" if what.act == "correct" else "of_file"
        mark = what.sha256[:SHORT]
        return self.say(key, act=act, file=self._file(what.sha256), mark=mark, unit=unit)

    def _field(self, key: str) -> str:
        edition = self.summary.edition
        known = {*edition.fields, *edition.small, *edition.text_names}
        return edition.name(key) if key in known else key

    def _file(self, digest: str) -> str:
        came = (one for history in self.made.histories.values() for one in history.versions)
        return next((one.file for one in came if one.sha256 == digest), "")

    def _unit(self, code: str) -> str:
        known = {one.unit.code: one.unit.name for one in self.summary.standings}
        return known.get(code, code) or self.say("no_unit")

    # --- what was waived ----------------------------------------------------------------------

    def waived(self) -> list[Row]:
        """Return the findings waived: unit, fault, rule, where, severity, by which decision."""
        return [self._waived(one) for one in self.made.waived]

    def _waived(self, one: Waived) -> Row:
        found = one.finding
        why = one.event.what.why if isinstance(one.event.what, Decided) else ""
        return (
            one.unit.name,
            found.message,
            found.rule,
            f"{found.sheet} {found.cell}".strip(),
            self.common.severities[found.severity.value],
            f"{self.number(one.event)}，{one.event.who}：{why}",
        )
