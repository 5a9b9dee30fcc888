"""A few words on one line."""

from __future__ import annotations

from typing import ClassVar

from forms.questions.base import Paper
from forms.questions.written import Written, tidied


class ShortText(Written, frozen=True, kw_only=True, tag="short_text"):
    type: ClassVar[str] = "short_text"
    template: ClassVar[str] = "short_text"

    def tidy(self, text: str) -> str:
        return " ".join(tidied(text).split())

    @property
    def paper(self) -> Paper:
        return Paper(lines=1)
