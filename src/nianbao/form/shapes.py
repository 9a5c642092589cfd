"""What the single values of an edition file may be, said in the types of the form. Pure.

Whatever decodes a file into these types holds it to them, and the JSON Schema of edition files
is derived from them; a value built by the program is not looked at again.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta


Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
"""The key of a table, a row, a column, a section, a part, a level."""

Text = Annotated[str, Meta(min_length=1)]

Names = Annotated[tuple[Name, ...], Meta(min_length=1)]

EditionId = Annotated[str, Meta(pattern=r"^[0-9]{4}[a-z]?$")]

RuleId = Annotated[str, Meta(pattern=r"^[A-Z][0-9]?-?[0-9]{2}[a-z]?$")]

SummaryId = Annotated[str, Meta(pattern=r"^A[0-9]{2}$")]

Place = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}$")]
"""A figure or a text, as far as its table or section does not go without saying."""

Sheet = Annotated[str, Meta(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\']*$")]
"""What Excel takes as the name of a sheet."""

Range = Annotated[str, Meta(pattern=r"^[A-Z]{1,2}[1-9][0-9]*(:[A-Z]{1,2}[1-9][0-9]*)?$")]

Year = Annotated[int, Meta(ge=2008, le=2200)]
