"""From the files that came in to checked submissions: one bad file never stops the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from nianbao.catalog import common, editions
from nianbao.check import Beside, identity_findings
from nianbao.context import context
from nianbao.errors import FileProblem, Finding, NianbaoError, ordered
from nianbao.local import localised
from nianbao.names import another_named, same_name
from nianbao.narrative import Neighbours
from nianbao.office import intake
from nianbao.office.examine import examine, placed
from nianbao.office.opened import Came, opened
from nianbao.office.previous import Previous, summed
from nianbao.reading.read import Reading
from nianbao.report import Report, Unit, from_document, to_document
from nianbao.roster import Entry
from nianbao.standing import Submission
from nianbao.validate import findings as document_findings
from nianbao.validate import load_document, structure


@dataclass(frozen=True)
class Filed:
    """A submission with the reading it comes from (None for a document or an unreadable file).

    ``local`` are the county's own options that it was checked by.
    """

    submission: Submission
    reading: Reading | None = None
    beside: Beside = field(default_factory=Beside)
    local: str = ""


@dataclass(frozen=True)
class Against:
    """What submissions are checked against: last year's reports, the roster's registers.

    ``local`` are the county's own options; where it gives none, those a workbook carries count.
    """

    previous: Previous = field(default_factory=Previous)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    password: str | None = None
    local: str = ""

    def known(self, report: Report) -> Report:
        """Return the report; whom its unit reports to and speaks for is the roster's to say."""
        entry = self.entries.get(report.unit.code)
        if entry is None:
            return report
        said = {"under": entry.unit.under, "speaks_for": entry.unit.speaks_for}
        return replace(report, unit=replace(report.unit, **said))

    def beside(self, report: Report, carried: Beside) -> Beside:
        """Return what one report is checked against; given files win over what it carries."""
        previous = self.previous.any(report.unit, report.year) or carried.previous
        entry = self.entries.get(report.unit.code)
        register = {**carried.register, **(entry.register if entry else {})}
        return Beside(previous, register)


def collect(
    paths: Iterable[str], against: Against, without: Iterable[Path] = ()
) -> Iterator[Filed]:
    """Yield every file below the paths, read and checked, in a fixed order.

    ``without`` are the folder of our own outputs and the roster, which are no inputs.

    Raises:
        NianbaoError: a path does not exist.

    """
    given = [Path(path) for path in paths]
    for path in given:
        if not path.exists():
            raise NianbaoError(f"找不到：{path}。请核对路径和文件名。")
    for came in opened(intake.entries(given, without=without), against.password):
        yield one(came, against)


def one(came: Came, against: Against) -> Filed:
    """Check one file that was opened."""
    try:
        match came.content:
            case Finding():
                filed = _refused(came, came.content)
            case Reading():
                filed = _workbook(came.name, came.content, against)
            case data:
                filed = _document(came, data, against)
    except FileProblem as problem:
        filed = _refused(came, problem.finding)
    return also(filed, came.notes)


def also(filed: Filed, findings: Iterable[Finding]) -> Filed:
    """Return the submission with further findings."""
    together = ordered([*filed.submission.findings, *findings])
    return replace(filed, submission=replace(filed.submission, findings=together))


def _refused(came: Came, finding: Finding) -> Filed:
    return Filed(Submission(came.name, came.sha256, (finding,)))


def _workbook(name: str, reading: Reading, against: Against) -> Filed:
    edition = localised(
        editions()[reading.edition.id], against.local or reading.edition.local, common()
    )
    if reading.copied and against.entries:
        reading = _adopted(reading, {code: one.unit for code, one in against.entries.items()})
    reading = replace(reading, report=against.known(reading.report), edition=edition)
    beside = against.beside(reading.report, reading.beside)
    document = to_document(reading.report)
    broken = placed(structure(document, reading.edition, common()), reading, common())
    found = ordered([*broken, *examine(reading, common(), beside)])
    return Filed(
        Submission(name, reading.sha256, found, reading.report), reading, beside, edition.local
    )


def _adopted(reading: Reading, units: Mapping[str, Unit]) -> Reading:
    """Return the reading of a copied form, whose unit must be on the roster as its cover says."""
    unit = reading.report.unit
    alike = [one for one in units.values() if same_name(one.name, unit.name)]
    known = units.get(unit.code) if unit.code else alike[0] if len(alike) == 1 else None
    if known is not None and same_name(known.name, unit.name):
        own = replace(unit, code=known.code, level=known.level)
        return replace(reading, report=replace(reading.report, unit=own))
    said = {"actual": f"{unit.name}（{unit.code or '没有代码'}）"}
    expected = known.name if known else "没有这个单位"
    finding = common().catalogue["C21-unit"].finding(**said, expected=expected)
    return replace(reading, findings=(*reading.findings, finding))


def _document(came: Came, data: bytes, against: Against) -> Filed:
    document = load_document(data, common().catalogue)
    if "units" in document and isinstance(document.get("report"), dict):
        document = summed(document)
    edition = editions().get(str(document.get("edition")))
    if edition is None:
        why = f"没有格式版本“{str(document.get('edition'))[:20]}”"
        raise FileProblem(common().catalogue["F06"].finding(why=why))
    edition = localised(edition, against.local, common())
    found = document_findings(document, edition, context())
    if any(finding.rule == "F06" for finding in found):
        return Filed(Submission(came.name, came.sha256, found))
    report = against.known(from_document(document))
    beside = against.beside(report, Beside())
    whose = {**document, "unit": report.unit.document()}
    found = document_findings(whose, edition, context(), beside)
    return Filed(Submission(came.name, came.sha256, found, report), None, beside, edition.local)


def neighbours(entries: Iterable[Entry]) -> Neighbours:
    """Return the units of a roster as those whose names another's text should not hold."""
    names = common().roster_names
    units = tuple(one.unit for one in entries)
    return Neighbours(units, names["bodies"], names["mentioned"])


def identified(
    filed: Filed,
    year: int | None,
    units: Mapping[str, Unit] | None,
    others: Neighbours | None = None,
) -> Filed:
    """Return the submission with what only year and roster tell of it added.

    C09: another year, or a unit that the roster does not know; C11: a file named after another
    unit; N15: another unit's name in the text.
    """
    report = filed.submission.report
    if report is None:
        return filed
    found: Iterable[Finding] = [
        *identity_findings(report, common().catalogue, year, units),
        *_misnamed(filed.submission.file, report.unit, units or {}),
    ]
    if others is not None:
        edition = editions()[report.edition]
        found = [*found, *others.findings(report, edition, common().catalogue)]
    if filed.reading is not None:
        found = placed(found, filed.reading, common())
    return also(filed, found)


def _misnamed(file: str, unit: Unit, units: Mapping[str, Unit]) -> Iterator[Finding]:
    named = another_named(file, unit, units.values())
    if named is not None:
        said = {"actual": named.name, "expected": unit.name}
        yield common().catalogue["C11-file"].finding(**said)
