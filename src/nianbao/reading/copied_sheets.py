"""A form whose visible sheets were copied into a new workbook: whose and of which year it is.

The hidden sheet that says so stayed behind. The labels tell the edition, the cover the unit and the
year; where they do not, the workbook is none of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nianbao.form import Edition, Table
from nianbao.layout import IDENTITY, KIND, LEFT, NO, PROVISIONAL, SWITCH, WHO, Place, cover
from nianbao.opening.package import Package, bare
from nianbao.reading.locate import ALIKE
from nianbao.report import Unit
from nianbao.words import Common


LONGEST_SHOWN = 120
"""Characters of a unit's name or code that are believed."""

_LINE = re.compile(r"(.+?)([0-9]{4})年度")


def identity(
    package: Package, editions: Mapping[str, Edition], common: Common
) -> dict[str, str] | None:
    """Return what the hidden sheet would say, as far as the sheets show it; None if too little.

    The code is "" where only the tables' second lines name the unit.
    """
    if package.slow:
        return None
    homes = {one.id: _homes(package, one) for one in editions.values()}
    fitting = [one for one in editions.values() if all(homes[one.id].values())]
    if not fitting:
        return None
    shown = _cover(package, common)
    for home in homes[fitting[-1].id].values():
        if not (shown.get("name") and shown.get("year")):
            shown = {**shown, **_second_line(package, home)}
    year = shown.get("year", "")
    if not shown.get("name") or not re.fullmatch(r"[0-9]{4}", year):
        return None
    due = [one for one in fitting if one.covers(int(year))] or fitting
    sort = common.kinds.get(shown.get("level", "")) or Unit("", "", common.level_of(shown["name"]))
    own = {
        "kind": KIND,
        "edition": due[-1].id,
        "year": year,
        "code": shown.get("code", ""),
        "name": shown["name"],
        "level": sort.level,
        "under": sort.under,
        "speaks_for": sort.speaks_for,
        "complete": shown.get("complete", ""),
    }
    return {**dict.fromkeys(IDENTITY, ""), **own}


def _homes(package: Package, edition: Edition) -> dict[str, str]:
    """Return the sheet on which the labels of each table stand, "" for none."""
    return {table.key: next(_alike(package, table), "") for table in edition.tables}


def _alike(package: Package, table: Table) -> Iterator[str]:
    known = {bare(label.text) for label in table.printed}
    for title in sorted(package.titles, key=lambda title: title != table.sheet):
        there = known & package.texts(title).keys() if title not in package.hidden else ()
        if len(there) > ALIKE * len(known):
            yield title


def _cover(package: Package, common: Common) -> dict[str, str]:
    """Return what stands beside the cover's labels, on the sheet that has most of them."""
    labels = {bare(label): key for key, label in WHO.items()}
    own = common.sheets["cover"]
    for title in sorted(package.titles, key=lambda title: title != own):
        texts = package.texts(title)
        if title in package.hidden or not {bare(WHO["name"]), bare(WHO["year"])} <= texts.keys():
            continue
        shown = {}
        for label, key in labels.items():
            for row, column in texts.get(label, ())[:1]:
                shown[key] = _said(package, Place(title, row, column + cover.VALUE - cover.LABEL))
        if any(text.startswith(bare(PROVISIONAL)) for text in texts):
            shown["complete"] = NO
        return shown
    return {}


def _second_line(package: Package, title: str) -> dict[str, str]:
    match = _LINE.fullmatch(bare(_said(package, Place(title, SWITCH, LEFT))))
    return {"name": match[1], "year": match[2]} if match else {}


def _said(package: Package, place: Place) -> str:
    """Return what a cell shows; "" for an error value, and for the 0 of a text that is not kept."""
    content = package.at(place)
    value = content.said
    if value is None or content.unkept(seen=package.formulas):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()[:LONGEST_SHOWN]
    return "" if text.startswith("#") else text
