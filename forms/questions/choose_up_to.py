"""At most so many answers out of a list, as checkboxes."""

from __future__ import annotations

from typing import Any, ClassVar

from forms.errors import AnswerFault
from forms.questions.base import Paper
from forms.questions.choices import SomeOf


class ChooseUpTo(SomeOf, frozen=True, kw_only=True, tag="choose_up_to"):
    type: ClassVar[str] = "choose_up_to"
    template: ClassVar[str] = "several_choices"

    limit: int
    error_many: str

    def clean(self, answer: Any) -> list[str] | None:
        chosen = super().clean(answer)
        if chosen and len(chosen) > self.limit:
            raise AnswerFault(self.error_many)
        return chosen

    def faults(self) -> list[str]:
        found = super().faults()
        if not 1 <= self.limit < len(self.options):
            found.append(f"has a limit of {self.limit}, which must be between 1 and one less than its options")
        return found

    @property
    def paper(self) -> Paper:
        return Paper(marks=self.options, at_most=self.limit)
