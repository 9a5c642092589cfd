"""What goes back to the unit of each faulty file: a workbook filled in anew, a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from nianbao.context import Context
from nianbao.errors import Finding, grouped, to_mend
from nianbao.events import Asked, Event, Returned
from nianbao.form import Severity
from nianbao.local import localised
from nianbao.names import UnitNames
from nianbao.office import dates, files
from nianbao.office.collect import Filed
from nianbao.office.messages import SUFFIX as MESSAGE
from nianbao.office.messages import file_of, listed, more
from nianbao.office.owned import Origin, owned
from nianbao.office.progress import Progress, told, unwatched
from nianbao.report import Unit
from nianbao.standing import Submission
from nianbao.template.sent_back import Fresh, ToSend, sent_back
from nianbao.words import Common


BOOK = ".xlsx"
_OURS = {"F08", "F09", "F10", "F11"}
"""What the officer settles: no form, an empty folder, an archive, a file's name."""


@dataclass(frozen=True)
class _Parcel:
    """What goes back for one file; without ``back`` there is only a message."""

    filed: Filed
    unit: Unit | None
    back: Fresh | None


@dataclass(frozen=True)
class SendBack:
    """A round of sending back: the faulty files by number, what was given, every submission.

    ``units`` are those of the roster by code; ``out`` is the folder that it goes to. ``earlier``
    are the last events by which versions went back, by SHA-256.
    """

    faulty: Mapping[int, Filed]
    given: Sequence[Path]
    seen: Sequence[Submission]
    units: Mapping[str, Unit]
    out: Path
    force: bool = False
    earlier: Mapping[str, Event] = field(default_factory=dict)


@dataclass(frozen=True)
class SentBack:
    """The names written for each file, by its number.

    ``edited`` are the names of what should have been removed, as the file is mended, but was
    edited since it was written. ``returned`` is what is to be recorded.
    """

    names: Mapping[int, Sequence[str]]
    edited: Sequence[str]
    returned: tuple[Returned, ...] = ()


def send_back(request: SendBack, context: Context, progress: Progress = unwatched) -> SentBack:
    """Write what goes back for each file; what an earlier round wrote is replaced, or removed.

    Raises:
        NianbaoError: a file that is not ours exists and ``force`` is not given, or one cannot
            be written.

    """
    parcels = [_parcel(filed, request, context) for filed in request.faulty.values()]
    stems = files.numbered(map(_stem, parcels))
    own = owned(request.out, context.common)
    targets = [request.out / f"{stem}{kind}" for stem in stems for kind in (BOOK, MESSAGE)]
    own.refuse_foreign(targets, force=request.force)
    written, returned = [], []
    given = tuple(str(path.resolve()) for path in request.given)
    for parcel, stem in told(list(zip(parcels, stems, strict=True)), progress):
        outputs, what = _made(parcel, stem, request, context)
        returned += [] if what is None else [what]
        named = {f"{stem}{kind}": data for kind, data in outputs.items()}
        code = parcel.unit.code if parcel.unit else ""
        own = own.write(named, Origin(parcel.filed.submission.file, code, given))
        written.append(list(named))
    kept = {name for names in written for name in names}
    edited = own.tidy(kept, Origin("", "", given), _looked_at(request))
    names = dict(zip(request.faulty, written, strict=True))
    return SentBack(names, edited, tuple(returned))


def _made(
    parcel: _Parcel, stem: str, request: SendBack, context: Context
) -> tuple[dict[str, bytes], Returned | None]:
    """Return the files of a parcel, and what is to be recorded; nothing if they are as before."""
    before = request.earlier.get(parcel.filed.submission.sha256)
    if before is not None:
        outputs = _outputs(parcel, stem, before.at, context)
        if _event(parcel, stem, outputs) == before.what:
            return outputs, None
    outputs = _outputs(parcel, stem, dates.now(), context)
    return outputs, _event(parcel, stem, outputs)


def _event(parcel: _Parcel, stem: str, outputs: Mapping[str, bytes]) -> Returned:
    submission, book = parcel.filed.submission, outputs.get(BOOK)
    mend = to_mend(submission.findings)
    asked = tuple(dict.fromkeys(Asked(one.rule, one.field) for one in mend))
    code = parcel.unit.code if parcel.unit else ""
    digest = files.digest(book) if book else ""
    name = f"{stem}{BOOK if book else MESSAGE}"
    return Returned(unit=code, of=submission.sha256, book=digest, file=name, asked=asked)


