"""The one error of this package: a whole sentence that names the column or category and the remedy."""

from __future__ import annotations


class AnalysisError(ValueError):
    """The figures asked for cannot be computed honestly. `str(error)` says what is wrong and what to do."""


def listed(names: object, limit: int = 6) -> str:
    """Names in quotes for a sentence: "'a', 'b' and 3 more"."""
    words = [f"'{name}'" for name in names]  # type: ignore[attr-defined]
    if not words:
        return "none"
    shown = ", ".join(words[:limit])
    return shown if len(words) <= limit else f"{shown} and {len(words) - limit} more"
