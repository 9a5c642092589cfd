"""What came in, received: kept by content, read once, and told as the ledger tells it."""

from __future__ import annotations

import collections
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import msgspec

from nianbao.errors import FileProblem
from nianbao.events import Received
from nianbao.layout import Place
from nianbao.ledger.cache import Cache
from nianbao.office.against import Against
from nianbao.office.arrival import InboxFile
from nianbao.office.collect import Filed, one
from nianbao.office.engine import opened
from nianbao.office.journal import Journal
from nianbao.reading.facts import dated
from nianbao.standing import Submission
from nianbao.versions import Facts


NO_FILE = InboxFile("")


@dataclass(frozen=True)
class Arrived:
    """A file, read and checked by itself, and what it says of itself; ``size`` in bytes."""

    filed: Filed
    facts: Facts
    size: int = 0
    file: InboxFile = NO_FILE

    @property
    def light(self) -> Arrived:
        """The same without the reading."""
        filed = self.filed.light
        return self if filed is self.filed else replace(self, filed=filed)

    @property
    def submission(self) -> Submission:
        """What it says, and what is wrong with it."""
        return self.filed.submission


@dataclass(frozen=True)
class _Kept:
    """What the cache keeps of a file that could be read."""

    submission: Submission
    facts: Facts
    local: str
    texts: dict[str, Place] | None


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Kept)


def arrivals(
    inbox: Iterable[InboxFile], against: Against, journal: Journal, *, afresh: bool = False
) -> Iterator[Arrived]:
    """Yield every file in the order given, kept in the archive; what was read before is not again.

    ``afresh`` reads again what has findings: who sends it back needs the whole reading.

    Raises:
        NianbaoError: the archive cannot be written.

    """
    with journal.cache(*against.depends) as cache:
        yield from _Inbox(against, journal, cache, afresh).arrivals(inbox)


class _Inbox:
    """One pass over what came in."""

    def __init__(self, against: Against, journal: Journal, cache: Cache, afresh: bool) -> None:  # noqa: FBT001
        self.against, self.journal, self.cache, self.afresh = against, journal, cache, afresh
        self.waiting: collections.deque[Arrived | tuple[InboxFile, int]] = collections.deque()

    def arrivals(self, inbox: Iterable[InboxFile]) -> Iterator[Arrived]:
        """See ``arrivals``."""
        against = self.against
        unread = self._unread(inbox)
        for came in opened(unread, against.context, against.material.password, against.bounds):
            yield from self._known()
            waiting = self.waiting.popleft()
            assert isinstance(waiting, tuple)  # noqa: S101 - for the type checker
            file, size = waiting
            arrived = Arrived(one(came, against), Facts(""), size, file)
            yield self._kept(replace(arrived, facts=_facts(arrived.filed)))
        yield from self._known()

    def _known(self) -> Iterator[Arrived]:
        """Yield what was known already and comes before the next file that was read."""
        while self.waiting and isinstance(self.waiting[0], Arrived):
            found = self.waiting.popleft()
            assert isinstance(found, Arrived)  # noqa: S101 - for the type checker
            yield found

    def _unread(self, inbox: Iterable[InboxFile]) -> Iterator[InboxFile]:
        """Yield the files that must be read; keep all."""
        for file in inbox:
            try:
                data = file.read()
            except FileProblem as problem:
                self.waiting.append((file, 0))
                yield replace(file, finding=problem.finding)
                continue
            digest = hashlib.sha256(data).hexdigest()
            self.journal.keep(data, digest, file.name)
            known = self._cached(file, digest, len(data))
            if known is not None:
                self.waiting.append(known)
                continue
            self.waiting.append((file, len(data)))
            yield replace(file, load=_Same(data))

    def _cached(self, file: InboxFile, digest: str, size: int) -> Arrived | None:
        if self.cache.path is None:  # what one run reads it reads once
            return None
        key = _key(file, digest)
        said = self.cache.found([key]).get(key)
        if said is None:
            return None
        try:
            kept = _DECODER.decode(said)
        except msgspec.DecodeError:
            return None
        if self.afresh and kept.submission.status != "ok":
            return None
        filed = Filed(kept.submission, local=kept.local, texts=kept.texts)
        return Arrived(filed, kept.facts, size, file)

    def _kept(self, arrived: Arrived) -> Arrived:
        """Keep what was read for the next time, if it comes back as it was."""
        submission = arrived.submission
        if submission.report is None or self.cache.path is None:
            return arrived
        filed = arrived.filed
        texts = None if filed.texts is None else dict(filed.texts)
        value = _Kept(submission, arrived.facts, filed.local, texts)
        said = _encoded(value)
        if said is not None:
            self.cache.keep({_key(arrived.file, submission.sha256): said})
        return arrived


@dataclass(frozen=True)
class _Same:
    """Bytes that were read already."""

    data: bytes

    def __call__(self) -> bytes:
        return self.data


def _key(file: InboxFile, digest: str) -> str:
    return f"{digest}/{file.name}"


def _encoded(value: _Kept) -> bytes | None:
    """Return a value as bytes; None where it would not come back the same."""
    try:
        said = _ENCODER.encode(value)
        return said if _DECODER.decode(said) == value else None
    except (msgspec.MsgspecError, TypeError, UnicodeEncodeError, OverflowError):
        return None


def _facts(filed: Filed) -> Facts:
    """Return what a file says of itself."""
    report = filed.submission.report
    if report is None:
        return Facts("", readable=False)
    if filed.reading is not None:
        return filed.reading.facts
    return Facts(report.unit.code, dated=dated(report))


def of_unit(arrived: Arrived, year: int, against: Against) -> Facts:
    """Return what a file says of itself, for the collection of a year.

    One of another year is no version of any unit's report; one that cannot be read is of the unit
    that its name means.
    """
    report = arrived.submission.report
    if report is None:
        unit = against.names.of_path(arrived.submission.file)
        return replace(arrived.facts, unit=unit.code if unit else "", readable=False)
    return replace(arrived.facts, unit=report.unit.code if report.year == year else "")


def receipt(arrived: Arrived, facts: Facts) -> Received | None:
    """Return what is to be recorded of a file; None of one of which there are no bytes."""
    submission = arrived.submission
    if not submission.sha256:
        return None
    packed = ".zip/" in submission.file.lower()
    return Received(
        file=submission.file,
        sha256=submission.sha256,
        size=arrived.size,
        how="archive" if packed else "folder",
        mtime=arrived.file.modified,
        unit=facts.unit,
        readable=facts.readable,
        saved=facts.saved,
        made_with=facts.made_with,
        dated=facts.dated,
        answers=facts.answers,
    )
