"""Which ward somebody lives in: from a list, or by a postcode that is looked up and forgotten."""

from __future__ import annotations

from typing import ClassVar

from forms.questions.base import Option, Paper, Posted, last
from forms.questions.choices import OneOf

OUTSIDE, NOT_SURE = "outside", "not_sure"
LONGEST_POSTCODE = 40  # characters as typed, with spaces: what is longer is not looked up


class Place(OneOf, frozen=True, kw_only=True, tag="place"):
    """`options` are the wards, then `outside` and `not_sure`. The `lookup_` words belong to the postcode box."""

    type: ClassVar[str] = "place"
    template: ClassVar[str] = "place"

    prompt: str
    lookup_label: str
    lookup_hint: str = ""
    lookup_error: str

    @property
    def lookup_id(self) -> str:
        """Name and id of the postcode box. What is typed there is never an answer."""
        return f"{self.id}.postcode"

    def read_lookup(self, posted: Posted) -> str:
        """The postcode as typed, or empty. It is to be looked up and forgotten, never stored."""
        return last(posted.getlist(self.lookup_id)).strip()[:LONGEST_POSTCODE]

    @property
    def wards(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.code not in (OUTSIDE, NOT_SURE))

    def faults(self) -> list[str]:
        missing = [f"has no option `{code}`" for code in (OUTSIDE, NOT_SURE) if code not in self.labels]
        return super().faults() + missing + ([] if self.wards else ["has no wards"])

    @property
    def paper(self) -> Paper:
        return Paper(marks=self.options, at_most=1)
