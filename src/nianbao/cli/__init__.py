"""The command ``nianbao``: finds the verb, loads only what that verb needs, sets the exit status.

0 all clean; 1 findings, or units missing; 2 could not run. Errors are sentences, never traces.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from nianbao.cli.overview import overview


VERBS = {
    "template": ("template", "按名册生成填报表，每个单位一个带锁的工作簿"),
    "fill": ("fill", "把一份年报文档（JSON）填进一个新的填报表"),
    "check": ("check", "检查交回来的填报表，逐条指出位置、问题和改法"),
    "merge": ("merge", "汇总：生成汇总表、汇总数据、看板和上报表"),
    "status": ("status", "看谁报了、谁没报、谁要改，离截止还有几天"),
    "remind": ("remind", "催报：给没报的、要改的单位各写一段话"),
    "diff": ("diff", "比较一个单位报来的两版：没有要求改而改了的排在最前"),
    "trace": ("trace", "查一个汇总数从哪里来：哪些单位、哪些文件，上年多少，涉及哪些规则"),
    "decide": ("decide", "作决定：认可说明、不作要求、用哪一份、不用哪一份、是哪个单位的"),
    "seal": ("seal", "封账：一年的汇总定下来，不再改"),
    "verify": ("verify", "用存档重做一份汇总，看和当时的是不是一样"),
    "ledger": ("ledger", "台账：一年里发生的事；核对有没有被改过"),
    "import": ("imports", "把已经公布的年报读成年报文档"),
    "button": ("button", "Excel 里的校验按钮：安装、检查电脑、不用宏校验、给乡镇收集安装文件"),
    "editions": ("editions", "列出格式版本"),
    "rules": ("rules", "列出一个版本的校验规则"),
    "schema": ("schema", "输出一个版本的 JSON Schema"),
    "regenerate": ("regenerate", "重新生成由格式版本推出的文件（维护用）"),
    "demo": ("demo", "用示例数据走一遍全过程"),
}
"""Verb -> (module of ``nianbao.cli``, what it does), in the order of the help."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb and return the exit status."""
    if getattr(sys, "frozen", False):  # PyInstaller: this may be a worker's process
        importlib.import_module("multiprocessing").freeze_support()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a GBK console does not stop at a character
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        if given in ([], ["-h"], ["--help"]):
            sys.stdout.write(overview(VERBS))
            return 0 if given else 2
        from nianbao.cli.program import run  # noqa: PLC0415 - not for --help

        return run(given, VERBS, main)
    except KeyboardInterrupt:
        sys.stderr.write("已中断；已写好的文件都是完整的。\n")
        return 2
    except BrokenPipeError:  # nianbao … | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
