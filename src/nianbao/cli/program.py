"""The command as click runs it: refusals as sentences, results as exit statuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from nianbao.cli.chinese import chinese
from nianbao.cli.commands import Session, Verbs
from nianbao.cli.overview import TEXT, VERSION
from nianbao.version import __version__


if TYPE_CHECKING:
    from nianbao.context import Context


def run(
    given: Sequence[str],
    verbs: Mapping[str, tuple[str, str]],
    again: Callable[[Sequence[str]], int],
) -> int:
    """Run a verb and return the exit status; ``again`` runs the program once more."""
    try:
        call = Session(again, _context)
        with program(verbs).make_context("nianbao", list(given), obj=call) as ctx:
            return _guarded(ctx)
    except click.exceptions.Exit as done:  # the help, the version
        return done.exit_code
    except click.UsageError as error:
        return _refused(error)


def _guarded(ctx: click.Context) -> int:
    from nianbao.errors import NianbaoError  # noqa: PLC0415 - not for --help

    try:
        return _invoked(ctx)
    except NianbaoError as error:
        from nianbao.report import one_line  # noqa: PLC0415

        click.echo(f"错误：{one_line(str(error))}", err=True)
        return 2


def _invoked(ctx: click.Context) -> int:
    try:
        return int(ctx.command.invoke(ctx))
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk under the temporary files, a drive that went away
        common = _context().common
        path = error.filename or common.fault("arrived-file")
        raise common.refuse("io", path=path, why=common.why(error)) from None


def _refused(error: click.UsageError) -> int:
    """Say what cannot be understood, and how to see the help; without words, show the help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.message)
        return 2
    path = error.ctx.command_path if error.ctx else "nianbao"
    with chinese():
        said = _QUOTED.sub(r"“\1”", error.format_message().strip().rstrip(".。"))
    click.echo(f"{path}：{said}。用 {path} -h 看说明。", err=True)  # where there is a console
    return 2


_QUOTED = re.compile("'([^']*)'")
"""How click quotes the names of options and arguments."""


def _context() -> Context:
    from nianbao.context import context  # noqa: PLC0415 - not for --help

    return context()


def program(verbs: Mapping[str, tuple[str, str]]) -> Verbs:
    """Return the command; only the verb asked for loads its module."""
    top = Verbs("nianbao", verbs, help=TEXT, subcommand_metavar="<命令> ...")
    told = {"prog_name": "nianbao", "message": "%(prog)s %(version)s", "help": VERSION[1]}
    return click.version_option(__version__, **told)(top)
