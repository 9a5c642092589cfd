"""``nianbao decide``: what the officer decides, with the reason; a decision undoes another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from nianbao.cli import console, options
from nianbao.cli.commands import Group, Said
from nianbao.context import Context
from nianbao.events import Act, Event
from nianbao.registry import deciding
from nianbao.registry.deciding import Decide
from nianbao.registry.premises import Office, office


command = Group("decide", subcommand_metavar="<决定>")

_WHY = "为什么这样决定，会写进汇总的说明"
_UNTIL = "管到哪一天，那天以前的下一年也有效（默认只管这一年）"
_FIELD = "只对这一处（字段，如 requests.received.individual），默认这条规则的每一处"


def _decision(run: Any) -> Any:
    why = click.option("--why", required=True, metavar="理由", help=_WHY)
    return why(options.office("who")(run))


def _of_rule(run: Any) -> Any:
    run = click.option("--until", default="", metavar="日期", help=_UNTIL)(run)
    run = click.option("--field", default="", metavar="字段", help=_FIELD)(run)
    run = click.argument("rule", metavar="规则", help="规则编号，如 T3-04")(run)
    return click.argument("unit", metavar="单位", help="单位的代码或名称")(run)


def _of_file(run: Any) -> Any:
    text = "文件的指纹，开头几位就行"
    return click.argument("mark", metavar="指纹", help=text)(run)


def _decided(said: Said, context: Context, made: Callable[[Office], Event]) -> int:
    with office(options.wanted(said), context) as own:
        event = made(own)
        told = {one.event.hash: one for one in deciding.listed(own)}
        line = told.get(event.hash)
        words = deciding.told(line.what, own) if line else context.common.making["undone"]
        console.say(f"已记在台账 {own.year}年度第 {event.number} 条：{words}。")
    return 0


def _decide(act: Act, said: Said, context: Context) -> int:
    return _decided(said, context, lambda own: deciding.decide(_request(act, said), own))


def _request(act: Act, said: Said) -> Decide:
    given = vars(said)
    target = given.get("mark") or given.get("unit", "")
    unit = given.get("unit", "") if "mark" in given else ""
    return Decide(
        act, target, said.why, given.get("rule", ""), given.get("field", ""), unit,
        given.get("until", ""),
    )  # fmt: skip


@command.verb("认可一个单位对某条提醒的说明")
@_of_rule
@_decision
def accept(said: Said, context: Context) -> int:
    """Record that a warning is explained."""
    return _decide("accept", said, context)


@command.verb("某条规则对一个单位不作要求（错误仍计入的，汇总上会写明）")
@_of_rule
@_decision
def waive(said: Said, context: Context) -> int:
    """Record that a rule does not bind a unit."""
    return _decide("waive", said, context)


@command.verb("一份文件不用")
@_of_file
@_decision
def exclude(said: Said, context: Context) -> int:
    """Record that a file does not count."""
    return _decide("exclude", said, context)


@command.verb("一个单位的几份里用这一份")
@_of_file
@_decision
def prefer(said: Said, context: Context) -> int:
    """Record which version counts."""
    return _decide("prefer", said, context)


@command.verb("一份文件是这个单位的")
@_of_file
@click.argument("unit", metavar="单位", help="单位的代码或名称")
@_decision
def correct(said: Said, context: Context) -> int:
    """Record whose a file is."""
    return _decide("correct", said, context)


@command.verb("撤销一个决定")
@click.argument("number", type=int, metavar="编号", help="决定是台账的第几条")
@click.option("--of", type=options.Year(), metavar="年度", help="哪一年的决定（默认这一年的）")
@_decision
def undo(said: Said, context: Context) -> int:
    """Record that a decision holds no more."""
    made = lambda own: deciding.undo(said.number, said.why, own, said.of or 0)  # noqa: E731
    return _decided(said, context, made)


@command.verb("列出作过的决定", "list")
@options.office("json")
def listing(said: Said, context: Context) -> int:
    """List the decisions and whether they hold."""
    with office(options.wanted(said), context) as own:
        lines = list(deciding.listed(own))
        if said.json:
            console.emit({"year": own.year, "decisions": [_document(one, own) for one in lines]})
            return 0
        words = context.common.making
        if not lines:
            console.say(f"{own.year}年度：{words['decisions_none']}。")
        for one in lines:
            at = f"{one.event.at:%Y-%m-%d}"
            until = f"，管到 {one.what.until}" if one.what.until else ""
            other = f"{one.event.year}年度" if one.event.year != own.year else ""
            state = "" if one.state == "in force" else f"［{words[one.state]}］"
            console.say(f"{other}第 {one.event.number} 条{state}　{deciding.told(one.what, own)}")
            console.say(f"{one.what.why}（{one.event.who}，{at}{until}）", 4)
    return 0


def _document(one: deciding.Line, own: Office) -> dict[str, Any]:
    what = one.what
    return {
        "year": one.event.year,
        "number": one.event.number,
        "at": one.event.at.isoformat(),
        "who": one.event.who,
        "act": what.act,
        "unit": what.unit or None,
        "rule": what.rule or None,
        "field": what.field or None,
        "sha256": what.sha256 or None,
        "why": what.why,
        "until": what.until.isoformat() if what.until else None,
        "state": one.state,
        "words": deciding.told(what, own),
    }
