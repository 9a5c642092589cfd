"""``nianbao merge``: the summary of a roster's units, for reading, for programs, for sending up."""

from __future__ import annotations

import argparse
import collections
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nianbao import __version__
from nianbao.book.order import Order
from nianbao.catalog import common, edition_for
from nianbao.check import Beside
from nianbao.cli import check as check_command
from nianbao.cli import console, dates, options
from nianbao.cli.fill import load_report
from nianbao.errors import NianbaoError
from nianbao.form import Severity
from nianbao.merge import Summary, Task, merge, unwritten
from nianbao.office import files, intake, rosters
from nianbao.office.collect import Against, Filed, collect, identified, neighbours
from nianbao.office.opened import opened
from nianbao.office.previous import Previous, load_previous
from nianbao.publish.board import board
from nianbao.publish.summary import summary_workbook
from nianbao.reading.read import Reading
from nianbao.report import Report, Unit, to_document
from nianbao.standing import Submission
from nianbao.template.workbook import workbook


BOOK, DATA, BOARD, UPWARD = "汇总.xlsx", "汇总.json", "看板.html", "上报.xlsx"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    inputs(parser)
    options.out(parser, "文件夹", "结果放在哪个文件夹")
    text = "有错误的单位也暂时计入，先看大数"
    parser.add_argument("--provisional", action="store_true", help=text)
    text = "已公布的本级年报，与汇总数比对"
    parser.add_argument("--published", metavar="年报.json", help=text)
    options.add(parser, "force")


def inputs(parser: argparse.ArgumentParser) -> None:
    """Say what ``merge`` and ``status`` both take; the year is by default that of most files."""
    text = "收到的填报表、文件夹或 zip，可以多个"
    parser.add_argument("paths", nargs="+", metavar="文件", help=text)
    shared = ("units", "local", "year", "previous", "password", "json")
    options.add(parser, *shared, required=("units",))


def run(args: argparse.Namespace) -> int:
    """Write the four files; 0 when every unit is counted without findings, else 1."""
    out = Path(args.out)
    targets = [out / name for name in (BOOK, DATA, BOARD, UPWARD)]
    files.refuse_existing(targets, force=args.force)
    summary, previous = summarised(args, out)
    data = console.to_bytes(document(summary))
    outputs = {
        BOOK: summary_workbook(summary, common()),
        DATA: data,
        BOARD: board(summary, common()),
        UPWARD: upward(summary, previous),
    }
    files.write_all({out / name: one for name, one in outputs.items()}, force=args.force)
    if args.json:
        console.emit(document(summary))
    else:
        show(summary)
        console.say(f"结果在 {console.whole(out)}：{'、'.join(outputs)}")
        remind_of_text(summary)
    return status_code(summary)


def summarised(args: argparse.Namespace, out: Path | None = None) -> tuple[Summary, Previous]:
    """Collect, check and merge what the arguments name.

    ``out`` is the folder of the results: no input, but for the text of an earlier 上报.xlsx.
    """
    roster = rosters.load(args.units)
    above, entries = roster.above, roster.below
    previous = load_previous(args.previous, args.password)
    known = {one.unit.code: one for one in entries}
    against = Against(previous, known, args.password, rosters.local(args))
    apart = [
        *([out] if out else []),
        *options.paths(args, "units", "previous", "published", "local"),
    ]
    filed = list(collect(args.paths, against, apart))
    year = args.year or majority(filed) or dates.collected()
    units = {one.unit.code: one.unit for one in entries}
    others = neighbours(roster.units)
    submissions = [identified(one, year, units, others).submission for one in filed]
    task = Task(
        above,
        tuple(units.values()),
        year,
        edition_for(year),
        getattr(args, "provisional", False),
        Beside(previous.any(above, year)),
        load_report(Path(args.published)) if getattr(args, "published", None) else None,
        written(out / UPWARD, above, year) if out else None,
    )
    summary = merge(task, submissions, common().catalogue)
    guessed = not (args.year or majority(filed))
    unsure = [common().catalogue["A09"].finding(actual=year)] if guessed else []
    findings = (*summary.findings, *roster.findings, *unsure)
    return replace(summary, findings=findings), previous


def written(path: Path, unit: Unit, year: int) -> Report | None:
    """Return what stands in an earlier 上报.xlsx of the unit and year: its text is not lost."""
    if not path.exists():
        return None
    for came in opened(intake.entries([path])):
        report = came.content.report if isinstance(came.content, Reading) else None
        if report is not None and (report.unit.code, report.year) == (unit.code, year):
            return report
    return None


def majority(filed: Sequence[Filed]) -> int | None:
    """Return the year that most of the readable files are of; None where there are none.

    Raises:
        NianbaoError: two years are equally frequent.

    """
    years = collections.Counter(
        one.submission.report.year for one in filed if one.submission.report is not None
    )
    first = years.most_common(2)
    if len(first) == 2 and first[0][1] == first[1][1]:
        raise NianbaoError(f"文件里有 {first[0][0]} 和 {first[1][0]} 两个年度，请加 --year 年度。")
    return first[0][0] if first else None


