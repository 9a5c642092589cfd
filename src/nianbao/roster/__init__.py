"""The roster of units that must file: read from units.csv, and who in it reports to whom."""

from __future__ import annotations

from nianbao.roster.entries import Entry, Roster
from nianbao.roster.reading import read_roster


__all__ = ["Entry", "Roster", "read_roster"]
