"""What is said to a unit in a text that can be pasted: findings as a list, a file of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nianbao.errors import Finding, grouped
from nianbao.form import Severity
from nianbao.report import one_line


SUFFIX = ".txt"


def file_of(lines: Iterable[str]) -> bytes:
    """Return lines as the file that Notepad shows and whose text can be pasted."""
    return b"\xef\xbb\xbf" + text_of(lines).replace("\n", "\r\n").encode("utf-8", "replace")


def text_of(lines: Iterable[str]) -> str:
    """Return lines as a text; whatever stands in one of them, it stays one."""
    return "\n".join(map(one_line, lines)) + "\n"


def listed(findings: Sequence[Finding]) -> list[str]:
    """Return findings as numbered lines, many of one kind as one."""
    return [_item(n, one, same) for n, (one, same) in enumerate(grouped(findings), 1)]


def _item(number: int, finding: Finding, same: int) -> str:
    word = "" if finding.severity is Severity.ERROR else "（提醒）"
    place = f"{finding.sheet} {finding.cell}".strip()
    where = f"{place}{more(same)}，" if place else ""
    return f"{number}. {word}{where}{finding.message}。{finding.remedy}"


def more(same: int) -> str:
    """Return that a finding stands for several."""
    return f" 等 {same} 处" if same > 1 else ""
