"""Some sentences, in the person's own words."""

from __future__ import annotations

from typing import ClassVar

from forms.questions.base import Paper
from forms.questions.written import Written


class LongText(Written, frozen=True, kw_only=True, tag="long_text"):
    type: ClassVar[str] = "long_text"
    template: ClassVar[str] = "long_text"
    is_comment: ClassVar[bool] = True

    height: int = 5

    @property
    def paper(self) -> Paper:
        return Paper(lines=self.height)
