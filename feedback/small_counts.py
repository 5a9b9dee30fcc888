"""How a small number of people is shown: as "fewer than 10", so that nobody is recognised."""

from __future__ import annotations

SMALLEST_SHOWN = 10


def shown_count(count: int) -> str:
    """Return a count of people in words: exact from 10, "fewer than 10" below, whatever it is."""
    return f"{count:,}" if count >= SMALLEST_SHOWN else f"fewer than {SMALLEST_SHOWN}"
