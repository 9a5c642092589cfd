"""The roster of units that must file: read from units.csv, and who in it reports to whom."""

from __future__ import annotations

from nianbao.roster.entries import Roster, RosterEntry
from nianbao.roster.reading import read_roster


__all__ = ["Roster", "RosterEntry", "read_roster"]
