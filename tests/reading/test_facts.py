"""What a returned file says of itself: last saved when and by what, dated when, mending which."""

from __future__ import annotations

import datetime as dt
import functools
import io
import re

import openpyxl
import pytest

from desk import YEAR, book, complete
from helpers import common, edition_for, editions
from ledgers import by, came
from libreoffice import at_work
from nianbao import values
from nianbao.check import Beside
from nianbao.errors import to_mend
from nianbao.events import Head
from nianbao.layout import layout_of, returned
from nianbao.ledger.codec import chained, event_of
from nianbao.office.examine import examine
from nianbao.reading.read import read
from nianbao.template.sent_back import ToSend, sent_back
from nianbao.versions import SHORT, Facts
from oox import Book, packed, parts


A = complete("659900-T1", "甲乡")
CORE, APP = "docProps/core.xml", "docProps/app.xml"
SHA256 = "0123456789abcdef" * 4
SHEET = common().sheets["returned"]
UNTOUCHED = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
"""What our own templates state: nobody has saved them."""


def facts(data: bytes) -> Facts:
    return read(data, editions(), common()).facts


def with_part(name: str, data: bytes | None, of: bytes | None = None) -> bytes:
    """A workbook with one part replaced, or without it."""
    files = parts(of or book(A))
    files.pop(name, None)
    return packed(files if data is None else {**files, name: data})


def saved(text: str) -> bytes:
    """A workbook whose properties say that it was last saved then."""
    core = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{text}", parts(book(A))[CORE].decode())
    return with_part(CORE, core.encode())


def dated(text: str) -> bytes:
    """A workbook with that day on its cover."""
    place = layout_of(edition_for(YEAR), common().sheets, "township").contact(common().contact)
    changed = Book(book(A))
    changed.set(place["date"].sheet, place["date"].cell, f"<is><t>{text}</t></is>", "inlineStr")
    return changed.data()


@functools.cache
def sent(file: str = "甲乡.xlsx") -> bytes:
    """The workbook that goes back for a file of that name."""
    fresh = sent_back(ToSend(A, edition_for(YEAR), Beside(), ()), A.unit, common())
    return fresh.workbook(file, SHA256, dt.datetime(2024, 1, 9, tzinfo=dt.UTC))


def test_a_template_that_nobody_saved_says_what_it_was_made_with():
    said = facts(book(A))
    assert (said.unit, said.readable, said.answers) == ("659900-T1", True, "")
    assert said.saved == UNTOUCHED
    assert "penpyxl" in said.made_with


# --- saved ------------------------------------------------------------------------------------


EAST = dt.timezone(dt.timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-01-09T01:02:03Z", dt.datetime(2024, 1, 9, 1, 2, 3, tzinfo=dt.UTC)),
        ("2024-01-09T09:02:03+08:00", dt.datetime(2024, 1, 9, 9, 2, 3, tzinfo=EAST)),
        ("2024-01-09T09:02:03", dt.datetime(2024, 1, 9, 9, 2, 3)),  # noqa: DTZ001
        ("2024-01-09T09:02:03.123456789", dt.datetime(2024, 1, 9, 9, 2, 3, 123456)),  # noqa: DTZ001
        (" 2024-01-09T09:02Z ", dt.datetime(2024, 1, 9, 9, 2, tzinfo=dt.UTC)),
        ("", None),
        ("2024-01-09", None),
        ("2024-02-30T09:02:03Z", None),
        ("2024-01-09T25:02:03Z", None),
        ("2024-01-09T09:02:03+99:99", None),
        ("2024-01-09T09:02:03+08:00:30", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("1601-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("20240109T090203Z", None),
        ("2024-W02-2T09:02:03", None),
        ("٢٠٢٤-01-09T09:02:03Z", None),
        ("昨天", None),
        ("9" * 40_000, None),
    ],
)
def test_when_it_was_saved_is_a_time_or_nothing(text, time):
    said = facts(saved(text)).saved
    assert said == time
    assert (said and said.tzinfo) == (time and time.tzinfo)


BOMB = b"<!DOCTYPE a [" + b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(9)
)  # fmt: skip


