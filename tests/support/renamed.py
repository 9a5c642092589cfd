"""A further edition that renames every sheet, table and section, tried in a copy of the tree.

Run in that copy (``python -m renamed FOLDER``) it does what users do with the edition and leaves
everything that somebody reads in the folder.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path

from helpers import CASES, HERE, beside, change, changed, data, editions
from nianbao import catalog, cli
from nianbao.book.order import Order
from nianbao.check import check
from nianbao.context import context
from nianbao.reading.read import read
from nianbao.report import Unit, to_document
from nianbao.template.workbook import workbook


ROOT = HERE.parent
OLD, NEW, YEAR = "2021", "2031", 2031
NUMBERS = "甲乙丙丁戊己"
INBOX = "收到"
COMMON = context().common


def named(edition) -> list:
    """The tables and sections, which have a number and a heading each."""
    return [*edition.tables, *edition.sections]


# --- the edition ------------------------------------------------------------------------------


def renamed(text: str) -> str:
    """The file of an edition with other numbers, headings and sheets, and a later year."""
    said = tomllib.loads(text)
    for number, one in zip(NUMBERS, [*said["sections"], *said["tables"]], strict=True):
        fresh = {"number": number, "heading": f"{number}、改称{number}类", "sheet": f"簿{number}"}
        at = re.search(rf'^key = "{one["key"]}"\n(?=number = )', text, re.MULTILINE)
        head, body = text[: at.end()], text[at.end() :]
        for key, value in fresh.items():
            if key in one:
                line = f'{key} = "{one[key]}"\n'
                assert line in body
                body = body.replace(line, f'{key} = "{value}"\n', 1)
        text = head + body
    text = text.replace(f'id = "{OLD}"', f'id = "{NEW}"', 1)
    return text.replace(f"first = {OLD}", f"first = {NEW}", 1)


def old_names(edition) -> re.Pattern[str]:
    """What no text of the renamed edition may say: the names that it no longer has."""
    numbers = "".join(one.number for one in named(edition))
    names = {one.heading for one in named(edition)} | {one.title for one in named(edition)}
    names |= {table.sheet for table in edition.tables}
    table = rf"表[{''.join(one.number for one in edition.tables)}]"
    part, list_of = (
        rf"第[{numbers}、或第]+部分",
        rf"(?<!\w)[{numbers}]、[{numbers}]、[{numbers}](?!\w)",
    )
    return re.compile("|".join([*map(re.escape, names), part, table, list_of]))


def tree(folder: Path) -> Path:
    """A copy of the tree with the further edition in it."""
    for name in ("src", "schemas", "templates", "tests/support", "tests/cases", "tests/editions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shipped = folder / "schemas" / "editions"
    text = (shipped / f"{OLD}.toml").read_text(encoding="utf-8")
    (shipped / f"{NEW}.toml").write_text(renamed(text), encoding="utf-8")
    cases = folder / "tests" / "cases"
    shutil.copytree(cases / OLD, cases / NEW)
    whole = cases / NEW / "complete.toml"
    said = whole.read_text(encoding="utf-8")
    whole.write_text(said.replace("year = 2023", f"year = {YEAR}").replace("2023年", f"{YEAR}年"))
    return folder


def tried(folder: Path) -> Path:
    """Have the copy do everything; return where it left what it wrote."""
    copy, out = tree(folder / "tree"), folder / "out"
    path = os.pathsep.join(str(copy / name) for name in ("src", "tests/support"))
    env = {**os.environ, "PYTHONPATH": path, "NIANBAO_ENGINE": ""}
    subprocess.run([sys.executable, "-m", "renamed", str(out)], env=env, cwd=folder, check=True)
    return out


# --- what is read -----------------------------------------------------------------------------


def texts(path: Path) -> dict[str, str]:
    """Every text of a file: of a workbook, each of its parts."""
    if path.suffix not in {".xlsx", ".xlsm"}:
        data = path.read_bytes()
        loose = path.suffix in {".sqlite", ".bin"}
        return {path.name: unescape(data.decode("utf-8-sig", "replace" if loose else "strict"))}
    with zipfile.ZipFile(path) as package:
        parts = [name for name in package.namelist() if not name.endswith(".bin")]
        found = {name: package.read(name).decode() for name in parts}
    return {f"{path.name}:{name}": unescape(unescape(text)) for name, text in found.items()}


# --- in the copy ------------------------------------------------------------------------------


def say(out: Path, name: str, lines) -> None:
    (out / f"{name}.txt").write_text("\n".join(map(str, lines)), encoding="utf-8")


def command(out: Path, name: str, *words: object) -> None:
    """Run a command and keep what it prints."""
    said, wrong = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
        status = cli.main([str(word) for word in words])
    say(out, name, [status, said.getvalue(), wrong.getvalue()])


def failing(edition) -> dict[str, tuple]:
    """What breaks each rule: the report and what it is held against, by the rule's id."""
    found = {}
    for path in sorted((CASES / edition.id).glob("*.toml")):
        for number, case in enumerate(data(path).get("fail", ()), 1):
            what = change(case)
            found[f"{path.stem}-{number}"] = changed(edition, what), beside(edition, what)
    return found


