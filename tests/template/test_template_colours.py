"""Colours and input rules: each names cells of its own sheet only, and shows what it should.

Excel 2007 repairs a workbook whose conditional formats name another sheet, and drops them;
later versions write such rules into another block. Defined names serve in all of them.
"""

from __future__ import annotations

import functools
import re

import pytest
from formulon.workbook import Workbook
from lxml import etree

from desk import Desk, book, complete
from drawn import drawn
from helpers import common, editions
from libreoffice import converted
from macro_books import with_button
from nianbao import cli
from nianbao.book import style
from nianbao.book.order import Order
from nianbao.book.parts import MAIN, unzip, zipped
from nianbao.layout import FINDINGS_FROM, Place, layout_of
from nianbao.report import Unit
from nianbao.shipped import shipped
from nianbao.template.stamp import Stamps
from pictures import states


SHEETS = common().sheets
NORMATIVE, FEES = "disclosure.normative.in_force", "disclosure.fees.amount_wan"


# --- what the files say -----------------------------------------------------------------------


def rules(data: bytes) -> list[str]:
    """The formulas of all conditional formats and input rules, of whatever part and block."""
    said = "formula", "formula1", "formula2", "f"
    found = []
    for name, part in unzip(data).items():
        if name.endswith(".xml"):
            for one in etree.fromstring(part).iter("{*}cfRule", "{*}dataValidation"):
                inner = (x for x in one.iter("{*}*") if etree.QName(x).localname in said)
                found += [x.text for x in inner if (x.text or "").strip()]
    return found


def templates() -> dict[str, bytes]:
    given = {path.name: path.read_bytes() for path in shipped("templates").glob("*.xlsx")}
    for edition in editions().values():
        for level in common().levels:
            unit = Unit("65-T01", "甲乡", level)
            order = Order(edition, common(), unit, edition.first_year)
            given[f"{edition.id} {level}"] = drawn(order)
            given[f"{edition.id} {level}, stamped"] = Stamps().workbook(order)
    given["with the button"] = with_button()
    return {**given, **{f"state {name}": data for name, data in states("township").items()}}


def county(folder) -> dict[str, bytes]:
    """What merging makes of two units, and of one of the two; what goes back to a unit."""
    a = complete("659900-T1", "甲乡")
    b = complete("659900-T2", "乙镇", requests__received__individual=-1)
    desk = Desk(folder).enrol(a, b).receive(a)
    desk.merge("--provisional")
    made = {f"provisional {path.name}": path.read_bytes() for path in desk.out.glob("*.xlsx")}
    desk.receive(complete("659900-T2", "乙镇"))
    desk.merge("--force")
    made |= {path.name: path.read_bytes() for path in desk.out.glob("*.xlsx")}
    desk.receive(b)
    cli.main(["check", str(desk.inbox), "--annotate", str(desk.folder / "退回")])
    back = {f"back {path.name}": path.read_bytes() for path in desk.folder.glob("退回/*.xlsx")}
    return {**made, **back}


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    return {**templates(), **county(tmp_path_factory.mktemp("县"))}


def test_all_kinds_of_workbooks_are_looked_at(books):
    for kind in ("provisional 汇总.xlsx", "provisional 上报.xlsx", "汇总.xlsx", "上报.xlsx",
                 "back 乙镇.xlsx", "2019.xlsx", "2021.xlsx"):  # fmt: skip
        assert kind in books


def test_no_colour_and_no_input_rule_names_another_sheet(books):
    said = {name: [text for text in rules(data) if "!" in text] for name, data in books.items()}
    assert {name: texts[:3] for name, texts in said.items() if texts} == {}
    assert min(len(rules(data)) for name, data in books.items() if "汇总" not in name) > 300


def test_the_rules_are_found_in_every_block():
    sheet, x14 = "xl/worksheets/sheet1.xml", "http://schemas.microsoft.com/office/2009/9/main"
    parts = unzip(with_button())
    later = (
        f'<extLst xmlns:x14="{x14}" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        "<x14:conditionalFormatting><x14:cfRule><xm:f>'校验'!$A$1=1</xm:f></x14:cfRule>"
        "</x14:conditionalFormatting><x14:dataValidation><x14:formula1><xm:f>校验!$A$1</xm:f>"
        "</x14:formula1></x14:dataValidation></extLst></worksheet>"
    )
    parts[sheet] = parts[sheet].replace(b"</worksheet>", later.encode())
    assert [text for text in rules(zipped(parts)) if "!" in text] == ["'校验'!$A$1=1", "校验!$A$1"]


