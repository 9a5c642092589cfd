"""From the files that came in to checked submissions: one bad file never stops the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from nianbao.check import Beside, identity_findings
from nianbao.context import Context
from nianbao.errors import FileProblem, Finding, ordered
from nianbao.layout import Place, layout_of
from nianbao.local import localised
from nianbao.names import same_name
from nianbao.office.against import Against
from nianbao.office.arrival import InboxFile
from nianbao.office.engine import OpenedFile, opened
from nianbao.office.examine import examine, placed
from nianbao.office.held import summed
from nianbao.reading.read import Reading
from nianbao.report import Unit, from_document, to_document
from nianbao.standing import Submission
from nianbao.validate import findings as document_findings
from nianbao.validate import load_document, report_findings, structure


@dataclass(frozen=True)
class Filed:
    """A submission with the reading it comes from (None for a document or an unreadable file).

    ``local`` are the county's own options that it was checked by; ``texts`` where its texts stand,
    None where it has no sheets.
    """

    submission: Submission
    reading: Reading | None = None
    beside: Beside = field(default_factory=Beside)
    local: str = ""
    texts: Mapping[str, Place] | None = None

    @property
    def light(self) -> Filed:
        """The same without the reading, of which there may be thousands."""
        return self if self.reading is None else replace(self, reading=None)


def gathered(inbox: Iterable[InboxFile], against: Against) -> Iterator[Filed]:
    """Yield every file, read and checked, in the order given."""
    password = against.material.password
    for came in opened(inbox, against.context, password, against.bounds):
        yield one(came, against)


def one(came: OpenedFile, against: Against) -> Filed:
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
    return also(filed, (*came.notes, *_elsewhere(filed, against)))


def also(filed: Filed, findings: Iterable[Finding]) -> Filed:
    """Return the submission with further findings."""
    more = list(findings)
    if not more:
        return filed
    together = ordered([*filed.submission.findings, *more])
    return replace(filed, submission=replace(filed.submission, findings=together))


def _refused(came: OpenedFile, finding: Finding) -> Filed:
    return Filed(Submission(came.name, came.sha256, (finding,)))


def _workbook(name: str, reading: Reading, against: Against) -> Filed:
    common, own = against.context.common, against.options.text or reading.edition.local
    edition = localised(against.context.editions[reading.edition.id], own, common)
    if reading.copied and against.entries:
        reading = _adopted(reading, against)
    reading = replace(reading, report=against.known(reading.report), edition=edition)
    beside = against.beside(reading.report, reading.beside)
    document = to_document(reading.report)
    broken = placed(structure(document, reading.edition, common), reading, common)
    found = ordered([*broken, *examine(reading, common, beside)])
    submission = Submission(name, reading.sha256, found, reading.report)
    texts = {key: reading.places[key] for key in edition.text_keys if key in reading.places}
    return Filed(submission, reading, beside, edition.local, texts)


def _adopted(reading: Reading, against: Against) -> Reading:
    """Return the reading of a copied form, whose unit must be on the roster as its cover says."""
    unit, units = reading.report.unit, against.units
    alike = [one for one in units.values() if same_name(one.name, unit.name)]
    known = units.get(unit.code) if unit.code else alike[0] if len(alike) == 1 else None
    if known is not None and same_name(known.name, unit.name):
        own = replace(unit, code=known.code, level=known.level)
        return replace(reading, report=replace(reading.report, unit=own))
    catalogue = against.context.catalogue
    code = unit.code or catalogue.fault("identity-no-code")
    expected = known.name if known else catalogue.fault("copied-no-unit")
    finding = catalogue["C21-unit"].finding(actual=f"{unit.name}（{code}）", expected=expected)
    return replace(reading, findings=(*reading.findings, finding))


def _document(came: OpenedFile, data: bytes, against: Against) -> Filed:
    catalogue = against.context.catalogue
    document = load_document(data, catalogue)
    if "units" in document and isinstance(document.get("report"), dict):
        document = summed(document)
    edition = against.context.editions.get(str(document.get("edition")))
    if edition is None:
        why = catalogue.fault("document-edition", name=str(document.get("edition"))[:20])
        raise FileProblem(catalogue["F06"].finding(why=why))
    edition = localised(edition, against.options.text, against.context.common)
    if any(structure(document, edition, against.context.common)):
        found = document_findings(document, edition, against.context)
        return Filed(Submission(came.name, came.sha256, found))
    report = against.known(from_document(document))
    beside = against.beside(report, Beside())
    found = report_findings(report, edition, against.context, beside)
    return Filed(Submission(came.name, came.sha256, found, report), None, beside, edition.local)


def identified(filed: Filed, year: int | None, against: Against) -> Filed:
    """Return the submission with what only year and roster tell of it added.

    C09: another year, or a unit that the roster does not know; C11: a file named after another
    unit.
    """
    report, context = filed.submission.report, against.context
    if report is None:
        return filed
    units = against.units if against.roster else None
    found: Iterable[Finding] = [
        *identity_findings(report, context.catalogue, year, units),
        *_misnamed(filed.submission.file, report.unit, against),
    ]
    found = _placed(found, filed, context)
    return also(filed, found)


def _placed(found: Iterable[Finding], filed: Filed, context: Context) -> Iterable[Finding]:
    """Give findings on a report the cells of its workbook; a document has none."""
    report = filed.submission.report
    if report is None or filed.texts is None:
        return found
    edition = localised(context.editions[report.edition], filed.local, context.common)
    layout = layout_of(edition, context.common.sheets, report.unit.level, report.unit.power)
    return layout.located(found, filed.texts)


def _elsewhere(filed: Filed, against: Against) -> Iterable[Finding]:
    """Return N15: the name of another unit of the roster in the text."""
    report, context = filed.submission.report, against.context
    if report is None:
        return ()
    edition = context.editions[report.edition]
    return _placed(against.neighbours.findings(report, edition, context.catalogue), filed, context)


def _misnamed(file: str, unit: Unit, against: Against) -> Iterator[Finding]:
    named = against.names.another(file, unit)
    if named is not None:
        said = {"actual": named.name, "expected": unit.name}
        yield against.context.catalogue["C11-file"].finding(**said)
