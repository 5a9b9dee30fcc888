"""What a form that could not be stored says, answer by answer, and which of it may say that somebody is in danger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.keyword_screening import screen_text
from feedback.messages.seals import open_sealed
from feedback.models import QuarantinedForm, QuestionnaireVersion
from feedback.queries.events import event_of_key
from feedback.queries.questionnaires import questionnaire_of, questionnaire_version
from forms import AnswerError, Question, Questionnaire
from forms.questions.written import Written, writable

PIECE, OVERLAP = 10_000, 200  # characters: the lists read so much at once, and a phrase may stand across two pieces
MOST_READ = 100_000  # characters of one answer; nobody writes as many on a tablet
WHOLE_FORM = "What was sent"


@dataclass(frozen=True)
class QuarantinedAnswer:
    """A question of a form in words, with its answer in lines, or as it came where it fits nothing (`fits`).

    `reasons` are the codes of the lists that its words are in; none: everybody who may see the form may see them.
    """

    label: str
    lines: Sequence[str]
    fits: bool = True
    reasons: tuple[str, ...] = ()


def said_in(content: Mapping[str, Any]) -> list[QuarantinedAnswer]:
    """Return what a form says, in the words of its questionnaire where that is known."""
    answers = content.get("left_out", content.get("answers"))
    if not isinstance(answers, dict):
        return [_odd(WHOLE_FORM, content)]
    asked_then = _asked(content)
    return [_said(asked_then, id, answer) for id, answer in answers.items()]


def reasons_in(content: Mapping[str, Any]) -> list[str]:
    """Return why a form is to be shown to a reviewer, each reason once; nothing where no answer is a concern."""
    return list(dict.fromkeys(reason for said in said_in(content) for reason in said.reasons))


def content_of(held: QuarantinedForm) -> dict[str, Any]:
    """Return a form that waits or waited, opened; empty where it cannot be opened, or nothing of it is left here."""
    content = db.session.scalar(select(QuarantinedForm.content).where(QuarantinedForm.id == held.id)) or {}
    if not held.sealed or held.decision == "stored":
        return content
    try:
        return open_sealed(event_of_key(str(content.get("key"))) or held.event, content)
    except Refusal:
        return {}


def _said(asked_then: Questionnaire | None, id: str, answer: Any) -> QuarantinedAnswer:
    question = next((one for one in asked_then.questions if one.id == id), None) if asked_then else None
    if asked_then is None or question is None:
        return _odd(id, answer)
    if not _fits(asked_then, id, answer):
        return _odd(question.label, answer)
    return QuarantinedAnswer(
        question.label, question.display(answer), reasons=_reasons(answer) if _is_text(question) else ()
    )


def _is_text(question: Question) -> bool:
    return isinstance(question, Written)


def _fits(asked_then: Questionnaire, id: str, answer: Any) -> bool:
    try:
        asked_then.clean({id: answer}, strict=True)
    except AnswerError:
        return False
    return True


def _odd(label: str, answer: Any) -> QuarantinedAnswer:
    lines = writable(str(answer)).split("\n")
    return QuarantinedAnswer(label, lines, fits=False, reasons=_reasons(answer))


def _reasons(answer: Any) -> tuple[str, ...]:
    text = "\n".join(_texts(answer))[:MOST_READ]
    pieces = (text[start : start + PIECE + OVERLAP] for start in range(0, len(text), PIECE))
    return tuple(dict.fromkeys(reason for piece in pieces for reason in screen_text(piece)))


def _texts(answer: Any) -> Iterator[str]:
    """Every text in an answer of any shape, however deep."""
    if isinstance(answer, Mapping):
        for key, value in answer.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _texts(value)
    else:
        yield str(answer)


def _asked(content: Mapping[str, Any]) -> Questionnaire | None:
    """The questionnaire that a form names, where it is known."""
    survey, version = content.get("survey"), content.get("version")
    try:
        row: QuestionnaireVersion = questionnaire_version(writable(str(survey)), int(str(version)))
    except (NotFound, ValueError):
        return None
    return questionnaire_of(row)
