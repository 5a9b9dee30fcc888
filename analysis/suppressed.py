"""A figure that may not be seen: a type that cannot be formatted, computed or compared as a number."""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENTIAL = "c"
NOT_AVAILABLE = "x"
NOT_APPLICABLE = "z"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Stands where a number was. `str()` gives the standard shorthand, such as "[c]"; everything numeric raises."""

    mark: str = CONFIDENTIAL

    def __str__(self) -> str:
        return f"[{self.mark}]"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError(f"A suppressed figure {self} cannot be formatted as '{spec}'; show it as it is.")
        return str(self)
