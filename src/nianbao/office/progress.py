"""How far a long job is, told to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar


Item = TypeVar("Item")
Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""


def unwatched(_done: int, _whole: int) -> None:
    """Tell nobody."""


def counted(items: Iterable[Item], about: int, progress: Progress) -> Iterator[Item]:
    """Yield the items, and tell after each how many there were, of ``about`` how many."""
    for done, item in enumerate(items, 1):
        yield item
        progress(done, max(done, about))


def told(items: Sequence[Item], progress: Progress) -> Iterator[Item]:
    """Yield the items, and tell after each how many are done."""
    for done, item in enumerate(items):
        progress(done, len(items))
        yield item
    progress(len(items), len(items))
