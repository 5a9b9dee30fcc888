"""What a column of a sheet may hold, and how each kind of it looks: one line a kind, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "count", "percent", "points", "ratio", "p_value", "year"]


@dataclass(frozen=True, kw_only=True)
class ColumnKind:
    """`format`: of the numbers, as Excel writes it; empty for text. `axis`: of an axis that shows them.

    `empty`: what stands for a missing value in a sheet made straight from a frame. `measured`: whether there is none
    where nobody is in the base, which a number of people has.
    """

    format: str = ""
    axis: str = "#,##0"
    empty: str = "[x]"
    measured: bool = False

    @property
    def is_number(self) -> bool:
        return bool(self.format)


KINDS: Mapping[Kind, ColumnKind] = {
    "text": ColumnKind(empty="none"),
    "count": ColumnKind(format="#,##0"),
    "percent": ColumnKind(format="0.0", measured=True),
    "points": ColumnKind(format="+0.0;-0.0;0.0", measured=True),
    "ratio": ColumnKind(format="#,##0.00", axis="0.00", measured=True),
    "p_value": ColumnKind(format="0.000", empty="[z]", measured=True),
    "year": ColumnKind(format="0"),
}
NUMBERS: Mapping[Kind, ColumnKind] = {name: kind for name, kind in KINDS.items() if kind.is_number}
