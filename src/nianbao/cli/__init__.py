"""The command ``nianbao``: finds the verb, loads only what that verb needs, sets the exit status.

0 all clean; 1 findings, or units missing; 2 could not run. Errors are sentences, never traces.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from nianbao.version import __version__


if TYPE_CHECKING:
    from types import ModuleType

    from nianbao.context import Context


VERBS = {
    "template": ("template", "按名册生成填报表，每个单位一个带锁的工作簿"),
    "fill": ("fill", "把一份年报文档（JSON）填进一个新的填报表"),
    "check": ("check", "检查交回来的填报表，逐条指出位置、问题和改法"),
    "merge": ("merge", "汇总：生成汇总表、汇总数据、看板和上报表"),
    "status": ("status", "看谁报了、谁没报、谁要改"),
    "import": ("imports", "把已经公布的年报读成年报文档"),
    "button": ("button", "Excel 里的校验按钮：安装、检查电脑、不用宏校验、给乡镇收集安装文件"),
    "editions": ("editions", "列出格式版本"),
    "rules": ("rules", "列出一个版本的校验规则"),
    "schema": ("schema", "输出一个版本的 JSON Schema"),
    "regenerate": ("regenerate", "重新生成由格式版本推出的文件（维护用）"),
    "demo": ("demo", "用示例数据走一遍全过程"),
}
"""Verb -> (module of ``nianbao.cli``, what it does), in the order of the help."""

_WORDS = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示这份说明",
    "the following arguments are required: %s": "缺少参数：%s",
    "unrecognized arguments: %s": "不认识的参数：%s",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有“%(value)s”（可以用：%(choices)s）",
    "invalid %(type)s value: %(value)r": "不能是 %(value)r",
    "not allowed with argument %s": "不能与 %s 一起用",
    "ignored explicit argument %r": "后面不能跟 %r",
    "one of the arguments %s is required": "要给出其中一个：%s",
    "unexpected option string: %s": "不认识的选项：%s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": (
        "没有“%(parser_name)s”（可以用：%(choices)s）"
    ),
    "expected %s argument": "后面要跟 %s 个值",
    "expected %s arguments": "后面要跟 %s 个值",
    "expected at most one argument": "后面最多跟一个值",
    "expected one argument": "后面要跟一个值",
    "expected at least one argument": "后面至少要跟一个值",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确：%(matches)s",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb and return the exit status."""
    if getattr(sys, "frozen", False):  # PyInstaller: this may be a worker's process
        importlib.import_module("multiprocessing").freeze_support()
    given = list(sys.argv[1:] if argv is None else argv)
    _speak_chinese()
    try:
        verb = next((word for word in given if not word.startswith("-")), None)
        args = parser(verb).parse_args(given)
        run: Callable[[argparse.Namespace, Context], int] | None = getattr(args, "run", None)
        if run is None:
            parser(None).print_help()
            return 2
        return _guarded(run, args)
    except KeyboardInterrupt:
        sys.stderr.write("已中断；已写好的文件都是完整的。\n")
        return 2
    except BrokenPipeError:  # nianbao … | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _guarded(run: Callable[[argparse.Namespace, Context], int], args: argparse.Namespace) -> int:
    from nianbao.context import context  # noqa: PLC0415 - not for --help
    from nianbao.errors import NianbaoError  # noqa: PLC0415
    from nianbao.report import one_line  # noqa: PLC0415

    try:
        return run(args, context())
    except NianbaoError as error:
        sys.stderr.write(f"错误：{one_line(str(error))}\n")
        return 2
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk under the temporary files, a drive that went away
        from nianbao.errors import why  # noqa: PLC0415

        sys.stderr.write(f"错误：读写不了 {error.filename or '文件'}：{why(error)}。\n")
        return 2


def parser(verb: str | None) -> argparse.ArgumentParser:
    """Return the parser; only the verb asked for knows its arguments and loads its module."""
    top = _Parser(prog="nianbao", description="政府信息公开工作年度报告：发放填报表、检查、汇总。")
    top.add_argument(
        "--version", action="version", help="显示版本号", version=f"nianbao {__version__}"
    )
    verbs = top.add_subparsers(title="命令", metavar="<命令>", parser_class=_Parser)
    for name, (module, help_text) in VERBS.items():
        one = verbs.add_parser(name, help=help_text, description=help_text)
        if name == verb:
            from nianbao.context import context  # noqa: PLC0415 - not for --help

            _load(module).arguments(one, context())
            one.set_defaults(run=_load(module).run)
    return top


def _load(module: str) -> ModuleType:
    return importlib.import_module(f"nianbao.cli.{module}")


class _Parser(argparse.ArgumentParser):
    """An argument parser whose refusals end with how to see the help."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}：{message}。用 {self.prog} -h 看说明。\n")


def _speak_chinese() -> None:
    """Give argparse its sentences, and keep a GBK console from stopping at a character."""
    argparse._ = lambda text: _WORDS.get(text, text)  # type: ignore[attr-defined]
    argparse.ngettext = lambda one, many, n: _WORDS.get(one if n == 1 else many, many)  # type: ignore[attr-defined]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
