"""Encrypted workbooks: named with the remedy, or opened with ``--password``, by every command."""

from __future__ import annotations

import io
import json

import msoffcrypto
import pytest

from desk import YEAR, Desk, book, complete
from nianbao import cli
from nianbao.report import to_document


A = complete("659900-T1", "甲乡")
WORD = "青禾2023"


def locked(data: bytes, word: str = WORD) -> bytes:
    buffer = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(data)).encrypt(word, buffer)
    return buffer.getvalue()


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path).enrol(A)
    (desk.inbox / "甲乡.xlsx").write_bytes(locked(book(A)))
    return desk


def the_only(capsys, *words) -> dict:
    cli.main(["check", *words, "--json"])
    (one,) = json.loads(capsys.readouterr().out)["files"]
    return one


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "可以加 --password"), (("--password", "错"), "请核对密码")],
    ids=["no password", "a wrong one"],
)
def test_an_encrypted_workbook_is_named_with_the_remedy(desk, capsys, words, said):
    one = the_only(capsys, str(desk.inbox), *words)
    assert one["status"] == "unreadable"
    (finding,) = one["findings"]
    assert finding["rule"] == "F02"
    assert said in finding["remedy"]


def test_check_opens_it_with_the_password(desk, capsys):
    one = the_only(capsys, str(desk.inbox), "--password", WORD)
    assert one["status"] == "ok"
    assert one["unit"]["name"] == "甲乡"


def test_merge_and_status_open_it_with_the_password(desk):
    words = [str(desk.inbox), "--units", desk.roster, "--password", WORD]
    assert cli.main(["status", *words]) == 0
    assert desk.merge("--password", WORD) == 0
    assert desk.summary["complete"] is True


def test_last_years_encrypted_workbook_is_opened_too(desk, capsys):
    this = complete("659900-T1", "甲乡", requests__carried_in__individual=5)
    this = this.__class__(**{**this.__dict__, "year": YEAR + 1})
    path = desk.folder / "今年.json"
    path.write_text(json.dumps(to_document(this), ensure_ascii=False), encoding="utf-8")
    words = [str(path), "--previous", str(desk.inbox)]
    assert cli.main(["check", *words]) == 2
    assert "密码" in capsys.readouterr().err
    one = the_only(capsys, *words, "--password", WORD)
    assert "T3-04" in [finding["rule"] for finding in one["findings"]]
