"""Pictures of the template for people to look at: every sheet, as printed and as on screen.

    python tests/support/pictures.py FOLDER

makes ``FOLDER/printed/*.png`` and ``FOLDER/screen/*.png`` of a township's and a department's
workbook: blank, half filled, wrong and done. Needs LibreOffice and poppler's ``pdftoppm``.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tempfile
from pathlib import Path

from drawn import drawn
from helpers import beside, change, changed, common, editions
from libreoffice import converted
from nianbao.book.order import Order
from nianbao.report import Report


WHOLE_SHEETS = 'pdf:calc_pdf_Export:{"SinglePageSheets":{"type":"boolean","value":"true"}}'
WRONG = {
    "figures": {
        "disclosure.rules.issued": 2,
        "disclosure.fees.amount_wan": "25600元",
        "requests.received.individual": -1,
        "requests.carried_in.individual": 9,
        "disputes.review.upheld": 1.5,
    },
    "stated": {"disputes.suit_direct.total": 7},
    "text": {"problems": "无", "overview.supervision": "正常。" + "内容" * 500},
    "fee": {"cases": 1, "yuan": 0},
}


def _half(report: Report) -> Report:
    keys = [key for key in report.figures if not key.startswith("requests.declined")]
    figures = {key: report.figures[key] if key in keys[: len(keys) // 2] else None for key in keys}
    texts = {"overview.lead": report.narrative["overview.lead"]}
    return dataclasses.replace(report, figures=figures, narrative=texts)


def states(level: str) -> dict[str, bytes]:
    """A unit's workbook in its four states."""
    edition = editions()["2021"]
    done, held = changed(edition, change({"level": level})), beside(edition)
    filled = {"half": _half(done), "wrong": changed(edition, change({**WRONG, "level": level}))}
    order = Order(edition, common(), done.unit, done.year, None, held.previous, held.register)
    reports = {"blank": None, **filled, "done": done}
    return {name: drawn(dataclasses.replace(order, report=one)) for name, one in reports.items()}


def main(target: str) -> None:
    books = {
        f"{level}-{state}": data
        for level in ("township", "department")
        for state, data in states(level).items()
    }
    for look, kind in (("printed", "pdf"), ("screen", WHOLE_SHEETS)):
        (Path(target) / look).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            for name, data in converted(Path(folder), books, kind).items():
                image = Path(target) / look / name
                subprocess.run(["pdftoppm", "-r", "80", "-png", "-", image], input=data, check=True)


if __name__ == "__main__":
    main(sys.argv[1])
