"""LibreOffice at work on a workbook: a script for the system's Python, which has its ``uno``.

``office.py SOFFICE SOURCE OUT TASKS.json`` opens SOURCE for each task, edits it and saves it in
each format as ``OUT/<name>.<format>``, in one session. A task: ``{"name", "edits": [{"do", …}]}``,
and where they are others, ``"source"`` and ``"formats"`` (extension -> LibreOffice's filter).
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}


def cell(sheet, edit):
    return sheet.getCellRangeByName(edit["cell"])


def put(sheet, edit):
    if isinstance(edit["value"], str):
        cell(sheet, edit).String = edit["value"]
    else:
        cell(sheet, edit).Value = edit["value"]


def formula(sheet, edit):
    cell(sheet, edit).Formula = edit["value"]


def clear(sheet, edit):
    cell(sheet, edit).clearContents(1 | 2 | 4 | 16)  # value, date, string, formula


def insert_rows(sheet, edit):
    sheet.Rows.insertByIndex(edit["before"] - 1, edit.get("count", 1))


def delete_rows(sheet, edit):
    sheet.Rows.removeByIndex(edit["first"] - 1, edit.get("count", 1))


def insert_columns(sheet, edit):
    sheet.Columns.insertByIndex(edit["before"] - 1, edit.get("count", 1))


def delete_columns(sheet, edit):
    sheet.Columns.removeByIndex(edit["first"] - 1, edit.get("count", 1))


def move(sheet, edit):
    """Drag an area to another cell: names and formulas follow."""
    to = cell(sheet, {"cell": edit["to"]}).CellAddress
    sheet.moveRange(to, sheet.getCellRangeByName(edit["area"]).RangeAddress)


def copy(sheet, edit):
    to = cell(sheet, {"cell": edit["to"]}).CellAddress
    sheet.copyRange(to, sheet.getCellRangeByName(edit["area"]).RangeAddress)


def merge(sheet, edit):
    area = sheet.getCellRangeByName(edit["area"])
    keep = area.getCellByPosition(0, 0).Formula
    area.clearContents(1 | 2 | 4 | 16)
    area.getCellByPosition(0, 0).Formula = keep
    area.merge(True)


def unmerge(sheet, edit):
    sheet.getCellRangeByName(edit["area"]).merge(False)


def rename(sheet, edit):
    sheet.Name = edit["to"]


def hide(sheet, _):
    sheet.IsVisible = False


def value(name, said):
    one = PropertyValue()
    one.Name, one.Value = name, said
    return one


def desktop(soffice, profile):
    """Start LibreOffice and return its process and desktop."""
    pipe = f"nianbao{time.time_ns()}"
    process = subprocess.Popen(
        [soffice, f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
         "--nologo", f"--accept=pipe,name={pipe};urp;"]
    )  # fmt: skip
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(600):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
        else:
            return process, context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
    process.kill()
    raise SystemExit("LibreOffice does not answer")


def work(desk, source, out, task):
    hidden = (value("Hidden", True),)
    opened = pathlib.Path(task.get("source", source)).as_uri()
    book = desk.loadComponentFromURL(opened, "_blank", 0, hidden)
    for edit in task["edits"]:
        sheets = book.Sheets
        if edit["do"] == "delete_sheet":
            sheets.removeByName(edit["sheet"])
        elif edit["do"] == "copy_sheet":
            sheets.copyByName(edit["sheet"], edit["to"], sheets.Count)
        else:
            globals()[edit["do"]](sheets.getByName(edit["sheet"]), edit)
    for kind, name in task.get("formats", FILTERS).items():
        target = (out / f"{task['name']}.{kind}").as_uri()
        book.storeToURL(target, (value("FilterName", name),))
    book.close(True)


def main(soffice, source, out, tasks):
    out = pathlib.Path(out)
    with tempfile.TemporaryDirectory() as profile:
        process, desk = desktop(soffice, profile)
        for task in json.loads(pathlib.Path(tasks).read_text(encoding="utf-8")):
            work(desk, pathlib.Path(source), out, task)
        desk.terminate()
        process.wait(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
