"""The sheet 文字部分: a heading for each section, its parts below it. Pure."""

from __future__ import annotations


NARRATIVE_FROM = 3
"""The row of the first section's heading."""

TEXT_LABEL, TEXT, TEXT_LENGTH, TEXT_NOTE = range(1, 5)
"""The columns: what is asked, the text, its characters, a remark beside it."""
