"""Stamped templates equal built ones, part by part, whatever the unit is called."""

from __future__ import annotations

import dataclasses

import pytest

from desk import example, figures
from helpers import common, editions
from nianbao import cli
from nianbao.book.order import Order
from nianbao.book.parts import unzip
from nianbao.reading.read import read
from nianbao.report import Unit
from nianbao.template.stamp import Stamp
from nianbao.template.workbook import workbook


EDITION = editions()["2021"]
BEFORE = figures(
    example("659900-D01"),
    requests__carried_out__individual=4,
    requests__granted__individual=10,
)
ORDERS = {
    "plain": {},
    "markup": {"unit": Unit("654-T01", "甲<乡>&\"'", "township")},
    "formula": {"unit": Unit("=1+1", " 123 ", "township")},
    "last year": {"previous": BEFORE},
    "register": {"register": {"disputes.review.total": 3}},
}


def order(**changes) -> Order:
    base = Order(EDITION, common(), Unit("654224-T05", "多拉特乡", "township"), 2024)
    return dataclasses.replace(base, **changes)


@pytest.fixture(scope="module")
def stamp():
    return Stamp(order(previous=BEFORE, register={"disputes.review.total": 9}))


@pytest.mark.parametrize("name", ORDERS)
def test_a_stamped_workbook_is_the_built_one(stamp, name):
    one = order(**ORDERS[name])
    assert unzip(stamp.workbook(one)) == unzip(workbook(one))


def test_carried_in_applications_are_filled_in_from_last_year(stamp):
    report = read(stamp.workbook(order(previous=BEFORE)), editions(), common()).report
    assert report.figures["requests.carried_in.individual"] == 4
    assert report.figures["requests.carried_in.total"] == 4
    assert report.figures["requests.received.individual"] is None


def test_orders_of_another_kind_are_refused(stamp):
    for change in ({"year": 2023}, {"unit": Unit("1", "甲", "street")}, {"report": BEFORE}):
        with pytest.raises(ValueError, match="kind"):
            stamp.workbook(order(**change))


def test_an_interrupted_run_is_resumed_without_touching_what_is_there(tmp_path, capsys):
    roster = tmp_path / "units.csv"
    roster.write_text("code,name,level\n1,甲乡,乡镇\n2,乙街道,街道\n", encoding="utf-8")
    words = ["template", "--year", "2024", "--units", str(roster), "-o", str(tmp_path / "下发")]
    assert cli.main(words) == 0
    kept, lost = tmp_path / "下发" / "甲乡.xlsx", tmp_path / "下发" / "乙街道.xlsx"
    kept.write_bytes(b"the clerk's")
    again = lost.read_bytes()
    lost.unlink()
    assert cli.main(words) == 2
    assert not lost.exists()
    assert cli.main([*words, "--resume"]) == 0
    assert kept.read_bytes() == b"the clerk's"
    assert lost.read_bytes() == again
    assert "1 个已有" in capsys.readouterr().out
