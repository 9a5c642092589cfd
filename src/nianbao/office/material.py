"""Where that lies by which submissions are judged; as values, so that it is light to import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Material:
    """Where it lies; None for what there is not.

    ``previous`` may be a report, a workbook, a 汇总.json or a folder of them; ``local`` is by
    default the file beside the roster; ``password`` opens encrypted workbooks.
    """

    roster: Path | None = None
    previous: Path | None = None
    local: Path | None = None
    password: str | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """What it names: lying among what came in, it is no input."""
        named = (self.roster, self.previous, self.local)
        return tuple(path for path in named if path is not None)
