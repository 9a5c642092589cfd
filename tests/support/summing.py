"""Reports with few figures, as what came in of the units of a roster; and their summary."""

from __future__ import annotations

from typing import Any

from helpers import apart, common, editions, settled
from nianbao.check import check
from nianbao.merge import Summary, Task, merge
from nianbao.report import Report, Unit
from nianbao.standing import Submission


CATALOGUE, FORM = common().catalogue, editions()["2021"]
TEXTS = {
    "overview.lead": "2023年，本单位贯彻落实《条例》。",
    "overview.proactive": "公开信息。",
    "overview.on_request": "全年办理申请，收到0件。",
    "overview.management": "落实审核。",
    "overview.platform": "设公开栏。",
    "overview.supervision": "列入考核，开展社会评议，没有责任追究。",
    "problems": "更新不够及时，明年逐月检查。有纠正的已整改。",
}
COUNTY = Unit("0", "示例县", "county")


def report(code: str, level: str, figures: dict[str, Any], year: int = 2023, **more: Any) -> Report:
    """A complete report of 0 but for the figures; "" is a blank."""
    given = {key: None if value == "" else value for key, value in figures.items()}
    unit = Unit(code, f"单位{code}", level)
    whole = settled(FORM, given) | apart({"cases": 0, "yuan": 0})
    return Report("2021", year, unit, whole, TEXTS, **more)


def came(report: Report, file: str = "", sha256: str = "") -> Submission:
    """The file of a report with what is wrong with it."""
    file = file or f"{report.unit.code}.xlsx"
    return Submission(file, sha256 or file, check(report, FORM, CATALOGUE), report)


def broken(file: str) -> Submission:
    """A file that cannot be read."""
    return Submission(file, file, (CATALOGUE["F01"].finding(why="损坏"),))


def summed(*inbox: Submission, units: int | None = None, **task: Any) -> Summary:
    """The summary of a county of so many townships: 单位1, 单位2 …"""
    number = units or len(inbox)
    below = [Unit(str(n), f"单位{n}", "township") for n in range(1, number + 1)]
    return merge(Task(COUNTY, below, 2023, FORM, **task), inbox, CATALOGUE)
