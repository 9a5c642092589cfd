"""The four outputs of one summary, made in a process of its own: ``python made_again.py FOLDER``.

``CLOCK_AHEAD`` are seconds by which its clock is ahead of everybody else's.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from pathlib import Path


AHEAD = dt.timedelta(seconds=float(os.environ.get("CLOCK_AHEAD", "0")))


REAL, REAL_DAY = dt.datetime, dt.date


class _Real(type):
    """What was made by the clock that is not ahead is a time, too."""

    def __instancecheck__(cls, one):
        return isinstance(one, cls.__bases__[0])


class Clock(REAL, metaclass=_Real):
    """A clock that is ahead; the times that it makes are plain ones."""

    def __new__(cls, *parts, **named):
        return REAL(*parts, **named)

    @classmethod
    def now(cls, tz=None):
        return REAL.now(tz) + AHEAD

    @classmethod
    def utcnow(cls):
        return REAL.now(dt.UTC).replace(tzinfo=None) + AHEAD


class Today(REAL_DAY, metaclass=_Real):
    def __new__(cls, *parts):
        return REAL_DAY(*parts)

    @classmethod
    def today(cls):
        return REAL_DAY.today() + AHEAD


def ahead():
    """Set the clock ahead for whoever asks it from now on."""
    dt.datetime, dt.date = Clock, Today
    now, local = time.time, time.localtime
    time.time = lambda: now() + AHEAD.total_seconds()
    time.localtime = lambda at=None: local(time.time() if at is None else at)


def made():
    """The summary of four units: one faultless, one with an error, one broken, one missing."""
    from making import whole
    from summing import broken, came, report, summed

    received, granted = "requests.received.individual", "requests.granted.individual"
    good = came(report("1", "township", {received: 3, granted: 3}))
    bad = came(report("2", "township", {received: 5}))
    units = good, bad, broken("单位3.xlsx"), came(report("9", "township", {}), "生人.xlsx")
    return whole(summed(*units, units=4, provisional=True))


def main(folder: str) -> None:
    from nianbao.context import context
    from nianbao.office.against import Against
    from nianbao.office.results import results

    summary, against = made(), Against(context())
    ahead()
    for name, data in results(summary, against).items():
        (Path(folder) / name).write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1])