def messages(out: Path, edition) -> None:
    """Everything that the rules say of reports that break them, and of last year's edition."""
    lines = []
    for rule, (report, held) in failing(edition).items():
        for words in (COMMON.catalogue, *COMMON.catalogues.values()):
            found = check(report, edition, words, held)
            lines += [f"{rule}: {one.message} {one.remedy}" for one in found]
    blank = replace(report, narrative={}, figures={})
    lines += [f"{one.message} {one.remedy}" for one in check(blank, edition, COMMON.catalogue)]
    say(out, "messages", lines)


def units(edition) -> list:
    """Reports of a county's units, each with other faults."""
    faults = failing(edition)
    chosen = ["T3-01-1", "N08-1", "T2-03-1"]
    reports = [changed(edition, change({})), *(faults[rule][0] for rule in chosen)]
    return [
        replace(one, unit=Unit(f"65-T{number:02}", f"第{number}单位乡", "township"))
        for number, one in enumerate(reports, 1)
    ]


def office(out: Path, edition) -> None:
    """A county's round: templates, filled workbooks, what goes back, what goes up."""
    reports = units(edition)
    lines = ["code,name,level", "65,示例县,county"]
    lines += [f"{r.unit.code},{r.unit.name},township" for r in reports]
    lines += ["65-T90,没报乡,township"]
    roster = out / "units.csv"
    roster.write_text("\n".join(lines), encoding="utf-8")
    local = out / "本地要求.toml"
    local.write_text(_LOCAL, encoding="utf-8")
    command(out, "template", "template", "--year", YEAR, "--units", roster, "--macro",
            "-o", out / "下发")  # fmt: skip
    for report in reports:
        file = out / f"{report.unit.code}.json"
        file.write_text(json.dumps(to_document(report), ensure_ascii=False), encoding="utf-8")
        name = f"{report.unit.name}.xlsx"
        command(out, f"fill-{report.unit.code}", "fill", file, "-o", out / INBOX / name)
    inbox = out / INBOX
    command(out, "check", "check", inbox, "--units", roster, "--annotate", out / "退回")
    command(out, "check-json", "check", inbox, "--units", roster, "--json")
    merging = (inbox, "--units", roster, "-o")
    command(out, "merge", "merge", *merging, out / "汇总")
    command(out, "merge-provisional", "merge", *merging, out / "暂定", "--provisional")
    command(out, "status", "status", inbox, "--units", roster)
    command(out, "check-up", "check", out / "暂定" / "上报.xlsx")
    for name in ("rules", "schema"):
        command(out, name, name, NEW)
    (out / "published.txt").write_text("这不是年报", encoding="utf-8")
    command(out, "import", "import", out / "published.txt", "-o", out / "imported.json")


_LOCAL = """name = "示例县"
source = "示例县〔2031〕1号"
[[points]]
label = "基层公开"
words = ["基层公开"]
"""


def pressed(out: Path, edition) -> None:
    """What the buttons say of a faulty workbook."""
    import engine
    from nianbao import button

    table = edition.tables[0]
    blanks = change({"zero": [table.key], "blank": list(table.fields), "text": {"problems": ""}})
    faulty = changed(edition, blanks)
    book = workbook(Order(edition, COMMON, faulty.unit, YEAR, faulty))
    with engine.started() as excel:
        opened = excel.app.books.put(book)
        lines = [button.attach(verb) for verb in ("main", "main", "next_finding", "fill_zeros")]
        lines += [*opened.content.values(), *(alert.text for alert in excel.app.alerts)]
    say(out, "pressed", lines)


def damaged(out: Path, edition) -> None:
    """What is said of workbooks that came back damaged."""
    from altered import _distinct
    from mutations import mutate
    from nianbao.errors import FileProblem
    from nianbao.office.examine import examine

    known = old_names(editions()[OLD])
    whole = _distinct(NEW, YEAR)
    lines = []
    every = data(CASES / "mutations.toml")["case"]
    kinds = {tuple(step["do"] for step in case["steps"]): case for case in every}
    for case in kinds.values():
        if known.search(json.dumps(case["steps"], ensure_ascii=False)):
            continue  # the user himself types the old name
        try:
            reading = read(mutate(whole, case["steps"]), editions(), COMMON)
            found = examine(reading, COMMON) if reading.edition is edition else ()
        except FileProblem as problem:
            found = [problem.finding]
        lines += [f"{case['name']}: {one.place} {one.message} {one.remedy}" for one in found]
    say(out, "damaged", lines)


def main(folder: str) -> None:
    """Do everything with the further edition."""
    assert str(HERE.parent) in str(Path(catalog.__file__)), "not the copy"
    out = Path(folder)
    (out / INBOX).mkdir(parents=True)
    edition = editions()[NEW]
    for step in (messages, office, pressed, damaged):
        step(out, edition)


if __name__ == "__main__":
    main(sys.argv[1])
