"""A page of questions: what is shown, and how a posted page is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from forms.errors import AnswerFault
from forms.questions import Posted, Question
from forms.questions.place import Place
from forms.routing import Answers, Condition, all_hold


@dataclass(frozen=True)
class Reading:
    """A posted page. `answers` are clean and were asked; `raw` is all that was given, to be shown again.

    `errors`: id of the control to go to -> sentence, in the order of the page. `lookups`: question id -> postcode as
    typed, to be looked up and forgotten; a ward chosen from the list counts before it.
    """

    answers: dict[str, Any]
    raw: dict[str, Any]
    errors: dict[str, str]
    lookups: dict[str, str] = field(default_factory=dict)


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something to read under a heading of its own, such as the background of a consultation."""

    id: str
    title: str
    intro: str


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, dict=True):
    """Some questions that are asked together, or `sections` to read without a question.

    `harm`: the page asks about harm (help lines, the 999 line, an exit). `sensitive`: not for drafts on shared devices.
    """

    id: str
    title: str
    intro: str = ""
    sections: tuple[Section, ...] = ()
    show_if: tuple[Condition, ...] = ()
    harm: bool = False
    sensitive: bool = False
    questions: tuple[Question, ...] = ()

    def reached(self, answers: Answers) -> bool:
        return all_hold(self.show_if, answers)

    def worth_showing(self, answers: Answers) -> bool:
        """Whether there is anything on this page for somebody with these answers: questions, or text to read."""
        return bool(self.shown(answers) or (self.sections and not self.questions))

    def asked(self, answers: Answers) -> tuple[Question, ...]:
        """The questions that these answers lead to, those that depend on this page included: for showing answers."""
        return tuple(question for question in self.questions if question.asked(answers))

    def shown(self, answers: Answers) -> tuple[Question, ...]:
        """The questions to put on the page before it is answered.

        A question that depends on another of the same page is shown ("If you did not report it ..."), because
        without scripts nobody can know yet; `read` and `clean` drop its answer where it was not asked.
        """
        return tuple(q for q in self.questions if all_hold(self._conditions_before[q.id], answers))

    @cached_property
    def _conditions_before(self) -> dict[str, tuple[Condition, ...]]:
        here = {question.id for question in self.questions}
        return {q.id: tuple(c for c in q.show_if if c.question not in here) for q in self.questions}

    def read(self, posted: Posted, answers_so_far: Answers) -> Reading:
        """Read the answers of this page from a posted form. Never raises: what is wrong is in `errors`."""
        shown = self.shown(answers_so_far)
        raw = {question.id: question.read(posted) for question in shown}
        others = {key: value for key, value in answers_so_far.items() if key not in self._conditions_before}
        answers, errors = self._checked(shown, raw, others)
        places = [question for question in shown if isinstance(question, Place)]
        lookups = {place.id: typed for place in places if (typed := place.read_lookup(posted))}
        _drop_answered(errors, places, lookups)
        return Reading(answers, {key: value for key, value in raw.items() if value is not None}, errors, lookups)

    def _checked(
        self, questions: tuple[Question, ...], raw: Mapping[str, Any], others: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        answers: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for question in questions:
            if not question.asked({**others, **answers}):
                continue
            try:
                answer = question.clean(raw[question.id])
                if answer is not None:
                    answers[question.id] = answer
                elif question.required:
                    errors[question.html_id()] = question.error
            except AnswerFault as fault:
                errors[question.html_id(fault.part)] = str(fault)
        return answers, errors


def _drop_answered(errors: dict[str, str], places: list[Place], lookups: Mapping[str, str]) -> None:
    """A required ward is answered by a postcode too."""
    for place in places:
        if place.id in lookups and errors.get(place.id) == place.error:
            del errors[place.id]
