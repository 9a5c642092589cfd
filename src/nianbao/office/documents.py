"""The JSON documents that programs read: of a file, of a check, of a summary."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nianbao.changes import Changes
from nianbao.context import Context
from nianbao.errors import Finding
from nianbao.events import Decided, Event
from nianbao.form import Severity
from nianbao.merge import Summary
from nianbao.provenance import Fate, Provenance
from nianbao.report import Report, to_document
from nianbao.standing import Standing, Submission
from nianbao.version import __version__
from nianbao.words import Common


BOOK, DATA, BOARD, UPWARD = "汇总.xlsx", "汇总.json", "看板.html", "上报.xlsx"
"""The files of a summary: to read, for programs, to look at, to send up."""

PROGRAM = f"nianbao {__version__}"


def to_bytes(document: Any) -> bytes:
    """Return a JSON document as the bytes of a file."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def of_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding in the shape of ``check --json``."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "sheet": finding.sheet or None,
        "cell": finding.cell or None,
        "field": finding.field or None,
        "message": finding.message,
        "remedy": finding.remedy,
        "expected": finding.expected,
        "actual": finding.actual,
        "explained": finding.explained,
        "reason": finding.reason or None,
    }


def of_submission(submission: Submission) -> dict[str, Any]:
    """Return a file in the shape of ``check --json``."""
    report = submission.report
    return {
        "file": submission.file,
        "sha256": submission.sha256,
        "unit": report.unit.document() if report else None,
        "year": report.year if report else None,
        "edition": report.edition if report else None,
        "status": submission.status,
        "findings": [of_finding(finding) for finding in submission.findings],
    }


def of_check(
    files: Sequence[Mapping[str, Any]], together: Iterable[Finding], context: Context
) -> dict[str, Any]:
    """Return what ``check --json`` prints, of the documents of its files."""
    return {
        "program": PROGRAM,
        "editions": {one.id: one.digest for one in context.editions.values()},
        "files": list(files),
        "findings": [of_finding(finding) for finding in together],
    }


def with_names(
    files: Iterable[Mapping[str, Any]], names: Mapping[int, Sequence[str]]
) -> list[dict[str, Any]]:
    """Return the documents of files with the names of what goes back for each, by its number."""
    return [{**one, "returned": list(names.get(n, ()))} for n, one in enumerate(files)]


# --- the summary ------------------------------------------------------------------------------


def of_summary(summary: Summary, context: Context) -> dict[str, Any]:
    """Return 汇总.json; how it was made stands in it where a ledger was kept."""
    made = summary.made
    at = made.at if made else dt.datetime.now(dt.UTC)
    return {
        "program": made.program if made else PROGRAM,
        "digest": summary.edition.digest,
        "made": at.isoformat(timespec="seconds"),
        **(_making(made) if made and made.id else {}),
        "year": summary.report.year,
        "edition": summary.edition.id,
        "complete": summary.complete,
        "provisional": summary.provisional,
        "gaps": list(summary.gaps(context.common.gaps)),
        "report": to_document(with_gaps(summary, context)),
        "units": [{**_standing(one), **_versions(summary, one)} for one in summary.standings],
        "findings": [of_finding(one) for one in summary.findings],
        "changes": of_changes(summary.changes, context.common),
        "others": [of_submission(one) for one in summary.strangers],
    }


def of_changes(found: Changes, common: Common) -> dict[str, Any]:
    """Return what changed from last year, what stands out first; or why that is not told."""
    return {
        "why": common.changes[found.why] if found.why else None,
        "rows": [
            {
                **{name: getattr(one, name) for name in _CHANGE},
                "units": [
                    {"code": each.unit.code, "name": each.unit.name}
                    | {name: getattr(each, name) for name in ("last", "now", "difference")}
                    for each in one.movers
                ],
            }
            for one in found.rows
        ],
    }


_CHANGE = ("key", "name", "last", "now", "difference", "ratio", "stands_out")


def with_gaps(summary: Summary, context: Context) -> Report:
    """Return the summary's report; it says who is missing from it, and which errors it holds."""
    whole: dict[str, Any] = {"complete": summary.complete}
    gaps = list(summary.gaps(context.common.gaps))
    if gaps or not summary.complete:
        whole["gaps"] = gaps
    return replace(summary.report, provenance=whole)


def _standing(standing: Standing) -> dict[str, Any]:
    chosen = standing.chosen
    return {
        **standing.unit.document(),
        "status": standing.status,
        "file": chosen.file if chosen else None,
        "sha256": chosen.sha256 if chosen else None,
        "errors": chosen.count(Severity.ERROR) if chosen else 0,
        "warnings": chosen.count(Severity.WARNING) if chosen else 0,
        "explained": len(chosen.explained) if chosen else 0,
        "counted": standing.counted is not None,
        "files": [one.file for one in standing.submissions],
        "findings": [of_finding(f) for f in chosen.findings] if chosen else [],
        "report": to_document(standing.counted) if standing.counted else None,
    }


# --- how the summary was made -----------------------------------------------------------------


def _making(made: Provenance) -> dict[str, Any]:
    head = made.head
    return {
        "id": made.id,
        "ledger": {"number": head.number, "hash": head.hash} if head else None,
        "decisions": [_decision(event, what) for event, what in made.decided],
        "waived": [
            {"unit": one.unit.document(), **of_finding(one.finding), "decision": _of(one.event)}
            for one in made.waived
        ],
    }


def _decision(event: Event, what: Decided) -> dict[str, Any]:
    return {
        **_of(event),
        "at": event.at.isoformat(timespec="seconds"),
        "who": event.who,
        "act": what.act,
        "why": what.why,
        "unit": what.unit or None,
        "rule": what.rule or None,
        "field": what.field or None,
        "sha256": what.sha256 or None,
        "until": what.until.isoformat() if what.until else None,
    }


def _of(event: Event) -> dict[str, int]:
    """Return how an event is named: the number in its year."""
    return {"year": event.year, "number": event.number}


def _versions(summary: Summary, standing: Standing) -> dict[str, Any]:
    made = summary.made
    if made is None or not made.id:
        return {}
    return {"versions": [_version(one) for one in made.fates(standing.unit.code)]}


def _version(fate: Fate) -> dict[str, Any]:
    one, facts = fate.version, fate.version.facts
    return {
        "file": one.file,
        "files": list(one.files),
        "sha256": one.sha256,
        "received": one.first.at.isoformat(timespec="seconds"),
        "saved": facts.saved.isoformat(timespec="seconds") if facts.saved else None,
        "made_with": facts.made_with or None,
        "dated": facts.dated.isoformat() if facts.dated else None,
        "answers": facts.answers or None,
        "state": fate.state,
        "ground": fate.ground,
        "decision": _of(fate.event) if fate.event else None,
    }
