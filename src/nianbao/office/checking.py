"""Files checked one after another, and what only all of them together tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from nianbao.errors import Finding
from nianbao.merge import repeated
from nianbao.office.against import Against
from nianbao.office.collect import Filed, collect, identified
from nianbao.office.send_back import worth_it
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

    against: Against
    seen: list[Submission] = field(default_factory=list)
    faulty: dict[int, Filed] = field(default_factory=dict)
    clean: bool = True

    def keep(self, filed: Filed, *, to_send: bool) -> None:
        """Keep as much of a file as is needed later."""
        self.clean = self.clean and filed.submission.status == "ok"
        if to_send and worth_it(filed.submission):
            self.faulty[len(self.seen)] = filed
        self.seen.append(replace(filed.submission, findings=()))

    @property
    def together(self) -> tuple[Finding, ...]:
        """What only all files together tell (A01)."""
        return tuple(repeated(self.seen, self.against.units, self.against.context.catalogue))

    @property
    def nothing_came(self) -> bool:
        """Whether no unit of the roster has sent anything that can be read."""
        return self.against.roster is not None and not any(one.report for one in self.seen)


def check(request: Check, kept: Checked) -> Iterator[Filed]:
    """Yield every file, checked, in a fixed order; ``kept`` afterwards tells of all.

    Raises:
        NianbaoError: a path does not exist.

    """
    against = kept.against
    for came in collect(request.paths, against, request.apart(against)):
        filed = identified(came, request.year, against)
        kept.keep(filed, to_send=request.out is not None)
        yield filed
