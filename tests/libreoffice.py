"""LibreOffice, opening workbooks and saving them as something else."""

from __future__ import annotations

import subprocess
from pathlib import Path


XLSX = "xlsx:Calc MS Excel 2007 XML"


def converted(folder: Path, books: dict[str, bytes], kind: str = XLSX) -> dict[str, bytes]:
    """What LibreOffice makes of workbooks, by name; ``kind`` is its ``--convert-to``."""
    source, out = folder / "in", folder / "out"
    source.mkdir(parents=True)
    for name, data in books.items():
        (source / f"{name}.xlsx").write_bytes(data)
    profile, files = f"-env:UserInstallation=file://{folder}/profile", sorted(source.iterdir())
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", out, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {path.stem: path.read_bytes() for path in out.iterdir()}
