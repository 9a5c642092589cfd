"""Files that came back, opened within bounds: Open XML, the other formats, formulas."""
