"""``nianbao schema``: the JSON Schema of an edition's report document."""

from __future__ import annotations

import argparse

from nianbao.cli import console, options
from nianbao.cli.rules import chosen
from nianbao.context import context
from nianbao.validate import schema_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    options.edition(parser)


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    console.emit(schema_of(chosen(args.edition), context().common))
    return 0
