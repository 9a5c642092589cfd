"""The options that several commands take, each said once."""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nianbao.office.against import Material


def year(text: str) -> int:
    """Return a year as people write it.

    Raises:
        argparse.ArgumentTypeError: it is none.

    """
    bare = unicodedata.normalize("NFKC", text).strip().removesuffix("度").removesuffix("年")
    if not re.fullmatch(r"[0-9]{4}", bare):
        raise argparse.ArgumentTypeError(f"“{text[:20]}”不是年度，应为四位数，如 2025")
    return int(bare)


_PREVIOUS = "上年的年报、填报表、汇总.json 或它们的文件夹"
_LOCAL = "本地的报送截止、要点和口径（默认用名册旁边的“本地要求.toml”）"
OPTIONS: dict[str, dict[str, Any]] = {
    "units": {
        "metavar": "名册",
        "help": "名册 units.csv：代码、名称、类别，可加上级、代表本级政府",
    },
    "year": {"metavar": "年度", "type": year, "help": "报告年度，如 2025"},
    "previous": {"metavar": "上年", "help": _PREVIOUS},
    "password": {"metavar": "密码", "help": "打开加密文件的密码"},
    "local": {"metavar": "本地要求.toml", "help": _LOCAL},
    "json": {"action": "store_true", "help": "输出 JSON，供程序读取"},
    "force": {"action": "store_true", "help": "已有的文件也覆盖"},
}


def add(parser: argparse.ArgumentParser, *names: str, required: tuple[str, ...] = ()) -> None:
    """Add shared options by name."""
    for name in names:
        needed = {"required": True} if name in required else {}
        parser.add_argument(f"--{name}", **{**OPTIONS[name], **needed})


def path(args: argparse.Namespace, name: str) -> Path | None:
    """Return the path that an option names."""
    said = getattr(args, name, None)
    return Path(said) if said else None


def paths(said: Iterable[str]) -> tuple[Path, ...]:
    """Return the paths that arguments name."""
    return tuple(map(Path, said))


def material(args: argparse.Namespace, password: str | None = None) -> Material:
    """Return where that lies by which submissions are judged."""
    roster, previous, local = (path(args, name) for name in ("units", "previous", "local"))
    return Material(roster, previous, local, password)


def out(parser: argparse.ArgumentParser, metavar: str, text: str) -> None:
    """Add ``-o``, where the results go."""
    parser.add_argument("-o", "--out", required=True, metavar=metavar, help=text)


def edition(parser: argparse.ArgumentParser) -> None:
    """Add the edition as an argument; the newest one where none is given."""
    text = "格式版本，如 2021（默认最新的）"
    parser.add_argument("edition", nargs="?", metavar="版本", help=text)


def inbox(parser: argparse.ArgumentParser) -> None:
    """Add what came in and by what it is judged; the year is by default that of most files."""
    text = "收到的填报表、文件夹或 zip，可以多个"
    parser.add_argument("paths", nargs="+", metavar="文件", help=text)
    shared = ("units", "local", "year", "previous", "password", "json")
    add(parser, *shared, required=("units",))
