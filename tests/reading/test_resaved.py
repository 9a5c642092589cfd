"""Workbooks opened and saved in other programs: every figure as before, and no new finding.

What such a save does lose, and what the format hides, is in ``SAID``; any other finding on a
faultless workbook is a false alarm.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import re
from pathlib import Path

import ironcalc
import openpyxl
import pytest

from altered import Read, differences, understood
from drawn import drawn
from helpers import apart, beside, common, corpus, editions, fee_of, make_report, settled
from libreoffice import resave
from nianbao.book.order import Order
from nianbao.book.parts import unzip
from nianbao.button.project import macro_workbook
from nianbao.report import Report, Unit
from once import once


FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "ooxml.xlsx": "Calc Office Open XML",
    "xlsm": "Calc MS Excel 2007 VBA XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
}
BACK = ("xls", "ods")
"""Formats that are opened again and saved as .xlsx: an office that has such a program only."""
HIDDEN = {"C08-format"}
"""What an .xls or .ods cannot show: formulas, names, formats."""
SAID = {
    "xls": HIDDEN,
    "ods": HIDDEN,
    "xls-back.xlsx": {"C08-unnamed"},  # LibreOffice puts _ for the dot in a name of an .xls
    "openpyxl, values": {"C07-constant"},
    "ironcalc": {"C20"},  # it keeps neither the input rules nor the locks
}
MACRO = {"xls": {"C08-macro"}, "ods": {"C08-macro"}}
"""More for a workbook with the button: in these formats nobody can tell that the macro is ours."""
LIBREOFFICE = [*FILTERS, *(f"{kind}-back.xlsx" for kind in BACK)]
OF_CORPUS = ["xlsx", "xls", "ods"]


# --- what is saved ----------------------------------------------------------------------------


def filled(report: Report, previous: Report | None = None) -> bytes:
    edition = editions()[report.edition]
    return drawn(Order(edition, common(), report.unit, report.year, report, previous))


def whole(edition_id: str, level: str) -> tuple[Report, Report | None]:
    """A report with nothing left blank, and last year's."""
    edition = editions()[edition_id]
    contact = {"date": "1月10日"} | dict.fromkeys(set(common().contact) - {"date"}, "张三")
    report = dataclasses.replace(make_report(edition), contact=contact)
    unit = dataclasses.replace(report.unit, level=level)
    return dataclasses.replace(report, unit=unit), beside(edition).previous


def nil_return() -> Report:
    """A township with no application and no dispute, as 零报告."""
    report, _ = whole("2021", "township")
    edition = editions()["2021"]
    none = frozenset(table.key for table in edition.tables) - {"disclosure"}
    return dataclasses.replace(
        report,
        unit=Unit("654224-T06", "黄沙乡人民政府", "township"),
        figures=settled(edition, {"disclosure.normative.in_force": 7}) | apart(fee_of(report)),
        narrative={**report.narrative, "overview.on_request": "全年没有收到公开申请。"},
        nil_returns=none,
    )


def blanks() -> Report:
    """A department that left every 0 blank and declared blanks to be zero."""
    report, _ = whole("2021", "department")
    edition = editions()["2021"]
    given = {key: value or None for key, value in report.figures.items() if key in edition.inputs}
    every = frozenset(table.key for table in edition.tables)
    return dataclasses.replace(report, figures={**report.figures, **given}, blanks_are_zero=every)


@functools.cache
def faultless() -> dict[str, bytes]:
    """Workbooks on which there is nothing to say, as sent."""
    return {
        "department-2019": filled(*whole("2019", "department")),
        "township-2021": filled(*whole("2021", "township")),
        "county-2021": filled(*whole("2021", "county")),
        "nil-2021": filled(nil_return()),
        "blanks-2021": filled(blanks()),
        "macro-2021": macro_workbook(filled(*whole("2021", "department")), common()),
    }


@functools.cache
def published() -> dict[str, bytes]:
    """The real reports, mistakes included."""
    return {number: filled(report) for number, report in corpus().items()}


@functools.cache
def original(name: str) -> Read:
    return understood({**faultless(), **(published() if name.isdigit() else {})}[name])


# --- how it is saved --------------------------------------------------------------------------


def sources(folder: Path, books: dict[str, bytes]) -> dict[str, Path]:
    paths = {}
    for name, data in books.items():
        macro = "xl/vbaProject.bin" in unzip(data)
        paths[name] = folder / f"{name}.source.{'xlsm' if macro else 'xlsx'}"
        paths[name].write_bytes(data)
    return paths


def save_faultless(folder: Path) -> None:
    books = sources(folder, faultless())
    resave(folder, books, FILTERS)
    for kind in BACK:
        again = {f"{name}.{kind}-back": folder / f"{name}.{kind}" for name in books}
        resave(folder, again, {"xlsx": FILTERS["xlsx"]})


def save_published(folder: Path) -> None:
    resave(folder, sources(folder, published()), {kind: FILTERS[kind] for kind in OF_CORPUS})


def by_openpyxl(data: bytes) -> bytes:
    macro = "xl/vbaProject.bin" in unzip(data)
    return _written(openpyxl.load_workbook(io.BytesIO(data), keep_vba=macro))


