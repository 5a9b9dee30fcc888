"""How high a row must be for its wrapped text: programs that do not measure on opening would cut it off."""

from __future__ import annotations

import math

LINE = 16.5  # points, for a font of 12
TALLEST = 409.0  # the highest row that Excel allows
_LINE_OF = {"Heading 1": (22.0, 0.74), "Heading 2": (19.5, 0.86), "Warning": (LINE, 0.96)}


def row_height(texts: list[tuple[str, str, float]]) -> float:
    """Return the height in points for (text, style, width in characters) of a row.

    Every row gets one: a program that measures some rows itself, when it prints, cuts the first one under a high row.
    """
    tallest = max((_height(*item) for item in texts), default=LINE)
    return min(max(tallest, LINE), TALLEST)


def _height(text: str, style: str, width: float) -> float:
    line, share = _LINE_OF.get(style, (LINE, 0.96 if style.endswith("heading") else 1.04))
    room = max(int(width * share), 4)
    lines = sum(_lines(paragraph, room) for paragraph in text.split("\n"))
    return lines * line + (line - LINE)


def _lines(paragraph: str, room: int) -> int:
    """Count lines as a program breaks them: at spaces, and inside a word only where it is longer than the line."""
    if len(paragraph) <= room:
        return 1
    if len(paragraph) > 40 * room:
        return math.ceil(len(paragraph) / room)
    lines, used = 1, 0
    for word in paragraph.split(" "):
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
        lines, used = lines + (used - 1) // room if used else lines, (used - 1) % room + 1 if used else 0
    return lines
