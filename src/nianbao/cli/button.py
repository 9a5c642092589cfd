"""``nianbao button``: press without a macro, set up a computer, collect the kit of a county."""

from __future__ import annotations

import argparse
from pathlib import Path

from nianbao import button
from nianbao.button import kit, machine
from nianbao.button.project import HOME
from nianbao.cli import console, options
from nianbao.context import Context
from nianbao.form import Severity


PRESSES = {one.word: key for key, one in button.ACTIONS.items()}
"""What can be pressed, as the user says it."""


def arguments(parser: argparse.ArgumentParser, _context: Context) -> None:
    """Say what the command takes."""
    jobs = parser.add_subparsers(title="做什么", metavar="<做什么>", required=True, dest="job")
    text = "对正在 Excel 里打开的填报表做一次校验，不用宏"
    press = jobs.add_parser("attach", help=text, description=text)
    text = f"按哪个按钮：{'、'.join(PRESSES)}（默认校验）"
    press.add_argument(
        "press", nargs="?", choices=PRESSES, default="校验", metavar="按钮", help=text
    )
    for job, text in (
        ("install", f"在桌面上放“{machine.SHORTCUT}”，并看还缺什么"),
        ("status", "看这台电脑还缺什么"),
        ("remove", f"去掉桌面上的“{machine.SHORTCUT}”"),
    ):
        jobs.add_parser(job, help=text, description=text)
    text = "下发填报表的一方用：收集填报单位电脑要装的全部文件，它们不用联网"
    _kit_arguments(jobs.add_parser("kit", help=text, description=text))


def _kit_arguments(parser: argparse.ArgumentParser) -> None:
    options.out(parser, "文件夹", "收集到哪个文件夹（里面会有一个 Nianbao 文件夹）")
    text = "从 python.org 下载的 python-3.x.x-embed-amd64.zip：收进去，乡镇不用先装 Python"
    parser.add_argument("--python", metavar="ZIP", type=Path, help=text)
    text = "在 Windows 上冻结好的 nianbao-check 文件夹：收进去，乡镇完全不用 Python"
    parser.add_argument("--program", metavar="文件夹", type=Path, help=text)
    options.add(parser, "force")


def run(args: argparse.Namespace, context: Context) -> int:
    """Do the job; 1 where something is missing or wrong, 2 where it could not be done."""
    match args.job:
        case "attach":
            return button.attached(PRESSES[args.press])
        case "kit":
            return _kit(args, context)
    here = machine.system(context.catalogue)
    match args.job:
        case "install":
            console.say(f"已放好 {console.whole(machine.install(here))}。")
        case "remove":
            return _remove(here)
    return _status(here, context)


def _kit(args: argparse.Namespace, context: Context) -> int:
    wanted = kit.Kit(Path(args.out), args.python, args.program)
    kit.collect(wanted, context.catalogue, force=args.force)
    where = f"{console.whole(wanted.path)}（{wanted.size / 1e6:.0f} MB）"
    console.say(f"已收集到 {where}。整个文件夹发给乡镇，双击其中的“安装”。")
    if wanted.needs_python:
        console.say(f"乡镇电脑上要先有 Python {kit.PYTHON}；没有的，用 --python 把它也收进去。")
    return 0


def _remove(here: machine.System) -> int:
    gone = machine.remove(here)
    console.say(f"已去掉 {console.whole(gone)}。" if gone else "桌面上没有要去掉的。")
    console.say(f"程序在 {console.whole(HOME)}，可以关闭 Excel 后双击 Nianbao 文件夹中的“卸载”。")
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
