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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from nianbao.codes import FaultCode
from nianbao.form import Authority, Chapter, Edition, Guidance, Rule, Section
from nianbao.words import Common


FILE = "本地要求.toml"
"""What the file is called where it lies beside the roster."""

RULE: Final = "N18"
"""What the ids of its points begin with: N18-1, N18-2 …"""

LARGEST = 20_000
"""Characters of a file, or of what a workbook carries, that are believed."""

_PEOPLE = ("contact", "phone")

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
    """The options; ``name`` is whose they are, ``source`` the document that lays them down.

    ``contact`` and ``phone`` tell units whom to call.
    """

    name: str
    source: str
    dates: Mapping[str, str]
    points: tuple[Point, ...]
    practice: tuple[str, ...]
    contact: str = ""
    phone: str = ""


NOTHING = Local("", "", {}, (), ())


# --- reading, strictly --------------------------------------------------------------------------


def parse(data: bytes, source: str, common: Common) -> str:
    """Return the text that stands for a file of options, as workbooks carry it.

    Raises:
        NianbaoError: it is no TOML, or says anything unknown, misspelt or missing.

    """
    if len(data) > LARGEST:
        raise common.refuse("local-large", name=source, limit=LARGEST // 1000)
    try:
        said = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise common.refuse("local-encoding", name=source) from None
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        where = common.fault("at-line", line=line[1]) if line else common.fault("at-end")
        raise common.refuse("local-toml", name=source, where=where) from None
    try:
        own = _read(said, common)
    except _WrongError as wrong:
        raise common.refuse("local-content", name=source, why=wrong) from None
    carried = asdict(own, dict_factory=lambda items: {key: value for key, value in items if value})
    return json.dumps(carried, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def options(text: str, common: Common) -> Local:
    """Return what a text that a workbook carries stands for; nothing where it is "".

    Raises:
        NianbaoError: it is not what ``parse`` makes.

    """
    return _options(text, common)


@functools.lru_cache(maxsize=32)
def _options(text: str, common: Common) -> Local:
    if not text:
        return NOTHING
    try:
        said = json.loads(text) if len(text) <= LARGEST else None
        return _read(said if isinstance(said, dict) else {}, common)
    except (ValueError, RecursionError, _WrongError) as error:
        raise common.refuse("local-carried") from error


class _WrongError(Exception):
    """What is wrong in a file of options, and where."""


def _read(said: Mapping[str, Any], common: Common) -> Local:
    return _Reader(common).options(said)


@dataclass(frozen=True)
class _Reader:
    """Takes options out of what a file says; ``where`` is how a fault names the place."""

    common: Common

    def options(self, said: Mapping[str, Any]) -> Local:
        top = self.common.fault("local-top")
        may = ("dates", "points", "practice", *_PEOPLE)
        self._keys(said, ("name", "source"), may, top)
        dates = self._table(said.get("dates", {}), "dates")
        self._keys(dates, (), tuple(self.common.levels), "[dates]")
        points = self._list(said.get("points", []), "points", 30)
        return Local(
            name=self._text(said["name"], "name", 40),
            source=self._text(said["source"], "source", 80),
            dates={key: self._date(value, f"dates.{key}") for key, value in dates.items()},
            points=tuple(self._point(one, number) for number, one in enumerate(points, 1)),
            practice=self._texts(said.get("practice", []), "practice", 30, 300),
            **{key: self._text(said[key], key, 40) for key in _PEOPLE if key in said},
        )

    def _point(self, said: Any, number: int) -> Point:
        where = self.common.fault("local-point", number=number)
        of = functools.partial(self.common.fault, "local-of", where=where)
        one = self._table(said, where)
        self._keys(one, ("label", "words"), ("part", "levels"), where)
        levels = self._texts(one.get("levels", []), of(key="levels"), 6, 20)
        for key in levels:
            if key not in self.common.levels:
                raise self._wrong("local-level", where, key=key, known=_listed(self.common.levels))
        words = self._texts(one["words"], of(key="words"), 20, 30)
        if not words:
            raise self._wrong("local-no-words", where)
        part = self._text(one.get("part", "-"), of(key="part"), 40).strip("-")
        return Point(self._text(one["label"], of(key="label"), 60), words, part, levels)

    def _wrong(self, code: FaultCode, where: str, **values: object) -> _WrongError:
        return _WrongError(self.common.fault(code, where=where, **values))

    def _keys(
        self, said: Mapping[str, Any], due: Sequence[str], may: Sequence[str], where: str
    ) -> None:
        for key in said:
            if key not in {*due, *may}:
                known = _listed([*due, *may])
                raise self._wrong("local-unknown", where, key=key[:40], known=known)
        for key in due:
            if key not in said:
                raise self._wrong("local-missing", where, key=key)

    def _table(self, said: Any, where: str) -> Mapping[str, Any]:
        if not isinstance(said, dict):
            raise self._wrong("local-table", where)
        return said

    def _list(self, said: Any, where: str, most: int) -> list[Any]:
        if not isinstance(said, list) or len(said) > most:
            raise self._wrong("local-list", where, most=most)
        return said

    def _text(self, said: Any, where: str, most: int) -> str:
        if not isinstance(said, str) or not said.strip() or len(said) > most:
            raise self._wrong("local-text", where, most=most)
        if any(not char.isprintable() for char in said):
            raise self._wrong("local-control", where)
        return said.strip()

    def _texts(self, said: Any, where: str, most: int, longest: int) -> tuple[str, ...]:
        item = functools.partial(self.common.fault, "local-item", where=where)
        each = enumerate(self._list(said, where, most), 1)
        return tuple(self._text(one, item(number=number), longest) for number, one in each)

    def _date(self, said: Any, where: str) -> str:
        """Return a day as sheets show it, e.g. 2026年1月15日 or 1月15日."""
        text = said.isoformat() if isinstance(said, dt.date) else said
        match = _DAY.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None or not _is_day(int(match[1] or 2024), int(match[2]), int(match[3])):
            raise self._wrong("local-date", where)
        return f"{f'{match[1]}年' if match[1] else ''}{int(match[2])}月{int(match[3])}日"


def _listed(names: Iterable[str]) -> str:
    return "、".join(names)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(dt.date(year, month, day))
    except ValueError:
        return False


# --- applying ------------------------------------------------------------------------------------


def localised(edition: Edition, text: str, common: Common) -> Edition:
    """Return the edition with what a text of options adds; the same for the same two.

    Raises:
        NianbaoError: the text is not what ``parse`` makes, or names a part that section one lacks.

    """
    return _localised(edition, text, common)


@functools.lru_cache(maxsize=64)
def _localised(edition: Edition, text: str, common: Common) -> Edition:
    own = options(text, common)
    if own is NOTHING:
        return edition
    first = edition.sections[0]
    rules = tuple(_rules(own, first, common))
    title = common.fault("local-title", name=own.name)
    return replace(
        edition,
        sections=(_prompting(first, own, common), *edition.sections[1:]),
        rules=(*edition.rules, *rules),
        guide=(*edition.guide, Chapter(title, tuple(_items(own, first, common)))),
        local=text,
    )


def deadline(edition: Edition, level: str, year: int, common: Common) -> str:
    """Return the day that the options set for a level's reports on a year; "" for none."""
    day = options(edition.local, common).dates.get(level, "")
    return day if not day or "年" in day else f"{year + 1}年{day}"


def _rules(own: Local, section: Section, common: Common) -> Iterator[Rule]:
    for number, point in enumerate(own.points, 1):
        said = ", ".join(map(repr, point.words))
        asked = {"section": section.number, "label": point.label, "name": own.name}
        finding = common.catalogue[RULE].finding(**asked)
        yield Rule(
            id=f"{RULE}-{number}",
            severity=finding.severity,
            text=finding.message,
            basis=own.source,
            kind=Authority.LOCAL,
            remedy=finding.remedy,
            expression=f"mentions({section.key}, {said})",
            at=_place(point, section, common),
            levels=point.levels,
        )


def _place(point: Point, section: Section, common: Common) -> str:
    keys = [part.key for part in section.parts]
    if point.part and point.part not in keys:
        raise common.refuse("local-part", part=point.part, known=_listed(keys))
    needed = [part.key for part in section.parts if part.required]
    return f"{section.key}.{point.part or needed[0]}"


def _prompting(section: Section, own: Local, common: Common) -> Section:
    """Return section one with the points in the prompts of the parts they belong to."""
    due: dict[str, list[str]] = {}
    for point in own.points:
        due.setdefault(_place(point, section, common), []).append(point.label)
    prompt = functools.partial(common.fault, "local-prompt", name=own.name)
    parts = tuple(
        replace(
            part,
            guidance=(*part.guidance, _said(own, prompt(labels="；".join(labels)))),
        )
        if (labels := due.get(f"{section.key}.{part.key}"))
        else part
        for part in section.parts
    )
    return replace(section, parts=parts)


def _said(own: Local, text: str) -> Guidance:
    return Guidance(text, own.source, Authority.LOCAL)


def _items(own: Local, section: Section, common: Common) -> Iterator[Guidance]:
    labels = {key: level.label for key, level in common.levels.items()}
    for key, day in own.dates.items():
        yield _said(own, common.fault("local-due", level=labels[key], day=day))
    for point in own.points:
        asked = {"section": section.number, "label": point.label, "words": "”“".join(point.words)}
        yield _said(own, common.fault("local-asked", **asked))
    for text in own.practice:
        yield _said(own, text)
    if whom := to_call(own):
        yield _said(own, f"有不清楚的，请联系{whom}。")


def to_call(own: Local) -> str:
    """Return whom units are to call, e.g. 张三，电话 0935-1234567; "" where nobody is named."""
    phone = f"电话 {own.phone}" if own.phone else ""
    return "，".join(part for part in (own.contact, phone) if part)
