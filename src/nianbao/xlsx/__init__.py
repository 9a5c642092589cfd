"""Workbooks: the templates written, the completed ones read, the summaries."""
