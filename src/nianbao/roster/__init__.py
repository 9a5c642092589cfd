"""The roster of units that must file: read, who reports to whom, and who came from whom."""

from __future__ import annotations

from nianbao.roster.entries import Roster, RosterEntry
from nianbao.roster.reading import read_roster, read_sheets
from nianbao.roster.sheets import DATE, NUMBER, Sheet


__all__ = ["DATE", "NUMBER", "Roster", "RosterEntry", "Sheet", "read_roster", "read_sheets"]
