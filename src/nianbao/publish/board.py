"""看板.html: one page that shows how the collection stands; no script, nothing from elsewhere."""

from __future__ import annotations

import jinja2

from nianbao.form import Edition, Table
from nianbao.merge import Summary
from nianbao.publish.making import warned
from nianbao.shipped import shipped
from nianbao.words import Common


TEMPLATE = "board.html"


def board(summary: Summary, common: Common) -> bytes:
    """Return the page; everything that came from a file is escaped."""
    loader = jinja2.FileSystemLoader(shipped("templates"), encoding="utf-8")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    counts = {key: sum(one.status == key for one in summary.standings) for key in common.statuses}
    page = environment.get_template(TEMPLATE).render(
        summary=summary,
        gaps=summary.gaps(common.gaps),
        warned=warned(summary, common),
        common=common,
        counts={key: count for key, count in counts.items() if count},
        tables=[(table, _rows(summary.edition, table)) for table in summary.edition.tables],
        figure=summary.report.figures.get,
    )
    return page.encode()


def _rows(edition: Edition, table: Table) -> list[tuple[str, dict[str, str]]]:
    """Return the table's rows: the label's path, and column label -> field key."""
    return [
        (
            "".join(table.path(row.label)[-2:]),
            {
                edition.fields[key].column.label.text: key
                for key in table.fields
                if edition.fields[key].row is row
            },
        )
        for row in table.rows
    ]
