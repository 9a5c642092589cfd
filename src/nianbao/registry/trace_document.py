"""A trace as the JSON document that programs read."""

from __future__ import annotations

from typing import Any

from nianbao.office.documents import PROGRAM, of_finding
from nianbao.registry.trace import Share, Trace


def of_trace(found: Trace) -> dict[str, Any]:
    """Return a trace in the shape of ``trace --json``."""
    event = found.made.event
    return {
        "program": PROGRAM,
        "year": event.year,
        "edition": found.made.edition,
        "unit": found.above.document(),
        "field": {"key": found.key, "name": found.name, "unit": found.counts_in},
        "value": found.value,
        "previous": found.last,
        "previous_complete": None if found.before is None else not found.before.provisional,
        "merge": {
            "id": found.made.merged.id,
            "event": event.number,
            "at": event.at.isoformat(),
            "who": event.who,
            "complete": not found.made.report.provisional,
        },
        "edition_changed": found.stale,
        "since": [{"event": one.number, "at": one.at.isoformat()} for one in found.since],
        "adds": [
            {"key": one.key, "name": one.name, "value": one.value, "previous": one.last}
            for one in found.parts
        ],
        "units": list(map(_share, found.shares)),
        "left_out": list(map(_share, found.left_out)),
        "gone": list(map(_share, found.gone)),
        "rules": [
            {
                "rule": one.rule,
                "severity": one.severity.value,
                "text": one.text,
                "figures": one.explained,
                "verdict": one.verdict or None,
            }
            for one in found.rules
        ],
        "findings": list(map(of_finding, found.findings)),
    }


def _share(one: Share) -> dict[str, Any]:
    return {
        **one.unit.document(),
        "status": one.status or None,
        "value": one.value,
        "previous": one.last,
        "file": one.file or None,
        "sha256": one.sha256 or None,
        "findings": list(one.findings),
    }
