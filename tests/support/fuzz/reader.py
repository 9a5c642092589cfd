"""Coverage-guided fuzzing of everything that reads a stranger's bytes: ``.ci/fuzz`` runs it.

In ``tests/support``: ``python -m fuzz.reader CORPUS -max_total_time=60``; libFuzzer's options.
What it finds is kept in ``cases/crashes`` and replayed by ``test_crashes.py``.
"""

from __future__ import annotations

import sys

import atheris


with atheris.instrument_imports(include=["nianbao", "msoffcrypto", "olefile", "zipfile"]):
    from fuzz import surfaces

from fuzz.damage import damaged
from fuzz.seeds import warm


def mutator(data: bytes, most: int, seed: int) -> bytes:
    """The custom mutator that libFuzzer asks."""
    return damaged(data, most, seed, atheris.Mutate)


def main() -> None:
    atheris.Setup(sys.argv, surfaces.run, custom_mutator=mutator)
    warm()
    atheris.Fuzz()


if __name__ == "__main__":
    main()
