"""How cells are shown: number formats, fonts, merges, hidden rows, of three kinds of file."""
