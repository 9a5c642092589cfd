"""A further edition that renames its sheets, tables and sections shows no old name anywhere."""

from __future__ import annotations

import pytest

from helpers import editions
from nianbao import catalog
from once import once
from renamed import COMMON, INBOX, NEW, OLD, ROOT, named, old_names, renamed, texts, tried


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return once(tmp_path_factory, "renamed", tried) / "out"


@pytest.fixture(scope="module")
def written(out):
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {name: text for path in files for name, text in texts(path).items()}


def test_the_trial_made_everything_that_somebody_reads(out):
    kinds = {"下发/*.xlsm": 5, f"{INBOX}/*.xlsx": 4, "退回/*.xlsx": 2, "汇总/看板.html": 1,
             "汇总/汇总.xlsx": 1, "汇总/汇总.json": 1, "暂定/上报.xlsx": 1}  # fmt: skip
    assert {kind: len(list(out.glob(kind))) >= least for kind, least in kinds.items()} == (
        dict.fromkeys(kinds, True)
    )
    assert "2 处" in (out / "check.txt").read_text(encoding="utf-8")


def test_no_old_name_stands_anywhere(written):
    old = old_names(editions()[OLD])
    found = {name: sorted(set(old.findall(text))) for name, text in written.items()}
    assert {name: names for name, names in found.items() if names} == {}


def test_the_new_names_stand_where_the_old_ones_did(written, tmp_path):
    file = ROOT / "schemas" / "editions" / f"{OLD}.toml"
    path = tmp_path / f"{NEW}.toml"
    path.write_text(renamed(file.read_text(encoding="utf-8")), encoding="utf-8")
    edition = catalog.load(path, COMMON)
    everything = "\n".join(written.values())
    missing = [one.heading for one in named(edition) if one.heading not in everything]
    missing += [table.sheet for table in edition.tables if table.sheet not in everything]
    assert missing == []
    for text in ("第{problems.number}部分“{problems.title}”不能空着", "表{disclosure.number}填了"):
        assert text.format(**{s.key: s for s in named(edition)}) in everything
