"""A published, immutable version of a set of questions. The same object gives pages, paper, exports and figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

import msgspec

from forms.derived import SAID_BESIDE, Characteristic, Exclusion, IndicatorSpec
from forms.errors import AnswerError, AnswerFault, UnknownQuestion
from forms.page import Page
from forms.questions import Column, Question
from forms.routing import Answers


class Questionnaire(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, dict=True
):
    """Made by `load_questionnaire` (reviewed YAML) or `parse_questionnaire` (stored definition), never by hand.

    `weighted` is false where those asked are not the residents that the Census margins count. `people` says whom the
    figures describe where that is not residents of 16 and over.
    """

    survey: str
    version: int
    language: str = "en"
    title: str
    intro: str = ""
    minutes: int
    layout: str
    audience: str = ""
    weighted: bool = True
    people: str = ""
    pages: tuple[Page, ...] = ()
    characteristics: tuple[Characteristic, ...] = ()
    excluded: tuple[Exclusion, ...] = msgspec.field(default=(), name="exclusions")
    indicators: tuple[IndicatorSpec, ...] = ()

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order of asking."""
        return tuple(question for page in self.pages for question in page.questions)

    def question(self, question_id: str) -> Question:
        """Raises UnknownQuestion (a KeyError) when no question has this id."""
        try:
            return self._by_id[question_id]
        except KeyError:
            raise UnknownQuestion(question_id) from None

    def page(self, page_id: str) -> Page:
        """Raises UnknownQuestion when no page has this id."""
        try:
            return next(page for page in self.pages if page.id == page_id)
        except StopIteration:
            raise UnknownQuestion(page_id) from None

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def route(self, answers: Answers) -> tuple[Page, ...]:
        """The pages that these answers lead to. Answers to questions that were not asked lead nowhere."""
        kept = {question.id: answers[question.id] for question in self.asked(answers) if question.id in answers}
        return tuple(page for page in self.pages if page.reached(kept) and page.worth_showing(kept))

    @cached_property
    def for_last(self) -> tuple[Page, ...]:
        """The pages whose answers a shared device must not keep: sensitive ones, and those that depend on such.

        There they are asked at the end and go with the final sending, so the rest must not depend on them.
        """
        sensitive = {question.id for question in self.questions if question.sensitive}
        made_from = (known.made_from for known in self.characteristics if known.sensitive)
        return self._with_dependents(sensitive.union(*made_from))

    @cached_property
    def only_sent(self) -> tuple[Page, ...]:
        """The pages whose answers no draft keeps where others use the device: those of `for_last`, and those that ask
        who somebody is, which is what the characteristics and exclusions are made from.
        """
        questions = {question.id for page in self.for_last for question in page.questions}
        questions.update(*(characteristic.made_from for characteristic in self.characteristics))
        questions.update(*(exclusion.made_from for exclusion in self.excluded))
        return self._with_dependents(questions)

    def _with_dependents(self, chosen: Collection[str]) -> tuple[Page, ...]:
        """The sensitive pages, those with one of these questions, and all that depend on a question of such a page."""
        late: list[Page] = []
        questions: set[str] = set()
        for page in self.pages:
            conditions = (*page.show_if, *(c for question in page.questions for c in question.show_if))
            own = {question.id for question in page.questions}
            if page.sensitive or own & set(chosen) or any(condition.question in questions for condition in conditions):
                late.append(page)
                questions |= own
        return tuple(late)

    def asked(self, answers: Answers) -> tuple[Question, ...]:
        """The questions that these answers lead to, in the order of asking."""
        kept: dict[str, Any] = {}
        asked = []
        for question in self._next_to_ask(kept):
            asked.append(question)
            if question.id in answers:
                kept[question.id] = answers[question.id]
        return tuple(asked)

    def _next_to_ask(self, kept: Mapping[str, Any]) -> Iterator[Question]:
        """Each question that `kept` leads to, while the caller adds the answers it keeps."""
        for page in self.pages:
            if page.reached(kept):
                yield from (question for question in page.questions if question.asked(kept))

    def clean(self, answers: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
        """The answers in their one stored form, without those to questions that routing did not ask.

        Strict is for whatever is to be counted. Not strict is for drafts: what is faulty is left out.

        Raises:
            AnswerError: strict, and an answer is not allowed or a question does not exist.

        """
        if not isinstance(answers, Mapping):
            raise AnswerError({"answers": "Answers must be given as question and answer."})
        errors = {key: f"There is no question {str(key)[:60]!r}." for key in answers if key not in self._by_id}
        kept: dict[str, Any] = {}
        for question in self._next_to_ask(kept):
            try:
                answer = question.clean(answers.get(question.id))
            except AnswerFault as fault:
                errors[question.id] = str(fault)
                answer = question.salvage(answers[question.id])
            if answer is not None:
                kept[question.id] = answer
        if strict and errors:
            raise AnswerError(errors)
        return kept

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for question in self.questions for column in question.columns)

    def cells(self, answers: Answers) -> dict[str, str]:
        """One row of the analysis frame: a text for every column, empty where not answered."""
        row = dict(self._no_cells)
        for question_id, answer in answers.items():
            row.update(self.question(question_id).cells(answer))
        return row

    @cached_property
    def _no_cells(self) -> dict[str, str]:
        return {column.name: "" for column in self.columns}

    @cached_property
    def exclusions(self) -> dict[str, str]:
        """Code -> label of the reasons for counting somebody apart from the base."""
        return {exclusion.code: exclusion.label for exclusion in self.excluded}

    def exclusion(self, answers: Answers) -> str:
        """The first reason that holds, or empty: this person is in the base."""
        return next((exclusion.code for exclusion in self.excluded if exclusion.holds(answers)), "")

    def definition(self) -> dict[str, Any]:
        """Everything as plain JSON values: `parse_questionnaire(definition())` gives an equal questionnaire."""
        definition: dict[str, Any] = json.loads(_canonical(msgspec.to_builtins(self)))
        return definition

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON (keys sorted, no spaces, UTF-8) of all that decides what answers mean.

        What `SAID_BESIDE` names is not in it, so that a version published without it stays the version that it was.
        """
        plain = msgspec.to_builtins(self)
        for known in plain.get("characteristics", ()):
            for key in SAID_BESIDE:
                known.pop(key, None)
        return hashlib.sha256(_canonical(plain).encode()).hexdigest()

    def completed_from(self, reviewed: Questionnaire) -> Questionnaire:
        """The same where a characteristic that does not say whether it is special-category data is described as the
        reviewed questionnaire describes the one of the same name. Nothing that was said is changed.
        """
        known = {one.name: {key: getattr(one, key) for key in SAID_BESIDE} for one in reviewed.characteristics}
        completed = tuple(
            msgspec.structs.replace(one, **known.get(one.name, {})) if one.special_category is None else one
            for one in self.characteristics
        )
        return msgspec.structs.replace(self, characteristics=completed)


def _canonical(plain: Any) -> str:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
