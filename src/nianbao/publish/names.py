"""What the sheets of 汇总.xlsx that are no official tables are called. Pure."""

from __future__ import annotations


FACE, UNITS, ROSTER, FINDINGS = "汇总情况", "各单位", "报送情况", "问题清单"
