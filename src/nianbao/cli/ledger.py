"""``nianbao ledger``: what happened in a year; whether anything was changed afterwards."""

from __future__ import annotations

from typing import Any

from nianbao.cli import console, options, show
from nianbao.cli.commands import Group, Said
from nianbao.context import Context
from nianbao.form import Severity
from nianbao.ledger.codec import body_of
from nianbao.office.documents import of_finding
from nianbao.registry import chronicle, verifying
from nianbao.registry.premises import office


command = Group("ledger", subcommand_metavar="<做什么>")


@command.verb("列出一年里发生的事", "list")
@options.office("json")
def listing(said: Said, context: Context) -> int:
    """List the events of a year."""
    with office(options.wanted(said), context) as own:
        events = own.events
        if said.json:
            console.emit({"year": own.year, "events": [_document(one) for one in events]})
            return 0
        console.say(f"{own.year}年度　台账 {console.whole(own.journal.ledger.name)}", look="bold")
        for one in events:
            told = chronicle.told(one, own)
            console.say(f"{one.number:>4}　{one.at:%m-%d %H:%M}　{one.who}　{told}")
    return 0


def _document(one: Any) -> dict[str, Any]:
    import json  # noqa: PLC0415 - only here

    return {
        "number": one.number,
        "at": one.at.isoformat(),
        "who": one.who,
        "kind": type(one.what).__name__.lower(),
        "what": json.loads(body_of(one.what)),
        "hash": one.hash,
    }


@command.verb("核对台账和存档有没有被改过")
@options.office("json")
def verify(said: Said, context: Context) -> int:
    """Name the first place that was changed; 0 when nothing was."""
    with office(options.wanted(said), context) as own:
        found, years = verifying.whole(own), own.journal.ledger.years()
        torn = verifying.unread(found, context.catalogue)
        count = 0 if torn else sum(len(own.journal.events(year)) for year in years)
    broken = any(one.severity is not Severity.NOTE for one in found)
    if said.json:
        console.emit({"whole": not broken, "findings": [of_finding(one) for one in found]})
        return int(broken)
    show.findings(found, context.common)
    if not broken:
        console.say(f"台账 {count} 条，条条相连；存档里的文件和收到时一样。")
    return int(broken)
