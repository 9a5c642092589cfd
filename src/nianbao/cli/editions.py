"""``nianbao editions``: which editions of the form there are, and for which years."""

from __future__ import annotations

from nianbao.cli import console, options
from nianbao.cli.commands import Said, verb
from nianbao.context import Context


@verb()
@options.shared("json")
def command(said: Said, context: Context) -> int:
    """Print the editions, oldest first."""
    found = context.editions.values()
    if said.json:
        console.emit(
            [
                {
                    "edition": one.id,
                    "title": one.title,
                    "citation": one.citation,
                    "years": [one.first_year, one.last_year],
                    "figures": len(one.fields),
                    "rules": len(one.rules),
                    "digest": one.digest,
                }
                for one in found
            ]
        )
        return 0
    for one in found:
        years = f"{one.first_year}—{one.last_year or '至今'} 年度"
        console.say(f"{one.id}　{years}　{len(one.fields)} 个数字，{len(one.rules)} 条规则")
        console.say(f"{one.title}，{one.citation}", 4)
    return 0
