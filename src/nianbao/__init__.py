"""Templates, checks and summaries of the 政府信息公开工作年度报告."""

from nianbao.version import __version__


__all__ = ["__version__"]
