"""Starting ``nianbao --help``, against starting bare Python: best of ten each, in one run."""

from __future__ import annotations

import subprocess
import sys
import time


TARGET = 5


def best(*words: str) -> float:
    """Return the seconds of the fastest of ten runs."""
    times = []
    for _ in range(10):
        start = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print both times and their ratio."""
    bare, ours = best("-c", "pass"), best("-m", "nianbao", "--help")
    print(f"python -c pass    {bare * 1000:7.1f} ms")
    print(f"nianbao --help    {ours * 1000:7.1f} ms")
    print(f"ratio             {ours / bare:7.1f} (target under {TARGET})")


if __name__ == "__main__":
    main()
