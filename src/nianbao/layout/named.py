"""Where everything of one edition's workbook stands, by what it is. Pure.

Every place a reader needs has a defined name, which Excel moves with its cell.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from nianbao import expr
from nianbao.errors import Finding
from nianbao.form import Box, Edition, Field, Label, Table, cells
from nianbao.layout.cover import Cover
from nianbao.layout.grid import SWITCH, margin_of, on_sheet
from nianbao.layout.hidden import identity_places
from nianbao.layout.lists import (
    BEFORE,
    CHECKS_FROM,
    COMPARED_FROM,
    REASON,
    REGISTER,
    Asked,
    CheckLine,
    Subject,
)
from nianbao.layout.narrative import NARRATIVE_FROM, TEXT, TEXT_LENGTH
from nianbao.layout.places import Place
from nianbao.report import CONTACT


TEXTS = "texts"
"""The part of a report, beside its tables, in which a check may be placed."""


NAMED = {"processing_fee": "fee"}
"""How the defined names of the figures on the text sheet call their tables."""


def beside_name(ref: expr.Ref) -> str:
    """Return the defined name of a figure of last year or of a register."""
    return f"{ref.source}.{ref.key}"


class Places:
    """The coordinates of one edition's workbook for units of one level with the same powers."""

    def __init__(
        self, edition: Edition, sheets: Mapping[str, str], level: str, power: str = ""
    ) -> None:
        self.edition = edition
        self.sheets = sheets
        self.checks = edition.checks_for(level, power)

    @functools.cached_property
    def fields(self) -> dict[str, Place]:
        """Every figure's cell (the first of a merged one)."""
        return {key: self._of(one) for key, one in self.edition.fields.items()}

    @functools.cached_property
    def by_table(self) -> dict[str, dict[str, Place]]:
        """The figures' cells of each table."""
        tables = self.edition.tables
        return {t.key: {key: self.fields[key] for key in t.fields} for t in tables}

    def _of(self, one: Field) -> Place:
        box = on_sheet(one.box)
        return Place(self.edition.table[one.table].sheet, box.top, box.left)

    def labels(self, table: Table) -> Iterator[tuple[Label, Box]]:
        """Yield every printed label of a table with each place it stands at on the sheet."""
        for label in table.printed:
            for box in label.boxes:
                yield label, on_sheet(box)

    @functools.cached_property
    def nil(self) -> dict[str, Place]:
        """The cell of each table's nil-return switch."""
        return {t.key: Place(t.sheet, SWITCH, t.width) for t in self.edition.tables}

    @functools.cached_property
    def texts(self) -> dict[str, Place]:
        """The cell of each part of the narrative."""
        return {key: Place(self.sheets["narrative"], row, TEXT) for key, row in self._narrative()}

    @functools.cached_property
    def lengths(self) -> dict[str, Place]:
        """The cells that count the characters of each text, and of each section above its parts."""
        counts = {key: place._replace(column=TEXT_LENGTH) for key, place in self.texts.items()}
        for section in self.edition.sections:
            first = counts[section.text_keys[0]]
            counts.setdefault(section.key, first._replace(row=first.row - 1))
        return counts

    def _narrative(self) -> Iterator[tuple[str, int]]:
        row = NARRATIVE_FROM
        for section in self.edition.sections:
            for key in section.text_keys:
                yield key, row + 1
                row += 1
            insets = (inset for inset in self.edition.insets if inset.section == section.key)
            row += 1 + sum(len(inset.fields) + 1 for inset in insets)  # figures, the sentence

    @functools.cached_property
    def small(self) -> dict[str, Place]:
        """The cells of the figures on the text sheet, below the section they belong to."""
        return {
            key: below._replace(row=below.row + field.box.top)
            for inset in self.edition.insets
            for below in [self._last_text(inset.section)]
            for key, field in inset.fields.items()
        }

    @functools.cached_property
    def sentence(self) -> dict[str, Place]:
        """The cells of the sentences that these figures make, by the section they belong to."""
        return {
            inset.section: below._replace(row=below.row + len(inset.fields) + 1)
            for inset in self.edition.insets
            for below in [self._last_text(inset.section)]
        }

    def _last_text(self, section: str) -> Place:
        (one,) = (one for one in self.edition.sections if one.key == section)
        return self.texts[one.text_keys[-1]]

    @property
    def cover(self) -> Cover:
        """The cells of the first sheet."""
        return Cover(self.sheets["cover"])

    def contact(self, keys: Sequence[str]) -> dict[str, Place]:
        """Return the cells of the people to ask, on the cover."""
        return self.cover.people(keys)

    def contact_fields(self, keys: Sequence[str]) -> dict[str, Place]:
        """Return the same cells by the field of a finding on them."""
        return {f"{CONTACT}.{key}": place for key, place in self.contact(keys).items()}

    @functools.cached_property
    def who(self) -> dict[str, Place]:
        """The cells of the cover that show the identity."""
        return self.cover.who

    @functools.cached_property
    def identity(self) -> dict[str, Place]:
        """The cells of the hidden sheet."""
        return identity_places(self.sheets["identity"])

    @functools.cached_property
    def beside(self) -> dict[expr.Ref, Place]:
        """The cells of last year's and the registers' figures that a check reads."""
        wanted = dict.fromkeys(
            r for c in self.edition.checks for r in c.refs if r.source in expr.BESIDE
        )
        keys = dict.fromkeys(ref.key for ref in wanted)
        rows = {key: row for row, key in enumerate(keys, COMPARED_FROM)}
        column = {"prev": BEFORE, "register": REGISTER}
        sheet = self.sheets["compare"]
        return {ref: Place(sheet, rows[ref.key], column[ref.source]) for ref in wanted}

    @functools.cached_property
    def margin(self) -> dict[Place, tuple[expr.Ref, ...]]:
        """Where, right of a table's grid, stand the figures that its checks hold a row against.

        A cell for each row that has some, the figures in the order of the checks.
        """
        found: dict[Place, dict[expr.Ref, None]] = {}
        for check in self.checks:
            here = self.fields.get(check.place)
            refs = [ref for ref in check.refs if ref in self.beside]
            if here is None or not refs:
                continue
            column = margin_of(self.edition.table[self.part(check.place)])
            found.setdefault(here._replace(column=column), {}).update(dict.fromkeys(refs))
        return {place: tuple(refs) for place, refs in found.items()}

    @functools.cached_property
    def lines(self) -> tuple[CheckLine, ...]:
        """The rows of the check sheet: the checks that apply to the level."""
        parts = [*self.edition.table, TEXTS]
        together = sorted(self.checks, key=lambda check: parts.index(self.part(check.place)))
        return tuple(CheckLine(check, row) for row, check in enumerate(together, CHECKS_FROM))

    @functools.cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The rows of the check sheet on single cells, below those of the checks."""
        due = [
            (rule, key)
            for rule in cells.ASKING
            for key, field in self.edition.typed.items()
            if rule.on(field.kind)
        ]
        return tuple(Asked(*one, row) for row, one in enumerate(due, CHECKS_FROM + len(self.lines)))

    def part(self, key: str) -> str:
        """Return the table of a field, ``CONTACT``, or ``TEXTS``: what the text sheet holds."""
        field = self.edition.fields.get(key)
        if field is not None:
            return field.table
        return CONTACT if key.startswith(f"{CONTACT}.") else TEXTS

    @functools.cached_property
    def reasons(self) -> dict[Place, Subject]:
        """The cells in which a unit explains a warning -> what it explains."""
        rows = {
            line.row: Subject(line.check.rule.id, line.check.place)
            for line in self.lines
            if line.check.rule.severity.value == "warning"
        }
        rows |= {one.row: Subject(one.rule.key, one.field) for one in self.asked}
        return {Place(self.sheets["checks"], row, REASON): one for row, one in rows.items()}

    def names(self, contact: Sequence[str] = ()) -> dict[str, Place]:
        """Return every defined name: a figure's is its field key."""
        return {
            **self.fields,
            **{f"nianbao.{key}": place for key, place in self.identity.items()},
            **{f"nianbao.nil.{key}": place for key, place in self.nil.items()},
            **{f"nianbao.text.{key}": place for key, place in self.texts.items()},
            **{self.name_of(key): place for key, place in self.small.items()},
            **{f"nianbao.contact.{key}": place for key, place in self.contact(contact).items()},
            **{beside_name(ref): place for ref, place in self.beside.items()},
        }

    def gathered(self, contact: Sequence[str] = ()) -> dict[str, Place]:
        """Return what the hidden sheet 汇集 collects for the button, a row each, in order.

        Every named place, and the reasons by their row.
        """
        reasons = {f"nianbao.reason.{place.row}": place for place in self.reasons}
        return {**self.names(contact), **reasons}

    def place(self, key: str) -> Place | None:
        """Return the cell of a field, or of a part of the narrative."""
        return self.fields.get(key) or self.texts.get(key) or self.small.get(key)

    def located(
        self, findings: Iterable[Finding], places: Mapping[str, Place]
    ) -> Iterator[Finding]:
        """Give each finding the cell of its field: where it was found, else where it should be.

        One without a field is of the cover.
        """
        for finding in findings:
            place = places.get(finding.field) or self.place(finding.field)
            if finding.sheet:
                yield finding
            elif place is not None:
                yield finding.at(place.sheet, place.cell)
            else:
                yield replace(finding, sheet=self.sheets["cover"])

    def name_of(self, key: str) -> str:
        """Return the defined name of what ``place`` finds."""
        if key in self.fields:
            return key
        table, _, row = key.partition(".")
        return f"nianbao.{NAMED[table]}.{row}" if key in self.small else f"nianbao.text.{key}"
