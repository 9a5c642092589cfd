"""``nianbao status``: who has filed, who has not, who must correct, and how many days are left."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.events import closed
from nianbao.form import Severity
from nianbao.office import dates, summarise
from nianbao.office.against import load
from nianbao.office.journal import journal
from nianbao.office.status import Looked, document, look
from nianbao.office.summarise import Summarise
from nianbao.turnout import STATES, Account, Count, Deadline, Turnout
from nianbao.words import Common


@verb()
@options.inbox
@options.shared("deadline")
def command(said: Said, context: Context) -> int:
    """Print the roster with every unit's state; 0 when all are in and clean, else 1."""
    against = load(options.material(said, said.password), context)
    show.guessed(against)
    inbox = Summarise(said.paths, said.year).inbox(against)
    with (
        journal(options.keeping(said, said.units), context) as own,
        console.progress("读表") as progress,
    ):
        looked = look(inbox, against, own, said.deadline, progress, figures=said.json)
    show.noted(own)
    if said.json:
        console.emit(document(looked, context))
    else:
        _show(looked, context.common)
    return 0 if summarise.clean(looked.summary) else 1


def _show(looked: Looked, common: Common) -> None:
    summary, turnout = looked.summary, looked.turnout
    _heading(turnout, common)
    if seal := closed(looked.filing.events):
        console.say(f"这一年度已于 {dates.written(seal.at.date())} 封账。")
    console.say()
    _groups(turnout, common)
    console.say()
    _units(turnout, common)
    show.unread(summary)
    _undecided(looked)
    for gap in summary.gaps(common.gaps) if _below(turnout) else ():
        console.say(f"还没有收齐：{gap}")
    for finding in summary.findings:
        if finding.rule == "A09":
            console.say(f"{finding.message}。{finding.remedy}")
    show.strangers(summary.strangers)


def _below(turnout: Turnout) -> bool:
    return any(one.standing.status == "provisional" for one in turnout.accounts)


# --- the whole --------------------------------------------------------------------------------

_WIDE = 40
"""Columns of the bar; of plain ASCII, as a GBK console shows any other block two columns wide."""


def _heading(turnout: Turnout, common: Common) -> None:
    whole = turnout.whole
    states = "，".join(f"{common.states[key]} {n}" for key, n in whole.states.items() if n)
    console.say(f"{turnout.year}年度　名册 {whole.units} 个单位：{states}", look="bold")
    console.say(f"{bar(whole)} 报来 {_share(whole.came, whole)}，其中没有问题的 {whole.done}")
    for one in turnout.deadlines:
        console.say(_deadline(one, common))
    console.say(_on_time(whole))
    doubtful = [one.standing.unit.name for one in turnout.accounts if one.doubtful]
    if doubtful:
        names = "、".join(doubtful[:_FEW]) + ("等" if len(doubtful) > _FEW else "")
        console.say(
            f"{len(doubtful)} 个单位（{names}）的文件截止以后才登记，却在截止以前就存好了；"
            "是不是逾期，请看收到的时间。"
        )


_FEW = 5


def bar(whole: Count) -> str:
    """Return how far the collection is: # nothing left to do, + filed, . not."""
    done, came = (round(n * _WIDE / whole.units) for n in (whole.done, whole.came))
    return f"[{'#' * done}{'+' * (came - done)}{'.' * (_WIDE - came)}]"


def _share(part: int, whole: Count) -> str:
    return f"{part}/{whole.units}（{100 * part // whole.units}%）"


def _deadline(one: Deadline, common: Common) -> str:
    labels = "、".join(common.levels[level].label for level in one.levels)
    day = {0: "就是今天", 1: f"还有 {one.days} 天", -1: f"已过 {-one.days} 天"}
    when = day[(one.days > 0) - (one.days < 0)]
    left = f"里还差 {one.owing} 个没有报" if one.owing else "都报了"
    return f"报送截止 {dates.written(one.day)}（{labels}）：{when}，{one.units} 个单位{left}"


def _on_time(whole: Count) -> str:
    if whole.on_time is None:
        return "按时报送的有多少：没有台账，不知道各单位是哪天报的。"
    late = f"，逾期 {whole.late}" if whole.late else ""
    return f"按时报送 {_share(whole.on_time, whole)}{late}"


# --- by group and unit ------------------------------------------------------------------------


def _groups(turnout: Turnout, common: Common) -> None:
    used = [key for key in STATES if turnout.whole.states[key]]
    headings = ("分组", "应报", *(common.states[key] for key in used), "逾期")
    counts = [*turnout.groups.items()]
    if len(counts) > 1:
        counts.append(("合计", turnout.whole))
    console.table(
        headings,
        [(key, one.units, *(one.states[s] for s in used), one.late) for key, one in counts],
    )


def _units(turnout: Turnout, common: Common) -> None:
    headings = ("单位", "状态", "首次报送", "错误", "提醒", "文件")
    console.table(headings, [_row(one, common) for one in turnout.accounts])


def _row(one: Account, common: Common) -> tuple[object, ...]:
    chosen = one.standing.chosen
    errors = chosen.count(Severity.ERROR) if chosen else ""
    warnings = chosen.count(Severity.WARNING) if chosen else ""
    names = "、".join(each.file for each in one.standing.submissions)
    unit, state = one.standing.unit.name, common.states[one.state]
    if one.standing.status == "provisional":
        state = f"{state}（{common.statuses['provisional']}）"
    return unit, state, "，".join(_when(one)), errors, warnings, names


def _when(one: Account) -> Iterator[str]:
    """Yield when a unit filed first, and by how much that was late."""
    if one.filed:
        yield f"{dates.short(one.filed.date())} {one.filed:%H:%M}"
    if one.late:
        yield f"晚 {one.days_late} 天" if one.came else f"逾期 {one.days_late} 天"


def _undecided(looked: Looked) -> None:
    """Print of which units it must be decided which version counts, and how."""
    for finding in looked.summary.findings:
        if finding.rule == "L02":
            console.say(f"{finding.message}。{finding.remedy}")
