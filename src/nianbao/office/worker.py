"""Work on hostile files in processes that can be killed: bounded in time and in memory.

What a file makes a library do - hang, abort, allocate without end - ends one worker and is the
finding of one file; the next file meets a fresh worker. This is no sandbox: it guards the run,
not the machine.
"""

from __future__ import annotations

import atexit
import collections
import contextlib
import copyreg
import enum
import faulthandler
import gc
import io
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from nianbao.catalog import common, editions
from nianbao.errors import NianbaoError
from nianbao.form import Edition
from nianbao.layout import Place
from nianbao.local import localised


@dataclass(frozen=True)
class Bounds:
    """What one file may take: seconds, and bytes of memory where the system can limit them.

    ``start`` are the seconds in which a worker must be there; ``workers`` are used at most, one
    more for every ``share`` files.
    """

    seconds: float = 60
    memory: int = 2 << 30
    start: float = 120
    workers: int = max(1, min(4, os.cpu_count() or 1))
    share: int = 8


BOUNDS = Bounds()


class Failure(enum.Enum):
    """Why a worker gave no answer."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"


Item = TypeVar("Item")
Answer = TypeVar("Answer")
Call = tuple[Callable[..., Answer], Any]


def each(
    calls: Iterable[tuple[Item, Call[Answer] | None]], bounds: Bounds = BOUNDS
) -> Iterator[tuple[Item, Answer | Failure | None]]:
    """Yield each item with what its call (function and argument) returned, in the order given.

    A call of None is not made. Functions must be importable, arguments and answers picklable.

    Raises:
        NianbaoError: no worker can be started.

    """
    waiting: collections.deque[tuple[Item, _Worker | None]] = collections.deque()
    staff = _Staff(bounds)
    try:
        for item, call in calls:
            done = []
            while call is not None and not staff.has_room():
                done.append(_next(waiting, staff))
            waiting.append((item, None if call is None else staff.give(call)))
            while waiting and waiting[0][1] is None:
                done.append(_next(waiting, staff))
            yield from done  # while the workers go on
        while waiting:
            yield _next(waiting, staff)
    finally:
        staff.dismiss()


def _next(waiting: collections.deque[tuple[Any, _Worker | None]], staff: _Staff) -> tuple[Any, Any]:
    item, worker = waiting.popleft()
    return item, None if worker is None else staff.take(worker)


class _Staff:
    """The workers of one run; idle ones stay for the next."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds, self.busy, self.given = bounds, set[_Worker](), 0
        self.idle = _IDLE.setdefault(bounds, [])

    def has_room(self) -> bool:
        due = min(self.bounds.workers, 1 + self.given // self.bounds.share)
        return len(self.busy) < due

    def give(self, call: Call[Any]) -> _Worker:
        worker = self.idle.pop() if self.idle else _Worker(self.bounds)
        self.busy.add(worker)
        self.given += 1
        worker.ask(dumps(call))
        return worker

    def take(self, worker: _Worker) -> Any:
        answer = worker.answer()
        self.busy.discard(worker)
        if worker.alive:
            self.idle.append(worker)
        return answer

    def dismiss(self) -> None:
        """End the workers whose answer nobody wants any more."""
        while self.busy:
            self.busy.pop().end()


_IDLE: dict[Bounds, list[_Worker]] = {}


@atexit.register
def close() -> None:
    """End the idle workers."""
    for workers in _IDLE.values():
        while workers:
            workers.pop().end()


class _Worker:
    """A process that answers one call after another."""

    def __init__(self, bounds: Bounds) -> None:
        context = multiprocessing.get_context("spawn")  # the only one Windows has; no locks copied
        self.bounds, self.alive, self.ready = bounds, True, False
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, bounds), daemon=True)
        try:
            with _deaf():
                self.process.start()
        except OSError as error:
            raise _no_worker(f"错误号 {error.errno}") from error
        theirs.close()

    def ask(self, message: bytes) -> None:
        """Send a call; one that is dead says so when its answer is asked for."""
        with contextlib.suppress(OSError):
            self.pipe.send_bytes(message)
        self.deadline = time.monotonic() + self.bounds.seconds

    def answer(self) -> Any:
        """Return what the call returned, or why it returned nothing."""
        try:
            self._await_start()
            if self.pipe.poll(max(0.0, self.deadline - time.monotonic())):
                return loads(self.pipe.recv_bytes())
            failure = Failure.TIME
        except (EOFError, OSError):
            failure = Failure.CRASH
        self.end()
        return failure

    def _await_start(self) -> None:
        if self.ready:
            return
        try:
            there = self.pipe.poll(self.bounds.start) and self.pipe.recv_bytes() == _READY
        except (EOFError, OSError):
            there = False
        if not there:
            self.end()
            raise _no_worker("启动不了")
        self.ready = True
        self.deadline = time.monotonic() + self.bounds.seconds

    def end(self) -> None:
        """Kill the process, whatever it does."""
        self.alive = False
        self.pipe.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def _no_worker(why: str) -> NianbaoError:
    return NianbaoError(
        f"读取文件用的子进程没有启动（{why}）。请看杀毒软件是不是拦住了，或重新启动电脑再试。"
    )


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that is started here inherit that Ctrl-C is not its business."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# --- in the worker ----------------------------------------------------------------------------


_READY = b"ready"
_GRACE = 5
"""Seconds after which a worker ends itself that nobody killed: its parent is gone."""


def _serve(pipe: Connection, bounds: Bounds) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    silence = _silenced()
    _limit_memory(bounds.memory)
    settle()
    with contextlib.suppress(EOFError, OSError):
        pipe.send_bytes(_READY)
        while True:
            message = pipe.recv_bytes()
            faulthandler.dump_traceback_later(bounds.seconds + _GRACE, exit=True, file=silence)
            answer = _answered(message)
            faulthandler.cancel_dump_traceback_later()
            pipe.send_bytes(answer)


def settle() -> None:
    """Load the editions; have the garbage collector pass them over and look less often.

    A workbook makes tens of thousands of small objects and no cycles to speak of.
    """
    editions()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _answered(message: bytes) -> bytes:
    try:
        function, argument = loads(message)
        return dumps(function(argument))
    except MemoryError:
        return dumps(Failure.MEMORY)
    except BaseException:  # noqa: BLE001 - a Rust panic is no Exception
        return dumps(Failure.CRASH)


def _silenced() -> io.TextIOWrapper:
    """Send what native code prints when it dies to nowhere; return where that is."""
    silence = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - for good
    for number in (1, 2):
        with contextlib.suppress(OSError):
            os.dup2(silence.fileno(), number)
    sys.stdout = sys.stderr = silence
    return silence


def _limit_memory(most: int) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):  # macOS limits nothing
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


# --- what goes between ------------------------------------------------------------------------


def _edition(name: str, own: str) -> Edition:
    return localised(editions()[name], own, common())


_TABLE = {
    **copyreg.dispatch_table,
    Edition: lambda one: (_edition, (one.id, one.local)),
    Place: lambda one: (Place, (one.sheet, one.row, one.column)),
}
"""Both sides have the editions; a place is three values."""


def dumps(value: object) -> bytes:
    """Return a value as bytes; editions by their id and the county's own options."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump(value)
    return buffer.getvalue()


def loads(data: bytes) -> Any:
    """Return the value of ``dumps``."""
    return pickle.loads(data)  # noqa: S301 - from our own process
