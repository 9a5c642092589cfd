"""What a person sees and what is counted are the same, or a finding says both."""

from __future__ import annotations

import pytest
from lxml import etree

from altered import base, new_findings, understood
from dressing import merging, row, styled
from helpers import CASES, common, data, editions
from mutations import SHEETS, mutate
from nianbao.layout import layout_of
from nianbao.looks import styles
from nianbao.looks.displayed import displayed
from oox import Book, M


FORMATS = data(CASES / "looks.toml")["formats"]
ON = {
    "count": ("2021", "requests.received.individual"),
    "wan": ("2021", "disclosure.fees.amount_wan"),
    "yuan": ("2019", "disclosure.procurement.amount_yuan"),
    "change": ("2019", "disclosure.licensing.change"),
}
TABLES = ("requests", "disclosure", "disputes")
SEEN = {"C02", "C12", "C13", "C18", "C19"}


def place_of(edition: str, key: str):
    return layout_of(editions()[edition], common().sheets, "department").fields[key]


def changed(edition: str, *steps):
    """What is read of a whole workbook after steps of ``mutations``, and the new findings."""
    whole, before = base(edition)
    after = understood(mutate(whole, list(steps)))
    return after, [one for one in new_findings(before, after) if one.rule in SEEN]


def named(case):
    return f"{case['on']} {case['value']} {case['code']}"


@pytest.mark.parametrize("case", FORMATS, ids=named)
def test_what_a_format_shows_is_what_is_counted_or_a_finding(case):
    edition, key = ON[case["on"]]
    place = place_of(edition, key)
    step = {"do": "formatted", "sheet": place.sheet, "cell": place.cell}
    after, found = changed(edition, {**step, "value": case["value"], "code": case["code"]})
    assert displayed(case["value"], case["code"]) == case["shown"]
    assert [one.rule for one in found] == ([case["finding"]] if case.get("finding") else [])
    if found and found[0].rule != "C02":
        (one,) = found
        assert one.place == f"{place.sheet}!{place.cell}"
        assert (one.severity.value == "error") == case.get("error", False)
        assert str(case["value"]) in one.message
        assert case["shown"].strip()[:3] in one.message or not case["shown"].strip()
        assert one.remedy
    if case.get("finding") == "C02":
        return
    assert after.said[key] == (None if case.get("error") else case["value"])


def test_the_table_of_formats_is_large():
    assert len(FORMATS) >= 53
    assert len({case["finding"] for case in FORMATS if "finding" in case}) >= 3


# --- totals -----------------------------------------------------------------------------------


def edited(edition, change):
    whole, before = base(edition)
    book = Book(whole)
    change(book)
    after = understood(book.data())
    return after, [one for one in new_findings(before, after) if one.rule in SEEN]


def test_a_total_shown_as_another_number_is_said_and_stays_what_it_is():
    def change(book):
        book.cells(SHEETS["requests"])[7, 10].set("s", styled(book, numFmt='0"0"'))

    _, before = base("2021")
    after, found = edited("2021", change)
    assert [(one.rule, one.cell, one.severity.value) for one in found] == [("C13", "J7", "error")]
    key = "requests.received.total"
    assert after.said[key] == before.said[key]
    assert f"{after.said[key]}0" in found[0].message


# --- fonts, fills, alignment ------------------------------------------------------------------


NO_FILL = "<patternFill/>"
SOLID = '<patternFill patternType="solid"><fgColor {0}/></patternFill>'
STYLES = {
    "white on white": ({"font": '<color rgb="FFFFFFFF"/>', "fill": NO_FILL}, "C18", True),
    "nearly white on white": ({"font": '<color rgb="FFFAFAFA"/>', "fill": NO_FILL}, "C18", True),
    "as the paper of our inputs": ({"font": '<color rgb="FFFFFFF0"/>'}, "C18", True),
    "white by the theme": ({"font": '<color theme="0"/>'}, "C18", True),
    "black made white by its tint": ({"font": '<color theme="1" tint="0.99"/>'}, "C18", True),
    "white by the palette": ({"font": '<color indexed="9"/>'}, "C18", True),
    "black on black": (
        {"font": '<color rgb="FF000000"/>', "fill": SOLID.format('rgb="FF000000"')}, "C18", True,
    ),
    "of one point": ({"font": '<sz val="1"/>'}, "C18", True),
    "struck through": ({"font": "<strike/>"}, "C18", False),
    "struck through no more": ({"font": '<strike val="0"/>'}, "", False),
    "repeated to fill the cell": ({"align": 'horizontal="fill"'}, "C13", True),
    "shrunk to fit": ({"align": 'shrinkToFit="1"'}, "", False),
    "grey": ({"font": '<color rgb="FF808080"/>'}, "", False),
    "red and bold": ({"font": '<b/><color rgb="FFFF0000"/>'}, "", False),
    "yellow on dark": (
        {"font": '<color rgb="FFFFFF00"/>', "fill": SOLID.format('rgb="FF1F4E78"')}, "", False,
    ),
    "automatic": ({"font": '<color auto="1"/>'}, "", False),
}  # fmt: skip


