"""The editions against the official form, and what an edition file is refused for."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from itertools import groupby

import jsonschema
import openpyxl
import pytest
from lxml import etree

from desk import complete
from helpers import HERE, SHARED, editions
from libreoffice import PATIENCE
from nianbao import catalog
from nianbao.context import context
from nianbao.errors import NianbaoError
from nianbao.form import Box, Table, column_number
from nianbao.report import to_document
from nianbao.shipped import schemas


SOURCE = schemas() / "editions" / "2021.toml"
TABLES = {"table2": "disclosure", "table3": "requests", "table4": "disputes"}
BOTH = [(edition, table) for edition in ("2019", "2021") for table in TABLES]


def official(edition: str, table: str) -> dict:
    return json.loads((SHARED / "form-layout.json").read_text(encoding="utf-8"))[edition][table]


def ours(edition: str, table: str) -> Table:
    return editions()[edition].table[TABLES[table]]


def texts(table: Table) -> dict[Box, str]:
    return {box: label.text for label in table.printed for box in label.boxes}


def merged(table: Table) -> set[Box]:
    """Every merged cell but the value cells of a row that share its width."""
    return {box for box in texts(table) if not box.single}


@pytest.mark.shared
@pytest.mark.parametrize(("edition", "table"), BOTH)
def test_size_heading_and_shaded_bands(edition, table):
    form, mine = official(edition, table), ours(edition, table)
    assert (mine.heading, mine.height, mine.width) == (
        form["title"], form["grid_rows"], form["grid_cols"],
    )  # fmt: skip
    bands = [label.boxes[0].top for label in mine.printed if label.band]
    assert bands == form.get("shaded_rows", bands)


@pytest.mark.shared
@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_table_two_says_row_by_row_what_the_official_one_says(edition):
    mine = ours(edition, "table2")
    cells = {**texts(mine), **{f.box: key for key, f in mine.fields.items()}}
    rows = groupby(sorted(cells), key=lambda box: box.top)
    said = [[cells[box].removeprefix("disclosure.") for box in boxes] for _, boxes in rows]
    assert said == official(edition, "table2")["rows"]


@pytest.mark.shared
@pytest.mark.parametrize(("edition", "table"), BOTH)
def test_the_same_cells_are_merged(edition, table):
    form, mine = official(edition, table), ours(edition, table)
    wide = {f.box for f in mine.fields.values() if not f.box.single}
    due = {Box.parse(text) for text in form["merges"]}
    if (edition, table) == ("2019", "table2"):  # the note: two values share three columns
        assert merged(mine) - due == {box for box in merged(mine) if box.top in {14, 17}}
        assert due <= merged(mine)
    else:
        assert merged(mine) | wide == due


@pytest.mark.shared
@pytest.mark.parametrize(("edition", "table"), [b for b in BOTH if b[1] != "table2"])
def test_the_headings_stand_where_the_official_ones_do(edition, table):
    mine = {(box.top, box.left): text for box, text in texts(ours(edition, table)).items()}
    for cell, text in official(edition, table)["header"].items():
        box = Box.parse(cell)
        assert mine[box.top, box.left] == text, cell


@pytest.mark.shared
@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_table_three_has_the_official_rows_and_columns(edition):
    form, mine = official(edition, "table3"), ours(edition, "table3")
    for row, due in zip(mine.rows, form["rows"], strict=True):
        box = row.label.boxes[0]
        first, _, last = due["label_span"].partition(":")
        assert (row.key, row.label.text, box.top) == (due["key"], due["label"], due["row"])
        assert (box.left, box.right) == (column_number(first), column_number(last or first))
        above = [due[key] for key in ("part", "group") if key in due]
        assert list(mine.path(row.label)[:-1]) == above, row.key
    names = {column_number(c): text for c, text in form["data_cols"].items()}
    for field in mine.fields.values():
        assert field.column.label.text == names[field.box.left]


@pytest.mark.shared
def test_the_word_template_of_2021_has_the_same_tables():
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    with zipfile.ZipFile(SHARED / "T-2021-official-template.docx") as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    found = []
    for table in root.iter(f"{w}tbl"):
        cells = ("".join(t.text or "" for t in c.iter(f"{w}t")) for c in table.iter(f"{w}tc"))
        found.append(["".join(text.split()) for text in cells if text.strip()])
    assert len(found) == 3
    for name, said in zip(TABLES, found, strict=True):
        printed = sorted("".join(text.split()) for text in texts(ours("2021", name)).values())
        assert sorted(said) == printed, name


# --- what is refused ----------------------------------------------------------------------------


REFUSED = {
    "a key nobody knows": ('title = "', 'colour = "red"\ntitle = "', "colour"),
    "a misspelt key": ("severity =", "severty =", "severty"),
    "an unknown severity": ('severity = "warning"', 'severity = "grave"', "grave"),
    "a rule id of another shape": ('id = "T3-06"', 'id = "rule six"', "rule six"),
    "a rule that stands twice": ('id = "T3-06"', 'id = "T3-07"', "T3-07"),
    "a row that stands twice": ('key = "carried_out"', 'key = "carried_in"', "carried_in"),
    "a figure that is not on the form": ("3 * carried_out.", "3 * carried_off.", "carried_off"),
    "an expression outside the language": ("3 * carried_out.total", "open('x')", "language"),
    "a total that is no sum of others": (
        'total == sum(individual, ..., other_org)"\ndefines',
        'sum(individual, ..., other_org) == total"\ndefines',
        "defines must read",
    ),
    "a total that last year decides": (
        'total == sum(individual, ..., other_org)"\ndefines',
        'total == prev.individual"\ndefines',
        "defines must read",
    ),
    "overlapping cells": ('at = "A5:D5"', 'at = "A4:D4"', "overlaps"),
    "a hole in the grid": ('at = "A1:D1"', 'at = "A1:C1"', "holes"),
    "a level nobody knows": ('id = "T3-06"', 'id = "T3-06"\nlevels = ["village"]', "village"),
    "a sentence without its source": ('", source = "《条例》第三十七条"', '"', "source"),
    "a sentence that does not say how binding it is": (', kind = "practice" }', " }", "kind"),
    "a sentence of an unknown kind": ('kind = "practice" }', 'kind = "custom" }', "custom"),
    "a sentence without either": (
        '{ text = "概述，可以不填。", source = "本表的公式和格式", kind = "tool" }',
        '"概述，可以不填。"',
        "应当是一组“键 = 值”，不是文字",
    ),
    "a rule that does not say how binding its basis is": ('kind = "law"\nremedy', "remedy", "kind"),
    "a list of words that nobody knows": ("@zero", "@nought", "nought"),
    "no TOML": ("[[tables]]", "[[tables", "读不出"),
    "a key that is missing": ('number = "二"\n', "", "$.tables[0]：缺少“number”"),
    "a text without a word": (
        'heading = "二、主动',
        'heading = "" # ',
        "$.tables[0].heading：是空的",
    ),
    "a number in words": ("height = 14", 'height = "14"', "height：应当是整数，不是文字"),
    "a table too high": ("height = 14", "height = 1400", "height：应当 <= 200"),
    "a range in lower case": ('at = "A3"', 'at = "a3"', "$.tables[0].rows[0].at：'a3' 写法不对"),
    "one of several ranges in lower case": (
        '"A6", "A9"',
        '"A6", "a9"',
        "labels[4].at[2]：'a9' 写法不对",
    ),
    "a range of no cells": ('at = "A12:D12"', 'at = "up"', "not a cell range: 'up'"),
    "a name of no sheet": (
        'sheet = "二、主动公开"',
        'sheet = "二/主动公开"',
        "sheet：'二/主动公开' 写法不对",
    ),
    "a key deep down": (
        'label = "规章"',
        'label = "规章"\nlable = ""',
        "rows[0]：有不认识的“lable”",
    ),
    "an inset without guidance": (
        'label = "收取信息处理费的件数"\nguidance',
        'label = "收取信息处理费的件数"\nguidances',
        "insets[0].figures[0]",
    ),
    "an inset of a section that is not there": (
        'section = "other"',
        'section = "others"',
        "inset processing_fee: no section 'others'",
    ),
    "an inset that no report has a place for": (
        'key = "processing_fee"',
        'key = "handling_fee"',
        "handling_fee",
    ),
    "a rule over the lines of no table": ('table = "requests"\neach', "each", "needs table"),
    "an instruction with an expression": (
        'severity = "warning"',
        'severity = "note"',
        "a note has",
    ),
    "a rule of the county's in the form": ('kind = "law"\nrem', 'kind = "local"\nrem', "own file"),
}


@pytest.mark.parametrize(("old", "new", "said"), REFUSED.values(), ids=REFUSED)
def test_a_faulty_edition_file_is_refused_with_file_and_place(old, new, said, tmp_path):
    text = SOURCE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "2021.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NianbaoError) as refused:
        catalog.load(path, context().common)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_what_is_refused_for_its_shape_breaks_the_schema_that_editors_use():
    schema = json.loads(
        (schemas() / "generated" / "edition.schema.json").read_text(encoding="utf-8")
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    text = SOURCE.read_text(encoding="utf-8")
    judge.validate(tomllib.loads(text))
    for old, new, _ in [REFUSED[name] for name in SHAPES]:
        assert not judge.is_valid(tomllib.loads(text.replace(old, new, 1))), new


SHAPES = [
    "a key nobody knows", "a misspelt key", "an unknown severity", "a rule id of another shape",
    "a sentence without its source", "a sentence of an unknown kind", "a sentence without either",
    "a key that is missing", "a text without a word", "a number in words", "a table too high",
    "a range in lower case", "one of several ranges in lower case", "a name of no sheet",
    "a key deep down",
]  # fmt: skip


def test_reading_the_editions_needs_no_validator_and_frees_what_it_took():
    """A debugging allocator stops at memory that was freed wrongly (``edition_file.Ranges``)."""
    code = (
        "import sys; from nianbao.context import context; context();"
        "print([m for m in ('jsonschema', 'jsonschema_rs', 'openpyxl') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONMALLOC": "debug"},
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"[]"), done.stderr.decode()


# --- a further edition ----------------------------------------------------------------------------


@pytest.fixture
def nianbao_with_2027(tmp_path):
    """The program beside whose editions lies one more file: 2027, with another wording."""
    root = HERE.parent
    shutil.copytree(root / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("schemas", "templates"):
        shutil.copytree(root / folder, tmp_path / folder)
    text = SOURCE.read_text(encoding="utf-8")
    new = text.replace('id = "2021"', 'id = "2027"', 1).replace("first = 2021", "first = 2027", 1)
    new = new.replace("本年废止件数", "本年废止及失效件数")
    (tmp_path / "schemas" / "editions" / "2027.toml").write_text(new, encoding="utf-8")

    def run(*words: str) -> str:
        program = [sys.executable, "-m", "nianbao", *words]
        known = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            program, check=False, env=known, cwd=tmp_path, capture_output=True, timeout=PATIENCE
        )
        assert done.returncode == 0, (words, done.stdout.decode(), done.stderr.decode())
        return done.stdout.decode()

    return run


def test_a_further_edition_needs_one_file_and_no_code(nianbao_with_2027, tmp_path):
    run = nianbao_with_2027
    lines = ("code,name,level", "659900,示例县,county", "659900-T1,甲乡,township")
    (tmp_path / "units.csv").write_text("\n".join(lines), encoding="utf-8")
    run("template", "--units", "units.csv", "--year", "2028", "-o", "下发")
    book = openpyxl.load_workbook(next((tmp_path / "下发").glob("*甲乡*.xlsx")))
    assert "本年废止及失效件数" in [c.value for row in book["二、主动公开"].rows for c in row]
    report = complete("659900-T1", "甲乡")
    texts = {key: text and text.replace("2023", "2028") for key, text in report.narrative.items()}
    newer = dataclasses.replace(report, year=2028, edition="2027", narrative=texts)
    document = to_document(newer)
    source = tmp_path / "甲乡.json"
    source.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    run("fill", str(source), "-o", "收到")
    run("check", "收到")
    run("merge", "收到", "--units", "units.csv", "-o", "汇总")
    summary = json.loads((tmp_path / "汇总" / "汇总.json").read_text(encoding="utf-8"))
    assert summary["report"]["edition"] == "2027"
    assert summary["report"]["tables"]["requests"]["received"]["total"] == 3
    assert "2027　2027—至今 年度" in run("editions")
    known = catalog.load_editions(context().common, tmp_path / "schemas" / "editions")
    assert {one.id: one.last_year for one in known.values()} == {
        "2019": 2020, "2021": 2026, "2027": None,
    }  # fmt: skip


def test_editions_of_the_same_years_are_refused(tmp_path):
    for name in ("a", "b"):
        shutil.copy(SOURCE, tmp_path / f"{name}.toml")
    with pytest.raises(NianbaoError, match="重叠"):
        catalog.load_editions(context().common, tmp_path)


def test_a_break_with_an_edition_that_there_is_not_is_refused(tmp_path):
    for path in SOURCE.parent.glob("*.toml"):
        text = path.read_text(encoding="utf-8").replace('breaks = ["2019"]', 'breaks = ["2018"]')
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(NianbaoError, match="2021 的 breaks 里有不存在的版本"):
        catalog.load_editions(context().common, tmp_path)
    form = context().editions["2021"]
    assert form.comparable("requests.received.total", "2019")
    assert not form.comparable("disclosure.licensing.decisions", "2019")
