"""How well answers on paper were keyed, measured by keying some sheets twice."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.estimation.intervals import wilson


@dataclass(frozen=True)
class KeyingCheck:
    """`sheets` were keyed, `twice` of them by a second person who did not see the first keying.

    `fields` were compared on those, and `differing` of them were not the same, before anybody settled which was right.
    """

    sheets: int
    twice: int
    fields: int
    differing: int

    @property
    def percent(self) -> float | None:
        """The error rate: fields that differ in percent of fields keyed twice; None where none was."""
        return 100 * self.differing / self.fields if self.fields else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the error rate in percent, by Wilson's method on the number of fields; None where none."""
        if not self.fields:
            return None
        lower, upper = wilson(self.differing / self.fields, self.fields)
        return 100 * float(lower), 100 * float(upper)
