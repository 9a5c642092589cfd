"""``nianbao remind``: a text for each unit that owes or must correct, and who was told when."""

from __future__ import annotations

from nianbao.cli import console, options, show
from nianbao.cli.commands import Said, verb
from nianbao.context import Context
from nianbao.local import FILE
from nianbao.local import options as local_options
from nianbao.office import dates
from nianbao.office.against import Against, load
from nianbao.office.journal import journal
from nianbao.office.status import look
from nianbao.registry.remind import Remind, Reminder, Round, document, left, remind
from nianbao.words import Common


@verb()
@options.inbox
@options.out("文件夹", "催报的话放在哪个文件夹，每个单位一个 .txt，可以贴进微信")
@options.shared("deadline", "force")
def command(said: Said, context: Context) -> int:
    """Write the texts, print the list; 0 when nobody owes anything, else 1."""
    against = load(options.material(said, said.password), context)
    show.guessed(against)
    request = Remind(said.paths, said.year, said.out, said.force)
    with journal(options.keeping(said, said.units), context) as own:
        with console.progress("读表") as progress:
            looked = look(request.inbox(against), against, own, said.deadline, progress)
        done = remind(request, looked, against, own)
    show.noted(own)
    if done.edited:
        console.warn(f"不用再催、但催报的话动过，没有删：{'、'.join(done.edited)}")
    if said.json:
        console.emit(document(done))
    else:
        _show(done, request, against)
    return 1 if done.reminders or done.undecided else 0


def _show(done: Round, request: Remind, against: Against) -> None:
    common = against.context.common
    if done.undecided:
        names = "、".join(one.standing.unit.name for one in done.undecided)
        console.say(f"先要决定用哪一份、没有催的：{names}。用 nianbao status 看是哪几份。")
    if not done.reminders:
        console.say(f"{done.year}年度　没有要催的单位。")
        return
    missing = sum(one.what.owes == "missing" for one in done.reminders)
    counts = {"没有报": missing, "要改": len(done.reminders) - missing}
    said = "，".join(f"{what} {n}" for what, n in counts.items() if n)
    console.say(f"{done.year}年度　催 {len(done.reminders)} 个单位：{said}", look="bold")
    headings = ("单位", "状态", "期限", "以前催过", "联系人")
    console.table(headings, [_row(one, common) for one in done.reminders])
    console.say()
    console.say(f"要发的话在 {console.whole(request.out)}，每个单位一个文件。")
    _say_recorded(done)
    own = local_options(against.options.text, common)
    if not (own.contact or own.phone):
        console.warn(f"话里没有本级的联系人：请在“{FILE}”里写上 contact、phone。")


def _row(one: Reminder, common: Common) -> tuple[str, ...]:
    account, entry = one.account, one.entry
    days = left((account.due - account.today).days, common).partition("，")[0]
    whom = f"{entry.contact} {entry.phone}".strip()
    return entry.unit.name, common.states[account.state], days, _before(one), whom


def _before(one: Reminder) -> str:
    """Return how often a unit was reminded before, and when it was last."""
    if not one.earlier:
        return ""
    last = one.earlier[-1].at
    return f"{len(one.earlier)} 次，{dates.short(last.date())} {last:%H:%M}"


def _say_recorded(done: Round) -> None:
    same = [one.sent.at for one in done.reminders if one.sent]
    if done.recorded is None:
        console.say("没有用台账，这次催报没有记下。")
    elif same:
        console.say(
            f"其中 {len(same)} 个单位今天已经催过（{max(same):%H:%M}），话没有变，不再记；"
            f"新记 {done.recorded} 条。"
        )
    else:
        console.say(f"已记在台账：{done.recorded} 条。")
