"""What a person who looks at the tables sees besides their cells: judged, never counted."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.errors import Catalogue, Finding
from nianbao.layout import Layout
from nianbao.opening.package import Package
from nianbao.reading.locate import Located
from nianbao.reading.over import Over
from nianbao.reading.pasted import Pasted
from nianbao.reading.twice import Twice


def seen(
    package: Package, layout: Layout, catalogue: Catalogue, located: Located
) -> Iterator[Finding]:
    """Yield C15 to C17 and C20: second tables, what covers one, notes, rules that are gone."""
    for look in (Twice, Over, Pasted):
        yield from look(package, layout, catalogue, located).findings()
