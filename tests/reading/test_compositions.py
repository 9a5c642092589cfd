"""Whatever was done to a workbook: what is read differently, a finding names its place."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, note, settings

from altered import misread, random_base, understood, unexplained
from compositions import ALONGSIDE, STRUCTURE, TRICKS, bases, compose, steps


EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
REFUSALS = {"F04", "C08"}
"""It is no form of ours any more, or of no edition that is known."""

bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def read_after(which, wanted):
    """The workbook before and after; None after where it is refused, which names the file."""
    data, before = random_base(*which)
    damaged, done = compose(data, wanted)
    note(str(done))
    after = understood(damaged)
    note("; ".join(f"{one.rule} {one.place} {one.field}" for one in after.findings))
    if after.reading is None:
        (refusal,) = after.findings
        assert refusal.rule in REFUSALS
        assert refusal.remedy
    return before, after


def emptied(key, after):
    """What may be blank, cut away where name and label agree: as if the user had erased it.

    What must be written is for the rules on texts and the fee (N..), not for the reader.
    """
    optional = ("text.", "fee.", "contact.", "reason.", "prev.", "register.")
    return key.startswith(optional) and after.said.get(key) is None


@given(bases(), steps(STRUCTURE, ALONGSIDE, TRICKS))
@bounded
def test_never_a_silent_difference(which, wanted):
    before, after = read_after(which, wanted)
    if after.reading is not None:
        assert [key for key in unexplained(before, after) if not emptied(key, after)] == []


@given(bases(), steps(STRUCTURE, ALONGSIDE))
@bounded
def test_rows_columns_and_sheets_moved_never_make_one_figure_pass_for_another(which, wanted):
    before, after = read_after(which, wanted)
    if after.reading is not None:
        assert misread(before, after) == []