@pytest.mark.parametrize("name", STYLES)
def test_a_figure_that_cannot_be_seen_is_not_one(name):
    style, rule, error = STYLES[name]

    def change(book):
        book.cells(SHEETS["requests"])[7, 4].set("s", styled(book, **style))

    after, found = edited("2021", change)
    assert [one.rule for one in found] == ([rule] if rule else [])
    assert after.said["requests.received.individual"] == (None if error else 1071)
    assert all("1071" in one.message and one.cell == "D7" for one in found)


def test_a_zero_in_the_papers_colour_is_a_warning():
    def change(book):
        style = styled(book, font='<color rgb="FFFFFFF0"/>')
        book.set(SHEETS["requests"], "D7", "<v>0</v>", style=style)

    after, found = edited("2021", change)
    assert [(one.rule, one.severity.value) for one in found] == [("C13", "warning")]
    assert after.said["requests.received.individual"] == 0


def test_a_text_that_is_a_number_is_judged_alike():
    def change(book):
        style = styled(book, numFmt='0;0;0;"9"@')
        book.set(SHEETS["requests"], "D7", "<is><t>1071</t></is>", "inlineStr", style)

    after, found = edited("2021", change)
    assert [one.rule for one in found] == ["C13"]
    assert "91071" in found[0].message
    assert after.said["requests.received.individual"] is None


# --- conditional formats ----------------------------------------------------------------------


def conditional(dxf, rule, area="D7:D8"):
    """Put a conditional format of the user's over figures; ``dxf`` is what it changes."""

    def change(book):
        styles = etree.fromstring(book.parts["xl/styles.xml"])
        owner = styles.find(f"{M}dxfs")
        owner.append(etree.fromstring(f'<dxf xmlns="{M[1:-1]}">{dxf}</dxf>'))
        book.parts["xl/styles.xml"] = etree.tostring(styles)
        tree = book.tree(SHEETS["requests"])
        first = tree.find(f"{M}conditionalFormatting")
        group = etree.fromstring(
            f'<conditionalFormatting xmlns="{M[1:-1]}" sqref="{area}">'
            f"{rule.replace('@', str(len(owner) - 1))}</conditionalFormatting>"
        )
        first.addprevious(group)

    return change


