"""Where the cells beside the figures stand: texts, what is among them, switches, identity.

Each has a defined name and stands by a label on its sheet. As with the figures, what there is of
the two must agree; nothing is read by position alone.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nianbao.layout import (
    FORMER_SWITCH_LABELS,
    SWITCH_LABEL,
    Layout,
    Place,
    identity_places,
    switch_label_from,
)
from nianbao.opening.package import Package, bare


@dataclass(frozen=True)
class Anchor:
    """A cell, its defined name, and the label it stands by: ``down`` and ``right`` of it.

    ``former`` are the labels that earlier templates have.
    """

    name: str
    place: Place
    label: str
    right: int
    down: int = 0
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """Where a cell is now (None: it cannot be told), and where it seems to be, to point at."""

    anchor: Anchor
    place: Place | None
    about: Place

    @property
    def moved(self) -> bool:
        """Whether it was found elsewhere than the template has it."""
        return self.place is not None and self.place != self.anchor.place


def find(package: Package, anchor: Anchor) -> Found:
    """Return where an anchored cell stands now."""
    named, sheet = package.names.get(anchor.name), anchor.place.sheet
    if named is not None and named.sheet in package.named_only:
        return Found(anchor, named, named)
    if named is not None and sheet not in package.titles:
        sheet = named.sheet  # renamed, and the names followed
    labelled = _by_label(package, anchor, sheet)
    if named is None or labelled is None or named == labelled:
        return Found(anchor, labelled, labelled or named or anchor.place)
    return Found(anchor, None, labelled)


def _by_label(package: Package, anchor: Anchor, sheet: str) -> Place | None:
    place, label = anchor.place, anchor.label
    usual = package.cells(sheet).get((place.row - anchor.down, place.column - anchor.right))
    here = place if place.sheet == sheet else place._replace(sheet=sheet)
    if usual is not None and usual.value == label:
        return here
    wanted = {bare(one) for one in (label, *anchor.former)}
    if usual is not None and bare(usual.value) in wanted:
        return here
    at = [one for text in wanted for one in package.texts(sheet).get(text, [])]
    return Place(sheet, at[0][0] + anchor.down, at[0][1] + anchor.right) if len(at) == 1 else None


# --- the anchors of a template ----------------------------------------------------------------


def identity(layout_sheet: str) -> Mapping[str, Anchor]:
    """Return the cells of the hidden sheet; they are found before the edition is known."""
    places = identity_places(layout_sheet)
    return {key: Anchor(f"nianbao.{key}", place, key, 1) for key, place in places.items()}


@functools.lru_cache(maxsize=64)
def texts(layout: Layout) -> Mapping[str, Anchor]:
    """Return the cells of the narrative."""
    return dict(_texts(layout))


def _texts(layout: Layout) -> Iterator[tuple[str, Anchor]]:
    for section in layout.edition.sections:
        labels = [part.label for part in section.parts]
        for key, label in zip(section.text_keys, labels or [section.heading], strict=True):
            name = f"nianbao.text.{key}"
            yield key, Anchor(name, layout.texts[key], label, 1, 0 if labels else 1)


@functools.lru_cache(maxsize=64)
def small(layout: Layout) -> Mapping[str, Anchor]:
    """Return the cells of the figures on the text sheet, by their keys."""
    return {
        key: Anchor(layout.name_of(key), place, layout.edition.name(key), 1)
        for key, place in layout.small.items()
    }


@functools.lru_cache(maxsize=64)
def nil(layout: Layout) -> Mapping[str, Anchor]:
    """Return the nil-return switches; those of a sheet that was renamed are found by name."""
    tables = layout.edition.table
    return {
        key: Anchor(
            f"nianbao.nil.{key}",
            place,
            SWITCH_LABEL,
            place.column - switch_label_from(tables[key]),
            former=FORMER_SWITCH_LABELS,
        )
        for key, place in layout.nil.items()
    }


@functools.lru_cache(maxsize=64)
def contact(layout: Layout, labels: tuple[tuple[str, str], ...]) -> Mapping[str, Anchor]:
    """Return the cells of the people to ask; ``labels`` are key and label of each."""
    places = layout.contact([key for key, _ in labels])
    return {key: Anchor(f"nianbao.contact.{key}", places[key], label, 1) for key, label in labels}


@functools.lru_cache(maxsize=64)
def beside(layout: Layout) -> Mapping[tuple[str, str], Anchor]:
    """Return the cells of last year's and the registers' figures, by source and field key."""
    return {
        (ref.source, ref.key): Anchor(
            f"{ref.source}.{ref.key}", place, layout.edition.name(ref.key), place.column - 1
        )
        for ref, place in layout.beside.items()
    }
