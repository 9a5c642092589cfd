"""What a workbook says beside its tables: texts, figures among them, switches, people, reasons."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from nianbao import values
from nianbao.check import Beside, quoted
from nianbao.codes import Code
from nianbao.errors import Finding
from nianbao.layout import (
    CHECK_HEADINGS,
    CHECKS_FROM,
    COMPARED,
    COMPARED_FROM,
    LINK,
    REASON,
    RULE,
    SWITCHES,
    Layout,
    Place,
    Subject,
)
from nianbao.opening.package import EMPTY, Content, Package, bare
from nianbao.reading import anchors
from nianbao.reading.anchors import Anchor, Found
from nianbao.reading.displayed_number import Figure, shows_itself
from nianbao.reading.shown_figures import ShownFigures
from nianbao.report import CONTACT, Cell, Report, reason_key
from nianbao.words import Common


@dataclass
class Remarks:
    """Reads what stands beside the figures, and finds what was altered there: see ``taken``.

    ``places`` are where texts and figures were found, by the field of a finding on them.
    """

    package: Package
    layout: Layout
    common: Common
    sheets: Mapping[str, str]
    sight: ShownFigures
    places: dict[str, Place] = field(default_factory=dict)
    _found: list[Finding] = field(default_factory=list)

    def taken(self) -> list[Finding]:
        """Return what was found since this was last asked."""
        found, self._found = self._found, []
        return found

    def narrative(self) -> dict[str, str | None]:
        """Return the texts by narrative key."""
        found = self._find(anchors.texts(self.layout), "C08-lost")
        self.places |= {key: one.place for key, one in found.items() if one.place}
        return {key: clean(self._at(one).said) for key, one in found.items()}

    def contact(self) -> dict[str, str | None]:
        """Return whom to ask, where something is said."""
        labels = tuple(self.common.contact.items())
        found = self._find(anchors.contact(self.layout, labels), "C08-aside")
        self.places |= {f"{CONTACT}.{key}": one.place for key, one in found.items() if one.place}
        said = {key: clean(self._at(one).said) for key, one in found.items()}
        return {key: text for key, text in said.items() if text is not None}

    def switches(self) -> dict[str, str]:
        """Return what the switch of each table declares of its blanks: see ``SWITCHES``."""
        wanted = anchors.nil(self.layout)
        here = {key: self._on_own_sheet(key, one) for key, one in wanted.items()}
        known = {key: one for key, one in here.items() if one.place.sheet in self.package.titles}
        found = self._find(known, "C08-lost")
        said = {key: clean(self._at(one).value) for key, one in found.items()}
        for key, answer in said.items():
            if answer is not None and answer not in SWITCHES:
                self._say("C10-switch", found[key].about, actual=quoted(str(answer)))
        return {key: SWITCHES.get(answer or "", "") for key, answer in said.items()}

    def _on_own_sheet(self, table: str, anchor: Anchor) -> Anchor:
        sheet = self.sheets.get(table, anchor.place.sheet)
        return replace(anchor, place=anchor.place._replace(sheet=sheet))

    def figures(self) -> dict[str, Cell]:
        """Return the figures among the texts; nothing of a table that is wholly blank."""
        found = self._find(anchors.small(self.layout), "C08-lost")
        said = {key: self._figure(key, one) for key, one in found.items()}
        small = self.layout.edition.small
        filled = {small[key].table for key, value in said.items() if value is not None}
        return {key: value for key, value in said.items() if small[key].table in filled}

    def _figure(self, key: str, one: Found) -> Cell:
        column, content = self.layout.edition.small[key].column, self._at(one)
        value, dressed = values.figure(content.value, column)
        name, actual = column.label.text, quoted(str(content.value))
        if dressed:
            self._say("C06", one.about, name=name, actual=actual, expected=value)
        if content.formula is not None:
            shown = quoted(f"={content.formula}")
            self._say("C07-formula", one.about, name=name, actual=shown)
        if one.place:
            self.places[key] = one.place
            figure = Figure(key, name, column, one.place, content)
            value = self.sight.counted(figure, value)
        return value

    def beside(self, report: Report) -> Beside:
        """Return last year's and the registers' figures."""
        sheet = self.common.sheets["compare"]
        columns = {place.column for place in self.layout.beside.values()}
        rows = {place.row for place in self.layout.beside.values()}
        if self.package.surely_blank(sheet, columns, COMPARED_FROM - 1, rows):
            return Beside()
        given: dict[str, dict[str, float]] = {"prev": {}, "register": {}}
        unheaded = {column for column in sorted(columns) if self._unheaded(sheet, column)}
        known = {
            f"{s}.{k}": one
            for (s, k), one in anchors.beside(self.layout).items()
            if one.place.column not in unheaded
        }
        found = self._find(known, "C08-aside")
        for (source, key), anchor in anchors.beside(self.layout).items():
            one = found.get(anchor.name)
            content = self._at(one) if one else EMPTY
            column = self.layout.edition.fields[key].column
            value = content.value if shows_itself(content, column) else content.said
            if isinstance(value, int | float) and not isinstance(value, bool):
                given[source][key] = value
            elif one and clean(value) is not None:
                self._say("C08-aside", one.about, name=anchor.label)
        if not given["prev"]:
            return Beside(register=given["register"])
        previous = Report(report.edition, report.year - 1, report.unit, figures=given["prev"])
        return Beside(previous=previous, register=given["register"])

    def _unheaded(self, sheet: str, column: int) -> bool:
        """Return whether a column of 上年对照 lost its heading, without which it is not read."""
        if sheet not in self.package.titles or sheet in self.package.named_only:
            return False
        heading = COMPARED[column - 1]
        there = self.package.texts(sheet).get(bare(heading), [])
        if any(at == column for _, at in there):
            return False
        self._say("C08-aside", Place(sheet, COMPARED_FROM - 1, column), name=heading)
        return True

    # --- the reasons on the check sheet -------------------------------------------------------

    def explanations(self) -> dict[str, str]:
        """Return the reasons given for warnings; see ``Report``.

        A reason belongs to the rule and the place that stand in the same row.
        """
        sheet = self.common.sheets["checks"]
        if sheet not in self.package.titles:
            self._say("C08-sheet-aside", Place(sheet, 0, 0), name=sheet)
            return {}
        if sheet in self.package.named_only:
            return self._joined((one, place) for place, one in self.layout.reasons.items())
        rows = {place.row for place in self.layout.reasons}
        if self.package.surely_blank(sheet, (REASON,), CHECKS_FROM - 1, rows):
            return {}
        usual = Place(sheet, CHECKS_FROM - 1, REASON)
        reason, rule = (self._headed(sheet, CHECK_HEADINGS[column]) for column in (REASON, RULE))
        if reason is None or rule is None:
            self._say("C08-aside", usual, name=CHECK_HEADINGS[REASON])
            return {}
        if reason.column != REASON:
            said = {"expected": usual.cell, "actual": reason.cell}
            self._say("C08-moved", reason, name=CHECK_HEADINGS[REASON], **said)
        link = self._headed(sheet, CHECK_HEADINGS[LINK])
        return self._joined(self._reasons(sheet, reason, rule.column, link))

    def _headed(self, sheet: str, heading: str) -> Place | None:
        """Return where a column's heading stands; None where that cannot be told."""
        there = self.package.texts(sheet).get(bare(heading), [])
        return Place(sheet, *there[0]) if len(there) == 1 else None

    def _reasons(
        self, sheet: str, head: Place, rules: int, link: Place | None
    ) -> Iterable[tuple[Subject, Place]]:
        known = {line.check.rule.id for line in self.layout.lines}
        subjects = self._subjects()
        warnings = {rule for rule, _ in subjects}
        for row, column in sorted(self.package.cells(sheet)):
            place = Place(sheet, row, column)
            if column != head.column or row <= head.row or not clean(self.package.at(place).value):
                continue
            rule = str(self.package.at(place._replace(column=rules)).value)
            if rule in warnings:
                at = self.package.at(place._replace(column=link.column)).value if link else None
                yield Subject(rule, subjects.get((rule, str(at)), "")), place
            elif rule not in known:
                self._say("C08-aside", place, name=CHECK_HEADINGS[REASON].partition("（")[0])
                return

    def _subjects(self) -> dict[tuple[str, str], str]:
        """Return the field of each row that may have a reason, by its rule and its link's text."""
        found = {}
        for rule, key in self.layout.reasons.values():
            place = self.layout.place(key)
            if place is not None:
                found[rule, f"{place.sheet} {place.cell}"] = key
        return found

    def _joined(self, reasons: Iterable[tuple[Subject, Place]]) -> dict[str, str]:
        """Return the reasons by place, or by rule where all its places have the same."""
        said: dict[Subject, list[str]] = {}
        for subject, place in reasons:
            text = clean(self.package.at(place).said)
            if text:
                said.setdefault(subject, []).append(text)
        texts = {one: "；".join(dict.fromkeys(told)) for one, told in said.items()}
        found = {}
        for rule in dict.fromkeys(rule for rule, _ in texts):
            mine = {one: texts.get(one, "") for one in self._rows[rule]}
            here = {one: text for one, text in texts.items() if one.rule == rule}
            if len({*mine.values(), *here.values()}) == 1:
                found[rule] = next(iter(here.values()))
            else:
                found |= {reason_key(*one) if one.field else rule: t for one, t in here.items()}
        return found

    @functools.cached_property
    def _rows(self) -> dict[str, list[Subject]]:
        rows: dict[str, list[Subject]] = {}
        for one in self.layout.reasons.values():
            rows.setdefault(one.rule, []).append(one)
        return rows

    # --- finding and saying -------------------------------------------------------------------

    def _find(self, wanted: Mapping[str, Anchor], lost: Code) -> dict[str, Found]:
        """Find cells; those that cannot be told, moved cells and lost sheets are findings."""
        found = {key: anchors.find(self.package, one) for key, one in wanted.items()}
        gone = {
            one.anchor.place.sheet
            for one in found.values()
            if one.place is None and one.about.sheet not in self.package.titles
        }
        for sheet in sorted(gone):
            wording: Code = "C08-sheet" if lost == "C08-lost" else "C08-sheet-aside"
            self._say(wording, Place(sheet, 0, 0), name=sheet)
        self._altered([one for one in found.values() if one.anchor.place.sheet not in gone], lost)
        return found

    def _altered(self, found: Iterable[Found], lost: Code) -> None:
        moved: set[str] = set()
        for one in found:
            label = one.anchor.label.partition("（")[0]
            if one.place is None:
                self._say(lost, one.about, name=label)
            elif one.moved and one.place.sheet not in moved:
                moved.add(one.place.sheet)
                was = one.anchor.place.cell
                self._say("C08-moved", one.place, name=label, expected=was, actual=one.place.cell)

    def _at(self, one: Found) -> Content:
        return EMPTY if one.place is None else self.package.at(one.place)

    def _say(self, wording: Code, place: Place, **said: object) -> None:
        finding = self.common.catalogue[wording].finding(**said)
        self._found.append(finding.at(place.sheet, place.cell if place.row else ""))


def clean(value: object) -> str | None:
    """Return a text without outer blanks, None where nothing is left."""
    text = "" if value is None else str(value).replace("\r\n", "\n").strip()
    return text or None
