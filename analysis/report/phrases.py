"""The sentences and numbers that every sheet of a report says in the same way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from analysis.suppressed import Suppressed

INTERVALS = "Intervals show the effect of the number of responses and of weighting only."
SELF_SELECTED = "People chose whether to take part, so the true figure may lie outside them."
DEMONSTRATION = "Demonstration: every answer in this workbook is invented."
SIGNIFICANCE = (
    "[s] marks a difference that is statistically significant at the 5% level after allowing for many comparisons "
    "(Benjamini and Hochberg), [ns] one that is not. No mark: not tested. The limits of a difference are for that one "
    "comparison alone, so they may leave out 0 where the mark is [ns]."
)
CLASSES = {
    "tested": "Asked in the same way: the difference was tested.",
    "not clear": "Whether the difference is significant depends on what was not published about the earlier survey.",
    "not testable": "The difference cannot be tested: the number of responses is not known or is too small.",
    "break in series": "[b] The method or the wording changed, so the difference may come from the change.",
    "not comparable": "About another area, another question or other people: not compared.",
}


def interval_note(method: str) -> str:
    """Say what an interval does and does not cover, for a wave asked by `method`."""
    return INTERVALS if method == "sample" else f"{INTERVALS} {SELF_SELECTED}"


def whole(percent: object) -> str:
    """Write a percentage (0-100) as a whole number for a sentence: "41%", or "fewer than 1%" for a little."""
    value = float(percent)  # type: ignore[arg-type]
    if 0 < value < 0.5:
        return "fewer than 1%"
    return f"{_half_up(value)}%"


def points(difference: object) -> str:
    """Write a difference in percentage points without its sign: "4 percentage points"."""
    size = _half_up(abs(float(difference)))  # type: ignore[arg-type]
    if size == 0:
        return "less than 1 percentage point"
    return f"{size} percentage point{'' if size == 1 else 's'}"


def span(lower: object, upper: object) -> str:
    """Write the interval of a difference by size: "between 1 and 7"; with signs where it holds 0: "from -1 to +7"."""
    limits = [float(lower), float(upper)]  # type: ignore[arg-type]
    if limits[0] < 0 < limits[1]:
        return f"from -{_half_up(-limits[0])} to +{_half_up(limits[1])}"
    sizes = sorted(_half_up(abs(limit)) for limit in limits)
    return f"between {sizes[0]} and {sizes[1]}"


def listed(names: Sequence[str]) -> str:
    """Join names for a sentence: "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def number(count: int | Suppressed) -> str:
    return str(count) if isinstance(count, Suppressed) else f"{count:,}"


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)
