"""``nianbao demo``: the whole round trip on the example data, with the usual accidents."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook import Workbook

from nianbao.cli import console, options
from nianbao.cli.commands import Said, session, verb
from nianbao.context import Context
from nianbao.form import Edition
from nianbao.layout import SWITCH, Place, layout_of, quoted
from nianbao.ledger.place import ARCHIVE, CACHE, LEDGER
from nianbao.merge import with_totals
from nianbao.office import files
from nianbao.office.documents import DATA, UPWARD
from nianbao.office.fill import filled
from nianbao.office.previous import Previous, load_previous
from nianbao.office.report_file import load_report
from nianbao.office.rosters import load_roster
from nianbao.report import Report, from_document
from nianbao.shipped import shipped
from nianbao.validate import load_document
from nianbao.versions import SHORT
from nianbao.words import Common


DEFAULT = "nianbao-demo"
_FOLDER = f"放在哪里（默认 {DEFAULT}）"
BLANK, RETURNED, MENDED = "1-下发的填报表", "2-收到的填报表", "3-改正后的填报表"
FIRST, FINAL, ABOVE = "4-第一次汇总", "5-收齐后汇总", "6-上一级汇总"
BACK = "2-退回各单位"


@verb()
@click.argument("folder", default=DEFAULT, type=Path, metavar="[文件夹]", help=_FOLDER)
@options.shared("force")
def command(said: Said, context: Context) -> int:
    """Run every step through the command line itself; 0 when all steps ran."""
    top = said.folder
    steps = [top / name for name in (BLANK, RETURNED, BACK, MENDED, FIRST, FINAL, ABOVE)]
    files.refuse_existing([one for one in steps if one.exists()], context.common, force=said.force)
    for step in (*steps, top / ARCHIVE):
        shutil.rmtree(step, ignore_errors=True)
    for name in (LEDGER, CACHE):
        (top / name).unlink(missing_ok=True)
    examples, before = shipped("examples"), shipped("examples") / "previous"
    roster = _copied(examples / "units.csv", top, context.common)
    last = load_previous(before, context)
    reports = [load_report(path, context) for path in sorted((examples / "reports").glob("*.json"))]
    year = str(reports[0].year)
    known = ["--units", str(roster), "--previous", str(before)]

    _title(f"一、按名册生成 {year} 年度的填报表（带锁、带校验公式、带上年数）")
    _nianbao("template", "--year", year, *known, "-o", str(top / BLANK))
    _title("二、各单位填好交回（其中有几份出了常见的毛病）")
    _fill(reports, top / RETURNED, last, context)
    _spoil(top / RETURNED, reports, context)
    _title("三、检查收到的文件，给有问题的单位写好退回的表和通知")
    back = str(top / BACK)
    _nianbao("check", str(top / RETURNED), "--year", year, *known, "--annotate", back)
    _title("四、汇总：有错误的、重复的、没报的都不计入，并列出名单")
    _nianbao("merge", str(top / RETURNED), *known, "-o", str(top / FIRST))
    _title("五、报了两份的，问清楚以后决定用哪一份；退回改正、补报以后，再汇总一次")
    mended = [_mended(one, context) for one in _everyone(reports, roster, context)]
    _fill(mended, top / MENDED, last, context)
    asked = files.digest(files.read_bytes(_twice(top / RETURNED, reports), context.common))
    _nianbao("decide", "prefer", asked[:SHORT], "--why", "电话核实过", "--units", str(roster))
    _nianbao("merge", str(top / MENDED), *known, "-o", str(top / FINAL))
    _title("六、在上报表里写好本级的文字，填好联系人，检查，再由上一级用同一个命令汇总")
    sent = top / FINAL / UPWARD
    _write_text(sent, load_report(examples / "county" / "659900.json", context), context)
    _nianbao("check", str(sent))
    city = _copied(examples / "city.csv", top / ABOVE, context.common)
    _nianbao("merge", str(sent), "--units", str(city), "-o", str(top / ABOVE))
    _where(top)
    return 0


def _copied(roster: Path, folder: Path, common: Common) -> Path:
    """Copy a roster to the folder in which its office keeps its ledger."""
    data = files.read_bytes(roster, common)
    files.write_whole(folder / roster.name, data, common, force=True)
    return folder / roster.name


def _title(text: str) -> None:
    console.say()
    console.say(f"■ {text}", look="bold")


def _nianbao(*words: str) -> int:
    console.command(["nianbao", *words])
    return session().run(words)


def _where(top: Path) -> None:
    _title("做完了。看这些文件：")
    for name, what in (
        (f"{BLANK}/", "下发给各单位的填报表，用 Excel 或 WPS 打开"),
        (f"{BACK}/", "退回的新表：错处有批注，第一张表是退回意见；.txt 可以贴进微信"),
        (f"{FIRST}/看板.html", "谁报了、谁没报、谁要改，用浏览器打开"),
        (f"{FIRST}/汇总.xlsx", "问题清单和暂定的汇总数"),
        (f"{FINAL}/汇总.xlsx", "正式的汇总表，每个数都能查到各单位"),
        (f"{FINAL}/上报.xlsx", "报上一级的标准表，文字已经写好"),
        (f"{ABOVE}/汇总.xlsx", "上一级的汇总：每个县一行"),
    ):
        console.say(console.whole(top / name), 2)
        console.say(what, 4)


# --- filling, spoiling, mending ---------------------------------------------------------------


def _fill(reports: Sequence[Report], folder: Path, last: Previous, context: Context) -> None:
    done = {
        folder / f"{files.safe_name(one.unit.name)}.xlsx": filled(one, context, last)
        for one in reports
    }
    files.write_all(done, context.common, force=True)
    console.say(f"{len(done)} 个文件，放在 {console.whole(folder)}。")


def _write_text(path: Path, words: Report, context: Context) -> None:
    """Fill in the summary's own text, as the county does in Excel."""
    document = load_document(
        files.read_bytes(path.with_name(DATA), context.common), context.catalogue
    )
    summed = from_document(document["report"])
    report = replace(summed, narrative=words.narrative, contact=words.contact)
    files.write_whole(path, filled(report, context), context.common, force=True)
    written = context.editions[report.edition].names["required.number"]
    console.say(f"· {path.name}：写好了第{written}部分，填好了联系人", 2)


