"""What runs in a worker: calls answered one after another, silently, within bounds."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import io
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from nianbao.context import Context, context
from nianbao.office.engine.bounds import Bounds, Failure
from nianbao.office.engine.exchange import dumps, loads


Answer = TypeVar("Answer")
READY = b"ready"
_GRACE = 5
"""Seconds after which a worker ends itself that nobody killed: its parent is gone."""


def serve(pipe: Connection, bounds: Bounds) -> None:
    """Answer until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    silence = _silenced()
    _limit_memory(bounds.memory)
    own = settle()
    with contextlib.suppress(EOFError, OSError):
        pipe.send_bytes(READY)
        while True:
            number, message = unstamped(pipe.recv_bytes())
            faulthandler.dump_traceback_later(bounds.seconds + _GRACE, exit=True, file=silence)
            answer = _answered(message, own)
            faulthandler.cancel_dump_traceback_later()
            pipe.send_bytes(stamped(number, answer))


def stamped(number: int, message: bytes) -> bytes:
    """Return a message with the number of the question, which its answer bears too."""
    return number.to_bytes(8) + message


def unstamped(message: bytes) -> tuple[int, bytes]:
    """Return the number and what it stamps."""
    return int.from_bytes(message[:8]), message[8:]


def settle() -> Context:
    """Load and return the editions; the garbage collector passes them over and looks less often.

    A workbook makes tens of thousands of small objects and no cycles to speak of.
    """
    own = context()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return own


def _answered(message: bytes, own: Context) -> bytes:
    try:
        function, argument = loads(message, own)
        return dumps(outcome(function, argument))
    except MemoryError:
        return dumps(Failure.MEMORY)


def outcome(function: Callable[[Any], Answer], argument: Any) -> Answer | Failure:
    """Return what a call returns, or why it returns nothing."""
    try:
        return function(argument)
    except KeyboardInterrupt:  # which a worker does not hear
        raise
    except MemoryError:
        return Failure.MEMORY
    except BaseException:  # noqa: BLE001 - a Rust panic is no Exception
        return Failure.CRASH


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
