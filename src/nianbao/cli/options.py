"""The options that several commands take, each said once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from nianbao.cli.commands import Said
from nianbao.cli.wrapping import whole
from nianbao.office.keeping import MEMORY, Keeping, Wanted
from nianbao.office.keeping import keeping as keeping_of
from nianbao.office.material import Material


class Year(click.ParamType[int]):
    """A year as people write it."""

    name = "year"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return it as a number, or refuse it."""
        if isinstance(value, int):
            return value
        bare = unicodedata.normalize("NFKC", value).strip().removesuffix("度").removesuffix("年")
        if not re.fullmatch(r"[0-9]{4}", bare):
            self.fail(f"“{value[:20]}”不是年度，应为四位数，如 2025", param, ctx)
        return int(bare)


_UNITS = "名册（CSV 或 Excel）：代码、名称、类别，可加上级、前身等"
_PREVIOUS = "上年的年报、填报表、汇总.json 或它们的文件夹"
_LOCAL = f"本地的报送截止、要点和口径（默认用名册旁边的“{whole('本地要求.toml')}”）"
_DEADLINE = "本级定的报送截止，如“2026年1月20日”（默认是条例规定的日子）"
_LEDGER = "台账的位置：文件夹、文件或 PostgreSQL 地址（默认在名册旁边）"
OPTIONS: dict[str, dict[str, Any]] = {
    "units": {"metavar": "名册", "type": Path, "help": _UNITS},
    "year": {"metavar": "年度", "type": Year(), "help": "报告年度，如 2025"},
    "previous": {"metavar": "上年", "type": Path, "help": _PREVIOUS},
    "password": {"metavar": "密码", "help": "打开加密文件的密码"},
    "local": {"metavar": "本地要求.toml", "type": Path, "help": _LOCAL},
    "deadline": {"metavar": "日期", "default": "", "help": _DEADLINE},
    "json": {"is_flag": True, "help": "输出 JSON，供程序读取"},
    "force": {"is_flag": True, "help": "已有的文件也覆盖"},
    "ledger": {"metavar": "台账", "envvar": "NIANBAO_LEDGER", "help": _LEDGER},
    "who": {"metavar": "姓名", "envvar": "NIANBAO_WHO", "help": "记在谁名下（默认登录名）"},
}
Decorator = Callable[[Any], Any]


def shared(*names: str, required: tuple[str, ...] = ()) -> Decorator:
    """Add shared options by name."""

    def add(run: Any) -> Any:
        for name in reversed(names):
            run = click.option(f"--{name}", required=name in required, **OPTIONS[name])(run)
        return run

    return add


def out(metavar: str, text: str) -> Decorator:
    """Add ``-o``, where the results go."""
    return click.option("-o", "--out", type=Path, required=True, metavar=metavar, help=text)


def paths(name: str, text: str) -> Decorator:
    """Add one or more files as arguments."""
    return click.argument(name, nargs=-1, type=Path, required=True, metavar="文件...", help=text)


def edition(run: Any) -> Any:
    """Add the edition as an argument; the newest one where none is given."""
    text = "格式版本，如 2021（默认最新的）"
    return click.argument("edition", required=False, metavar="[版本]", help=text)(run)


def ledger(run: Any) -> Any:
    """Add where the ledger is, whether there is one, and who records."""
    text = "不用台账：只看这些文件，什么也不记"
    run = click.option("--no-ledger", "unrecorded", is_flag=True, help=text)(run)
    return shared("ledger", "who")(run)


def office(*more: str) -> Decorator:
    """Add which office is meant: where its ledger and its roster are, and the year."""

    def add(run: Any) -> Any:
        return shared("ledger", "units", "year", *more)(run)

    return add


def wanted(said: Said, near: Path | None = None) -> Wanted:
    """Return which office is meant; ``near`` is a file of it."""
    return Wanted(said.ledger, said.units, said.year, getattr(said, "who", None), near)


def keeping(said: Said, roster: Path | None) -> Keeping:
    """Return where the ledger of the roster's office is; in memory without a roster."""
    if said.unrecorded or roster is None:
        return MEMORY
    return keeping_of(said.ledger, roster.parent, said.who)


def inbox(run: Any) -> Any:
    """Add what came in and by what it is judged; the year is by default that of most files."""
    names = ("units", "local", "year", "previous", "password", "json")
    run = shared(*names, required=("units",))(ledger(run))
    return paths("paths", "收到的填报表、文件夹或 zip，可以多个")(run)


def material(said: Said, password: str | None = None) -> Material:
    """Return where that lies by which submissions are judged."""
    return Material(said.units, said.previous, said.local, password)
