"""The JSON documents that programs read: of a file, of a check, of a summary."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nianbao.context import Context
from nianbao.errors import Finding
from nianbao.form import Severity
from nianbao.merge import Summary
from nianbao.report import Report, to_document
from nianbao.standing import Standing, Submission
from nianbao.version import __version__


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
    """Return 汇总.json."""
    return {
        "program": PROGRAM,
        "digest": summary.edition.digest,
        "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "year": summary.report.year,
        "edition": summary.edition.id,
        "complete": summary.complete,
        "provisional": summary.provisional,
        "gaps": list(summary.gaps(context.common.statuses)),
        "report": to_document(with_gaps(summary, context)),
        "units": [_standing(one) for one in summary.standings],
        "findings": [of_finding(one) for one in summary.findings],
        "others": [of_submission(one) for one in summary.strangers],
    }


def with_gaps(summary: Summary, context: Context) -> Report:
    """Return the summary's report; a provisional one says who is missing from it."""
    whole: dict[str, Any] = {"complete": summary.complete}
    if not summary.complete:
        whole["gaps"] = list(summary.gaps(context.common.statuses))
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
