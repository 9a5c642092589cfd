"""The roster on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from nianbao.catalog import common, editions
from nianbao.cli import console
from nianbao.context import context
from nianbao.form import Severity
from nianbao.local import FILE, localised, options, parse
from nianbao.office import files
from nianbao.roster import Roster, read_roster


def load(path: str) -> Roster:
    """Read the roster; what was guessed about it is said (A11), and how to state it.

    Raises:
        NianbaoError: it cannot be read, or is wrong.

    """
    roster = read_roster(files.read_bytes(Path(path)), context(), path)
    for finding in roster.findings:
        if finding.severity is Severity.NOTE:
            console.warn(f"名册：{finding.message}。{finding.remedy}")
    return roster


def local(args: argparse.Namespace) -> str:
    """Return the options of the county: the file given, or the one beside the roster; "" for none.

    Raises:
        NianbaoError: the file cannot be read, or is wrong.

    """
    beside = Path(args.units).with_name(FILE) if args.units else None
    found = Path(args.local) if args.local else beside
    if found is None or (not args.local and not found.is_file()):
        return ""
    text = parse(files.read_bytes(found), str(found), common())
    for edition in editions().values():
        localised(edition, text, common())
    if not args.local:
        console.warn(f"按名册旁边的“{FILE}”（{options(text, common()).name}）。")
    return text


def report(roster: Roster) -> None:
    """Print what is doubtful about a roster (A03, A10)."""
    for finding in roster.findings:
        if finding.severity is not Severity.NOTE:
            console.warn(f"{finding.message}。{finding.remedy}")