def _mended(report: Report, context: Context) -> Report:
    """Return the report with blanks as 0, no 规章 below the city, totals recomputed."""
    edition = context.editions[report.edition]
    checks = edition.checks_for(report.unit.level, report.unit.power)
    barred = {one.place for one in checks if one.rule.summary == "A07"}
    tables = {f"{key.rpartition('.')[0]}." for key in barred}
    figures = {
        key: 0 if key.startswith(tuple(tables)) else report.figure(key) or 0
        for key in edition.fields
    }
    every = {**report.figures, **figures}
    return with_totals(replace(report, figures=every, nil_returns=frozenset()), edition)


def _everyone(reports: Sequence[Report], roster: Path, context: Context) -> list[Report]:
    """Return the reports, with a nil return for each unit that had sent none."""
    sent = {one.unit.code for one in reports}
    entries = load_roster(roster, context).below
    pattern = reports[-1]
    late = [replace(pattern, unit=one.unit) for one in entries if one.unit.code not in sent]
    return [*reports, *late]


def _spoil(folder: Path, reports: Sequence[Report], context: Context) -> None:
    """Do to some files what people do to them."""
    edition, common = context.editions[reports[0].edition], context.common
    accidents: Sequence[Callable[[Path, Edition, Common], str]] = (
        _as_words, _with_a_row, _sent_twice, _no_workbook,
    )  # fmt: skip
    for accident, path in zip(accidents, _paths(folder, reports)[SPOILT:], strict=False):
        console.say(f"· {console.whole(path.name)}：{accident(path, edition, common)}", 2)


SPOILT = 2
"""The first of the reports to which something happens."""


def _paths(folder: Path, reports: Sequence[Report]) -> list[Path]:
    return [folder / f"{files.safe_name(one.unit.name)}.xlsx" for one in reports]


def _twice(folder: Path, reports: Sequence[Report]) -> Path:
    """Return the first of the two files of the unit that sent two."""
    return _paths(folder, reports)[SPOILT + 2]


def _save(book: Workbook, path: Path, common: Common) -> None:
    buffer = io.BytesIO()
    book.save(buffer)
    files.write_whole(path, buffer.getvalue(), common, force=True)


def _as_words(path: Path, edition: Edition, words: Common) -> str:
    layout = layout_of(edition, words.sheets, "department")
    book = load_workbook(path)
    first, second = list(edition.inputs)[-2:]
    for key, text in ((first, "无"), (second, "３件")):
        place = layout.fields[key]
        book[place.sheet].cell(place.row, place.column).value = text
    _save(book, path, words)
    return "数字格里写了“无”和“３件”"


def _with_a_row(path: Path, edition: Edition, words: Common) -> str:
    """Insert rows as Excel does: the defined names move with their cells."""
    book = load_workbook(path)
    sheet, added = book[edition.tables[1].sheet], 2
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_rows(SWITCH, added)
    for name in book.defined_names.values():
        title, _, cell = str(name.attr_text).rpartition("!")
        if title == quoted(sheet.title):
            row, column = coordinate_to_tuple(cell.replace("$", ""))
            name.attr_text = Place(sheet.title, row + added, column).absolute
    _save(book, path, words)
    return f"在“{sheet.title}”里插了两行（{words.statuses['warning']}，数照样认得出）"


def _sent_twice(path: Path, edition: Edition, words: Common) -> str:
    layout = layout_of(edition, words.sheets, "department")
    book = load_workbook(path)
    place = layout.fields[next(iter(edition.inputs))]
    book[place.sheet].cell(place.row, place.column).value = 5
    copy = path.with_name(f"{path.stem}（终稿）.xlsx")
    _save(book, copy, words)
    return f"报了两份，数不一样（另一份是 {copy.name}）"


def _no_workbook(path: Path, edition: Edition, words: Common) -> str:
    files.write_whole(path, b"PK\x03\x04", words, force=True)
    return f"文件传坏了，打不开（{edition.id} 版，{words.statuses['unreadable']}）"
