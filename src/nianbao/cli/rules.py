"""``nianbao rules``: an edition's check rules and instructions, and what all editions share."""

from __future__ import annotations

from nianbao.cli import console, options
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.office import rulebook


_LINES = (("expression", "式子"), ("basis", "依据"), ("remedy", "改法"))


@verb()
@options.edition
@options.shared("json")
def command(said: Said, context: Context) -> int:
    """Print the rules, then the instructions."""
    edition = context.named(said.edition)
    rules = rulebook.entries(edition, context.common)
    sentences = rulebook.instructions(edition, context.common)
    if said.json:
        console.emit({"rules": rules, "guidance": sentences})
        return 0
    for one in rules:
        console.say(f"{one['rule']}　{one['severity']}　{one['text']}")
        for key, title in _LINES:
            if one[key]:
                kind = f"（{one['kind']}）" if key == "basis" else ""
                console.say(f"{title}：{one[key]}{kind}", 4)
    console.say()
    for one in sentences:
        console.say(f"{one['of']}：{one['text']}")
        console.say(f"依据：{one['source']}（{one['kind']}）", 4)
    return 0
