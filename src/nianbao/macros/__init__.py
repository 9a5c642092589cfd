"""The text of the modules of a VBA project of ours: our few lines, and xlwings's own."""

from __future__ import annotations

from importlib import util
from pathlib import Path


OURS = "Nianbao"
LIBRARY = "xlwings"
CLASS = "Dictionary"
"""The names of the modules; the last is a class, which earlier releases did not have."""


def source(name: str) -> Path:
    """Return the file with the text of a module of ours."""
    return Path(__file__).with_name(f"{name}{'.cls' if name == CLASS else '.bas'}")


def sources() -> dict[str, str]:
    """Return the modules, name -> text, as Excel wants it; xlwings's as installed here.

    Raises:
        ModuleNotFoundError: xlwings is not installed.

    """
    spec = util.find_spec("xlwings")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name=LIBRARY)
    library = Path(spec.origin).with_name("xlwings.bas")
    paths = {OURS: source(OURS), LIBRARY: library, CLASS: source(CLASS)}
    texts = {name: path.read_bytes() for name, path in paths.items()}
    return {name: _crlf(text.decode("ascii")) for name, text in texts.items()}


def known() -> dict[str, list[str]]:
    """Return the digests of modules that earlier releases wrote, by module."""
    text = Path(__file__).with_name("known.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {
        name: [line[-1] for line in lines if line[0] == name] for name in (OURS, LIBRARY, CLASS)
    }


def _crlf(text: str) -> str:
    return "\r\n".join(text.splitlines()) + "\r\n"
