"""What a county or city asks for beyond the official form: 本地要求.toml, read and applied.

Its dates, points and practice become part of the edition that its workbooks are drawn from: a
point is a rule (N18) like any other, with its line on 校验 and its place for a reason. A workbook
carries them on its hidden sheet, so that whoever checks it knows them.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from nianbao.catalog import Common, common
from nianbao.errors import NianbaoError
from nianbao.form import Authority, Chapter, Edition, Guidance, Rule, Section, Severity


FILE = "本地要求.toml"
"""What the file is called where it lies beside the roster."""

RULE = "N18"
"""What the ids of its points begin with: N18-1, N18-2 …"""

LARGEST = 20_000
"""Characters of a file, or of what a workbook carries, that are believed."""

TITLE = "本县（市）规定"

_DAY = re.compile(r"(?:(\d{4})\s*[-年/.]\s*)?(\d{1,2})\s*[-月/.]\s*(\d{1,2})日?")
_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class Point:
    """What section one must say: one of the words; ``part`` is the key of its part."""

    label: str
    words: tuple[str, ...]
    part: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Local:
    """The options; ``name`` is whose they are, ``source`` the document that lays them down."""

    name: str
    source: str
    dates: Mapping[str, str]
    points: tuple[Point, ...]
    practice: tuple[str, ...]


NOTHING = Local("", "", {}, (), ())


# --- reading, strictly --------------------------------------------------------------------------


def parse(data: bytes, source: str) -> str:
    """Return the text that stands for a file of options, as workbooks carry it.

    Raises:
        NianbaoError: it is no TOML, or says anything unknown, misspelt or missing.

    """
    if len(data) > LARGEST:
        raise NianbaoError(f"本地要求 {source} 太大（超过 {LARGEST // 1000} KB），不像本地要求。")
    try:
        said = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise NianbaoError(f"本地要求 {source} 的编码不是 UTF-8。请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        where = f"第 {line[1]} 行" if line else "末尾"
        raise NianbaoError(
            f"本地要求 {source} {where}写法不对：文字要加英文引号，列表用方括号，一行一项。"
        ) from None
    try:
        own = _read(said, common())
    except _WrongError as wrong:
        raise NianbaoError(f"本地要求 {source}：{wrong}。请改正后再试。") from None
    carried = asdict(own, dict_factory=lambda items: {key: value for key, value in items if value})
    return json.dumps(carried, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@functools.lru_cache(maxsize=32)
def options(text: str) -> Local:
    """Return what a text that a workbook carries stands for; nothing where it is "".

    Raises:
        NianbaoError: it is not what ``parse`` makes.

    """
    if not text:
        return NOTHING
    try:
        said = json.loads(text) if len(text) <= LARGEST else None
        return _read(said if isinstance(said, dict) else {}, common())
    except (ValueError, RecursionError, _WrongError) as error:
        raise NianbaoError("本地要求读不出") from error


class _WrongError(Exception):
    """What is wrong in a file of options, and where."""


def _read(said: Mapping[str, Any], shared: Common) -> Local:
    _keys(said, ("name", "source"), ("dates", "points", "practice"), "最外层")
    dates = _table(said.get("dates", {}), "dates")
    _keys(dates, (), tuple(shared.levels), "[dates]")
    points = _list(said.get("points", []), "points", 30)
    return Local(
        name=_text(said["name"], "name", 40),
        source=_text(said["source"], "source", 80),
        dates={key: _date(value, f"dates.{key}") for key, value in dates.items()},
        points=tuple(_point(one, f"第 {n} 个 points", shared) for n, one in enumerate(points, 1)),
        practice=_texts(said.get("practice", []), "practice", 30, 300),
    )


def _point(said: Any, where: str, shared: Common) -> Point:
    one = _table(said, where)
    _keys(one, ("label", "words"), ("part", "levels"), where)
    levels = _texts(one.get("levels", []), f"{where}的 levels", 6, 20)
    for key in levels:
        if key not in shared.levels:
            raise _WrongError(
                f"{where}的 levels 里“{key}”不认识，可以用：{'、'.join(shared.levels)}"
            )
    words = _texts(one["words"], f"{where}的 words", 20, 30)
    if not words:
        raise _WrongError(f"{where}的 words 是空的，至少写一个词")
    part = _text(one.get("part", "-"), f"{where}的 part", 40).strip("-")
    return Point(_text(one["label"], f"{where}的 label", 60), words, part, levels)


def _keys(said: Mapping[str, Any], due: Sequence[str], may: Sequence[str], where: str) -> None:
    for key in said:
        if key not in {*due, *may}:
            raise _WrongError(f"{where}有不认识的“{key[:40]}”，可以用：{'、'.join([*due, *may])}")
    for key in due:
        if key not in said:
            raise _WrongError(f"{where}缺少“{key}”")


def _table(said: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise _WrongError(f"{where}应当是一组“键 = 值”")
    return said


def _list(said: Any, where: str, most: int) -> list[Any]:
    if not isinstance(said, list) or len(said) > most:
        raise _WrongError(f"{where}应当是一个列表，最多 {most} 项")
    return said


def _text(said: Any, where: str, longest: int) -> str:
    if not isinstance(said, str) or not said.strip() or len(said) > longest:
        raise _WrongError(f"{where}应当是文字，1 到 {longest} 字")
    if any(not char.isprintable() for char in said):
        raise _WrongError(f"{where}里有换行或控制字符")
    return said.strip()


def _texts(said: Any, where: str, most: int, longest: int) -> tuple[str, ...]:
    each = enumerate(_list(said, where, most), 1)
    return tuple(_text(one, f"{where} 第 {number} 项", longest) for number, one in each)


def _date(said: Any, where: str) -> str:
    """Return a day as sheets show it, e.g. 2026年1月15日 or 1月15日."""
    text = said.isoformat() if isinstance(said, dt.date) else said
    match = _DAY.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or not _is_day(int(match[1] or 2024), int(match[2]), int(match[3])):
        raise _WrongError(f"{where}应当是日期，如“1月15日”")
    return f"{f'{match[1]}年' if match[1] else ''}{int(match[2])}月{int(match[3])}日"


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(dt.date(year, month, day))
    except ValueError:
        return False


# --- applying ------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=64)
def localised(edition: Edition, text: str) -> Edition:
    """Return the edition with what a text of options adds; the same for the same two.

    Raises:
        NianbaoError: the text is not what ``parse`` makes, or names a part that section one lacks.

    """
    own = options(text)
    if own is NOTHING:
        return edition
    first = edition.sections[0]
    rules = tuple(_rules(own, first))
    return replace(
        edition,
        sections=(_prompting(first, own), *edition.sections[1:]),
        rules=(*edition.rules, *rules),
        guide=(*edition.guide, Chapter(f"{TITLE}：{own.name}", tuple(_items(own, first)))),
        local=text,
    )


def deadline(edition: Edition, level: str, year: int) -> str:
    """Return the day that the options set for a level's reports on a year; "" for none."""
    day = options(edition.local).dates.get(level, "")
    return day if not day or "年" in day else f"{year + 1}年{day}"


