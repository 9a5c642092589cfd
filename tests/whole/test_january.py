"""A January: sixty units, ten days, two officers; the sum is that of another way of adding."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import os
import random

import pytest

import killed
import ledgers
from desk import YEAR, Desk, book, complete
from helpers import common, edition_for
from nianbao import cli
from nianbao.context import context
from nianbao.office import dates, files
from nianbao.reading.read import read
from nianbao.report import to_document
from nianbao.template.sent_back import ToSend, sent_back


CHINA = dt.timezone(dt.timedelta(hours=8))
COUNT = 60
OFFICERS = ("张三", "李四")
STUBBORN = "659900-T07"
"""The unit that cannot mend an error."""

LATE = 18
"""The day of January until which reports are due."""


@pytest.fixture
def place():
    """The URL of a database that both officers use; None, a file, where PostgreSQL is not."""
    if not os.environ.get("NIANBAO_POSTGRES") and ledgers.programs() is None:
        assert os.environ.get("CI") != "true", "PostgreSQL is missing, which .ci/run installs"
        yield None
        return
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(ledgers.database(stack.enter_context(ledgers.server())))


class January:
    """The office's days, and beside them what each unit's report says in the end."""

    def __init__(self, desk, place, monkeypatch):
        self.desk, self.patch, self.says = desk, monkeypatch, {}
        self.chance = random.Random(2027)
        self.more = ["--ledger", place] if place else []
        self.names = {f"659900-T{n:02}": f"第{n}乡" for n in range(1, COUNT + 1)}
        desk.enrol(*(self.report(code, 3) for code in self.names))

    def report(self, code: str, received: int, granted: int | None = None, day: int = 8):
        given = received - 1 if granted is None else granted
        report = complete(
            code, self.names[code],
            requests__received__individual=received, requests__granted__individual=given,
        )  # fmt: skip
        contact = {**report.contact, "date": f"{YEAR + 1}-01-{day:02}"}
        return dataclasses.replace(report, contact=contact)

    def clock(self, day: int, hour: int = 9):
        moment = dt.datetime(YEAR + 1, 1, day, hour, tzinfo=CHINA)
        self.patch.setattr(dates, "now", lambda: moment)

    def comes(self, report, name: str = "", *, workbook: bool = False):
        """A report arrives; it is what the unit says until another comes."""
        name = name or f"{report.unit.name}.{'xlsx' if workbook else 'json'}"
        document = json.dumps(to_document(report), ensure_ascii=False).encode()
        (self.desk.inbox / name).write_bytes(book(report) if workbook else document)
        self.says[report.unit.code] = report
        return self.desk.inbox / name

    def words(self, verb: str, *more: str) -> list[str]:
        who = OFFICERS[self.chance.randrange(2)]
        place = ["--units", self.desk.roster, *self.more, "--who", who]
        return [verb, *more, *place, "--year", str(YEAR)]

    def run(self, verb: str, *more: str) -> int:
        return cli.main(self.words(verb, *more))

    def merge(self) -> int:
        return self.run("merge", str(self.desk.inbox), "-o", str(self.desk.out))

    # --- what happens ---

    def filings(self, day: int):
        codes = list(self.names)[(day - 11) * 6 : (day - 10) * 6]
        for code in codes:
            self.comes(self.report(code, self.chance.randrange(3, 40), day=day))

    def corrections(self, day: int):
        """Under other names, and one old version once more."""
        known = sorted(set(self.says) - {STUBBORN})
        for code in self.chance.sample(known, 3):
            old = self.says[code]
            name = f"{self.names[code]}（{day}日改）.json"
            self.comes(self.report(code, self.chance.randrange(3, 40), day=day), name)
            again = self.desk.inbox / f"又发 {self.names[code]} {day}.json"
            if self.chance.random() < 0.3:
                again.write_text(json.dumps(to_document(old), ensure_ascii=False), encoding="utf-8")

    def mended(self, code: str, day: int):
        """A workbook goes back, and comes again under another name with the year's oldest date."""
        path = self.comes(self.report(code, 9, granted=2, day=day), workbook=True)
        back = self.desk.folder / "退回"
        assert self.run("check", str(path), "--annotate", str(back)) == 1
        came = read((back / path.name).read_bytes(), context().editions, common())
        assert came.facts.answers
        right = self.report(code, 9, granted=8, day=2)
        fresh = sent_back(ToSend(right, came.edition, came.beside, ()), right.unit, common())
        mark = files.digest(path.read_bytes())
        (self.desk.inbox / f"改好 {day}.xlsx").write_bytes(
            fresh.workbook(path.name, mark, dates.now())
        )
        self.says[code] = right

    def waived(self, code: str, day: int, capsys):
        """An error that the unit cannot mend is waived, with the reason."""
        path = self.comes(self.report(code, 12, granted=5, day=day))
        capsys.readouterr()
        assert self.run("check", str(path), "--json") == 1
        found = json.loads(capsys.readouterr().out)["files"][0]["findings"]
        rules = {one["rule"] for one in found if one["severity"] == "error"}
        assert rules
        for rule in rules:
            assert self.run("decide", "waive", code, rule, "--why", "区划调整，原件已核") == 0

    def killed(self, at: int):
        """A merge dies at a step; the same command completes it."""
        words = self.words("merge", str(self.desk.inbox), "-o", str(self.desk.out))
        assert killed.child(self.desk.out, words, at) != 0

    def at_once(self):
        """Both officers merge at the same moment."""
        running = []
        for _ in OFFICERS:
            words = self.words("merge", str(self.desk.inbox), "-o", str(self.desk.out))
            process = os.fork()
            if process == 0:
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                os._exit(cli.main(words))
            running.append(process)
        ended = [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in running]
        assert set(ended) <= {0, 1}


