"""The three pictures of README: a table with a finding, the verdict, the board.

    python tests/support/readme_pictures.py

makes ``docs/pictures/*.png`` anew. Needs LibreOffice, poppler's ``pdftoppm`` and Chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from helpers import change, changed, common, editions
from libreoffice import converted
from nianbao import cli
from nianbao.book.order import Order
from nianbao.template.workbook import workbook
from pictures import WHOLE_SHEETS


PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDTH = 1400
"""Pixels of a page's width, of which a picture keeps the upper left part."""

KEPT = {"finding": (975, 700), "verdict": (1400, 760)}

WRONG = {"figures": {"requests.received.individual": 25, "requests.partly_granted.enterprise": -1}}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def sheets(folder: Path) -> dict[str, bytes]:
    """A township's workbook as two PDFs: one with a mistake in table three, one that is done."""
    edition = editions()["2021"]
    reports = {
        "finding": changed(edition, change({**WRONG, "level": "township"})),
        "verdict": changed(edition, change({"level": "township"})),
    }
    books = {
        name: workbook(Order(edition, common(), one.unit, one.year, one))
        for name, one in reports.items()
    }
    return converted(folder, books, WHOLE_SHEETS)


def page_of(title: str) -> int:
    """The page on which a sheet stands: hidden sheets are not printed."""
    shown = [common().sheets["cover"], *(table.sheet for table in editions()["2021"].tables)]
    return shown.index(title) + 1


def cropped(pdf: bytes, page: int, kept: tuple[int, int], image: Path) -> None:
    size = ["-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
    crop = ["-x", "0", "-y", "0", "-W", str(kept[0]), "-H", str(kept[1])]
    pages = ["-f", str(page), "-l", str(page), "-singlefile"]
    command = ["pdftoppm", "-png", *pages, *size, *crop, "-", image.with_suffix("")]
    subprocess.run(command, input=pdf, check=True)


def board(folder: Path, image: Path) -> None:
    """The board of the demo's first, provisional summary."""
    cli.main(["demo", str(folder / "demo")])
    page = next((folder / "demo").glob("4-*/看板.html"))
    browser = next(path for name in CHROMIUM if (path := shutil.which(name)))
    flags = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={WIDTH},1000"]
    subprocess.run([browser, *flags, f"--screenshot={image}", page.as_uri()], check=True)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    requests = editions()["2021"].table["requests"].sheet
    pages = {"finding": page_of(requests), "verdict": page_of(common().sheets["cover"])}
    with tempfile.TemporaryDirectory() as folder:
        for name, pdf in sheets(Path(folder) / "sheets").items():
            cropped(pdf, pages[name], KEPT[name], PICTURES / f"{name}.png")
        board(Path(folder), PICTURES / "board.png")


if __name__ == "__main__":
    main()