def test_every_name_in_them_is_a_name_of_the_workbook(books):
    for name, data in books.items():
        root = etree.fromstring(unzip(data)["xl/workbook.xml"])
        known = {str(one.get("name")): one.text for one in root.iter(f"{MAIN}definedName")}
        bare = [re.sub(r'"[^"]*"', "", text) for text in rules(data)]
        used = {word for text in bare for word in re.findall(r"[a-z]\w*\.[\w.]+", text)}
        assert used <= set(known), name
        assert [known[word] for word in used if "#REF" in known[word]] == []
        assert used or "汇总" in name


# --- what is seen -----------------------------------------------------------------------------


LOOKS = {style.WRONG: "wrong", style.WARN: "warn", style.GOOD: "good", style.BLANK: "blank"}


class Shown:
    """A workbook as a program that evaluates conditional formats shows it."""

    def __init__(self, data: bytes) -> None:
        self.book = Workbook.load(data)
        self.book.recalc()
        self.titles = [self.book.sheet_name(n) for n in range(self.book.sheet_count())]

    def write(self, place: Place, value: float | str) -> None:
        at = self.titles.index(place.sheet), place.row - 1, place.column - 1
        (self.book.set_text if isinstance(value, str) else self.book.set_number)(*at, value)
        self.book.recalc()

    def look(self, place: Place) -> str:
        """How a cell looks: of the formats that apply, the first."""
        row, column = place.row - 1, place.column - 1
        return self._looks(place.sheet, row, column, row, column).get((row, column), "")

    def all(self) -> dict[str, dict[tuple[int, int], str]]:
        return {title: self._looks(title, 0, 0, 80, 12) for title in self.titles}

    def _looks(self, title: str, *box: int) -> dict[tuple[int, int], str]:
        found = self.book.evaluate_cf_range(self.titles.index(title), *box)
        return {(one.row, one.col): self._first(one.matches) for one in found if one.matches}

    def _first(self, matches) -> str:
        dxf = self.book.get_dxf(min(matches, key=lambda one: one.priority).dxf_id)
        colour = f"{dxf.fill.bg_argb & 0xFFFFFF:06X}" if dxf.fill else ""
        return LOOKS.get(colour, "changed")


@functools.cache
def layout():
    return layout_of(editions()["2021"], SHEETS, "township")


FAULTS = {
    "nothing": ({}, {NORMATIVE: "", FEES: ""}),
    "a cell left blank": ({"disclosure__normative__issued": None},
                          {"disclosure.normative.issued": "blank"}),
    "a figure below 0": ({"disclosure__licensing__decisions": -1},
                         {"disclosure.licensing.decisions": "wrong"}),
    "half a case": ({"disputes__review__upheld": 0.5}, {"disputes.review.upheld": "wrong"}),
    "a sum that does not come out": ({"requests__carried_in__individual": 5},
                                     {"requests.total.individual": "wrong"}),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_cell_wears_the_colour_of_its_state(fault):
    changes, due = FAULTS[fault]
    shown = Shown(book(complete("659900-T1", "甲乡", **changes)))
    assert {key: shown.look(layout().place(key)) for key in due} == due


@pytest.mark.parametrize(("key", "severity", "look"), [
    (NORMATIVE, "error", "wrong"),
    (NORMATIVE, "warning", "warn"),
    (NORMATIVE, "note", ""),
    ("overview.lead", "error", "wrong"),
    ("overview.lead", "warning", "warn"),
])  # fmt: skip
def test_a_cell_that_the_button_lists_is_coloured(key, severity, look):
    shown, place = Shown(book(complete("659900-T1", "甲乡"))), layout().place(key)
    assert shown.look(place) == ""
    for column, text in ((1, common().severities[severity]), (6, f"{place.sheet}!{place.cell}")):
        shown.write(Place(SHEETS["findings"], FINDINGS_FROM, column), text)
    assert shown.look(place) == look


def test_a_colour_goes_when_the_cell_is_mended():
    shown = Shown(book(complete("659900-T1", "甲乡", disclosure__normative__issued=None)))
    place = layout().place("disclosure.normative.issued")
    assert shown.look(place) == "blank"
    shown.write(place, "一件")
    assert shown.look(place) == "wrong"
    shown.write(place, 1)
    assert shown.look(place) == ""


def test_what_differs_much_from_last_year_is_set_off():
    shown = Shown(states("township")["done"])
    looks = {look for cells in shown.all().values() for look in cells.values()}
    assert "changed" in looks


@pytest.mark.libreoffice
@pytest.mark.parametrize("state", ["half", "wrong", "done"])
def test_what_libreoffice_saves_wears_the_same_colours(state, tmp_path):
    before = states("township")[state]
    after = converted(tmp_path, {"book": before})["book"]
    assert [text for text in rules(after) if "!" in text] == []
    mine, theirs = Shown(before).all(), Shown(after).all()
    assert sum(map(len, mine.values())) > 30
    assert theirs == mine