def added(reports) -> dict[str, int]:
    """The sum of reports, added up figure by figure."""
    inputs = edition_for(YEAR).inputs
    return {key: sum(one.figures.get(key) or 0 for one in reports) for key in inputs}


def summed(document) -> dict[str, int]:
    tables = document["report"]["tables"]
    inputs = edition_for(YEAR).inputs
    parts = {key: key.split(".") for key in inputs}
    return {key: tables[t][row][column] for key, (t, row, column) in parts.items()}


def test_a_january(tmp_path, place, monkeypatch, capsys):
    one = January(Desk(tmp_path), place, monkeypatch)
    for day in range(11, 21):
        one.clock(day)
        if day > 11:
            one.corrections(day)
        one.filings(day)
        if day == 13:
            one.mended("659900-T02", day)
        if day == 14:
            (one.desk.inbox / "第1乡 新.xlsx").write_bytes(b"PK\x03\x04")  # broken: the old counts
            one.killed(9)
        if day == 15:
            one.waived(STUBBORN, day, capsys)
        if day == 17:
            one.at_once()
        assert one.merge() in {0, 1}
        assert summed(one.desk.summary) == added(one.says.values())
    one.clock(21)
    capsys.readouterr()
    one.run("status", str(one.desk.inbox), "--json", "--deadline", f"1月{LATE}日")
    told = json.loads(capsys.readouterr().out)
    assert told["turnout"]["late"] == 6 * (20 - LATE)
    document = one.desk.summary
    assert [unit["name"] for unit in document["units"] if not unit["counted"]] == []
    assert "第7乡" in json.dumps(document["waived"], ensure_ascii=False)
    path = one.desk.out / "汇总.json"
    assert one.run("seal", "--why", "已核") == 0
    assert cli.main(["verify", str(path), "--units", one.desk.roster, *one.more]) == 0
    assert cli.main(["ledger", "verify", "--units", one.desk.roster, *one.more]) == 0
    one.comes(one.report("659900-T01", 99, day=21), "第1乡 晚到.json")
    capsys.readouterr()
    assert one.merge() == 2  # the year is closed
    assert "封账" in capsys.readouterr().err
    text = path.read_text(encoding="utf-8")
    document["report"]["tables"]["requests"]["received"]["individual"] += 1
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    assert cli.main(["verify", str(path), "--units", one.desk.roster, *one.more]) == 1
    assert "本年新收" in capsys.readouterr().out
    path.write_text(text, encoding="utf-8")
    earlier = sorted(path.name for path in (one.desk.out / "历次").iterdir())
    assert earlier == [f"{YEAR + 1}-01-{day}" for day in range(11, 20)]
