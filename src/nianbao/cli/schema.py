"""``nianbao schema``: the JSON Schema of an edition's report document."""

from __future__ import annotations

import argparse

from nianbao.cli import console, options
from nianbao.context import Context
from nianbao.validate import schema_of


def arguments(parser: argparse.ArgumentParser, _context: Context) -> None:
    """Say what the command takes."""
    options.edition(parser)


def run(args: argparse.Namespace, context: Context) -> int:
    """Print the schema."""
    console.emit(schema_of(context.named(args.edition), context.common))
    return 0
