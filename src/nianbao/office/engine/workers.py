"""Work on hostile files in processes that can be killed: bounded in time and in memory.

What a file makes a library do - hang, abort, allocate without end - ends one worker and is the
finding of one file; the next file meets a fresh worker. This is no sandbox: it guards the run,
not the machine.
"""

from __future__ import annotations

import atexit
import collections
import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from nianbao.context import Context
from nianbao.office.engine.bounds import BOUNDS, Bounds, Failure
from nianbao.office.engine.exchange import dumps, loads
from nianbao.office.engine.serving import READY, outcome, serve, stamped, unstamped


Item = TypeVar("Item")
Answer = TypeVar("Answer")
Call = tuple[Callable[..., Answer], Any]


def each(
    calls: Iterable[tuple[Item, Call[Answer] | None]], context: Context, bounds: Bounds = BOUNDS
) -> Iterator[tuple[Item, Answer | Failure | None]]:
    """Yield each item with what its call (function and argument) returned, in the order given.

    A call of None is not made. Functions must be importable, arguments and answers picklable; a
    context among them is the worker's own.

    Raises:
        NianbaoError: no worker can be started.

    """
    if not bounds.workers:
        yield from ((item, None if call is None else outcome(*call)) for item, call in calls)
        return
    waiting: collections.deque[tuple[Item, _Worker | None]] = collections.deque()
    staff = _Staff(bounds, context)
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

    def __init__(self, bounds: Bounds, context: Context) -> None:
        self.bounds, self.context = bounds, context
        self.busy, self.given = set[_Worker](), 0
        self.idle = _IDLE.setdefault((os.getpid(), bounds), [])

    def has_room(self) -> bool:
        due = min(self.bounds.workers, 1 + self.given // self.bounds.share)
        return len(self.busy) < due

    def give(self, call: Call[Any]) -> _Worker:
        worker = self.idle.pop() if self.idle else _Worker(self.bounds, self.context)
        self.busy.add(worker)
        self.given += 1
        worker.ask(dumps(call))
        return worker

    def take(self, worker: _Worker) -> Any:
        answer = worker.answer(self.context)
        self.busy.discard(worker)
        if worker.alive:
            self.idle.append(worker)
        return answer

    def dismiss(self) -> None:
        """End the workers whose answer nobody wants any more."""
        while self.busy:
            self.busy.pop().end()


_IDLE: dict[tuple[int, Bounds], list[_Worker]] = {}
"""By the process that started them: a fork of it must not speak with them, too."""


@atexit.register
def close() -> None:
    """End the idle workers."""
    for (process, _), workers in _IDLE.items():
        while workers and process == os.getpid():
            workers.pop().end()


class _Worker:
    """A process that answers one call after another."""

    def __init__(self, bounds: Bounds, context: Context) -> None:
        spawn = multiprocessing.get_context("spawn")  # the only one Windows has; no locks copied
        self.bounds, self.alive, self.ready = bounds, True, False
        self.asked = 0
        self.pipe, theirs = spawn.Pipe()
        self.process = spawn.Process(target=serve, args=(theirs, bounds), daemon=True)
        try:
            with _deaf():
                self.process.start()
        except OSError as error:
            why = context.common.fault("worker-errno", number=error.errno)
            raise context.common.refuse("no-worker", why=why) from error
        except KeyboardInterrupt:
            self.end()
            raise
        theirs.close()

    def ask(self, message: bytes) -> None:
        """Send a call; one that is dead says so when its answer is asked for."""
        self.asked += 1
        with contextlib.suppress(OSError):
            self.pipe.send_bytes(stamped(self.asked, message))
        self.deadline = time.monotonic() + self.bounds.seconds

    def answer(self, context: Context) -> Any:
        """Return what the call returned, or why it returned nothing."""
        try:
            self._await_start(context)
            if self.pipe.poll(max(0.0, self.deadline - time.monotonic())):
                number, said = unstamped(self.pipe.recv_bytes())
                if number == self.asked:
                    return loads(said, context)
                failure = Failure.CRASH  # the answer to another question is none
            else:
                failure = Failure.TIME
        except (EOFError, OSError):
            failure = Failure.CRASH
        self.end()
        return failure

    def _await_start(self, context: Context) -> None:
        if self.ready:
            return
        try:
            there = self.pipe.poll(self.bounds.start) and self.pipe.recv_bytes() == READY
        except (EOFError, OSError):
            there = False
        if not there:
            self.end()
            why = context.common.fault("worker-silent")
            raise context.common.refuse("no-worker", why=why)
        self.ready = True
        self.deadline = time.monotonic() + self.bounds.seconds

    def end(self) -> None:
        """Kill the process, whatever it does."""
        if not self.alive:
            return
        self.alive = False
        self.pipe.close()
        if self.process.pid is not None:
            self.process.kill()
            self.process.join()
        self.process.close()


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that is started here inherit that Ctrl-C is not its business.

    It is held back, not ignored: one that is pressed meanwhile is heard here afterwards, whichever
    thread it comes to.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        with _blocked():
            yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard and callable(before):  # as it would have been heard
        before(signal.SIGINT, None)


@contextlib.contextmanager
def _blocked() -> Iterator[None]:
    if sys.platform == "win32":  # which has no such thing to inherit
        yield
        return
    resource_tracker.ensure_running()  # else started with the first process, and holds nothing back
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
