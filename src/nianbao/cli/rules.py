"""``nianbao rules``: an edition's check rules and instructions, and what all editions share."""

from __future__ import annotations

import argparse

from nianbao.cli import console, options
from nianbao.context import Context
from nianbao.office import rulebook


_LINES = (("expression", "式子"), ("basis", "依据"), ("remedy", "改法"))


def arguments(parser: argparse.ArgumentParser, _context: Context) -> None:
    """Say what the command takes."""
    options.edition(parser)
    options.add(parser, "json")


def run(args: argparse.Namespace, context: Context) -> int:
    """Print the rules, then the instructions."""
    edition = context.named(args.edition)
    rules = rulebook.entries(edition, context.common)
    said = rulebook.instructions(edition, context.common)
    if args.json:
        console.emit({"rules": rules, "guidance": said})
        return 0
    for one in rules:
        console.say(f"{one['rule']}　{one['severity']}　{one['text']}")
        for key, title in _LINES:
            if one[key]:
                kind = f"（{one['kind']}）" if key == "basis" else ""
                console.say(f"{title}：{one[key]}{kind}", 4)
    console.say()
    for one in said:
        console.say(f"{one['of']}：{one['text']}")
        console.say(f"依据：{one['source']}（{one['kind']}）", 4)
    return 0
