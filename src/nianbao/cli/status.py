"""``nianbao status``: who has filed, who has not, who must correct."""

from __future__ import annotations

import argparse
import collections

from nianbao.catalog import common
from nianbao.cli import console
from nianbao.cli.merge import (
    document,
    inputs,
    roster_table,
    status_code,
    strangers,
    summarised,
    unread,
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    inputs(parser)


def run(args: argparse.Namespace) -> int:
    """Print the roster with every unit's state; 0 when all are in and clean, else 1."""
    summary, _ = summarised(args)
    if args.json:
        whole = document(summary)
        keys = ("year", "edition", "complete", "units", "findings", "others")
        console.emit({key: whole[key] for key in keys})
        return status_code(summary)
    counts = collections.Counter(one.status for one in summary.standings)
    said = "，".join(
        f"{common().statuses[key]} {counts[key]}" for key in common().statuses if counts[key]
    )
    console.say(
        f"{summary.report.year}年度　名册 {len(summary.standings)} 个单位：{said}", look="bold"
    )
    roster_table(summary, everyone=True)
    unread(summary)
    for gap in summary.gaps(common().statuses) if counts["provisional"] else ():
        console.say(f"还没有收齐：{gap}")
    for finding in summary.findings:
        if finding.rule == "A09":
            console.say(f"{finding.message}。{finding.remedy}")
    strangers(summary.strangers)
    return status_code(summary)
