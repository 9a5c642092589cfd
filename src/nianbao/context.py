"""What a run works with: the editions and what they share, one value that is passed.

Only who begins something calls ``context``: the command line, the button, the process of a worker,
and the library for a caller who gives none. All others are given the value.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from nianbao.catalog import load_common, load_editions
from nianbao.errors import Catalogue
from nianbao.form import Edition
from nianbao.words import Common


__all__ = ["Context", "context"]


@dataclass(frozen=True, eq=False)
class Context:
    """The editions by id, oldest first, and what all of them share; equal only to itself."""

    editions: Mapping[str, Edition]
    common: Common

    @property
    def catalogue(self) -> Catalogue:
        """The findings and their words."""
        return self.common.catalogue

    def edition_for(self, year: int) -> Edition:
        """Return the edition in which reports of that year are due.

        Raises:
            NianbaoError: no edition covers the year.

        """
        for edition in self.editions.values():
            if edition.covers(year):
                return edition
        raise self.common.refuse("edition-none", year=year)

    def named(self, name: str | None) -> Edition:
        """Return the edition of that id, the newest where none is given.

        Raises:
            NianbaoError: there is none of that id.

        """
        edition = self.editions.get(name or list(self.editions)[-1])
        if edition is None:
            raise self.common.refuse("edition-unknown", name=name, known="、".join(self.editions))
        return edition


@functools.cache
def context() -> Context:
    """Load the editions that ship with us.

    Raises:
        NianbaoError: an edition file is wrong.

    """
    common = load_common()
    return Context(load_editions(common), common)
