"""LibreOffice, opening workbooks and saving them as something else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any


PATIENCE = 900
"""Seconds after which what does not end is given up, on however busy a machine."""

XLSX = "xlsx:Calc MS Excel 2007 XML"
OFFICE = Path(__file__).with_name("office.py")
OFFICE_PYTHON = os.environ.get("OFFICE_PYTHON", "/usr/bin/python3")
"""A Python that has LibreOffice's ``uno``: the system's, of which a virtual environment is not."""


def converted(folder: Path, books: dict[str, bytes], kind: str = XLSX) -> dict[str, bytes]:
    """What LibreOffice makes of workbooks, by name; ``kind`` is its ``--convert-to``."""
    source, out = folder / "in", folder / "out"
    source.mkdir(parents=True)
    for name, data in books.items():
        (source / f"{name}.xlsx").write_bytes(data)
    profile, files = f"-env:UserInstallation=file://{folder}/profile", sorted(source.iterdir())
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", out, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return {path.stem: path.read_bytes() for path in out.iterdir()}


def at_work(tasks: list[dict[str, Any]], source: Path, out: Path) -> None:
    """One session of LibreOffice: the tasks of ``office.py``, the files in ``out``."""
    listed = out / "tasks.json"
    listed.write_text(json.dumps(tasks), encoding="utf-8")
    words = [OFFICE_PYTHON, OFFICE, shutil.which("soffice"), source, out, listed]
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr


def resave(folder: Path, books: Mapping[str, Path], formats: Mapping[str, str]) -> None:
    """Open each workbook once and save it as ``folder/<name>.<extension>`` for each filter."""
    tasks = [
        {"name": name, "source": str(path), "edits": [], "formats": dict(formats)}
        for name, path in books.items()
    ]
    at_work(tasks, folder, folder)