def _rules(own: Local, section: Section) -> Iterator[Rule]:
    for number, point in enumerate(own.points, 1):
        said = ", ".join(map(repr, point.words))
        yield Rule(
            id=f"{RULE}-{number}",
            severity=Severity.WARNING,
            text=f"第{section.number}部分要写到“{point.label}”（{own.name}的要求）",
            basis=own.source,
            kind=Authority.LOCAL,
            remedy=f"请在第{section.number}部分补写；本单位没有的写明没有，不适用的在“校验”表右边写明原因。",
            expression=f"mentions({section.key}, {said})",
            at=_place(point, section),
            levels=point.levels,
        )


def _place(point: Point, section: Section) -> str:
    keys = [part.key for part in section.parts]
    if point.part and point.part not in keys:
        raise NianbaoError(f"本地要求里的 part“{point.part}”不认识，可以用：{'、'.join(keys)}。")
    needed = [part.key for part in section.parts if part.required]
    return f"{section.key}.{point.part or needed[0]}"


def _prompting(section: Section, own: Local) -> Section:
    """Return section one with the points in the prompts of the parts they belong to."""
    due: dict[str, list[str]] = {}
    for point in own.points:
        due.setdefault(_place(point, section), []).append(point.label)
    parts = tuple(
        replace(
            part,
            guidance=(*part.guidance, _said(own, f"{own.name}还要求写到：{'；'.join(labels)}。")),
        )
        if (labels := due.get(f"{section.key}.{part.key}"))
        else part
        for part in section.parts
    )
    return replace(section, parts=parts)


def _said(own: Local, text: str) -> Guidance:
    return Guidance(text, own.source, Authority.LOCAL)


def _items(own: Local, section: Section) -> Iterator[Guidance]:
    labels = {key: level.label for key, level in common().levels.items()}
    for key, day in own.dates.items():
        yield _said(own, f"{labels[key]}报送截止：{day}。")
    for point in own.points:
        words = "”“".join(point.words)
        yield _said(own, f"第{section.number}部分要写到：{point.label}（有“{words}”之一即可）。")
    for text in own.practice:
        yield _said(own, text)
