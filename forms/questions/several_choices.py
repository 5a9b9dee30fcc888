"""Any number of answers out of a list, as checkboxes."""

from __future__ import annotations

from typing import ClassVar

from forms.questions.base import Paper
from forms.questions.choices import SomeOf


class SeveralChoices(SomeOf, frozen=True, kw_only=True, tag="several_choices"):
    type: ClassVar[str] = "several_choices"
    template: ClassVar[str] = "several_choices"

    @property
    def paper(self) -> Paper:
        return Paper(marks=self.options, at_most=len(self.options))
