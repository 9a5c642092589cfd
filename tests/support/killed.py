"""``nianbao merge`` killed at every step it takes in the file system: the driver of test_killed.

``python killed.py OUT WORDS…`` runs the command in child processes. The first is killed (SIGKILL)
at its first event below OUT, the next at its second, until one gets through: an event is one of
Python's audit events (open, rename, remove…), half of a write, or a write before it is on the
disk. After each kill the command runs again. What OUT holds after either is printed as JSON.
What the command computes before it writes is computed once, ahead of all.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path

from nianbao import cli
from nianbao.office import files, merging


EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod"}
COMPUTED = ("filed", "results")


class Stream:
    """A file that is written in two halves, with an event after each."""

    def __init__(self, stream, event):
        self.stream, self.event = stream, event

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def write(self, data):
        half = len(data) // 2
        for part in (data[:half], data[half:]):
            self.stream.write(part)
            self.stream.flush()
            self.event()


def child(out: Path, words: list[str], stop: int) -> int:
    """Run the command in a child, killed at event ``stop`` (0: never); return how it ended."""
    process = os.fork()
    if process == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        left = [stop]

        def event():
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def audit(name, details):
            if name in EVENTS and str(details[0]).startswith(str(out)):
                event()

        opened = files.Path.open
        files.Path.open = lambda path, mode="r", **more: (
            Stream(opened(path, mode), event) if mode == "xb" else opened(path, mode, **more)
        )
        sys.addaudithook(audit)
        os._exit(cli.main(words))
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def state(out: Path) -> dict[str, str]:
    there = sorted(out.iterdir()) if out.is_dir() else []
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in there}


def remember(name: str) -> None:
    """Let a function of the command give what it gave once."""
    real, known = getattr(merging, name), []

    def remembered(*given, **named):
        if not known:
            known.append(real(*given, **named))
        return known[0]

    setattr(merging, name, remembered)


def main(out: Path, words: list[str]) -> None:
    for name in COMPUTED:
        remember(name)
    scratch, aside = out.with_name("reference"), out.with_name("before")
    cli.main([*words[:-2], "-o", str(scratch)])
    if out.is_dir():
        shutil.copytree(out, aside)
    ended, stop = -signal.SIGKILL, 0
    while ended == -signal.SIGKILL:
        stop += 1
        shutil.rmtree(out, ignore_errors=True)
        if aside.is_dir():
            shutil.copytree(aside, out)
        ended = child(out, words, stop)
        after = state(out)
        again = child(out, [*words, "--force"], 0)
        print(json.dumps({"ended": ended, "after": after, "again": again, "then": state(out)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
