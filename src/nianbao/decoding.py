"""Data from a file into the types that say what it may be, strictly; its JSON Schema from them.

The types are frozen dataclasses, and ``msgspec`` holds the data to them. What it lets pass, a key
that a type does not have, is refused here; and what it says is said in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec
from msgspec import inspect


_T = TypeVar("_T")


class DecodeError(ValueError):
    """Data that is not what its type says: the place (``$.tables[0].key``) and the fault."""


def decode(data: Any, shape: type[_T]) -> _T:
    """Return data as a value of a type.

    Raises:
        DecodeError: it has a key too many or too few, or a value of another type.

    """
    for place, key, known in _unknown(data, inspect.type_info(shape), "$"):
        raise DecodeError(f"{place}：有不认识的“{key}”，可以用：{'、'.join(known)}")
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        raise DecodeError(
            f"{place.strip('`') or '$'}：{_chinese(what, _at(data, place))}"
        ) from None


def schema(shape: type) -> dict[str, Any]:
    """Return the JSON Schema of a type, closed as ``decode`` is."""
    found = msgspec.json.schema(shape)
    for one in found["$defs"].values():
        if "properties" in one:
            one["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def _unknown(
    data: Any, shape: inspect.Type, place: str
) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Yield place and name of each key that a type does not have, and those that it has."""
    if isinstance(shape, inspect.DataclassType) and isinstance(data, dict):
        known = [one.encode_name for one in shape.fields]
        yield from ((place, str(key), known) for key in data if key not in known)
    for value, kind, where in _within(data, shape):
        yield from _unknown(value, kind, place + where)


def _within(data: Any, shape: inspect.Type) -> Iterator[tuple[Any, inspect.Type, str]]:
    """Yield the values that a value holds, each with its type and its place."""
    match shape, data:
        case inspect.DataclassType(), dict():
            for one in shape.fields:
                if one.encode_name in data:
                    yield data[one.encode_name], one.type, f".{one.encode_name}"
        case inspect.DictType(), dict():
            for key, value in data.items():
                yield value, shape.value_type, f".{key}"
        case inspect.VarTupleType(), list():
            for number, value in enumerate(data):
                yield value, shape.item_type, f"[{number}]"
        case inspect.UnionType(), _:
            yield from ((data, one, "") for one in shape.types)
        case inspect.Metadata(), _:
            yield data, shape.type, ""


def _at(data: Any, place: str) -> Any:
    """Return what stands at a place, None where it does not say which of several it is."""
    for key, number in re.findall(r"\.(\w+)|\[([\d.]+)\]", place):
        if number == "...":
            return None
        data = data[key or int(number)]
    return data


# --- in Chinese -----------------------------------------------------------------------------------

_TYPES = {
    "str": "文字", "int": "整数", "float": "数字", "bool": "true 或 false", "array": "列表",
    "object": "一组“键 = 值”", "date": "日期", "datetime": "日期", "time": "时间", "null": "空",
}  # fmt: skip

_SAYINGS = [
    (r"Object missing required field `(.*)`", "缺少“{0}”"),
    (r"Invalid enum value (.*)", "{0} 不在可以用的值里"),
    (r"Expected `str` matching regex (.*)", "{value!r} 写法不对，应当合乎 {0}"),
    (r"Expected `(\w+)` of length >= 1", "是空的"),
    (r"Expected `(\w+)` of length <= (\d+)", "太长，最多 {1}"),
    (r"Expected `(\w+)` ([<>]=?) (\S+)", "应当 {1} {2}"),
    (r"Expected `(.*)`, got `(.*)`", "应当是{0}，不是{1}"),
]


def _chinese(what: str, value: Any) -> str:
    """Return in Chinese what is wrong with a value."""
    for pattern, text in _SAYINGS:
        if match := re.fullmatch(pattern, what):
            return text.format(*map(_named, match.groups()), value=value)
    return what


def _named(part: str) -> str:
    """Return types by their Chinese names, anything else as it is."""
    types = part.split(" | ")
    return "或".join(_TYPES[one] for one in types) if set(types) <= _TYPES.keys() else part
