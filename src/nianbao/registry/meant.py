"""What somebody means: which unit, which figure, which two versions of a report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nianbao.check import listed
from nianbao.form import Edition
from nianbao.history import History
from nianbao.names import same_name
from nianbao.report import Unit
from nianbao.roster.entries import folded
from nianbao.versions import Version, described
from nianbao.words import Common


def unit_meant(
    said: str, units: Mapping[str, Unit], told: Mapping[str, History], common: Common
) -> str:
    """Return the code of a unit, of the roster or the ledger, by code, name or a part of it.

    Raises:
        NianbaoError: there is none, or several.

    """
    names = {code: code for code in told if code}
    names |= {code: unit.name for code, unit in units.items()}
    bare = folded(said)
    for code in names:
        if folded(code) == bare:
            return code
    exact = [code for code, name in names.items() if same_name(name, said)]
    found = exact or [code for code, name in names.items() if bare and bare in folded(name)]
    if len(found) == 1:
        return found[0]
    known = _listed(f"{names[code]}（{code}）" for code in found or names)
    if found:
        raise common.refuse("unit-ambiguous", name=said, known=known)
    where = common.fault("units-roster" if units else "units-ledger")
    raise common.refuse("unit-unknown", name=said, where=where, known=known)


def figures_meant(said: str, edition: Edition) -> tuple[str, ...]:
    """Return the figures that somebody may mean: by key or printed name, whole or in words.

    Width, case and blanks are of no account. All the words must stand in the name; where they do
    in none, its letters must, in order.
    """
    keys, bare = edition.figures, folded(said)
    if not bare:
        return ()
    names = {key: folded(edition.name(key)) for key in keys}
    words = [word for one in said.replace("·", " ").split() if (word := folded(one))]
    for fits in (
        lambda key: bare in {folded(key), names[key]},
        lambda key: all(word in names[key] for word in words),
        lambda key: _letters_in(bare, names[key]),
        lambda key: bare in folded(key),
    ):
        if found := tuple(filter(fits, keys)):
            return found
    return ()


def _letters_in(text: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in text)


LEAST = 6
"""Digits of a fingerprint that name a version at least."""


@dataclass(frozen=True)
class Pairing:
    """The choice of two versions of a history."""

    history: History
    name: str
    year: int
    common: Common

    def of(self, said_older: str | None, said_newer: str | None) -> tuple[Version, Version]:
        """Return the older and the newer one."""
        versions = self.history.versions
        if len(versions) == 1:
            known = described(versions[0])
            raise self.common.refuse("diff-single", name=self.name, year=self.year, known=known)
        older = self._named(said_older) if said_older else None
        newer = self._named(said_newer) if said_newer else self._newest(older)
        if older is None:
            older = self._before(newer)
        if older.sha256 == newer.sha256:
            raise self.common.refuse("diff-same", known=described(newer))
        return older, newer

    def _newest(self, older: Version | None) -> Version:
        """Return the version that counts or may; where it is the first, the one after it."""
        versions = self.history.versions
        rivals = [one for one in versions if one in self.history.rivals]
        found = self.history.counted or (rivals or versions)[-1]
        first = older is None and found is versions[0]
        return versions[1] if first else found

    def _before(self, newer: Version) -> Version:
        at = self.history.versions.index(newer)
        if not at:
            raise self.common.refuse("diff-first", known=described(newer))
        return self.history.versions[at - 1]

    def _named(self, said: str) -> Version:
        bare = unicodedata.normalize("NFKC", said).strip().casefold()
        versions = self.history.versions
        told = {"said": said[:70], "name": self.name}
        if not re.fullmatch(rf"[0-9a-f]{{{LEAST},64}}", bare):
            known = _listed(map(described, versions))
            raise self.common.refuse("diff-fingerprint", **told, least=LEAST, known=known)
        found = [one for one in versions if one.sha256.startswith(bare)]
        if len(found) > 1:
            known = _listed(f"{one.file}（{one.sha256}）" for one in found)
            raise self.common.refuse("diff-ambiguous", said=said, known=known)
        if not found:
            known = _listed(map(described, versions))
            raise self.common.refuse("diff-unknown", **told, year=self.year, known=known)
        return found[0]


def _listed(names: Iterable[str]) -> str:
    return listed(list(names), 10)
