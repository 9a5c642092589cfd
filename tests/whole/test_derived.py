"""What is derived from the editions is what is committed; the demo does all it says."""

from __future__ import annotations

import json

import pytest

from demo import demo
from nianbao import cli
from nianbao.context import context
from nianbao.office import derived


def test_everything_derived_is_up_to_date():
    assert cli.main(["regenerate", "--check"]) == 0


@pytest.mark.parametrize("number", range(6))
def test_a_changed_derived_file_is_noticed(number, tmp_path):
    due = list(derived.derived(context()).items())
    path, data = due[number]
    copy = tmp_path / path.name
    copy.write_bytes(data)
    assert derived.same(copy, data)
    if path.suffix == ".json":
        copy.write_bytes(data.replace(b"integer", b"number", 1))
    elif path.suffix == ".md":
        copy.write_bytes(data.replace("提醒".encode(), "错误".encode(), 1))
    else:
        from nianbao.book.parts import unzip, zipped

        parts = unzip(data)
        sheet = "xl/worksheets/sheet2.xml"
        parts[sheet] = parts[sheet].replace(b"sheetProtection", b"sheetprotection")
        copy.write_bytes(zipped(parts))
    assert not derived.same(copy, data)
    assert not derived.same(tmp_path / "missing", data)


def test_the_demo_runs_the_whole_round(tmp_path_factory):
    made = demo(tmp_path_factory)
    said = made.with_name("said.txt").read_text(encoding="utf-8")
    first = json.loads((made / "4-第一次汇总/汇总.json").read_text(encoding="utf-8"))
    final = json.loads((made / "5-收齐后汇总/汇总.json").read_text(encoding="utf-8"))
    states = {unit["name"]: unit["status"] for unit in first["units"]}
    assert states["示例县退役军人事务局"] == "duplicate"
    assert states["示例县北湖街道办事处"] == "missing"
    assert not first["complete"]
    assert final["complete"]
    assert all(unit["counted"] for unit in final["units"])
    for rule in ("T2-02", "T2-03", "T4-01", "C01", "C02", "C06", "C07", "C08", "F01"):
        assert f" {rule}" in said
    assert cli.main(["demo", str(made)]) == 2
