"""How a small number of people is shown: as "fewer than 10", so that nobody is recognised."""

from __future__ import annotations

from analysis.thresholds import thresholds

AUDIENCE = "partner"
"""Staff see counts as partner organisations do."""


def smallest_shown() -> int:
    """Return the smallest number of people that is shown as it is."""
    return thresholds(AUDIENCE).hide_base_under


def shown_count(count: int) -> str:
    """Return a count of people in words: exact from `smallest_shown`, "fewer than" that below, whatever it is."""
    smallest = smallest_shown()
    return f"{count:,}" if count >= smallest else f"fewer than {smallest}"
