"""What a person who looks at the tables sees besides their cells: judged, never counted."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.errors import Catalogue, Finding
from nianbao.layout import Layout
from nianbao.xlsx.locate import Located
from nianbao.xlsx.over import Over
from nianbao.xlsx.package import Package
from nianbao.xlsx.pasted import Pasted
from nianbao.xlsx.twice import Twice


def seen(
    package: Package, layout: Layout, catalogue: Catalogue, located: Located
) -> Iterator[Finding]:
    """Yield C15 to C17 and C20: second tables, what covers one, notes, rules that are gone."""
    for look in (Twice, Over, Pasted):
        yield from look(package, layout, catalogue, located).findings()
