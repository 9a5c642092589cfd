"""Published reports as plain text become report documents; what is missing is said."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import complete
from helpers import SHARED, editions
from nianbao import cli
from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.form import Edition
from nianbao.ingest.text import decode, read_text
from nianbao.report import from_document


COMMON = context().common


def published(edition: Edition, figures: dict, unit="某县某乡", year=2023, texts=None) -> str:
    """A report as it stands on a page: headings, labels one to a line, figures after them."""
    lines = [f"{unit}{year}年政府信息公开工作年度报告", ""]
    parts = sorted(
        (*edition.tables, *edition.sections), key=lambda p: "一二三四五六".find(p.number)
    )
    for part in parts:
        lines.append(part.heading)
        if part in edition.sections:
            lines += (texts or {}).get(part.key, ["写了一段话。"])
            continue
        cells = {}
        for label in part.printed:
            for box in label.boxes:
                cells[box.top, box.left] = label.text
        for key, field in part.fields.items():
            cells[field.box.top, field.box.left] = str(figures[key])
        lines += [cells[at] for at in sorted(cells)]
    return "\n".join(lines)


@pytest.mark.shared
@pytest.mark.parametrize("number", ["001", "012"])
def test_the_published_reports_of_the_corpus_are_read_as_they_stand(number):
    text = decode((SHARED / "corpus" / "raw" / f"{number}.txt").read_bytes(), COMMON)
    document = json.loads(
        (SHARED / "corpus" / "json" / f"{number}.json").read_text(encoding="utf-8")
    )
    imported = read_text(text, context())
    expected = from_document(document)
    fields = editions()[expected.edition].fields
    read, due = imported.report.figures, expected.figures
    assert {key: read[key] for key in fields} == {key: due.get(key) for key in fields}
    assert (imported.report.edition, imported.report.year) == (expected.edition, expected.year)
    assert imported.report.unit.level == expected.unit.level
    assert imported.report.narrative["problems"]
    assert imported.notes


@pytest.mark.parametrize("edition", editions().values(), ids=lambda one: one.id)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_whatever_is_published_is_read_back(edition, data):
    numbers = st.one_of(st.integers(0, 99_999), st.sampled_from(["减4", "251000元", "-", "/"]))
    figures = {key: data.draw(numbers) for key in edition.fields}
    year = edition.last_year or 2023
    imported = read_text(published(edition, figures, year=year), context())
    assert imported.report.edition == edition.id
    assert imported.report.figures == figures
    assert imported.report.year == year
    assert imported.report.unit.name == "某县某乡"
    assert imported.report.unit.level == "township"


def test_the_five_aspects_and_the_fee_are_told_apart():
    edition = editions()["2021"]
    figures = dict.fromkeys(edition.fields, 0)
    texts = {
        "overview": [
            "开头的话。",
            "（一）主动公开情况。公开信息10",
            "条。",
            "（二）依申请公开情况。没有收到。",
            "（三）政府信息管理情况。审核。",
            "（四）政府信息公开平台建设情况。网站。",
            "（五）监督保障情况。考核。",
        ],
        "other": ["2023年收取信息处理费2950元。"],
    }
    imported = read_text(published(edition, figures, texts=texts), context())
    said = imported.report.narrative
    assert said["overview.lead"] == "开头的话。"
    assert said["overview.proactive"] == "（一）主动公开情况。公开信息10条。"
    assert said["overview.supervision"] == "（五）监督保障情况。考核。"
    assert imported.report.figures["processing_fee.yuan"] == 2950


def test_what_is_missing_is_blank_and_said():
    edition = editions()["2021"]
    whole = published(edition, dict.fromkeys(edition.fields, 0))
    table = edition.tables[1]
    start, end = whole.index(table.heading), whole.index(edition.tables[2].heading)
    imported = read_text(whole[:start] + whole[end:], context())
    assert imported.report.figures["requests.received.total"] is None
    assert imported.report.figures["disputes.review.total"] == 0
    assert any(table.heading in note for note in imported.notes)


@pytest.mark.parametrize(
    "text", ["", "随便写的", "0\n" * 5_000, "一、\t" * 1_000, "2023年" * 3_000]
)
def test_what_is_no_report_is_refused_with_a_sentence(text):
    with pytest.raises(NianbaoError):
        read_text(text, context())


def test_encodings():
    assert (
        decode("年报".encode("gb18030"), COMMON)
        == decode("年报".encode("utf-8-sig"), COMMON)
        == "年报"
    )
    with pytest.raises(NianbaoError, match="编码"):
        decode(b"\xff\xff\xff", COMMON)
    with pytest.raises(NianbaoError, match="MB"):
        decode(b" " * 6_000_000, COMMON)


def test_the_command_writes_a_document_and_a_workbook(tmp_path, capsys):
    edition = editions()["2021"]
    report = complete("1", "某县某乡")
    source = tmp_path / "年报.txt"
    source.write_bytes(published(edition, report.figures).encode("gb18030"))
    target = tmp_path / "年报.json"
    assert cli.main(["import", str(source), "-o", str(target)]) == 1  # no code was found
    assert "代码" in capsys.readouterr().out
    document = json.loads(target.read_text(encoding="utf-8"))
    assert from_document(document).figures == {key: report.figures[key] for key in edition.fields}
    book = tmp_path / "年报.xlsx"
    words = ["import", str(source), "-o", str(book), "--code", "1", "--level", "township"]
    cli.main(words)
    assert book.read_bytes().startswith(b"PK")
    (tmp_path / "坏.txt").write_text("不是年报", encoding="utf-8")
    both = [str(source), str(tmp_path / "坏.txt"), "-o", str(tmp_path / "出")]
    assert cli.main(["import", *both]) == 1
    assert (tmp_path / "出" / "年报.json").exists()


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("阿鲁科尔沁旗", "county"), ("阿鲁科尔沁旗人民政府", "county"), ("甲苏木", "township"),
        ("某盟", "prefecture"), ("某地区行政公署", "prefecture"), ("某县财政局", "department"),
        ("某街道办事处", "street"), ("某自治区", "province"), ("某某大学", "department"),
    ],
)  # fmt: skip
def test_the_level_is_what_the_ending_of_the_name_tells(name, level):
    edition = editions()["2021"]
    text = published(edition, dict.fromkeys(edition.fields, 0), name)
    assert read_text(text, context()).report.unit.level == level
