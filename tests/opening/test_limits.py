"""Every limit is kept, by a finding that says which; a form of ours stays far below each."""

from __future__ import annotations

import dataclasses
import io
import zipfile

import pytest

from desk import book, complete
from helpers import common, editions
from nianbao.context import context
from nianbao.errors import FileProblem
from nianbao.office import intake
from nianbao.opening.package import LIMITS, Limits
from nianbao.reading.read import read
from otherwise_saved import saved


A = complete("659900-T1", "甲乡")
SMALL = {
    "file": (2_000, "文件有"),
    "part": (2_000, "部件太大"),
    "whole": (2_000, "解压后有"),
    "ratio": (1, "解压后有"),
    "entries": (3, "个部件"),
    "marks": (200, "内容太多"),
    "cells": (10, "内容太多"),
    "strings": (10, "文字太多"),
    "names": (10, "名称太多"),
    "sheets": (3, "张工作表"),
}
"""A limit below what the form has, and what is then said."""

CUTS = {"text"}
"""A text longer than this is read up to it."""


def test_every_limit_is_named_here():
    assert {field.name for field in dataclasses.fields(Limits)} == {*SMALL, *CUTS}


LIBREOFFICE = {"strings"}
"""What only a workbook has that another program saved."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.libreoffice if name in LIBREOFFICE else ())
        for name in SMALL
    ],
)
def test_a_workbook_beyond_a_limit_is_refused(name):
    least, said = SMALL[name]
    data = saved("complete", "xlsx") if name in LIBREOFFICE else book(A)
    with pytest.raises(FileProblem) as refused:
        read(data, editions(), common(), dataclasses.replace(LIMITS, **{name: least}))
    assert refused.value.finding.rule == "F05"
    assert said in refused.value.finding.message


@pytest.mark.parametrize("name", [name for name in SMALL if name != "ratio"])
def test_a_form_stays_far_below_a_limit(name):
    fifth = getattr(LIMITS, name) // 5
    reading = read(book(A), editions(), common(), dataclasses.replace(LIMITS, **{name: fifth}))
    assert reading.findings == ()


def test_a_header_that_lies_about_its_size_unpacks_no_more():
    """The archive says 1 byte; what comes out is counted, not what was said."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", b"0" * 30_000_000)
    data = bytearray(buffer.getvalue())
    size = (30_000_000).to_bytes(4, "little")
    while size in data:
        at = data.index(size)
        data[at : at + 4] = (1).to_bytes(4, "little")
    (one,) = found(bytes(data))
    with pytest.raises(FileProblem) as refused:
        one.read()
    assert refused.value.finding.rule in {"F01", "F05"}


# --- archives -----------------------------------------------------------------------------------


def packed(*names: str, inside: bytes = b"1") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, inside)
    return buffer.getvalue()


def found(data: bytes, **limits) -> list[intake.InboxFile]:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "收齐.zip"
        path.write_bytes(data)
        return list(
            intake.entries(
                [path], context().catalogue, limits=dataclasses.replace(intake.LIMITS, **limits)
            )
        )


def nested(depth: int) -> bytes:
    data = packed("甲.xlsx")
    for _ in range(depth - 1):
        data = packed("里.zip", inside=data)
    return data


ARCHIVES = {
    "archive": (packed("甲.xlsx", inside=bytes(range(256)) * 40), {"archive": 100}, "压缩包超过"),
    "whole": (packed("甲.xlsx", inside=b"0" * 9_000), {"whole": 8_000}, "解开有"),
    "ratio": (packed("甲.xlsx", inside=b"0" * 9_000_000), {"ratio": 10}, "解开有"),
    "entries": (packed(*(f"{n}.xlsx" for n in range(9))), {"entries": 8}, "9 个文件"),
    "depth": (nested(4), {}, "太多层"),
}


@pytest.mark.parametrize("limit", ARCHIVES)
def test_an_archive_beyond_a_limit_is_refused(limit):
    data, limits, said = ARCHIVES[limit]
    (one,) = found(data, **limits)
    assert one.finding.rule == "F05"
    assert said in one.finding.message


def test_a_file_of_an_archive_beyond_the_limit_is_refused_alone():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("大.xlsx", b"0" * 2_000)
        archive.writestr("小.xlsx", b"0")
    large, small = sorted(found(buffer.getvalue(), file=1_000), key=lambda one: one.name)
    with pytest.raises(FileProblem) as refused:
        large.read()
    assert refused.value.finding.rule == "F05"
    assert small.read() == b"0"


def test_every_limit_of_archives_is_named_here():
    names = {field.name for field in dataclasses.fields(intake.ArchiveLimits)}
    assert names == {*ARCHIVES, "file", "document"}  # of last year's: test_years
