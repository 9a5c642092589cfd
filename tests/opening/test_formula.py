"""Formulas worked out, however they are spelled; what is beyond us is said to be so."""

from __future__ import annotations

import datetime as dt

import pytest

from nianbao.opening.formula import worked_out
from nianbao.opening.formula_tree import Beyond, shifted


CELLS = {
    ("", 7, 4): 1, ("", 7, 5): 2.5, ("", 7, 6): 3, ("", 2, 10): "否",
    ("", 9, 8): dt.date(2024, 1, 1), ("标识", 5, 2): "甲镇", ("标识", 3, 2): 2024,
}  # fmt: skip


def cell(sheet, row, column):
    return CELLS.get((sheet, row, column))


@pytest.mark.parametrize(("text", "shown"), [
    ('IF(COUNT($D$7:$F$7)+IF($J$2="是",COUNTBLANK($D$7:$F$7),0)<3,"",SUM($D$7:$F$7))', 6.5),
    ('IF(COUNT($D$7:$G$7)<4,"",SUM($D$7:$G$7))', ""),
    ("of:=sum([.D7:.F7])", 6.5),
    ("_xlfn.SUM( D7 ; E7:F7 )", 6.5),
    ("(D7+E7)+F7", 6.5),
    ("SUM(F7:D7)+100", 106.5),
    ("-D7^2+10%*30", 4),
    ("2*(1+2)-6/4", 4.5),
    ("IF('标识'!$B$5=\"\",\"\",标识!B5)&\"　\"&标识!$B$3&\"年度\"", "甲镇　2024年度"),
    ('"乙""镇"', '乙"镇'),
    ('J2<>"是"', True),
    ("AND(D7<E7,NOT(FALSE))", True),
    ("ROUND(2.345,2)", 2.35),
    ('IF(G7=0,"空")', "空"),
    ("SUBTOTAL(109,D7:F7)", 6.5),
])  # fmt: skip
def test_a_formula_shows_what_excel_shows(text, shown):
    assert worked_out(text, cell) == shown


@pytest.mark.parametrize("text", [
    "", "SUM(", "SUM(D7))", "D7:", 'WEBSERVICE("http://x")', "[1]Sheet1!A1", "#REF!+1",
    "1/0", '"a"+1', "D7:F7", "SUM(A1:XFD1048576)", "(" * 100 + "1" + ")" * 100, "1" * 3000,
    "-" * 1900 + "1", "1" + "+1" * 990, "IF(H9,1,2)", "9^9^9^9", "ROUND(1,999)",
    "{1,2}", "SUMPRODUCT(--NOT(ISNUMBER(D7:F7)))", "()", "IF()", "nianbao.year",
])  # fmt: skip
def test_what_is_beyond_it_is_said_to_be(text):
    with pytest.raises(Beyond):
        worked_out(text, cell)


@pytest.mark.parametrize(("text", "there"), [
    ("SUM(D7:F7)", "SUM(F8:H8)"),
    ("SUM($D7:F$7)", "SUM($D8:H$7)"),
    ("'甲''乙'!B5&\"D7\"&LOG10(2)", "'甲''乙'!D6&\"D7\"&LOG10(2)"),
])  # fmt: skip
def test_a_shared_formula_moves_along(text, there):
    assert shifted(text, 1, 2) == there
