"""Answers that came again with other content: each beside the counted ones, where the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Conflict, Response, Wave
from feedback.queries.questionnaires import answered_questionnaires, questionnaire_by_id, questionnaire_of
from feedback.queries.safeguarding import apart_in, apart_in_conflicts, held_words
from forms import Question, Questionnaire

Questions = frozenset[str]
NONE: Questions = frozenset()
SHOWN = 25  # a page; who decides these sees the next


@dataclass(frozen=True)
class Difference:
    """A question with both answers in words, one line each; no line: not answered."""

    label: str
    counted: list[str]
    apart: list[str]


@dataclass(frozen=True)
class KeptApart:
    """Answers that came again, in `month` by `channel`, and where they differ from the counted ones."""

    id: UUID
    channel: str
    month: date
    differences: list[Difference]


def kept_apart(wave: Wave) -> list[KeptApart]:
    """Return what waits to be decided in a wave, at most `SHOWN`, in order of the random ids."""
    columns = (Conflict.id, Conflict.channel, Conflict.month, Conflict.questionnaire_id, Conflict.answers)
    counted = (Conflict.response_id, Response.questionnaire_id.label("counted_id"), Response.answers.label("counted"))
    pairs = select(*columns, *counted).join(Response, Conflict.response_id == Response.id)
    known = answered_questionnaires(wave)
    rows = db.session.execute(pairs.where(Response.wave_id == wave.id).order_by(Conflict.id).limit(SHOWN))
    held, also_held = apart_in(wave), apart_in_conflicts(wave)
    return [
        KeptApart(
            row.id,
            row.channel,
            row.month,
            _differences(row, known, (held.get(row.response_id, NONE), also_held.get(row.id, NONE))),
        )
        for row in rows
    ]


def wave_of_conflict(id: UUID) -> Wave:
    """Return the wave in which answers wait to be decided.

    Raises:
        NotFound: they do not, or no longer.

    """
    of_wave = select(Wave).join(Response, Response.wave_id == Wave.id)
    wave = db.session.scalar(of_wave.join(Conflict, Conflict.response_id == Response.id).where(Conflict.id == id))
    if wave is None:
        raise NotFound("There is nothing to decide here. Somebody has decided it already, or the answers were removed.")
    return wave


def count_beside(id: UUID) -> int:
    """Return how many different answers wait under the number that these came under, with them."""
    of_response = select(Conflict.response_id).where(Conflict.id == id).scalar_subquery()
    return db.session.scalar(select(func.count()).select_from(Conflict).where(Conflict.response_id == of_response)) or 0


def _differences(row: Row[Any], known: dict[int, Questionnaire], held: tuple[Questions, Questions]) -> list[Difference]:
    before = known[row.counted_id]
    after = known.get(row.questionnaire_id) or questionnaire_of(questionnaire_by_id(row.questionnaire_id))
    first = {question.id: question for question in before.questions}
    second = {question.id: question for question in after.questions}
    both = {**second, **first}
    return [
        _difference(question, _words(first, id, row.counted, held[0]), _words(second, id, row.answers, held[1]))
        for id, question in both.items()
        if row.counted.get(id) != row.answers.get(id)
    ]


def _words(questions: dict[str, Question], id: str, answers: dict[str, Any], held: Questions) -> list[str]:
    if id in held:
        return held_words()
    return questions[id].display(answers.get(id)) if id in questions else []


def _difference(question: Question, counted: list[str], apart: list[str]) -> Difference:
    """Of several answers only those that differ: the others need not be seen. A comment stays whole."""
    if not question.is_comment:
        same = set(counted) & set(apart)
        counted, apart = ([line for line in lines if line not in same] for lines in (counted, apart))
    return Difference(question.label, counted, apart)