ALWAYS = '<cfRule type="expression" priority="900" dxfId="@"><formula>TRUE</formula></cfRule>'
ABOVE = (
    '<cfRule type="cellIs" operator="greaterThan" priority="900" dxfId="@">'
    "<formula>{0}</formula></cfRule>"
)
BAR = (
    '<cfRule type="dataBar" priority="900"><dataBar showValue="0"><cfvo type="min"/>'
    '<cfvo type="max"/><color rgb="FF638EC6"/></dataBar></cfRule>'
)
CONDITIONAL = {
    "a number format": ('<numFmt numFmtId="902" formatCode="0&quot;0&quot;"/>', ALWAYS, "C13"),
    "a format that hides": ('<numFmt numFmtId="902" formatCode=";;;"/>', ALWAYS, "C13"),
    "white ink": ('<font><color rgb="FFFFFFF0"/></font>', ALWAYS, "C18"),
    "black paper": (
        '<fill><patternFill><bgColor rgb="FF000000"/></patternFill></fill>', ALWAYS, "C18",
    ),
    "struck through": ("<font><strike/></font>", ALWAYS, "C18"),
    "a bar without the number": ("", BAR, "C13"),
    "above what stands there": (
        '<numFmt numFmtId="902" formatCode=";;;"/>', ABOVE.format(1000), "C13",
    ),
    "below what stands there": (
        '<numFmt numFmtId="902" formatCode=";;;"/>', ABOVE.format(9000), "",
    ),
    "bold": ("<font><b/></font>", ALWAYS, ""),
    "thousands": ('<numFmt numFmtId="902" formatCode="#,##0"/>', ALWAYS, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CONDITIONAL)
def test_a_conditional_format_of_the_users_is_held_against_the_figures(name):
    dxf, rule, said = CONDITIONAL[name]
    _, found = edited("2021", conditional(dxf, rule))
    assert [(one.rule, one.cell) for one in found] == ([(said, "D7"), (said, "D8")] if said else [])


def test_a_conditional_format_in_the_newer_block_is_read_as_well():
    def change(book):
        tree = book.tree(SHEETS["requests"])
        ext = (
            f'<extLst xmlns="{M[1:-1]}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml'
            '/2009/9/main" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><ext>'
            "<x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type='expression' "
            "priority='9'><xm:f>TRUE</xm:f><x14:dxf><numFmt numFmtId='902' formatCode=';;;'/>"
            "</x14:dxf></x14:cfRule><xm:sqref>D7</xm:sqref></x14:conditionalFormatting>"
            "</x14:conditionalFormattings></ext></extLst>"
        )
        tree.append(etree.fromstring(ext))

    _, found = edited("2021", change)
    assert [(one.rule, one.cell) for one in found] == [("C13", "D7")]


# --- merged areas -----------------------------------------------------------------------------


@pytest.mark.parametrize("area", ["D7:E8", "A1:XFD1048576", "D7:D1048576"])
def test_what_a_merged_area_covers_is_not_a_figure(area):
    _, before = base("2021")
    after, found = edited("2021", merging(area))
    hidden = "requests.carried_in.individual"
    assert after.said[hidden] is None
    if area == "A1:XFD1048576":  # the labels are covered as well
        assert {one.rule for one in after.findings if one.field == hidden} == {"C08"}
        return
    (one,) = (one for one in found if one.field == hidden)
    assert (one.rule, one.severity.value, one.cell) == ("C12", "error", "D8")
    assert str(before.said[hidden]) in one.message
    assert area in one.message
    assert after.said["requests.received.individual"] == 1071  # seen: it is the area's first


def test_a_covered_total_and_a_covered_fee_are_said():
    after, found = edited("2021", merging("I7:J7"))
    assert [(one.rule, one.cell) for one in found] == [("C12", "J7")]
    assert after.said["requests.received.total"] is None
    fee = layout_of(editions()["2021"], common().sheets, "department").small.values()
    area = f"A{min(fee).row}:B{max(fee).row}"
    after, found = edited("2021", merging(area, "narrative"))
    assert {one.rule for one in found} == {"C12"}
    assert after.said["fee.cases"] is None
    assert after.said["fee.yuan"] is None


def test_a_covered_blank_is_a_warning():
    def change(book):
        book.set(SHEETS["requests"], "E7", "")
        merging("D7:E7")(book)

    _, found = edited("2021", change)
    assert [(one.rule, one.severity.value, one.cell) for one in found] == [("C12", "warning", "E7")]


def test_a_switch_under_a_merged_area_declares_nothing():
    switch = layout_of(editions()["2021"], common().sheets, "department").nil["requests"]

    def change(book):
        book.set(switch.sheet, switch.cell, "<is><t>是</t></is>", "inlineStr")
        merging("I1:J2")(book)

    after, found = edited("2021", change)
    assert after.said["nil.requests"] is False
    assert ("C12", switch.cell) in {(one.rule, one.cell) for one in found}


# --- hidden rows, columns, sheets; narrow columns; zeros --------------------------------------


def column(number, **attributes):
    def change(book):
        one = book.tree(SHEETS["requests"]).findall(f"{M}cols/{M}col")[number - 1]
        for name, value in attributes.items():
            one.set(name, value)

    return change


HIDDEN = {
    "a row": (row(12, hidden="1"), "D12"),
    "a row of no height": (row(12, ht="0", customHeight="1"), "D12"),
    "a row of one point": (row(12, ht="1", customHeight="1"), "D12"),
    "a column": (column(5, hidden="1"), "E7"),
    "a column of no width": (column(5, width="0"), "E7"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_figures_in_what_is_hidden_are_an_error(name):
    change, cell = HIDDEN[name]
    _, found = edited("2021", change)
    assert [(one.rule, one.severity.value, one.cell) for one in found] == [("C18", "error", cell)]


def test_a_hidden_row_of_zeros_is_nothing():
    def change(book):
        for letter in "DEFGHI":
            book.set(SHEETS["requests"], f"{letter}12", "<v>0</v>")
        book.set(SHEETS["requests"], "J12", "<f>SUM(D12:I12)</f><v>0</v>")
        row(12, hidden="1")(book)

    _, found = edited("2021", change)
    assert found == []


def test_a_narrow_column_is_a_warning_and_counted():
    after, found = edited("2021", column(4, width="2", customWidth="1"))
    assert {(one.rule, one.severity.value) for one in found} == {("C13", "warning")}
    assert all("太窄" in one.message for one in found)
    assert after.said["requests.received.individual"] == 1071


def test_zeros_that_the_sheet_does_not_show_are_said_once():
    def change(book):
        book.set(SHEETS["requests"], "D7", "<v>0</v>")
        book.set(SHEETS["requests"], "D8", "<v>0</v>")
        book.tree(SHEETS["requests"]).find(f"{M}sheetViews/{M}sheetView").set("showZeros", "0")

    _, found = edited("2021", change)
    assert [(one.rule, one.sheet, one.cell) for one in found] == [("C13", SHEETS["requests"], "")]


# --- ours -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2021", "2019", "2021 county", "2019 street"])
def test_our_own_workbook_looks_as_it_is(name):
    _, read = base(name)
    assert [one for one in read.findings if one.rule in {"C12", "C13", "C18", "C19"}] == []


def test_a_colour_is_told_from_its_paper():
    assert styles.alike("FFFFFF", "FFFFF0")
    assert styles.alike("F2F2F2", "FFFFFF")
    assert not styles.alike("FFFF00", "FFFFFF")  # faint, but yellow
    assert not styles.alike("808080", "FFFFFF")
    assert not styles.alike("FF0000", "808080")  # as bright, but red
