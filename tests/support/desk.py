"""A county officer's desk: a roster and returned workbooks in a folder, and the command line."""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path

from drawn import drawn
from helpers import common, edition_for
from nianbao import cli
from nianbao.book.order import Order
from nianbao.layout import Layout
from nianbao.merge import with_totals
from nianbao.report import Report, Unit, from_document
from nianbao.shipped import shipped
from oox import Book


YEAR = 2023


def example(code: str) -> Report:
    """A report of the examples."""
    path = shipped("examples") / "reports" / f"{code}.json"
    return from_document(json.loads(path.read_text(encoding="utf-8")))


def figures(report: Report, **changes) -> Report:
    """The report with inputs changed (``a__b__c=1`` for ``a.b.c``) and totals recomputed."""
    edition = edition_for(report.year)
    named = {key.replace("__", "."): value for key, value in changes.items()}
    assert set(named) <= set(edition.fields)
    return with_totals(dataclasses.replace(report, figures={**report.figures, **named}), edition)


def complete(code: str, name: str, level: str = "township", **changes) -> Report:
    """A complete, faultless report with a few applications."""
    edition = edition_for(YEAR)
    zeros = dict.fromkeys(edition.figures, 0)
    base = dataclasses.replace(
        example("659900-T03"), unit=Unit(code, name, level), figures=zeros, nil_returns=frozenset()
    )
    given = {
        "disclosure__normative__issued": 1,
        "disclosure__normative__in_force": 7,
        "requests__received__individual": 3,
        "requests__granted__individual": 2,
        "requests__carried_out__individual": 1,
    }
    return figures(base, **{**given, **changes})


@functools.cache
def _book(report_json: str) -> bytes:
    report = from_document(json.loads(report_json))
    return drawn(Order(edition_for(report.year), common(), report.unit, report.year, report))


def book(report: Report) -> bytes:
    """The filled workbook of a report."""
    from nianbao.report import to_document

    return _book(json.dumps(to_document(report), ensure_ascii=False))


@dataclasses.dataclass
class Desk:
    """A folder with ``units.csv`` and the folder ``收到`` of returned files."""

    folder: Path

    def __post_init__(self):
        self.inbox.mkdir(exist_ok=True)

    @property
    def inbox(self) -> Path:
        return self.folder / "收到"

    @property
    def out(self) -> Path:
        return self.folder / "汇总"

    @property
    def roster(self) -> str:
        return str(self.folder / "units.csv")

    def enrol(self, *reports: Report, own: str = "659900,示例县,county", encoding="utf-8-sig"):
        lines = ["code,name,level", own] if own else ["code,name,level"]
        lines += [f"{r.unit.code},{r.unit.name},{r.unit.level}" for r in reports]
        (self.folder / "units.csv").write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
        return self

    def receive(self, *reports: Report):
        for report in reports:
            (self.inbox / f"{report.unit.name}.xlsx").write_bytes(book(report))
        return self

    def merge(self, *more: str) -> int:
        return cli.main(
            ["merge", str(self.inbox), "--units", self.roster, "-o", str(self.out), *more]
        )

    @property
    def summary(self) -> dict:
        return json.loads((self.out / "汇总.json").read_text(encoding="utf-8"))


def write_text(path: Path, level: str = "county") -> None:
    """Write a government's own text and people into its 上报.xlsx, as it is done in Excel."""
    layout = Layout(edition_for(YEAR), common().sheets, level)
    typed = Book(path.read_bytes())
    for key, place in layout.texts.items():
        text = f"{YEAR}年，{key}：列入考核，开展社会评议，没有责任追究。" if key != "other" else ""
        typed.set(place.sheet, place.cell, f"<is><t>{text}</t></is>", "inlineStr")
    for place in layout.contact(list(common().contact)).values():
        typed.set(place.sheet, place.cell, "<is><t>王五</t></is>", "inlineStr")
    path.write_bytes(typed.data())
