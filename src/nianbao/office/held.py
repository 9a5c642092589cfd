"""The report documents that a JSON document holds: itself, or a 汇总.json's and its units'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nianbao.codes import FaultCode
from nianbao.errors import Catalogue, FileProblem
from nianbao.validate import LARGEST, load_document


_BOM = b"\xef\xbb\xbf"
_NULL = msgspec.Raw(b"null")
_BYTE = re.compile(r"\(byte (\d+)\)")


class _Summary(msgspec.Struct):
    """What is looked for in a large 汇总.json; what else it holds is passed over."""

    report: msgspec.Raw = _NULL
    units: msgspec.Raw = _NULL


class _Unit(msgspec.Struct):
    report: msgspec.Raw = _NULL


def documents(data: bytes, catalogue: Catalogue) -> Iterator[Mapping[str, Any]]:
    """Yield a report document itself, or those a 汇总.json holds: the summary's and the units'.

    One that is larger than any report is taken apart where it lies: besides its bytes, one
    report of it is in memory at a time.

    Raises:
        FileProblem: it is no JSON document that can be used, see ``load_document``.

    """
    if len(data) > LARGEST:
        yield from _parts(data, catalogue)
        return
    document = load_document(data, catalogue)
    if "units" not in document:
        yield document
        return
    units = document["units"] if isinstance(document["units"], list) else []
    held = [one.get("report") for one in units if isinstance(one, dict)]
    yield from (one for one in (summed(document), *held) if isinstance(one, dict))


def summed(document: Mapping[str, Any]) -> Any:
    """Return the report that a 汇总.json holds; a provisional one names who is missing."""
    report = document.get("report")
    if isinstance(report, dict) and report.get("complete") is False:
        return {"gaps": [], **report}
    return report


def _parts(data: bytes, catalogue: Catalogue) -> Iterator[Mapping[str, Any]]:
    def refuse(why: FaultCode, **values: object) -> FileProblem:
        return FileProblem(catalogue["F06"].finding(why=catalogue.fault(why, **values)))

    try:
        view = memoryview(data)[len(_BOM) :] if data.startswith(_BOM) else data
        whole = msgspec.json.decode(view, type=_Summary)
        units = [msgspec.json.decode(one, type=_Unit).report for one in _objects(whole.units)]
    except RecursionError:
        raise refuse("doc-deep") from None
    except msgspec.DecodeError as error:
        raise refuse("doc-json", **_place(str(error), data)) from None
    if whole.units == _NULL:
        why = catalogue.fault("file-large", size=len(data) // 1_000_000)
        raise FileProblem(catalogue["F05"].finding(why=why))
    if _is_object(whole.report):
        yield summed({"report": load_document(bytes(whole.report), catalogue)})
    for one in filter(_is_object, units):
        yield load_document(bytes(one), catalogue)


def _objects(units: msgspec.Raw) -> Iterator[msgspec.Raw]:
    if bytes(memoryview(units)[:1]) == b"[":
        yield from filter(_is_object, msgspec.json.decode(units, type=list[msgspec.Raw]))


def _is_object(raw: msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:1]) == b"{"


def _place(said: str, data: bytes) -> dict[str, int]:
    """Return line and column of the byte that the parser names; else of the end."""
    found = _BYTE.search(said)
    at = int(found[1]) if found else len(data)
    return {"line": data.count(b"\n", 0, at) + 1, "column": at - data.rfind(b"\n", 0, at)}
