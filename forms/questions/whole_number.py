"""A whole number between two limits."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from forms.errors import AnswerFault
from forms.questions.base import Column, Paper, Posted, Question, last
from forms.questions.written import writable

LONGEST = 20  # characters: more is no number of anything that a resident counts


class WholeNumber(Question, frozen=True, kw_only=True, tag="whole_number"):
    """`suffix` is the unit shown after the box. `error_range`: the sentence for a number outside the limits."""

    type: ClassVar[str] = "whole_number"
    template: ClassVar[str] = "whole_number"

    minimum: int = 0
    maximum: int
    suffix: str = ""
    error_range: str

    def read(self, posted: Posted) -> Any:
        """The number, or the text as typed where it is none, so that it can be shown again."""
        text = writable(last(posted.getlist(self.id))).strip()
        if not text or len(text) > LONGEST:
            return text or None
        try:
            return int(text.replace(",", "").replace(" ", ""))
        except ValueError:
            return text

    def clean(self, answer: Any) -> int | None:
        if answer is None or answer == "":
            return None
        if not isinstance(answer, int) or isinstance(answer, bool):
            raise AnswerFault(self.error)
        if not self.minimum <= answer <= self.maximum:
            raise AnswerFault(self.error_range)
        return answer

    def display(self, answer: Any) -> list[str]:
        return [] if answer is None else [f"{answer} {self.suffix}".strip()]

    def cells(self, answer: Any) -> dict[str, str]:
        return {self.id: "" if answer is None else str(answer)}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return (Column(self.id, self.label, "number"),)

    def faults(self) -> list[str]:
        return [] if self.minimum < self.maximum else ["has a `minimum` that is not below its `maximum`"]

    @property
    def paper(self) -> Paper:
        return Paper(boxes=max(len(str(self.minimum)), len(str(self.maximum))))
