"""Rows of a frame, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a frame as named tuples (`row.percent`); columns must be named as Python names are."""
    return frame.itertuples(index=False)
