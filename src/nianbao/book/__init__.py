"""Open XML that we write: parts, styles, drawing, locks."""
