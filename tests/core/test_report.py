"""A report's own words: figures, blanks, texts, reasons, and its document there and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from helpers import change, changed, editions, fee_of, with_fee
from nianbao.report import Report, Unit, from_document, one_line, reason_key, to_document


FORM = editions()["2021"]
WHOLE = changed(FORM, change({}))
COUNT = "requests.received.individual"


def holding(value, **more) -> Report:
    return Report("2021", 2023, Unit("1", "甲乡", "township"), {COUNT: value}, **more)


# --- figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number"), [(3, 3), (0, 0), (2.5, 2.5), ("3件", None), ("", None), (None, None)]
)
def test_a_figure_is_a_number_or_none(value, number):
    assert holding(value).figure(COUNT) == number


@pytest.mark.parametrize("declared", ["nil_returns", "blanks_are_zero"])
def test_a_blank_of_a_table_declared_zero_is_zero(declared):
    report = holding(None, **{declared: frozenset({"requests"})})
    assert report.zero("requests")
    assert not report.zero("disputes")
    assert report.figure(COUNT) == 0
    assert report.figure("disputes.review.total") is None
    assert holding("三", **{declared: frozenset({"requests"})}).figure(COUNT) is None


def test_the_fee_is_two_figures():
    report = with_fee(holding(3), cases=2, yuan="20元")
    assert report.figure("processing_fee.cases") == 2
    assert report.figure("processing_fee.yuan") is None
    assert report.figure("other.cases") is None
    zero = with_fee(holding(3), cases=0).figure("processing_fee.cases")
    assert zero == 0
    assert holding(3).figure("processing_fee.cases") is None


# --- texts and reasons ------------------------------------------------------------------------


def test_a_section_is_its_parts_joined():
    narrative = {"overview.lead": "总述。", "overview.platform": None, "overview.other": "其他。",
                 "overviews.x": "别的", "problems": ""}  # fmt: skip
    report = holding(3, narrative=narrative)
    assert report.text("overview.lead") == "总述。"
    assert report.text("overview") == "总述。其他。"
    assert report.text("problems") == ""
    assert report.text("overview.platform") is None
    assert report.text("other") is None


def test_a_reason_for_one_place_goes_before_that_for_the_rule():
    report = holding(3, explanations={"T2-08": "一般", reason_key("T2-08", COUNT): "这一处"})
    assert report.reason("T2-08", COUNT) == "这一处"
    assert report.reason("T2-08", "disputes.review.total") == "一般"
    assert report.reason("T2-09", COUNT) == ""
    assert reason_key("T2-08", COUNT) == f"T2-08@{COUNT}"


# --- provisional sums -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provenance", "provisional", "gaps"),
    [
        ({}, False, ()),
        ({"complete": True, "gaps": []}, False, ()),
        ({"complete": False}, False, ()),
        ({"complete": False, "gaps": []}, True, ()),
        ({"complete": False, "gaps": ["甲乡（未报）", 3]}, True, ("甲乡（未报）", "3")),
        ({"complete": False, "gaps": ("甲乡",)}, True, ("甲乡",)),
        ({"complete": False, "gaps": "甲乡"}, True, ()),
        ({"complete": 0, "gaps": []}, False, ()),
    ],
)
def test_a_sum_is_provisional_where_it_says_who_is_missing(provenance, provisional, gaps):
    report = holding(3, provenance=provenance)
    assert (report.provisional, report.gaps) == (provisional, gaps)


def test_where_it_comes_from_does_not_make_it_another_report():
    assert replace(WHOLE, provenance={"source": "别处"}) == WHOLE
    assert replace(WHOLE, year=1) != WHOLE


# --- units ------------------------------------------------------------------------------------


def test_whose_powers_a_unit_has():
    assert Unit("1", "甲乡", "township").power == "township"
    assert Unit("1", "司法局", "department", speaks_for="prefecture").power == "prefecture"


def test_a_unit_says_what_does_not_go_without_saying():
    plain = {"code": "1", "name": "甲乡", "level": "township"}
    assert Unit("1", "甲乡", "township").document() == plain
    both = Unit("1", "甲乡", "township", "prefecture", "county").document()
    assert both == {**plain, "under": "prefecture", "speaks_for": "county"}


# --- documents --------------------------------------------------------------------------------


def test_a_document_is_read_back_as_the_report_it_was():
    for report in (
        WHOLE,
        replace(WHOLE, unit=Unit("1", "司法局", "department", "province", "prefecture")),
        changed(FORM, change({"nil": ["requests"], "zero": ["disputes"], "blank": [COUNT],
                              "reasons": {"T2-08": "县里委托"}, "fee": {"cases": "无"}})),
        replace(WHOLE, provenance={"source": "公报", "complete": False, "gaps": ["甲乡"]}),
    ):  # fmt: skip
        document = json.loads(json.dumps(to_document(report)))
        again = from_document(document)
        assert again == report
        assert again.provenance == report.provenance
        assert to_document(again) == document


def test_a_document_nests_what_a_report_has_flat():
    document = to_document(WHOLE)
    assert document["edition"] == "2021"
    assert document["year"] == WHOLE.year
    assert document["unit"] == WHOLE.unit.document()
    assert document["tables"]["requests"]["received"]["individual"] == WHOLE.figures[COUNT]
    assert document["narrative"]["overview"]["lead"] == WHOLE.narrative["overview.lead"]
    assert document["narrative"]["problems"] == WHOLE.narrative["problems"]
    assert document["processing_fee"] == fee_of(WHOLE)
    assert document["contact"] == WHOLE.contact


def test_blanks_stay_null_and_empty_parts_are_left_out():
    bare = Report("2021", 2023, Unit("1", "甲乡", "township"), {COUNT: None})
    assert to_document(bare) == {
        "edition": "2021", "year": 2023, "unit": bare.unit.document(),
        "tables": {"requests": {"received": {"individual": None}}},
    }  # fmt: skip
    nothing = replace(bare, figures={})
    assert to_document(nothing)["tables"] == {}
    assert from_document({"edition": "2021", "year": 2023}) == (
        Report("2021", 2023, Unit("", "", ""))
    )
    sorted_out = replace(bare, nil_returns=frozenset({"requests", "disputes"}))
    assert to_document(sorted_out)["nil_returns"] == ["disputes", "requests"]


# --- one line ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("甲乡", "甲乡"),
        ("甲\n乡", "甲 乡"),
        ("甲\r\n\t乡", "甲 乡"),
        ("甲\u2028乡", "甲 乡"),
        ("甲\x1b[31m乡", "甲\ufffd[31m乡"),
        ("甲\u202e乡", "甲\ufffd乡"),
        ("甲　乡", "甲　乡"),
        ("甲\x85乡\x9f", "甲 乡\ufffd"),
        ("", ""),
    ],
)
def test_a_text_from_outside_is_one_line(text, line):
    assert one_line(text) == line
