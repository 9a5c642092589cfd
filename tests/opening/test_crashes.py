"""What fuzzing found once: each input is refused or read, now and later."""

from __future__ import annotations

import pytest

from fuzz import surfaces
from helpers import CASES


FOUND = sorted((CASES / "crashes").iterdir())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_an_input_that_once_crashed(path):
    data = path.read_bytes()
    assert data[:1] in surfaces.SURFACES
    surfaces.run(data)
