"""``nianbao trace``: the units and files behind a figure of the summary, last year's beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.events import Received
from nianbao.expr import plain
from nianbao.form import Edition, Severity
from nianbao.office.against import load
from nianbao.office.material import Material
from nianbao.office.past_years import remembering
from nianbao.registry.meant import figures_meant
from nianbao.registry.premises import office
from nianbao.registry.summed import summed
from nianbao.registry.trace import Number, Share, Trace, trace
from nianbao.registry.trace_document import of_trace
from nianbao.versions import SHORT
from nianbao.words import Common


_FIELD = "表里印着的项目名称，写几个词就行，用空格分开；或它的代号"
_MOST = 10
"""Figures that are listed where it is not clear which is meant."""


@verb()
@click.argument("field", nargs=-1, required=True, metavar="项目...", help=_FIELD)
@options.office("previous", "password", "json")
def command(said: Said, context: Context) -> int:
    """Print where a figure comes from; 0, 1 when the units do not give it, 2 if unclear which."""
    text = " ".join(said.field)
    with office(options.wanted(said), context) as own:
        made = summed(own)
        edition = context.named(made.edition)
        keys = figures_meant(text, edition)
        if len(keys) != 1:
            return _unclear(text, keys, edition, context.common)
        material = Material(own.path, said.previous, None, said.password)
        previous = remembering(load(material, context), own.journal, own.year).previous
        found = trace(keys[0], made, previous, own)
        show.noted(own.journal)
    for note in previous.notes:
        console.warn(note)
    if said.json:
        console.emit(of_trace(found))
    else:
        _show(found, context)
    return 1 if found.findings else 0


def _unclear(text: str, keys: Sequence[str], edition: Edition, common: Common) -> int:
    """Say that nobody knows which figure is meant, and which may be."""
    if not keys:
        key = next(iter(edition.figures))
        raise common.refuse("trace-unknown", said=text, name=edition.name(key), key=key)
    console.warn(f"“{text}”可以指 {len(keys)} 项，请多写几个字，或写它的代号：")
    for key in keys[:_MOST]:
        console.warn(f"  {key}　{edition.name(key)}")
    if len(keys) > _MOST:
        console.warn(f"  ……还有 {len(keys) - _MOST} 项")
    return 2


def _show(found: Trace, context: Context) -> None:
    common = context.common
    _heading(found, common)
    for finding in found.findings:
        console.say(f"{finding.message}。{finding.remedy}", look="error")
    if found.parts:
        console.say()
        console.say(f"这是总计，由下面 {len(found.parts)} 项算出：", look="bold")
        rows = [(_number(one.value), _number(one.last), one.name) for one in found.parts]
        console.table(("本年", "上年", "项目"), rows)
    console.say()
    console.say(f"计入的 {len(found.shares)} 个单位，数大的在前：", look="bold")
    if found.shares:
        console.table(_HEADS, (_row(one, common) for one in found.shares))
    _remarks(found.shares, common)
    _left_out(found, common)
    _rules(found, common)


def _heading(found: Trace, common: Common) -> None:
    made, merged = found.made.event, found.made.merged
    last = f"（上年 {_number(found.last)}）" if found.last is not None else ""
    value = f"{_number(found.value)} {found.counts_in}".strip()
    console.say(f"{found.above.name} {made.year}年度　{found.name}：{value}{last}", look="bold")
    state = "暂定数" if found.made.report.provisional else "已收齐"
    who = f"，{made.who}" if made.who else ""
    console.say(
        f"代号 {found.key}。{made.at:%Y-%m-%d %H:%M} 汇总{who}，编号 {merged.id[:SHORT]}，{state}。"
    )
    if found.before is not None and found.before.provisional:
        console.say("上年的合计是暂定数。")
    if found.since:
        came = sum(isinstance(one.what, Received) for one in found.since)
        decided = len(found.since) - came
        console.warn(f"{common.fault('trace-since', came=came, decided=decided)}。")
    if found.stale:
        console.warn(f"{common.fault('trace-edition')}。")


_HEADS = ("单位", "本年", "上年", "文件", "指纹", "状态")


def _row(one: Share, common: Common) -> tuple[str, ...]:
    value, last = _number(one.value), _number(one.last)
    status = common.statuses[one.status]
    return one.unit.name, value, last, one.file, one.sha256[:SHORT], status


def _number(value: Number) -> str:
    return "—" if value is None else plain(value)


def _remarks(shares: Iterable[Share], common: Common) -> None:
    """Print what is found on the figure in the units' reports."""
    for one in shares:
        for finding in one.findings:
            said = f"（单位说明：{finding['reason']}）" if finding["explained"] else ""
            if decision := finding.get("decision"):
                said = f"（第 {decision['number']} 条决定不作要求）"
            label = common.severities[finding["severity"]]
            console.say(
                f"{one.unit.name}：{label} {finding['rule']}　{finding['message']}{said}。", 2
            )


def _left_out(found: Trace, common: Common) -> None:
    if found.left_out:
        console.say()
        console.say(f"没有计入的 {len(found.left_out)} 个单位：", look="bold")
    for one in found.left_out:
        errors = [each for each in one.findings if each["severity"] == Severity.ERROR.value]
        first = f"：{errors[0]['rule']}　{errors[0]['message']}" if errors else ""
        more = f"（共 {len(errors)} 处错误）" if len(errors) > 1 else ""
        last = f"，上年 {_number(one.last)}" if one.last is not None else ""
        file = f"　{console.whole(one.file)}" if one.file else ""
        console.say(f"{one.unit.name}　{common.statuses[one.status]}{last}{file}{first}{more}", 2)
    if found.gone:
        console.say()
        named = "、".join(f"{one.unit.name} {_number(one.last)}" for one in found.gone)
        console.say(f"上年计入、今年名册上没有的：{named}。")


def _rules(found: Trace, common: Common) -> None:
    console.say()
    if not found.rules:
        console.say("没有规则用到这个数。")
        return
    console.say(f"用到这个数的规则 {len(found.rules)} 条：", look="bold")
    for one in found.rules:
        verdict = f"　{common.words[one.verdict]}" if one.verdict else ""
        label = common.severities[one.severity.value]
        console.say(f"{one.rule}　{label}　{one.text}{verdict}", 2)
        if one.explained:
            console.say(f"{one.explained}。", 4)
