"""A QR code as a picture that a page can hold: squares as one path, so that it prints sharp at any size."""

from __future__ import annotations

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrCode:
    """`path` draws the dark squares in a field of `size` by `size`; the page around it is the light margin."""

    text: str
    path: str
    size: int


def qr_code(text: str) -> QrCode:
    """Return the smallest code for `text`, with the most redundancy that its size has room for."""
    rows = [list(row) for row in segno.make(text, micro=False, error="m").matrix]
    runs = [run for y, row in enumerate(rows) for run in _runs(row, y)]
    return QrCode(text, "".join(runs), len(rows))


def _runs(row: list[int], y: int) -> list[str]:
    """Each run of dark squares of a row as one rectangle."""
    found, start = [], None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            found.append(f"M{start} {y}h{x - start}v1h{start - x}z")
            start = None
    return found
