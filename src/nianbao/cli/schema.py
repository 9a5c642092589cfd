"""``nianbao schema``: the JSON Schema of an edition's report document."""

from __future__ import annotations

from nianbao.cli import console, options
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.validate import schema_of


@verb()
@options.edition
def command(said: Said, context: Context) -> int:
    """Print the schema."""
    console.emit(schema_of(context.named(said.edition), context.common))
    return 0
