"""A summary's outputs are a function of the summary: no clock, no hash, no process is in them."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

import made_again
from making import MADE
from nianbao.office.documents import BOARD, BOOK, DATA, UPWARD
from nianbao.office.results import OUTPUTS
from once import once


SCRIPT = Path(made_again.__file__)
YEAR_AND_A_BIT = 400 * 86_400 + 12_345


def made(folder: Path, seed: int, ahead: int, zone: str) -> dict[str, bytes]:
    folder.mkdir()
    surrounding = {"PYTHONHASHSEED": str(seed), "CLOCK_AHEAD": str(ahead), "TZ": zone}
    done = subprocess.run(
        [sys.executable, SCRIPT, folder],
        env={**os.environ, **surrounding},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> dict[str, bytes]:
    def make(folder):
        made(folder / "a", 1, 0, "Asia/Shanghai")

    folder = once(tmp_path_factory, "made-again", make) / "a"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_made_again_by_another_process_on_another_day_they_are_the_same_bytes(outputs, tmp_path):
    again = made(tmp_path / "b", 2, YEAR_AND_A_BIT, "America/New_York")
    assert set(outputs) == set(again) == set(OUTPUTS)
    assert [name for name in OUTPUTS if outputs[name] != again[name]] == []


@pytest.mark.parametrize("name", [BOOK, UPWARD])
def test_a_workbook_says_that_it_was_made_when_the_summary_was(outputs, name):
    said = openpyxl.load_workbook(io.BytesIO(outputs[name])).properties
    utc = MADE.astimezone(dt.UTC).replace(tzinfo=None)
    assert (said.created, said.modified) == (utc, utc)
    with zipfile.ZipFile(io.BytesIO(outputs[name])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_page_and_the_data_say_when_the_summary_was_made(outputs):
    assert "2027-01-12 10:30" in outputs[BOARD].decode()
    said = json.loads(outputs[DATA])
    assert said["made"] == MADE.isoformat() == "2027-01-12T10:30:00+08:00"
    assert said["program"] == "nianbao 9.9.9"
