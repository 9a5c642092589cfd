"""The inputs fuzzing starts from: whole and damaged workbooks, in every format; text; archives.

``python -m fuzz.seeds CORPUS`` writes them.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from altered import base
from desk import complete, example
from fuzz.surfaces import run
from mutations import SHEETS, mutate
from nianbao.report import to_document
from nianbao.shipped import shipped
from oox import Book


UNREAD = ("guide", "checks", "cells", "gather")
"""Large sheets that hold nothing the reader wants: without them a run takes a third."""

DAMAGES = {
    "names": [{"do": "drop_names", "like": "requests.*"}],
    "row": [{"do": "insert_rows", "sheet": "requests", "before": 7}],
    "column": [{"do": "insert_columns", "sheet": "disputes", "before": 3}],
    "renamed": [{"do": "rename", "sheet": "requests", "to": "Sheet1", "names": False}],
    "bare": [{"do": "bare_cells", "sheet": "requests"}],
    "utf16": [{"do": "encode", "part": "xl/worksheets/sheet3.xml", "encoding": "UTF-16"}],
    "shared": [{"do": "share_strings"}],
    "date": [
        {"do": "formatted", "sheet": "requests", "cell": "D7", "value": 45000, "code": "yyyy-mm-dd"}
    ],
    "formula": [{"do": "raw", "sheet": "requests", "cell": "D7", "inside": "<f>1+1</f><v>2</v>"}],
}
ROSTERS = {
    "gbk": "代码,名称,类别\r\n1,甲乡,乡镇\r\n2,乙局,部门\r\n".encode("gb18030"),
    "utf16": "code\tname\tlevel\n1\t甲乡\ttownship\n".encode("utf-16"),
    "register": "code,name,level,disputes.review.total\n1,甲,部门,3\n".encode(),
    "quoted": '代码；名称；类别\n"1"；"甲\n乡"；"乡镇"\n'.encode(),
}


def slim(data: bytes) -> bytes:
    """A workbook without what the reader does not want."""
    book = Book(data)
    parts = [book.part(SHEETS[sheet]) for sheet in UNREAD]
    steps = [{"do": "delete_sheet", "sheet": sheet, "names": "drop"} for sheet in UNREAD]
    return mutate(data, [*steps, *({"do": "drop_part", "part": part} for part in parts)])


def seeds() -> Iterator[tuple[str, bytes]]:
    for edition in ("2021", "2019"):
        small = slim(base(edition)[0])
        yield f"{edition}.xlsx", b"W" + small
        for name, steps in DAMAGES.items():
            yield f"{edition}-{name}.xlsx", b"W" + mutate(small, steps)
        if edition == "2021":
            for name, data in other_formats(small):
                yield f"{edition}{name}", b"W" + data
    whole = json.dumps(to_document(example("659900-T04")), ensure_ascii=False)
    yield "whole.json", b"J" + whole.encode()
    yield "small.json", b"J" + json.dumps(to_document(complete("1", "甲乡"))).encode()
    yield "units.csv", b"R" + (shipped("examples") / "units.csv").read_bytes()
    for name, data in ROSTERS.items():
        yield f"{name}.csv", b"R" + data
    yield "nested.zip", b"Z" + archive({"甲.xlsx": b"PK", "乙.zip": archive({"丙.json": b"{}"})})


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return buffer.getvalue()


def other_formats(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The workbook encrypted, and as LibreOffice saves it in other formats."""
    from msoffcrypto.format.ooxml import OOXMLFile

    encrypted = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt("VelvetSweatshop", encrypted)
    yield "-encrypted.xlsx", encrypted.getvalue()
    if shutil.which("soffice"):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.xlsx").write_bytes(data)
            for kind in ("xls", "ods"):
                profile = f"-env:UserInstallation=file://{folder}/profile"
                command = ["soffice", profile, "--headless", "--convert-to", kind, "a.xlsx"]
                subprocess.run(command, cwd=folder, check=True, capture_output=True)
                yield f".{kind}", (Path(folder) / f"a.{kind}").read_bytes()


def warm() -> None:
    """Load what is loaded lazily, so that no input is charged with it."""
    run(b"W" + base("2021")[0])


def main(folder: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, data in seeds():
        (target / name).write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1])
