"""Chinese in 80 columns: lines full, no 。 at their start, words and numbers whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from nianbao.commands.console import wrapped


@pytest.mark.parametrize(("text", "width", "lines"), [
    ("", 10, [""]),
    ("核对三个数。", 10, ["核对三个", "数。"]),
    ("核对三个数。", 12, ["核对三个数。"]),
    ("应为 643，差 173。", 12, ["应为 643，差", "173。"]),
    ("在“三、依申请”里", 8, ["在“三、", "依申请”", "里"]),
    ("放在 /tmp/a/b/c.xlsx 里", 10, ["放在", "/tmp/a/b/c", ".xlsx 里"]),
])  # fmt: skip
def test_a_text_is_broken_where_a_reader_expects_it(text, width, lines):
    assert wrapped(text, width) == lines


LETTERS = st.text(st.sampled_from("报表数据12.abc，。（）“” 　"), max_size=120)


@given(text=LETTERS, width=st.integers(8, 80))
def test_nothing_is_lost_and_no_line_is_too_long(text, width):
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert [line for line in lines if cell_len(line) > width] == []
