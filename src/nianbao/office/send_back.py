"""``check --annotate``: what goes back to the unit of each faulty file: a workbook, a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from nianbao.catalog import common, editions
from nianbao.cli import console
from nianbao.errors import Finding, grouped, to_mend
from nianbao.form import Severity
from nianbao.local import localised
from nianbao.names import unit_of_path
from nianbao.office import files
from nianbao.office.collect import Filed
from nianbao.office.owned import Origin, owned
from nianbao.report import Unit, one_line
from nianbao.standing import Submission
from nianbao.template.sent_back import Came, Returned, returned


BOOK, MESSAGE = ".xlsx", ".txt"
_OURS = {"F08", "F09", "F10", "F11"}
"""What the officer settles: no form, an empty folder, an archive, a file's name."""


@dataclass(frozen=True)
class _Parcel:
    """What goes back for one file; without ``back`` there is only a message."""

    filed: Filed
    unit: Unit | None
    back: Returned | None


@dataclass(frozen=True)
class Round:
    """A round of sending back: what was given, every submission, the roster's units by code."""

    given: Sequence[str]
    seen: Sequence[Submission]
    units: Mapping[str, Unit]


def send_back(
    faulty: Sequence[Filed], what: Round, folder: Path, *, force: bool
) -> tuple[list[list[str]], list[str]]:
    """Write into the folder what goes back for each file; return the names written for each.

    What an earlier round wrote is replaced, and removed where it is mended; returned as well are
    the names of what should be removed but was edited since.

    Raises:
        NianbaoError: a file that is not ours exists and ``force`` is not given, or one cannot
            be written.

    """
    whose = [_unit(filed.submission, what.units) for filed in faulty]
    stems = files.numbered(map(_stem, faulty, whose))
    own = owned(folder)
    targets = [folder / f"{stem}{kind}" for stem in stems for kind in (BOOK, MESSAGE)]
    own.refuse_foreign(targets, force=force)
    made, written = dt.datetime.now().astimezone(), []
    given = tuple(str(Path(path).resolve()) for path in what.given)
    due = list(zip(faulty, whose, stems, strict=True))
    for filed, unit, stem in console.progress(due, "生成退回表"):
        outputs = _outputs(_Parcel(filed, unit, _back(filed, unit)), stem, made)
        named = {f"{stem}{kind}": data for kind, data in outputs.items()}
        origin = Origin(filed.submission.file, unit.code if unit else "", given)
        own = own.write(named, origin)
        written.append(list(named))
    units = [_unit(one, what.units) for one in what.seen]
    looked = {one.file for one in what.seen} | {unit.code for unit in units if unit and unit.code}
    kept = {name for names in written for name in names}
    return written, own.tidy(kept, Origin("", "", given), looked)


def worth_it(submission: Submission) -> bool:
    """Return whether a file has findings its unit must know; one that is no form has not."""
    skipped = all(finding.rule in _OURS for finding in submission.findings)
    return submission.status != "ok" and not skipped


def _unit(submission: Submission, units: Mapping[str, Unit]) -> Unit | None:
    report = submission.report
    if report is None:
        return unit_of_path(submission.file, units.values())
    return units.get(report.unit.code, report.unit)


def _stem(filed: Filed, unit: Unit | None) -> str:
    own = PurePosixPath(filed.submission.file).stem
    return files.safe_name(unit.name if unit and unit.name else own)


def _back(filed: Filed, unit: Unit | None) -> Returned | None:
    """Return the fresh template; None where it would be of another unit, year or edition."""
    report, findings = filed.submission.report, filed.submission.findings
    if report is None or unit is None or not unit.code:
        return None
    edition = localised(editions()[report.edition], filed.local, common())
    if not edition.covers(report.year) or any(map(_of_identity, findings)):
        return None
    came = Came(report, edition, filed.beside, findings)
    if filed.reading is not None:
        came = replace(came, lost=filed.reading.lost, deadline=filed.reading.deadline)
    return returned(came, unit, common())


def _of_identity(finding: Finding) -> bool:
    return finding.rule in {"C09", "C11"} and finding.severity is Severity.ERROR


def _outputs(parcel: _Parcel, stem: str, made: dt.datetime) -> dict[str, bytes]:
    submission = parcel.filed.submission
    text = _message(parcel, f"{stem}{BOOK}", made)
    outputs = {MESSAGE: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode("utf-8", "replace")}
    if parcel.back is not None:
        data = parcel.back.workbook(submission.file, submission.sha256, made)
        outputs = {BOOK: data, **outputs}
    return outputs


# --- the message ------------------------------------------------------------------------------


def _message(parcel: _Parcel, book: str, made: dt.datetime) -> str:
    submission, back, unit = parcel.filed.submission, parcel.back, parcel.unit
    report = submission.report
    who = f"{unit.name}：" if unit else "贵单位"
    who += f"{report.year or ''}年度" if unit and report else ""
    lines = [f"{who}政府信息公开年报填报表（{submission.file}）退回，请按下面改："]
    lines += _listed(to_mend(submission.findings) if back is None else back.mend)
    if back is None:
        above = common().superior(unit).term if unit else common().words["above"]
        lines.append(_UNUSABLE.format(above=above))
    else:
        lines += _handled(back.gone)
        lines.append(
            f"请在退回的新表“{book}”里改，已填好你们报来的数和文字；改完保存，报回这个文件。"
        )
    mark = f"，指纹 {submission.sha256[:12]}" if submission.sha256 else ""
    lines.append(f"（检查时间 {made:%Y-%m-%d %H:%M}{mark}）")
    return "\n".join(map(one_line, lines)) + "\n"


_UNUSABLE = "这个文件没法退回填好的新表，请用{above}下发给本单位的原表填写后报送。"


def _listed(findings: Sequence[Finding]) -> list[str]:
    if not findings:
        return ["没有要改的数。"]
    return [_item(n, one, same) for n, (one, same) in enumerate(grouped(findings), 1)]


def _item(number: int, finding: Finding, same: int) -> str:
    word = "" if finding.severity is Severity.ERROR else "（提醒）"
    place = f"{finding.sheet} {finding.cell}".strip()
    where = f"{place}{_more(same)}，" if place else ""
    return f"{number}. {word}{where}{finding.message}。{finding.remedy}"


def _handled(gone: Sequence[Finding]) -> list[str]:
    if not gone:
        return []
    said = [f"· {one.message}{_more(same)}" for one, same in grouped(gone)]
    return ["原来的文件里还有这些问题，新表里已经没有了，请核对：", *said]


def _more(same: int) -> str:
    return f" 等 {same} 处" if same > 1 else ""
