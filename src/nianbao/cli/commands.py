"""Click's commands as ours are: help in columns that fit 中文, refusals in Chinese."""

from __future__ import annotations

import functools
import gettext
import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

from nianbao.cli.chinese import chinese
from nianbao.cli.overview import WIDEST, beside, columns, overview, width


if TYPE_CHECKING:
    from nianbao.context import Context


class _Formatter(click.HelpFormatter):
    """Help whose columns are counted as a console counts them: 中文 takes two."""

    def __init__(self, **_: Any) -> None:
        super().__init__(width=width())

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        self.write(beside(f"{prefix or gettext.gettext('Usage:')}{prog} ", args, self.width))

    def write_heading(self, heading: str) -> None:
        self.write(f"{heading}：\n")

    def write_text(self, text: str) -> None:
        self.write(beside(" " * self.current_indent, text, self.width))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = WIDEST, col_spacing: int = 2
    ) -> None:
        del col_max, col_spacing
        self.write(columns(list(rows), self.width))


class _Context(click.Context):
    formatter_class = _Formatter


class _Chinese(click.Command):
    """A command that parses, refuses and explains itself in Chinese."""

    context_class = _Context

    def __init__(self, name: str | None, **settings: Any) -> None:
        own = {"help_option_names": ["-h", "--help"]}
        super().__init__(name, context_settings=own, **{"options_metavar": "[选项]", **settings})

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        with chinese():
            return super().make_context(*given, **more)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Tell of every refusal of which command it is."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Name the options that are required before the others."""
        due = [one for one in self.params if isinstance(one, click.Option) and one.required]
        named = [f"{one.opts[0]} {one.make_metavar(ctx)}" for one in due]
        return [*named, *super().collect_usage_pieces(ctx)]


class Group(_Chinese, click.Group):
    """Commands under one name."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Say in Chinese that there is no such command, and which may be meant."""
        with chinese():
            try:
                return super().resolve_command(ctx, args)
            except click.exceptions.NoSuchCommand as error:
                known = self.list_commands(ctx)
                raise click.exceptions.NoSuchCommand(
                    error.command_name, possibilities=known, ctx=ctx
                ) from None

    def verb(self, text: str, name: str = "") -> Callable[[Run], Run]:
        """Add a command of a function; see ``verb``."""

        def added(run: Run) -> Run:
            self.add_command(verb(text)(run), name or run.__name__)
            return run

        return added

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they were added."""
        return list(self.commands)


class Verbs(Group):
    """The verbs: each stands in a module of its own, which is loaded when it is asked for."""

    def __init__(self, name: str, verbs: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(name, **settings)
        self.verbs = verbs

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the help."""
        return list(self.verbs)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a verb."""
        if cmd_name not in self.verbs:
            return None
        module, text = self.verbs[cmd_name]
        found: click.Command = importlib.import_module(f"nianbao.cli.{module}").command
        found.name, found.help = cmd_name, text
        return found

    def get_help(self, _ctx: click.Context) -> str:
        """Return the list of the verbs, without loading them."""
        return overview(self.verbs).rstrip()


# --- verbs as functions -----------------------------------------------------------------------


class Session:
    """One call of the program: how it is called again, and how its context is loaded."""

    def __init__(self, run: Callable[[Sequence[str]], int], load: Callable[[], Context]) -> None:
        self.run, self.load = run, load

    @functools.cached_property
    def context(self) -> Context:
        """The editions and what they share, loaded by who needs them."""
        return self.load()


def session() -> Session:
    """Return the call that is under way."""
    found = click.get_current_context().find_object(Session)
    if found is None:
        raise RuntimeError("no call of the program is under way")
    return found


class Said(SimpleNamespace):
    """What was said on the command line, by the names of options and arguments."""


Run = Callable[[Said, "Context"], int]


def verb(text: str = "") -> Callable[[Run], click.Command]:
    """Make a command of a function that is given what was said, and returns the exit status."""

    def made(run: Run) -> click.Command:
        @functools.wraps(run)
        def called(**said: Any) -> int:
            return run(Said(**said), session().context)

        return click.command(cls=_Chinese, help=text)(called)

    return made
