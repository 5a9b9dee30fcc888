"""One answer out of a list, as radios."""

from __future__ import annotations

from typing import ClassVar

from forms.questions.base import Paper
from forms.questions.choices import OneOf


class SingleChoice(OneOf, frozen=True, kw_only=True, tag="single_choice"):
    type: ClassVar[str] = "single_choice"
    template: ClassVar[str] = "single_choice"

    @property
    def paper(self) -> Paper:
        return Paper(marks=self.options, at_most=1)
