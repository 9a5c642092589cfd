"""Mutations that know what a workbook is: a zip archive of XML parts, or text.

A byte changed in a compressed archive only ever breaks its checksum. So parts are unpacked, one is
changed as XML (a value, a reference, an element dropped, doubled, carried elsewhere) or as bytes,
and all are packed again.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable


LARGEST = 3_000_000
"""Bytes of all parts that are unpacked to be changed."""

Mutate = Callable[[bytes, int], bytes]

_VALUE = re.compile(rb'="([^"<>]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_ELEMENT = re.compile(rb"<(\w+)(?:\s[^<>]*)?(?:/>|>[^<>]*</\1>)")
_FROM = (b"<sheets", b"<definedNames", b"<sheetData", b"<cellXfs", b"<sst", b"<Relationships")
TELLING = [
    b"",
    b" ",
    *"""
    0 -1 1 3 1e9 1e999 -1e-999 NaN 0.1 99999999999999999999 1_0 １２ true s b d e str inlineStr n
    A1 D7 D0 J7 XFD1048576 ZZZ9999999 A 7 1:1 $D$7 '三、依申请公开'!$D$7 标识!$B$1 #REF!
    'it''s'!$A$1:$B$9 [1]Sheet1!$A$1 SUM(A1:A9) nianbao.kind requests.total.total 标识
    三、依申请公开 二、主动公开 2021 2019 2023 零报告 是 township rId1 xl/workbook.xml
    ../../etc/passwd /xl/worksheets/sheet3.xml External hidden _x000D_ _xD800_ &#13; &#0; &lt; &x;
    \ufeff \u202e \U00020000 <!----> <?x?> <![CDATA[1]]> </sheetData> yyyy-mm-dd 0% 0, [h]:mm
    """.encode().split(),
]


def damaged(data: bytes, most: int, seed: int, mutate: Mutate) -> bytes:
    """Return an input changed in a way that still gets somewhere."""
    chosen, kind, body = random.Random(seed), data[:1], data[1:]
    if kind in {b"W", b"Z"} and chosen.random() < 0.85 and (files := _unpacked(body)):
        body = _packed(_with_part(files, chosen, mutate), chosen)
    elif chosen.random() < 0.4:
        body = _spliced(body, chosen)
    else:
        body = bytes(mutate(body, most))
    return (kind + body)[:most]


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > LARGEST:
                return {}
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - zipfile raises anything; then it is changed as bytes
        return {}


def _packed(files: dict[str, bytes], chosen: random.Random) -> bytes:
    buffer = io.BytesIO()
    how = zipfile.ZIP_STORED if chosen.random() < 0.05 else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", how, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _with_part(files: dict[str, bytes], chosen: random.Random, mutate: Mutate) -> dict[str, bytes]:
    name = chosen.choice(list(files))
    data, rolled = files[name], chosen.random()
    if rolled < 0.02:
        return {key: part for key, part in files.items() if key != name}
    if rolled < 0.04:
        return {**files, name: files[chosen.choice(list(files))]}
    if rolled < 0.06:
        other = chosen.choice(TELLING).decode() or "x"
        return {(other if key == name else key): part for key, part in files.items()}
    if rolled < 0.8:
        for _ in range(chosen.choice((1, 1, 1, 2, 5))):
            data = _spliced(data, chosen)
        return {**files, name: data}
    start = chosen.randrange(len(data) + 1)
    window = data[start : start + 64]
    return {**files, name: data[:start] + bytes(mutate(window, 128)) + data[start + 64 :]}


def _spliced(data: bytes, chosen: random.Random) -> bytes:
    """Change one value, or one innermost element, of a text."""
    pattern = chosen.choice((_VALUE, _TEXT, _TEXT, _ELEMENT))
    found = _one(pattern, data, chosen)
    telling = chosen.choice(TELLING)
    if found is None:
        start = chosen.randrange(len(data) + 1)
        return data[:start] + telling + data[start + chosen.choice((0, 0, len(telling))) :]
    if pattern is not _ELEMENT:
        return data[: found.start(1)] + telling + data[found.end(1) :]
    element = found.group()
    if chosen.random() < 0.5:
        return data[: found.start()] + chosen.choice((b"", element * 2)) + data[found.end() :]
    to = chosen.randrange(len(data) + 1)
    to = max(data.rfind(b">", 0, to) + 1, 0)
    return data[:to] + element + data[to:]


def _one(pattern: re.Pattern[bytes], data: bytes, chosen: random.Random) -> re.Match[bytes] | None:
    """Return a match somewhere: behind a random place, or behind where the telling ones begin."""
    start = chosen.randrange(len(data) + 1)
    if chosen.random() < 0.4:
        start = max(data.find(chosen.choice(_FROM)), 0)
        start += chosen.randrange(2_000)
    return pattern.search(data, start)