EXTERNAL = (
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<a><Application>&x;</Application><modified>&x;</modified></a>"
)


@pytest.mark.parametrize(
    "part",
    [
        None,
        b"",
        b"\x00\xff",
        b"<a><b></a>",
        BOMB + b"]><a><modified>&l8;</modified><Application>&l8;</Application></a>",
        EXTERNAL,
        b"<a><modified><b>2024-01-09T01:02:03Z</b></modified><Application><b>x</b></Application></a>",
        b"<a><modified>2024-01-09T01:02:03Z</modified><Application>x</Application>"
        + b" " * 50_000_000
        + b"</a>",
        b"<a>" * 2_000 + b"</a>" * 2_000,
    ],
    ids=["none", "empty", "noise", "broken", "bomb", "external", "nested", "huge", "deep"],
)
def test_properties_that_are_missing_or_hostile_are_not_known_and_harm_nothing(part):
    whole = read(book(A), editions(), common())
    for name in (CORE, APP):
        got = read(with_part(name, part), editions(), common())
        assert got.report == whole.report
        assert got.findings == whole.findings
        assert (got.facts.saved is None) == (name == CORE)
        assert (got.facts.made_with == "") == (name == APP)


def test_a_part_that_does_not_unpack_is_not_known():
    data = bytearray(saved("2024-01-09T01:02:03Z"))
    at = data.find(b"docProps/core.xml") + len(CORE)
    data[at : at + 20] = b"\xff" * 20
    said = facts(bytes(data))
    assert (said.saved, said.unit) == (None, "659900-T1")


@pytest.mark.parametrize(
    ("xml", "name"),
    [
        ("<Application>Microsoft Excel</Application><AppVersion>16.0300</AppVersion>",
         "Microsoft Excel 16.0300"),
        ("<Application>WPS 表格</Application>", "WPS 表格"),
        ("<AppVersion>12.0</AppVersion>", "12.0"),
        ("<Application/>", ""),
        ("<Application>A&#x9;B&#x202E;C&#x2028;D</Application>", "ABCD"),
        (f"<Application>{'长' * 1000}</Application>", "长" * 80),
    ],
)  # fmt: skip
def test_the_program_is_named_in_a_line_of_bounded_length(xml, name):
    assert facts(with_part(APP, f"<Properties>{xml}</Properties>".encode())).made_with == name


def test_what_a_file_says_is_kept_in_a_ledger_as_it_stands():
    for text in ("2024-01-09T09:02:03.123456789-13:30", "2024-01-09T09:02", "2199-12-31T23:59:59Z"):
        said = facts(saved(text))
        what = came("甲乡.xlsx", saved=said.saved, made_with=said.made_with, dated=said.dated)
        (row,) = chained(Head(YEAR), [what], by())
        assert said.saved is not None
        assert event_of(row).what == what


# --- dated ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年1月9日", dt.date(2024, 1, 9)),
        ("2024-1-9", dt.date(2024, 1, 9)),
        ("2024/01/09", dt.date(2024, 1, 9)),
        ("2024．1．9", dt.date(2024, 1, 9)),
        ("２０２４年１月９日", dt.date(2024, 1, 9)),
        ("20240109", dt.date(2024, 1, 9)),
        (" 2024 年 1 月 9 日 ", dt.date(2024, 1, 9)),
        ("2024-01-09 00:00:00", dt.date(2024, 1, 9)),
        ("2024-1-1 18:30", dt.date(2024, 1, 1)),
        ("2024年1月9日（星期二）", dt.date(2024, 1, 9)),
        ("1月9日", dt.date(2024, 1, 9)),
        ("二〇二四年一月九日", dt.date(2024, 1, 9)),
        ("二○二四年十二月三十一日", dt.date(2024, 12, 31)),
        ("二〇二四年十月二十日", dt.date(2024, 10, 20)),
        ("2024年2月30日", None),
        ("24.1.9", None),
        ("2024年1月", None),
        ("45300", None),
        ("0000年1月9日", None),
        ("去年底", None),
        ("2024年1月9日至1月12日", None),
        ("1" * 30_000, None),
    ],
)
def test_the_day_on_the_cover_is_a_day_or_nothing(text, day):
    assert facts(dated(text)).dated == day


