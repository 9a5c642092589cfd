"""What reading loads: none of what draws, explains or shows; it is loaded in every worker."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


FOREIGN = {"openpyxl", "jsonschema", "rich", "jinja2", "xlwings", "ironcalc"}
ROOMS = {f"nianbao.{room}" for room in ("book", "template", "publish", "ingest", "button")}
READS = ["nianbao.reading.read", "nianbao.office.engine.serving", "nianbao.office.engine.inbox"]
_SCRIPT = """
import json
import sys

from nianbao.cli import main


def loaded(_):
    import nianbao.office.engine.inbox

    return sorted(sys.modules)


if __name__ == "__main__":
    from nianbao.context import context
    from nianbao.office.engine import workers

    print(json.dumps([modules for _, modules in workers.each([("", (loaded, None))], context())]))
"""
"""As the command that pip installs begins: a worker loads it as well."""


def printed(*arguments):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def needless(modules):
    return [one for one in modules if one in FOREIGN or ".".join(one.split(".")[:2]) in ROOMS]


@pytest.mark.parametrize("module", READS)
def test_reading_loads_nothing_that_draws(module):
    names = printed("-c", f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))")
    assert module in names
    assert needless(names) == []


def test_a_worker_of_the_command_loads_nothing_that_draws(tmp_path):
    script = tmp_path / "command.py"
    script.write_text(_SCRIPT, encoding="utf-8")
    (names,) = printed(str(script))
    assert {"nianbao.cli", "nianbao.reading.read"} <= set(names)
    assert needless(names) == []


@pytest.mark.parametrize("verb", ["editions", "rules", "schema"])
def test_a_verb_that_reads_no_workbook_loads_nothing_that_does(verb):
    module = f"nianbao.cli.{verb}"
    names = printed("-c", f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))")
    assert module in names
    assert [one for one in names if one.startswith(("nianbao.reading", "nianbao.office.eng"))] == []
