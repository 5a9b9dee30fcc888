"""Which answers are a group or a view of their own, and which only say that nothing is known."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

from analysis.counts.coding import BLANK
from analysis.counts.tables import JOIN, Group

NOT_STATED = "not_stated"  # the group of those who did not tell a characteristic
Known = Mapping[str, Collection[str]]


def is_substantive(label: str) -> bool:
    """Whether a label names people or a view; "Prefer not to say" and the like (`not_substantive.csv`) do not."""
    return label.strip().casefold() not in _not_substantive()


def is_known(columns: tuple[str, ...], group: Group, known: Known | None = None) -> bool:
    """Whether every part of a group is known; `known` gives the groups of a column where the default does not do."""
    return all(
        part in known[column] if known and column in known else is_substantive(part)
        for column, part in zip(columns, group, strict=True)
    )


def split_group(dimension: str, group: str) -> tuple[tuple[str, ...], Group]:
    """Columns and parts of a joined dimension and group; a group whose own name holds the joiner stays whole."""
    columns, parts = tuple(dimension.split(JOIN)), tuple(group.split(JOIN))
    return (columns, parts) if len(columns) == len(parts) else ((dimension,), (group,))


@lru_cache(maxsize=1)
def _not_substantive() -> frozenset[str]:
    path = Path(__file__).with_name("not_substantive.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset({BLANK, *(row["label"].casefold() for row in csv.DictReader(file))})