def test_a_day_typed_as_a_date_is_that_day():
    contact = layout_of(edition_for(YEAR), common().sheets, "township").contact(common().contact)
    opened, out = openpyxl.load_workbook(io.BytesIO(book(A))), io.BytesIO()
    cell = opened[contact["date"].sheet][contact["date"].cell]
    cell.value, cell.number_format = dt.datetime(2024, 1, 9), "yyyy/m/d"  # noqa: DTZ001
    opened.save(out)
    assert facts(out.getvalue()).dated == dt.date(2024, 1, 9)


def test_a_year_beyond_the_calendar_is_no_day():
    assert values.day("1月9日", 10_000) is None


# --- answers ----------------------------------------------------------------------------------


def test_the_workbook_that_went_back_names_the_version_it_mends():
    assert facts(sent()).answers == SHA256[:SHORT]
    assert not to_mend(examine(read(sent(), editions(), common()), common()))


def test_a_files_name_that_looks_like_a_fingerprint_is_none():
    assert facts(sent("甲乡（指纹 ffffffffffff）.xlsx")).answers == SHA256[:SHORT]


def basis(text: str) -> bytes:
    changed, place = Book(sent()), returned.basis(SHEET)
    changed.set(place.sheet, place.cell, f"<is><t>{text}</t></is>", "inlineStr")
    return changed.data()


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("（指纹 0123456789ab）", "0123456789ab"),
        ("（指纹 0123456789a）", ""),
        ("（指纹 0123456789abc）", ""),
        ("（指纹 0123456789AB）", ""),
        ("（指纹 甲123456789ab）", ""),
        ("0123456789ab", ""),
        ("", ""),
    ],
)
def test_what_is_no_fingerprint_is_none(text, answers):
    assert facts(basis(text)).answers == answers


def test_without_the_sheet_nothing_is_mended():
    changed = Book(sent())
    changed.entry(SHEET).getparent().remove(changed.entry(SHEET))
    assert facts(changed.data()).answers == ""


def test_a_sheet_that_cannot_be_read_says_nothing_and_harms_nothing():
    whole, hidden = read(sent(), editions(), common()), Book(sent())
    hidden.entry(SHEET).set("state", "hidden")  # one that is seen is read anyway
    for spoilt in (b"<worksheet", b"<worksheet/>"):
        data = with_part(hidden.part(SHEET), spoilt, hidden.data())
        got = read(data, editions(), common())
        assert (got.facts.answers, got.report) == ("", whole.report)


# --- saved by another program -----------------------------------------------------------------


@pytest.mark.libreoffice
def test_another_program_says_when_it_saved_and_keeps_the_rest(tmp_path):
    source = tmp_path / "退回.xlsx"
    source.write_bytes(sent())
    before = dt.datetime.now().astimezone() - dt.timedelta(seconds=2)
    place = layout_of(edition_for(YEAR), common().sheets, "township").contact(common().contact)
    at = {"sheet": place["date"].sheet, "cell": place["date"].cell}
    edits = [{"do": "put", **at, "value": "2024年1月10日"}]
    at_work([{"name": "再存", "edits": edits}], source, tmp_path)
    after = dt.datetime.now().astimezone() + dt.timedelta(seconds=2)
    for kind in ("xlsx", "xls", "ods"):
        said = facts((tmp_path / f"再存.{kind}").read_bytes())
        assert said.answers == SHA256[:SHORT]
        assert (said.unit, said.dated) == (A.unit.code, dt.date(2024, 1, 10))
        assert said.saved is not None, kind
        assert before <= said.saved.astimezone() <= after, kind
        if kind != "xls":
            assert said.made_with.startswith("LibreOffice"), kind