def upward(summary: Summary, previous: Previous) -> bytes:
    """Return the summary as a standard workbook one level up, with the text written so far."""
    report = summary.report
    before = previous.of(report.unit, report.year) if summary.complete else None
    own = with_gaps(summary)
    return workbook(Order(summary.edition, common(), report.unit, report.year, own, before))


def with_gaps(summary: Summary) -> Report:
    """Return the summary's report; a provisional one says who is missing from it."""
    whole: dict[str, Any] = {"complete": summary.complete}
    if not summary.complete:
        whole["gaps"] = list(summary.gaps(common().statuses))
    return replace(summary.report, provenance=whole)


def document(summary: Summary) -> dict[str, Any]:
    """Return 汇总.json."""
    return {
        "program": f"nianbao {__version__}",
        "digest": summary.edition.digest,
        "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "year": summary.report.year,
        "edition": summary.edition.id,
        "complete": summary.complete,
        "provisional": summary.provisional,
        "gaps": list(summary.gaps(common().statuses)),
        "report": to_document(with_gaps(summary)),
        "units": [_unit(summary, code) for code in _codes(summary)],
        "findings": [check_command.finding_document(one) for one in summary.findings],
        "others": [check_command.document(one) for one in summary.strangers],
    }


def _codes(summary: Summary) -> range:
    return range(len(summary.standings))


def _unit(summary: Summary, number: int) -> dict[str, Any]:
    standing = summary.standings[number]
    chosen = standing.chosen
    counts = {
        name: chosen.count(severity) if chosen else 0
        for name, severity in (("errors", Severity.ERROR), ("warnings", Severity.WARNING))
    }
    said: Mapping[str, Any] = {
        "file": chosen.file if chosen else None,
        "sha256": chosen.sha256 if chosen else None,
    }
    unit: Unit = standing.unit
    return {
        **unit.document(),
        "status": standing.status,
        **said,
        **counts,
        "explained": len(chosen.explained) if chosen else 0,
        "counted": standing.counted is not None,
        "files": [one.file for one in standing.submissions],
        "findings": [check_command.finding_document(f) for f in chosen.findings] if chosen else [],
        "report": to_document(standing.counted) if standing.counted else None,
    }


_NOTED = {"A08", "A09"}
"""Notes that are printed: what was not compared, which year was taken."""


def show(summary: Summary) -> None:
    """Print who is counted, who is not, and what is to be done."""
    report = summary.report
    counted, all_units = len(summary.counted), len(summary.standings)
    state = "已收齐" if summary.complete else "暂定数"
    title = (
        f"{report.unit.name} {report.year}年度　{state}：名册 {all_units} 个单位，计入 {counted} 个"
    )
    console.say(title, look="bold")
    roster_table(summary)
    unread(summary)
    for finding in summary.findings:
        said = finding.severity is not Severity.NOTE or finding.rule in _NOTED
        if said and not finding.rule.startswith("A01"):
            label = common().severities[finding.severity.value]
            console.say(f"{label} {finding.rule}　{finding.message}。{finding.remedy}", 0)
    strangers(summary.strangers)


def remind_of_text(summary: Summary) -> None:
    """Say, after everything else, that 上报.xlsx has no text yet."""
    told = unwritten(summary.edition, common().catalogue)
    if told in summary.findings:
        console.say(f"{told.message}。{told.remedy}")


def roster_table(summary: Summary, *, everyone: bool = False) -> None:
    """Print the units that need something done (or all)."""
    rows = []
    for one in summary.standings:
        if not everyone and one.status == "ok":
            continue
        chosen = one.chosen
        errors = chosen.count(Severity.ERROR) if chosen else ""
        warnings = chosen.count(Severity.WARNING) if chosen else ""
        names = "、".join(s.file for s in one.submissions)
        rows.append((one.unit.name, common().statuses[one.status], errors, warnings, names))
    if rows:
        console.table(("单位", "状态", "错误", "提醒", "文件"), rows)


def unread(summary: Summary) -> None:
    """Print why files of the units cannot be read."""
    for one in summary.standings:
        if one.status == "unreadable":
            for file in one.submissions:
                said = "".join(f"{f.message}。{f.remedy}" for f in file.findings)
                console.say(f"读不出的文件 {console.whole(file.file)}：{said}")


def strangers(others: Sequence[Submission]) -> None:
    """Print the files that belong to no unit of the roster."""
    for one in others:
        first = one.findings[0] if one.findings else None
        why = f"{first.message}。{first.remedy}" if first else "不是名册上的单位"
        console.say(f"没有计入的文件 {console.whole(one.file)}：{why}")


def status_code(summary: Summary) -> int:
    """Return 0 when everything is in and clean, else 1."""
    clean = all(one.status == "ok" for one in summary.standings)
    serious = [f for f in summary.findings if f.severity is not Severity.NOTE]
    return 0 if clean and not serious and not summary.strangers else 1
