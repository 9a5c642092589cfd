"""``nianbao button``: press without a macro, set up a computer, collect the kit of a county."""

from __future__ import annotations

from pathlib import Path

import click

from nianbao import button
from nianbao.button import kit as kits
from nianbao.button import machine
from nianbao.button.project import HOME
from nianbao.cli import console, options
from nianbao.cli.commands import Group, Said
from nianbao.context import Context
from nianbao.form import Severity


PRESSES = {one.word: key for key, one in button.ACTIONS.items()}
"""What can be pressed, as the user says it."""


command = Group("button", subcommand_metavar="<做什么>")


@command.verb("对正在 Excel 里打开的填报表做一次校验，不用宏")
@click.argument(
    "press",
    type=click.Choice(list(PRESSES)),
    default="校验",
    metavar="[按钮]",
    help=f"按哪个按钮：{'、'.join(PRESSES)}（默认校验）",
)
def attach(said: Said, _context: Context) -> int:
    """Press on the open workbook; 1 where something is wrong, 2 where it could not be done."""
    return button.attached(PRESSES[said.press])


@command.verb(f"在桌面上放“{machine.SHORTCUT}”，并看还缺什么")
def install(_said: Said, context: Context) -> int:
    """Put the shortcut there; 1 where something else is missing."""
    here = machine.system(context.catalogue)
    console.say(f"已放好 {console.whole(machine.install(here))}。")
    return _status(here, context)


@command.verb("看这台电脑还缺什么")
def status(_said: Said, context: Context) -> int:
    """Say what is there; 1 where something is missing."""
    return _status(machine.system(context.catalogue), context)


@command.verb(f"去掉桌面上的“{machine.SHORTCUT}”")
def remove(_said: Said, context: Context) -> int:
    """Take the shortcut away."""
    gone = machine.remove(machine.system(context.catalogue))
    console.say(f"已去掉 {console.whole(gone)}。" if gone else "桌面上没有要去掉的。")
    console.say(f"程序在 {console.whole(HOME)}，可以关闭 Excel 后双击 Nianbao 文件夹中的“卸载”。")
    return 0


_PYTHON = "从 python.org 下载的 python-3.x.x-embed-amd64.zip：收进去，乡镇不用先装 Python"
_PROGRAM = "在 Windows 上冻结好的 nianbao-check 文件夹：收进去，乡镇完全不用 Python"


@command.verb("下发填报表的一方用：收集填报单位电脑要装的全部文件，它们不用联网")
@options.out("文件夹", "收集到哪个文件夹（里面会有一个 Nianbao 文件夹）")
@click.option("--python", type=Path, metavar="ZIP", help=_PYTHON)
@click.option("--program", type=Path, metavar="文件夹", help=_PROGRAM)
@options.shared("force")
def kit(said: Said, context: Context) -> int:
    """Collect the folder; 0 when it is there."""
    wanted = kits.Kit(said.out, said.python, said.program)
    kits.collect(wanted, context.common, force=said.force)
    where = f"{console.whole(wanted.path)}（{wanted.size / 1e6:.0f} MB）"
    console.say(f"已收集到 {where}。整个文件夹发给乡镇，双击其中的“安装”。")
    if wanted.needs_python:
        console.say(f"乡镇电脑上要先有 Python {kits.PYTHON}；没有的，用 --python 把它也收进去。")
    return 0


def _status(here: machine.System, context: Context) -> int:
    found = machine.look(here)
    for what, there in (
        ("Microsoft Excel", found.excel),
        ("按钮要用的程序", found.program),
        ("桌面快捷方式", found.shortcut),
        ("受信任位置", "；".join(found.trusted)),
    ):
        console.say(f"{what}：{there or '没有'}")
    faults = list(machine.missing(found, context.catalogue))
    for fault in faults:
        label = context.common.severities[fault.severity.value]
        console.say(f"{label}　{fault.message}。", 2, fault.severity.value)
        console.say(f"改法：{fault.remedy}", 4)
    if any(fault.severity is not Severity.NOTE for fault in faults):
        return 1
    console.say("这台电脑可以用了。")
    return 0
