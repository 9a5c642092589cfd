"""Run by ``test_libreoffice_press.py`` in a process of its own: the button, pressed for real.

    python press_in_libreoffice.py PORT BOOK.xlsm SAID

LibreOffice runs the macro that the button on the first sheet is bound to; what its ``RunPython``
(a stub, ``with_stub``) was told stands in the file SAID and is then executed as Excel's Python
would. Prints what was seen as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import uno_engine
from helpers import common
from nianbao.button.live import Live
from nianbao.context import context
from nianbao.layout import FINDINGS_FROM


LISTED = "二、主动公开!D7"
LIST, COVER = common().sheets["findings"], common().sheets["cover"]


def button_script(document):
    """The macro that a click on the button 校验 of the first sheet runs."""
    form = document.Sheets.getByIndex(0).DrawPage.Forms.getByIndex(0)
    for number in range(form.Count):
        if form.getByIndex(number).Label == "校验":
            (event,) = form.getScriptEvents(number)
            return event.ScriptCode
    raise AssertionError("no such button")


def press(document, said: Path) -> str:
    """Click: LibreOffice's own interpreter runs the macro; return what it handed to Python."""
    said.unlink(missing_ok=True)
    script = document.ScriptProvider.getScript(button_script(document))
    script.invoke((), (), ())
    return said.read_text(encoding="utf-8").strip() if said.exists() else ""


def listed(document) -> list[list[str]]:
    sheet = document.Sheets.getByName(LIST)
    rows = sheet.getCellRangeByPosition(0, FINDINGS_FROM - 1, 5, FINDINGS_FROM + 298).DataArray
    return [list(row) for row in rows if any(row)]


def pictures(document, book, folder: Path) -> None:
    """Export the workbook with an empty list, and with one faultless cell listed as an error."""
    finding = common().catalogue["B01"].finding().at(*LISTED.split("!"))
    for name, findings in (("before", []), ("after", [finding])):
        Live(book, context()).show(findings, "", "")
        document.calculateAll()
        uno_engine.export(document, folder / f"{name}.pdf")


def main(port: str, path: str, said: str) -> None:
    desktop = uno_engine.connect(int(port))
    before = Path(path).read_bytes()
    document = uno_engine.open_document(desktop, Path(path))
    book = uno_engine.running(document)
    book.set_mock_caller()
    alerts = book.impl.app.alerts
    seen = {"script": button_script(document)}

    def state(command: str) -> dict:
        kind, _, text = command.partition(" ")
        if kind == "RunPython":
            exec(text, {})
        selected = document.CurrentController.Selection
        return {
            "command": command,
            "message": alerts[-1].text if alerts else "",
            "verdict": document.Sheets.getByName(COVER).getCellRangeByName("A3").String,
            "list": listed(document),
            "selected": selected.AbsoluteName.translate(str.maketrans("", "", "$'")),
        }

    seen["first"] = state(press(document, Path(said)))
    if seen["first"]["list"]:
        title, _, cell = seen["first"]["list"][0][5].rpartition("!")
        document.Sheets.getByName(title).getCellRangeByName(cell).Value = 0
        seen["mended"] = state(press(document, Path(said)))
        pictures(document, book, Path(said).parent)
    seen["untouched on disk"] = Path(path).read_bytes() == before
    print(json.dumps(seen, ensure_ascii=False))
    document.close(True)
    desktop.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:])
