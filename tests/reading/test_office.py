"""Workbooks damaged by a spreadsheet program, not by us: opened, edited, saved in each format."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

from altered import base, differences, new_findings, shown, understood, unexplained
from helpers import CASES, data
from libreoffice import at_work
from mutations import SHEETS, mutate


TASKS = data(CASES / "office.toml")["task"]
UNLOCKED = [{"do": "strip", "element": one} for one in ("sheetProtection", "workbookProtection")]


def named(edit):
    return {**edit, **({"sheet": SHEETS[edit["sheet"]]} if "sheet" in edit else {})}


def saved_by_libreoffice(source: bytes, folder: Path) -> None:
    (folder / "source.xlsx").write_bytes(source)
    tasks = [{"name": t["name"], "edits": [named(edit) for edit in t["edits"]]} for t in TASKS]
    at_work(tasks, folder / "source.xlsx", folder)


@pytest.mark.libreoffice
def test_what_libreoffice_did_to_a_workbook_is_read_or_said(tmp_path):
    source = mutate(base("2021")[0], UNLOCKED)
    before = understood(source)
    saved_by_libreoffice(source, tmp_path)
    faults = {}
    for task in TASKS:
        for kind in ("xlsx", "xls", "ods"):
            after = understood((tmp_path / f"{task['name']}.{kind}").read_bytes())
            wrong = list(_wrong(task, kind, before, after))
            if wrong:
                faults[f"{task['name']}.{kind}"] = wrong
    assert faults == {}


def _wrong(task, kind, before, after):
    """Yield what is not as the task says."""
    if after.reading is None:
        yield after.findings
        return
    said = {shown(one) for one in new_findings(before, after)}
    more = task.get("xlsx", ()) if kind == "xlsx" else ["C08 cover"]
    wanted = [*task.get("findings", ()), *more]
    yield from (line for line in wanted if not fnmatch.filter(said, line))
    rules = [f"{line.split()[0]} *" for line in wanted]
    yield from (one for one in said if not any(fnmatch.fnmatch(one, rule) for rule in rules))
    changed = differences(before, after)
    lost = {key for key in changed if any(fnmatch.fnmatch(key, p) for p in task.get("lost", ()))}
    yield from (key for key in lost if changed[key][1] is not None)
    if set(changed) - lost != set(task.get("changed", ())):
        yield changed
    yield from unexplained(before, after)