def _looked_at(request: SendBack) -> set[str]:
    """Return the names of the files and the codes of the units that were looked at."""
    units = [_unit(one, request.units) for one in request.seen]
    codes = {unit.code for unit in units if unit and unit.code}
    return codes | {one.file for one in request.seen}


def worth_it(submission: Submission) -> bool:
    """Return whether a file has findings its unit must know; one that is no form has not."""
    skipped = all(finding.rule in _OURS for finding in submission.findings)
    return submission.status != "ok" and not skipped


def _unit(submission: Submission, units: Mapping[str, Unit]) -> Unit | None:
    report = submission.report
    if report is None:
        return UnitNames(units.values()).of_path(submission.file)
    return units.get(report.unit.code, report.unit)


def _parcel(filed: Filed, request: SendBack, context: Context) -> _Parcel:
    unit = _unit(filed.submission, request.units)
    return _Parcel(filed, unit, _back(filed, unit, context))


def _stem(parcel: _Parcel) -> str:
    unit, own = parcel.unit, PurePosixPath(parcel.filed.submission.file).stem
    return files.safe_name(unit.name if unit and unit.name else own)


def _back(filed: Filed, unit: Unit | None, context: Context) -> Fresh | None:
    """Return the fresh template; None where it would be of another unit, year or edition."""
    report, findings = filed.submission.report, filed.submission.findings
    if report is None or unit is None or not unit.code:
        return None
    edition = localised(context.editions[report.edition], filed.local, context.common)
    if not edition.covers(report.year) or any(map(_of_identity, findings)):
        return None
    came = ToSend(report, edition, filed.beside, findings)
    if filed.reading is not None:
        came = replace(came, lost=filed.reading.lost, deadline=filed.reading.deadline)
    return sent_back(came, unit, context.common)


def _of_identity(finding: Finding) -> bool:
    return finding.rule in {"C09", "C11"} and finding.severity is Severity.ERROR


def _outputs(parcel: _Parcel, stem: str, made: dt.datetime, context: Context) -> dict[str, bytes]:
    submission = parcel.filed.submission
    outputs = {MESSAGE: file_of(_message(parcel, f"{stem}{BOOK}", made, context.common))}
    if parcel.back is not None:
        data = parcel.back.workbook(submission.file, submission.sha256, made)
        outputs = {BOOK: data, **outputs}
    return outputs


# --- the message ------------------------------------------------------------------------------


def _message(parcel: _Parcel, book: str, made: dt.datetime, common: Common) -> list[str]:
    submission, back, unit = parcel.filed.submission, parcel.back, parcel.unit
    report = submission.report
    who = f"{unit.name}：" if unit else "贵单位"
    who += f"{report.year or ''}年度" if unit and report else ""
    lines = [f"{who}政府信息公开年报填报表（{submission.file}）退回，请按下面改："]
    lines += _listed(to_mend(submission.findings) if back is None else back.mend)
    if back is None:
        above = common.superior(unit).term if unit else common.words["above"]
        lines.append(_UNUSABLE.format(above=above))
    else:
        lines += _handled(back.gone)
        lines.append(
            f"请在退回的新表“{book}”里改，已填好你们报来的数和文字；改完保存，报回这个文件。"
        )
    mark = f"，指纹 {submission.sha256[:12]}" if submission.sha256 else ""
    lines.append(f"（检查时间 {made:%Y-%m-%d %H:%M}{mark}）")
    return lines


_UNUSABLE = "这个文件没法退回填好的新表，请用{above}下发给本单位的原表填写后报送。"


def _listed(findings: Sequence[Finding]) -> list[str]:
    if not findings:
        return ["没有要改的数。"]
    return listed(findings)


def _handled(gone: Sequence[Finding]) -> list[str]:
    if not gone:
        return []
    said = [f"· {one.message}{more(same)}" for one, same in grouped(gone)]
    return ["原来的文件里还有这些问题，新表里已经没有了，请核对：", *said]
