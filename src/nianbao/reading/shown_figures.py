"""What a person sees of a figure, held against what is counted (C12, C13, C18).

Merged areas, number formats, conditional formats, struck or invisible figures, hidden rows and
columns: where a reader would sign another number, or none, there is a finding with both.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from nianbao.check import quoted
from nianbao.codes import Code, FaultCode
from nianbao.errors import Catalogue, Finding
from nianbao.form import Edition, Severity, cells
from nianbao.layout import Place, letters, reference
from nianbao.looks import numberformat
from nianbao.looks.frames import BARE, Frame, Rule
from nianbao.looks.styles import INK, PAPER, PLAIN, Look, Styles
from nianbao.opening.package import EMPTY, Content, Package
from nianbao.reading.displayed_number import Figure, faults, too_wide
from nianbao.report import Cell


_SHEET = operator.itemgetter(0)
_FEW, _SHORT = 10**4, 6
"""Whole numbers below it, and numbers of so many characters, fit into any column of a form."""

_ROOM = 5.0
"""Characters that a column has at least so that such a number need not be measured."""


@dataclass
class ShownFigures:
    """Judges the figures of one workbook.

    ``findings`` collects what was found; ``unseen`` the keys of figures that are not used
    because what is displayed is another number, or nothing.
    """

    package: Package
    edition: Edition
    catalogue: Catalogue
    findings: list[Finding] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    _zeros: set[str] = field(default_factory=set)

    def quiet(self, title: str) -> bool:
        """Return whether a sheet as a whole changes nothing of how plain small figures look."""
        frame, styles = self.package.frame(title), self.package.styles()
        return frame is BARE or (not frame.rows and _quiet(frame.columns, frame.below, styles))

    def counted(self, figure: Figure, value: Cell, *, total: bool = False) -> Cell:
        """Return what counts of a figure that reads as ``value``; None where it is not seen.

        A total is recomputed anyway and stays what it is, unless it is covered.
        """
        at, frame = figure.place[1:], self.package.frame(figure.place.sheet)
        box = frame.below.merges.cover(at)
        if box is not None:
            return self._covered(figure, value, reference(box))
        if plain_number(figure.content) and self.quiet(figure.place.sheet):
            return value
        found = self._judged(figure, value, frame, total=total)
        if found is None:
            return value
        self.findings.append(found.at(figure.place.sheet, figure.place.cell))
        if total or found.severity is not Severity.ERROR:
            return value
        self.unseen.add(figure.key)
        return None

    def _covered(self, figure: Figure, value: Cell, area: str) -> Cell:
        place = figure.place
        under = self.package.covered(place.sheet).get(place[1:], EMPTY)
        said = under.value if under.value is not None else under.formula
        key: Code = "C12-blank" if said is None else "C12"
        self._say(key, figure, actual=quoted(str(said)), why=area)
        if said is None:
            return value
        self.unseen.add(figure.key)
        return None

    def _say(self, key: Code, figure: Figure, **said: object) -> None:
        finding = self.catalogue[key].finding(name=figure.name, field=figure.key, **said)
        self.findings.append(finding.at(figure.place.sheet, figure.place.cell))

    # --- one figure ---------------------------------------------------------------------------

    def _judged(self, figure: Figure, value: Cell, frame: Frame, *, total: bool) -> Finding | None:
        """Return the gravest finding on how a number is shown, None if there is none."""
        raw = figure.content.value
        if not isinstance(value, int | float) or cells.LARGE.breaks(value):
            return None  # the cell's own state says it
        if not isinstance(raw, int | float | str) or isinstance(raw, bool):
            return None
        found = [
            self._finding(key, figure, value, shown, why)
            for look, rule in self._looks(figure, frame)
            for key, shown, why in faults(look, raw, value, figure.column, rule=rule, total=total)
        ]
        if not frame.columns.zeros and value == 0:
            self._hides_zeros(figure)
        if not found and too_wide(figure, frame):
            found.append(self._finding("C13-narrow", figure, value, "####", None))
        return min(found, key=lambda one: one.severity is not Severity.ERROR, default=None)

    def _looks(self, figure: Figure, frame: Frame) -> Iterator[tuple[Look, bool]]:
        """Yield how a figure looks, and how it may under each conditional format."""
        look = figure.content.look or PLAIN
        yield look, False
        if self.quiet(figure.place.sheet):
            return
        styles = self.package.styles()
        for rule in frame.rules(figure.place[1:]):
            if rule.may_hold(figure.content.value):
                change = dict(styles.change(rule.change))
                yield replace(look, **(change | {"code": '""'} if rule.bare else change)), True

    def _finding(
        self, key: Code, figure: Figure, value: Cell, shown: str, why: FaultCode | None
    ) -> Finding:
        return self.catalogue[key].finding(
            name=figure.name, field=figure.key, expected=value, actual=quoted(shown),
            why=self.catalogue.fault(why) if why else figure.column.unit,
        )  # fmt: skip

    def _hides_zeros(self, figure: Figure) -> None:
        sheet = figure.place.sheet
        if sheet not in self._zeros:
            self._zeros.add(sheet)
            self.findings.append(self.catalogue["C13-zeros"].finding(name=sheet).at(sheet, ""))

    # --- what is hidden with its row, its column, its sheet -----------------------------------

    def elsewhere(
        self, places: Mapping[str, Place], values: Mapping[str, Cell], cover: str
    ) -> None:
        """Find what is hidden with its row, column or sheet, lies under a merge, or is unknown."""
        titles = list(dict.fromkeys(map(_SHEET, places.values())))
        self._hidden({title for title in titles if self._hides(title)}, places, values)
        self._leftovers([title for title in titles if self.package.covered(title)], places)
        unknown = [title[:40] for title in titles if not self.package.looked(title)]
        if unknown:
            finding = self.catalogue["C19"].finding(name="、".join(unknown))
            self.findings.append(finding.at(cover, ""))

    def _hidden(
        self, hiding: set[str], places: Mapping[str, Place], values: Mapping[str, Cell]
    ) -> None:
        found: dict[tuple[str, str], list[tuple[str, Place, object]]] = {}
        for key, place in places.items() if hiding else ():
            value = values.get(key)
            where = self._hidden_with(place) if place.sheet in hiding else ""
            if where and value is not None and value != 0:
                found.setdefault((place.sheet, where), []).append((key, place, value))
        for (sheet, where), there in found.items():
            key, place, one = there[0]
            wording, name = self.catalogue["C18-hidden"], self.edition.name(key)
            finding = wording.finding(why=where, name=name, actual=one, expected=len(there))
            self.findings.append(finding.at(sheet, place.cell))

    def _hides(self, title: str) -> bool:
        frame = self.package.frame(title)
        return bool(frame.rows or frame.columns.hidden) or title in self.package.hidden

    def _hidden_with(self, place: Place) -> str:
        if place.sheet in self.package.hidden:
            return self.catalogue.fault("hidden-sheet", name=place.sheet[:40])
        frame = self.package.frame(place.sheet)
        if place.row in frame.rows:
            return self.catalogue.fault("at-line", line=place.row)
        hidden = frame.columns.is_hidden(place.column)
        return self.catalogue.fault("hidden-column", name=letters(place.column)) if hidden else ""

    def _leftovers(self, titles: list[str], places: Mapping[str, Place]) -> None:
        """Find what else than figures lies under merged areas of the sheets: it is not read."""
        known = set(places.values()) if titles else set()
        for title in titles:
            merges = self.package.frame(title).below.merges
            for at, content in self.package.covered(title).items():
                said, box = content.value, merges.cover(at)
                if said in {None, ""} or Place(title, *at) in known or box is None:
                    continue
                wording = self.catalogue["C12-rest"]
                finding = wording.finding(actual=quoted(str(said)), why=reference(box))
                self.findings.append(finding.at(title, Place(title, *at).cell))


# --- is there anything to judge? --------------------------------------------------------------


def plain_number(content: Content) -> bool:
    """Return whether a cell holds a number that needs no judging on a quiet sheet."""
    value, _, look = content
    if type(value) is int:
        return look is None or (look.plain and -_FEW < value < _FEW)
    if type(value) is not float or look is None:
        return False
    return look.plain and look.code == numberformat.GENERAL and len(str(value)) <= _SHORT


@functools.lru_cache(maxsize=64)
def _quiet(columns: object, below: object, styles: Styles) -> bool:
    frame = Frame(columns, below)  # type: ignore[arg-type]
    width = min((w for _, _, w in frame.columns.widths), default=_ROOM)
    narrow = min(width, frame.columns.usual) < _ROOM
    covers = any(not _harmless(rule, styles) for rule in frame.below.rules)
    return not (frame.columns.hidden or not frame.columns.zeros or narrow or covers)


def _harmless(rule: Rule, styles: Styles) -> bool:
    """Return whether a conditional format leaves a figure of whatever style to be read."""
    change = styles.change(rule.change)
    if rule.bare or change.get("struck") or "code" in change:
        return False
    inks = [change["ink"]] if "ink" in change else {INK, *(x.ink for x in styles.looks.values())}
    own = {PAPER, *(x.paper for x in styles.looks.values())}
    papers = [change["paper"]] if "paper" in change else own
    if not {"ink", "paper"} & change.keys():
        return True
    return not any(Look(ink=i, paper=p).invisible(1) for i in inks for p in papers)
