"""What comes through a door, and the checks that every door shares."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext

from feedback.clock import month_of, today
from feedback.errors import Closed, Refusal
from feedback.extensions import db
from feedback.models import Event, QuestionnaireVersion, Response, Wave
from feedback.models.responses import CHANNELS
from feedback.places import current_place
from feedback.queries.questionnaires import questionnaire_of
from feedback.services.safeguarding.queue import screen_answers
from feedback.services.waves.freezing import refuse_when_frozen
from forms import AnswerError, Questionnaire

GRACE = timedelta(days=1)  # for a form that was opened in time and sent after midnight
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class AnswerRefused(Refusal):
    """Answers that the questionnaire does not allow. `errors`: question id to the sentence that says what to do."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(". ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One person's answers as they came through a door.

    `id` is made when the form opens. `counted_on` is the day the answers were given where that is not today (imports,
    demonstration). `opened_on` is the day the form was opened: answers may still come the day after the last one.
    `signals` are the signs that a machine sends it (bot_signals.py). `flagged` are ids of questions
    whose text a member of staff, who keyed or read it, points out to a reviewer. `receipt` is the code that the person
    was given already, on the slip of a sheet; empty: one is made.
    """

    id: UUID
    wave: Wave
    questionnaire: QuestionnaireVersion
    answers: Mapping[str, Any]
    channel: str
    event: Event | None = None
    language: str = "en"
    counted_on: date | None = None
    opened_on: date | None = None
    signals: frozenset[str] = frozenset()
    flagged: tuple[str, ...] = ()
    receipt: str = ""

    @property
    def by_web(self) -> bool:
        """Whether a person sends it from a browser now, whom nobody of the partnership saw answering."""
        return self.channel in ("online", "event_link") and self.counted_on is None


@dataclass(frozen=True)
class CheckedSubmission:
    """A submission that may be stored: its row, and what the row does not keep: the day it counts on, the signs that a
    machine sent it, which of its texts are to be held for a reviewer, with the reasons, and a receipt given before.

    `coded`: the answers without people's own words, where there are others.
    """

    row: Mapping[str, Any]
    day: date
    signals: frozenset[str] = frozenset()
    concerns: Mapping[str, list[str]] = field(default_factory=dict)
    receipt: str = ""
    coded: Mapping[str, Any] = field(default_factory=dict)


def check_submission(submission: Submission) -> CheckedSubmission:
    """Check everything that can be checked before writing; raises what `submit_response` raises."""
    _check_envelope(submission)
    if submission.wave.frozen_at is not None and db.session.get(Response, submission.id) is None:
        refuse_when_frozen(submission.wave)  # what is stored already and is sent again gets its receipt again
    questionnaire = questionnaire_of(submission.questionnaire)
    answers = _clean(questionnaire, submission.answers)
    day = _day_counted(submission)
    ward = ward_of(questionnaire, answers)
    row = {
        "id": submission.id,
        "wave_id": submission.wave.id,
        "questionnaire_id": submission.questionnaire.id,
        "event_id": submission.event.id if submission.event else None,
        "channel": submission.channel,
        "ward_code": ward,
        "ward_vintage": current_place().vintage_of(ward) if ward else None,
        "language": submission.language,
        "month": month_of(day),
        "answers": answers,
        "payload_hash": _payload_hash(submission, answers),
    }
    found = screen_answers(questionnaire, answers, submission.flagged)
    words = {question.id for question in questionnaire.questions if question.is_comment}
    coded = {id: answer for id, answer in answers.items() if id not in words} or answers
    return CheckedSubmission(row, day, submission.signals, found, submission.receipt, coded)


def _check_envelope(submission: Submission) -> None:
    allowed = {4} if submission.counted_on is None else {4, 5}
    if submission.id.version not in allowed:
        raise Refusal(gettext("This form has a broken number. Open the survey again and send your answers once more."))
    if submission.channel not in CHANNELS:
        raise Refusal(f"{submission.channel!r} is not a channel. Use one of: {', '.join(CHANNELS)}.")
    if submission.questionnaire.survey != submission.wave.survey:
        raise Refusal("These answers belong to another survey.")
    if submission.event is not None and not submission.event.offers(submission.wave):
        raise Refusal("This event belongs to another survey.")
    if not LANGUAGE.fullmatch(submission.language):
        raise Refusal(f"{submission.language[:20]!r} is not a language code such as en or pl.")


def _clean(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return questionnaire.clean(answers, strict=True)
    except AnswerError as error:
        raise AnswerRefused(error.errors) from error


def _day_counted(submission: Submission) -> date:
    """The day in the tally: today, or the day that an import or the demonstration names."""
    wave, now = submission.wave, today()
    day = submission.counted_on or now
    if wave.is_open(day) and day <= now:
        return day
    if submission.counted_on:
        raise Closed(
            f"{day:%-d %B %Y} is not a day on which answers to {wave.title} were collected: "
            f"{wave.opens_on:%-d %B %Y} to {min(wave.closes_on, now):%-d %B %Y}."
        )
    opened_in_time = (
        submission.opened_on is not None and wave.opens_on <= submission.opened_on <= wave.closes_on + GRACE
    )
    if opened_in_time and wave.closes_on < now <= wave.closes_on + GRACE:
        return wave.closes_on
    if db.session.get(Response, submission.id):
        return wave.closes_on  # sent again after closing: it will be recognised, nothing new can be stored
    raise Closed(gettext("%(title)s is not open for answers.", title=wave.title))


def ward_of(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> str | None:
    """Return the code of the ward that answers name; None when they name none of the place."""
    ward = next((c for c in questionnaire.characteristics if c.name == "ward"), None)
    return (ward.group_of(answers) or None) if ward else None


def _payload_hash(submission: Submission, answers: Mapping[str, Any]) -> str:
    content = [submission.wave.slug, submission.questionnaire.digest, answers]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
