"""``nianbao rules``: the check rules of an edition, and those all editions share."""

from __future__ import annotations

import argparse
import re

from nianbao.catalog import common, editions
from nianbao.commands import console, options
from nianbao.errors import NianbaoError
from nianbao.form import Edition


_FILLED_IN = re.compile(r"\{\w+\}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    options.edition(parser)
    options.add(parser, "json")


def chosen(name: str | None) -> Edition:
    """Return the edition named, by default the newest.

    Raises:
        NianbaoError: there is none of that name.

    """
    known = editions()
    edition = known.get(name or list(known)[-1])
    if edition is None:
        raise NianbaoError(f"没有格式版本“{name}”，可以用：{'、'.join(known)}。")
    return edition


def entries(edition: Edition) -> list[dict[str, str]]:
    """Return every rule: those of the edition, then those all editions share, each once."""
    severities = common().severities
    found = [
        {
            "rule": rule.id,
            "severity": severities[rule.severity.value],
            "text": rule.text,
            "expression": rule.expression,
            "basis": rule.basis,
            "remedy": rule.remedy,
        }
        for rule in edition.rules
    ]
    shared = {word.rule: word for word in reversed(list(common().catalogue.values()))}
    return found + [
        {
            "rule": word.rule,
            "severity": severities[word.severity.value],
            "text": _FILLED_IN.sub("…", word.text),
            "expression": "",
            "basis": word.basis,
            "remedy": _FILLED_IN.sub("…", word.remedy),
        }
        for word in reversed(list(shared.values()))
    ]


def run(args: argparse.Namespace) -> int:
    """Print the rules."""
    found = entries(chosen(args.edition))
    if args.json:
        console.emit(found)
        return 0
    for one in found:
        console.say(f"{one['rule']}　{one['severity']}　{one['text']}")
        for key, title in (("expression", "式子"), ("basis", "依据"), ("remedy", "改法")):
            if one[key]:
                console.say(f"{title}：{one[key]}", 4)
    return 0