def values_by_openpyxl(data: bytes) -> bytes:
    """Every formula replaced by its value, as by 选择性粘贴."""
    return _written(openpyxl.load_workbook(io.BytesIO(data), data_only=True))


def _written(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def by_ironcalc(data: bytes, folder: Path) -> bytes:
    given, out = folder / "given.xlsx", folder / "out.xlsx"
    out.unlink(missing_ok=True)
    given.write_bytes(data)
    model = ironcalc.load_from_xlsx(str(given), "en", "UTC", "en")
    model.evaluate()
    model.save_to_xlsx(str(out))
    return out.read_bytes()


# --- what is read of it -----------------------------------------------------------------------


@functools.cache
def wording(key: str) -> re.Pattern[str]:
    text = re.escape(common().catalogue[key].text)
    return re.compile(re.sub(r"\\\{\w+\\\}", ".*", text), re.DOTALL)


def faults(name: str, kind: str, data: bytes) -> list[str]:
    """What is read otherwise than from the original, or said though it is not so.

    A published report may have no formula to lose: what is due is asked of faultless ones only.
    """
    before, after = original(name), understood(data)
    if after.reading is None:
        return [f"{name}: {after.findings[0].message}"]
    due = SAID.get(kind, set()) | (MACRO.get(kind, set()) if name.startswith("macro") else set())
    known = {(one.rule, one.place) for one in before.findings}
    fresh = [one for one in after.findings if (one.rule, one.place) not in known]
    heard = {key for key in due if any(wording(key).fullmatch(one.message) for one in fresh)}
    more = [one for one in fresh if not any(wording(key).fullmatch(one.message) for key in due)]
    opened = {key for key in differences(before, after) if open_total(key, before, after)}
    changed = {k: v for k, v in differences(before, after).items() if k not in opened}
    there = {(one.rule, one.place) for one in after.findings}
    gone = [one for one in before.findings if (one.rule, one.place) not in there]
    return [
        *(f"{name}: not said: {key}" for key in due - heard if name in faultless()),
        *(f"{name}: new: {one.rule} {one.place} {one.message}" for one in more),
        *(f"{name}: gone: {one.rule} {one.place}" for one in gone if one.field not in opened),
        *(f"{name}: {key}: {was!r} -> {now!r}" for key, (was, now) in changed.items()),
    ]


def open_total(key: str, before: Read, after: Read) -> bool:
    """Whether a total of 0 beside blanks is left open: nobody sees that it was typed."""
    assert after.reading is not None
    return (
        key in after.reading.edition.totals
        and (before.said[key], after.said[key]) == (0, None)
        and any(wording("C08-format").fullmatch(one.message) for one in after.findings)
    )


@pytest.mark.parametrize("name", faultless())
def test_there_is_nothing_to_say_on_the_originals(name):
    assert original(name).findings == ()


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", LIBREOFFICE)
def test_libreoffice_changes_no_figure_of_a_faultless_workbook(tmp_path_factory, kind):
    folder = once(tmp_path_factory, "resaved", save_faultless)
    found = {name: (folder / f"{name}.{kind}").read_bytes() for name in faultless()}
    assert [line for name, data in found.items() for line in faults(name, kind, data)] == []


@pytest.mark.shared
@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", OF_CORPUS)
def test_libreoffice_changes_no_figure_of_a_published_report(tmp_path_factory, kind):
    folder = once(tmp_path_factory, "resaved-corpus", save_published)
    found = {name: (folder / f"{name}.{kind}").read_bytes() for name in published()}
    assert len(found) == 22
    assert [line for name, data in found.items() for line in faults(name, kind, data)] == []


LIBRARIES = {
    "openpyxl": lambda data, _: by_openpyxl(data),
    "openpyxl, values": lambda data, _: values_by_openpyxl(data),
    "ironcalc": by_ironcalc,
}


@pytest.mark.parametrize("kind", LIBRARIES)
def test_a_library_changes_no_figure_of_a_faultless_workbook(tmp_path, kind):
    found = {name: LIBRARIES[kind](data, tmp_path) for name, data in faultless().items()}
    assert [line for name, data in found.items() for line in faults(name, kind, data)] == []


@pytest.mark.shared
@pytest.mark.parametrize("kind", LIBRARIES)
def test_a_library_changes_no_figure_of_a_published_report(tmp_path, kind):
    found = {name: LIBRARIES[kind](data, tmp_path) for name, data in published().items()}
    assert [line for name, data in found.items() for line in faults(name, kind, data)] == []


def test_a_figure_that_changes_would_be_seen():
    book = openpyxl.load_workbook(io.BytesIO(faultless()["township-2021"]))
    before = original("township-2021").reading
    place = before.places["requests.received.individual"]
    book[place.sheet][place.cell] = before.report.figures["requests.received.individual"] + 1
    said = "\n".join(faults("township-2021", "openpyxl", _written(book)))
    assert "requests.received.individual: 12 -> 13" in said
    assert "new: T3-01" in said


def test_a_false_alarm_and_a_loss_unsaid_would_be_seen():
    data = faultless()["township-2021"]
    assert faults("township-2021", "openpyxl", values_by_openpyxl(data)) != []
    assert faults("township-2021", "openpyxl, values", by_openpyxl(data)) == [
        "township-2021: not said: C07-constant"
    ]
