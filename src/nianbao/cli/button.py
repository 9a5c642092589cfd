"""``nianbao button``: press without a macro, set up a computer, collect the kit of a county."""

from __future__ import annotations

import argparse

from nianbao import button
from nianbao.button.vba import HOME
from nianbao.cli import console, kit, machine
from nianbao.context import Context
from nianbao.form import Severity


PRESSES = dict(zip(("校验", "下一处", "填零", "导出"), button.VERBS, strict=True))
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
    kit.arguments(jobs.add_parser("kit", help=text, description=text))


def run(args: argparse.Namespace, context: Context) -> int:
    """Do the job; 1 where something is missing or wrong, 2 where it could not be done."""
    match args.job:
        case "attach":
            return button.attached(PRESSES[args.press])
        case "kit":
            return kit.run(args)
    here = machine.system()
    match args.job:
        case "install":
            console.say(f"已放好 {console.whole(machine.install(here))}。")
        case "remove":
            return _remove(here)
    return _status(here, context)


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
    faults = list(machine.missing(found))
    for fault in faults:
        label = context.common.severities[fault.severity.value]
        console.say(f"{label}　{fault.message}。", 2, fault.severity.value)
        console.say(f"改法：{fault.remedy}", 4)
    if any(fault.severity is not Severity.NOTE for fault in faults):
        return 1
    console.say("这台电脑可以用了。")
    return 0
