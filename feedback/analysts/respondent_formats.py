"""The formats of a file with a row for each person."""

FORMATS = {
    "csv": "A table of answers, with a codebook (CSV)",
    "sav": "A table of answers with labels, for SPSS or R (.sav)",
    "comments": "Comments only (CSV)",
}
HINTS = {
    "csv": "One row a person, without comments",
    "sav": "The same; questions with several answers have a column for each",
    "comments": "What people wrote, with nothing about who wrote it, and the ward only where many commented. "
    "Numbers and addresses are hidden automatically, names are not: handle with care",
}
TYPES = {
    "csv": ("application/zip", "zip"),
    "sav": ("application/x-spss-sav", "sav"),
    "comments": ("text/csv", "csv"),
}
