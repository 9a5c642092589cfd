"""The units of a roster as values."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from nianbao.codes import FaultCode
from nianbao.errors import Finding
from nianbao.report import Unit


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line, and the values that stand in its wording."""

    line: int
    code: FaultCode
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class RosterEntry:
    """A unit of the roster, its line, and what registers say: field key -> figure (件, 万元).

    ``superior`` is what its column 上级 says; ``speaks`` what the column 代表本级政府 answers, None
    where it is blank. ``predecessors`` are codes or names of the units that it came from, ``group``
    is that in which it is shown ("" for its sort of unit), ``contact`` and ``phone`` tell whom to
    ask there.
    """

    unit: Unit
    line: int
    register: Mapping[str, float] = field(default_factory=dict)
    superior: str = ""
    speaks: bool | None = None
    predecessors: tuple[str, ...] = ()
    group: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Roster:
    """The units in the order of the file, and what is doubtful about them (A03, A10, A11).

    ``above`` is the unit that sums up; ``below`` are the entries that it sums, which are all but
    its own row where the roster has one.
    """

    units: tuple[RosterEntry, ...]
    findings: tuple[Finding, ...]
    above: Unit
    below: tuple[RosterEntry, ...]


def folded(text: str) -> str:
    """Return a heading or name without what people write differently: width, case, blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
