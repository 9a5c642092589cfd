"""The roster on the command line."""

from __future__ import annotations

from pathlib import Path

from nianbao.catalog import common
from nianbao.commands import console, files
from nianbao.form import Severity
from nianbao.roster import Roster, read_roster


def load(path: str) -> Roster:
    """Read the roster; what was guessed about it is said (A11), and how to state it.

    Raises:
        NianbaoError: it cannot be read, or is wrong.

    """
    roster = read_roster(files.read_bytes(Path(path)), common(), path)
    for finding in roster.findings:
        if finding.severity is Severity.NOTE:
            console.warn(f"名册：{finding.message}。{finding.remedy}")
    return roster


def report(roster: Roster) -> None:
    """Print what is doubtful about a roster (A03, A10)."""
    for finding in roster.findings:
        if finding.severity is not Severity.NOTE:
            console.warn(f"{finding.message}。{finding.remedy}")
