"""Files checked one after another, and what only all of them together tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from nianbao.errors import Finding
from nianbao.form import Severity
from nianbao.history import History, histories, returned
from nianbao.office import dates, intake
from nianbao.office.against import Against
from nianbao.office.collect import Filed, identified
from nianbao.office.filing import majority, recorded, settled
from nianbao.office.journal import Journal
from nianbao.office.past_years import remembering
from nianbao.office.progress import Progress
from nianbao.office.receive import Arrived, arrivals, of_unit, receipt
from nianbao.office.send_back import SendBack, SentBack, send_back, worth_it
from nianbao.standing import Submission


@dataclass(frozen=True)
class Check:
    """What is to be checked: files, folders and archives; ``year`` is that they should be of.

    ``out`` is the folder of what goes back, which is no input.
    """

    paths: tuple[Path, ...]
    year: int | None = None
    out: Path | None = None

    def apart(self, against: Against) -> Iterator[Path]:
        """Yield what is no input, though it may lie among them."""
        yield from against.material.paths
        if self.out is not None:
            yield self.out


@dataclass
class Checked:
    """What is kept of the files that went by: whose each is, and those that go back, by number."""

    request: Check
    against: Against
    journal: Journal
    seen: list[Arrived] = field(default_factory=list)
    faulty: dict[int, Filed] = field(default_factory=dict)
    unclean: dict[int, str] = field(default_factory=dict)
    year: int = 0
    histories: dict[str, History] = field(default_factory=dict)

    def files(self) -> Iterator[Filed]:
        """Yield every file, checked, in a fixed order; what all of them tell stands afterwards.

        Raises:
            NianbaoError: a path does not exist, or the ledger cannot be used.

        """
        request = self.request
        if self.against.roster is not None:
            self.against = remembering(self.against, self.journal, request.year)
        against = self.against
        paths = intake.existing(self.journal.inputs(request.paths), against.context.common)
        apart = (*request.apart(against), *self.journal.paths)
        inbox = intake.entries(paths, against.context.catalogue, apart)
        to_send = request.out is not None
        for came in arrivals(inbox, against, self.journal, afresh=to_send):
            filed = identified(came.filed, request.year, against)
            self._keep(came, filed, to_send=to_send)
            yield filed
        self._record()

    def _keep(self, came: Arrived, filed: Filed, *, to_send: bool) -> None:
        """Keep as much of a file as is needed later."""
        if filed.submission.status != "ok":
            self.unclean[len(self.seen)] = filed.submission.sha256
        if to_send and worth_it(filed.submission):
            self.faulty[len(self.seen)] = filed
        bare = replace(came.light.filed, submission=replace(came.submission, findings=()))
        self.seen.append(replace(came.light, filed=bare))

    def _record(self) -> None:
        """Record what came, where the roster says whose it is; tell which version counts."""
        if self.against.roster is None:
            return
        year = self.request.year or max(majority(self.seen), default=dates.collected())
        receipts = (receipt(one, of_unit(one, year, self.against)) for one in self.seen)
        events = recorded(self.journal, year, [one for one in receipts if one is not None])
        decisions = self.journal.decisions(year, events, dates.today())
        reports = {one.submission.sha256: one.submission.report for one in self.seen}
        self.year = year
        self.histories = settled(histories(events, decisions, year), reports)
        past = self._replaced
        self.faulty = {
            n: one for n, one in self.faulty.items() if one.submission.sha256 not in past
        }
        self.unclean = {n: one for n, one in self.unclean.items() if one not in past}

    @property
    def _replaced(self) -> set[str]:
        """The versions that do not count, as a newer one does or somebody decided so."""
        known = [one for code, one in self.histories.items() if code in self.against.units]
        older = {version.sha256 for one in known for version, _ in one.older}
        older |= {version.sha256 for one in known for version in one.same}
        return older | {version.sha256 for one in known for version, _ in one.excluded}

    @property
    def submissions(self) -> list[Submission]:
        """The files that went by, without their findings."""
        return [one.submission for one in self.seen]

    @property
    def together(self) -> tuple[Finding, ...]:
        """What only all files together tell: which version of a unit's report counts."""
        catalogue = self.against.context.catalogue
        return tuple(
            finding
            for code, unit in self.against.units.items()
            if code in self.histories
            for finding in self.histories[code].findings(unit.name, catalogue)
        )

    @property
    def clean(self) -> bool:
        """Whether nothing is to be mended or decided."""
        serious = any(one.severity is not Severity.NOTE for one in self.together)
        return not self.unclean and not serious

    @property
    def nothing_came(self) -> bool:
        """Whether no unit of the roster has sent anything that can be read."""
        silent = not any(one.submission.report for one in self.seen)
        return self.against.roster is not None and silent

    def sent_back(self, progress: Progress, *, force: bool) -> SentBack:
        """Write what goes back for what is faulty, and record it.

        Raises:
            NianbaoError: as ``send_back``, or the ledger cannot be written.

        """
        out, recorded_ = self.request.out, self.against.roster is not None
        if out is None:
            raise ValueError(out)
        events = self.journal.events(self.year) if recorded_ else ()
        earlier = {
            event.what.of: event  # type: ignore[union-attr]
            for each in returned(events).values()
            for event in each
        }
        back = SendBack(
            self.faulty, self.request.paths, self.submissions, self.against.units, out, force,
            earlier,
        )  # fmt: skip
        sent = send_back(back, self.against.context, progress)
        if recorded_ and sent.returned:
            self.journal.record(self.year, sent.returned)
        return sent
