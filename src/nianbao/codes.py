"""The codes of findings, of refusals and of what stands in these, as types. Pure.

Written by ``nianbao regenerate`` from ``schemas/common.toml``.
"""

from __future__ import annotations

from typing import Literal


Code = Literal[
    "F01", "F01-busy", "F02", "F02-wrong", "F03", "F04", "F05", "F06", "F07", "F08", "F08-hidden",
    "F08-folder", "F08-partial", "F09", "F10", "F11", "C01", "C02", "C03", "C04", "C04-large",
    "C05", "C06", "C07", "C07-open", "C07-constant", "C07-formula", "C14", "C14-same", "C08-sheet",
    "C08-label", "C08-heading", "C08-extra", "C08-moved", "C08-lost", "C08-aside",
    "C08-sheet-aside", "C08-format", "C08-renamed", "C08-stray", "C08-unnamed", "C08-cut",
    "C08-refill", "C08-edition", "C08-template", "C08-macro", "C09-unit", "C09-name", "C09-year",
    "C09-identity", "C11", "C11-name", "C11-level", "C11-title", "C11-file", "C15", "C15-same",
    "C16", "C17", "C17-beside", "C20", "C21", "C21-unit", "C10", "N10", "C10-switch", "N16",
    "N11-amount", "N12-digits", "N12-from", "N12-to", "N12-opening", "N12-other", "N14-own", "N15",
    "N18", "N08-upward", "C12", "C12-blank", "C12-rest", "C13", "C13-hidden", "C13-rule",
    "C13-hidden-rule", "C13-total", "C13-hidden-total", "C13-zero", "C13-zeros", "C13-rounded",
    "C13-money", "C13-narrow", "C18", "C18-rule", "C18-total", "C18-struck", "C18-hidden", "C19",
    "A01-missing", "A01-unreadable", "A01-duplicate", "A01-copies", "A01-excluded", "A02", "A03",
    "A03-vertical", "A03-office", "A10", "A11", "A04", "A05", "A09", "A06", "A07", "A08",
    "A08-faulty", "A08-blank", "A08-upward", "A08-below", "A08-years", "B01", "B02", "B03", "B04",
    "B05", "B06", "B07", "B08", "B09", "B10-extra", "B10-system", "B12-windows", "B12-mac",
    "B10-kit", "B11-excel", "B11-wps", "B11-parts", "B11-program", "B11-shortcut", "B11-trusted",
]  # fmt: skip

RefusalCode = Literal[
    "edition-unknown", "edition-none", "roster-large", "roster-long", "roster-excel",
    "roster-encoding", "roster-quotes", "roster-blank", "roster-heading", "roster-heading-twice",
    "roster-no-unit", "roster-lines", "roster-lines-level", "local-large", "local-encoding",
    "local-toml", "local-content", "local-part", "local-carried", "import-large", "import-long",
    "import-encoding", "import-no-table", "import-no-year", "missing", "previous-missing",
    "previous-useless", "import-one", "import-same", "fill-edition", "fill-structure",
    "summary-roster", "summary-years", "deadline", "no-file", "folder-given", "unread",
    "unread-busy", "unwritten", "unwritten-busy", "exists", "exists-more", "io", "no-worker",
    "editions-none", "editions-overlap", "edition-wrong",
]  # fmt: skip

FaultCode = Literal[
    "line", "lines-more", "at-line", "at-end", "roster-wide", "roster-unnamed", "roster-control",
    "roster-mangled", "roster-code-twice", "roster-name-twice", "roster-level",
    "roster-level-blank", "roster-answer", "roster-speaks", "roster-register", "roster-superior",
    "roster-superior-low", "roster-superior-other", "local-top", "local-point", "local-item",
    "local-of", "local-unknown", "local-missing", "local-level", "local-no-words", "local-table",
    "local-list", "local-text", "local-control", "local-date", "file-no-zip", "file-damaged",
    "file-part-damaged", "file-part-missing", "file-no-workbook", "file-large", "file-inflated",
    "file-parts", "file-part-large", "file-content", "file-sheets", "file-sheet-full",
    "file-cell-long", "file-names", "file-texts", "is-pdf", "is-picture", "is-rar", "is-7z",
    "is-rtf", "is-word", "is-slides", "is-html", "is-xml", "is-text", "doc-top", "doc-missing",
    "doc-unknown", "doc-type", "doc-or", "doc-object", "doc-array", "doc-string", "doc-integer",
    "doc-number", "doc-boolean", "doc-null", "doc-enum", "doc-long", "doc-items", "doc-twice",
    "doc-rule", "doc-deep", "doc-encoding", "doc-json", "doc-no-object", "doc-key-twice",
    "doc-number-long", "doc-number-none", "doc-control", "edition-other", "previous-unused",
    "previous-nothing", "document-no-edition", "document-edition", "copied-no-unit", "reading-long",
    "reading-memory", "reading-crash", "gaps-unnamed", "years-this", "years-last", "reason-short",
    "look-ink", "look-tiny", "hidden-sheet", "hidden-column", "pasted-inputs", "pasted-open",
    "pasted-structure", "identity-who", "identity-no-code", "identity-year", "identity-level",
    "identity-under", "identity-speaks", "identity-local", "total-unknown", "macro-old",
    "macro-damaged", "macro-opendocument", "macro-controls", "macro-unchecked", "macro-extra",
    "macro-missing", "macro-changed", "over-text", "over-picture", "over-chart", "over-line",
    "over-shape", "over-ink", "over-box", "over-object", "over-more", "arrived-file",
    "arrived-folder", "arrived-archive", "arrived-no-suffix", "arrived-file-over",
    "arrived-archive-over", "arrived-archive-files", "arrived-archive-inflated",
    "arrived-archive-depth", "arrived-archive-damaged", "arrived-link-out", "arrived-special",
    "arrived-path", "arrived-link", "arrived-password", "deadline-unknown", "deadline-none",
    "deadline-early", "worker-errno", "worker-silent", "previous-provisional", "kit-python",
    "kit-program", "kit-no-pip", "kit-pip", "kit-pip-silent", "names-more", "file-nameless",
    "press-unchecked", "press-unlisted", "press-errors", "press-more", "press-explained",
    "press-provisional", "press-warnings", "press-ok", "press-at", "press-nothing",
    "press-no-zeros", "press-zeros", "press-replace", "press-kept", "press-exported",
    "press-exported-wrong", "import-no-part", "import-no-figure", "import-no-split", "import-empty",
    "import-fee", "import-between", "import-no-name", "import-no-code", "import-level",
    "local-title", "local-due", "local-asked", "local-prompt",
]  # fmt: skip
