"""What the types that offer a list of options share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from forms.errors import AnswerFault
from forms.questions.base import Column, Option, Posted, Question, last, repeated


class OneOf(Question, frozen=True, kw_only=True):
    """One option out of a list."""

    options: tuple[Option, ...]

    @cached_property
    def labels(self) -> dict[str, str]:
        return {option.code: option.label for option in self.options}

    def read(self, posted: Posted) -> Any:
        return last(posted.getlist(self.id)) or None

    def clean(self, answer: Any) -> str | None:
        if answer is None or answer == "":
            return None
        if not isinstance(answer, str) or answer not in self.labels:
            raise AnswerFault(self.error)
        return answer

    def display(self, answer: Any) -> list[str]:
        return [self.labels.get(answer, answer)] if answer else []

    def cells(self, answer: Any) -> dict[str, str]:
        return {self.id: answer or ""}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return (Column(self.id, self.label, "single", self.labels),)

    def codes(self, row: str = "") -> Mapping[str, str]:
        return {} if row else self.labels

    def faults(self) -> list[str]:
        return option_faults("option", self.options)


class SomeOf(Question, frozen=True, kw_only=True):
    """Any number of options, or one exclusive option such as "none of these"."""

    options: tuple[Option, ...]
    error_exclusive: str = ""

    @cached_property
    def labels(self) -> dict[str, str]:
        return {option.code: option.label for option in self.options}

    @cached_property
    def exclusive(self) -> frozenset[str]:
        return frozenset(option.code for option in self.options if option.exclusive)

    def read(self, posted: Posted) -> Any:
        return [code for code in posted.getlist(self.id) if code] or None

    def clean(self, answer: Any) -> list[str] | None:
        if answer is None or answer == [] or answer == ():
            return None
        chosen = self._chosen(answer)
        if len(chosen) > 1 and not self.exclusive.isdisjoint(chosen):
            raise AnswerFault(self.error_exclusive)
        return [code for code in self.labels if code in chosen]

    def _chosen(self, answer: Any) -> set[str]:
        if not isinstance(answer, (list, tuple)) or not all(isinstance(code, str) for code in answer):
            raise AnswerFault(self.error)
        chosen = set(answer)
        if not chosen <= self.labels.keys():
            raise AnswerFault(self.error)
        return chosen

    def display(self, answer: Any) -> list[str]:
        return [self.labels.get(code, code) for code in answer or ()]

    def cells(self, answer: Any) -> dict[str, str]:
        return {self.id: ";".join(answer or ())}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return (Column(self.id, self.label, "multi", self.labels),)

    def codes(self, row: str = "") -> Mapping[str, str]:
        return {} if row else self.labels

    def faults(self) -> list[str]:
        found = option_faults("option", self.options)
        if self.exclusive and not self.error_exclusive:
            found.append("has an exclusive option but no `error_exclusive` sentence")
        return found


def option_faults(kind: str, options: Iterable[Option]) -> list[str]:
    """Faults of a list of options or rows: too short, or a code that occurs twice."""
    codes = [option.code for option in options]
    found = [f"has the {kind} code `{code}` more than once" for code in repeated(codes)]
    found += [f"has an unfit {kind} code {code!r}" for code in codes if not _fit(code)]
    return found if codes else [f"has no {kind}"]


def _fit(code: str) -> bool:
    return code.isascii() and code.replace("_", "").isalnum()
