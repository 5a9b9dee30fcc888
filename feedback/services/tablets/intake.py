"""What is to become of a form that a tablet sends: stored, practice, or kept for staff with a sentence of why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from feedback.clock import LONDON, today
from feedback.errors import NotFound, Refusal
from feedback.messages.decoding import Malformed, convert
from feedback.messages.shapes import Form, form_member
from feedback.models import Device, Event, QuestionnaireVersion, Wave
from feedback.models.types import utc_now
from feedback.queries.questionnaires import questionnaire_version
from feedback.services.answers.validation import AnswerRefused, CheckedSubmission, Submission, check_submission
from feedback.services.tablets.day_collected import GRACE, day_collected
from feedback.services.tablets.kiosk_links import BY_LINK, kiosk_hours
from feedback.typed_text import one_line

CHANNELS = {"officer": ("officer", "kiosk"), "kiosk": ("kiosk",)}  # by mode of the device
PLAIN_IN_FILE = (
    "The form is not sealed. Tablets seal every form, so that anybody can have written this one; without a seal a file "
    "holds practice only."
)
REASONS_OF_MEMBERS = {"version": "version", "opened_on": "day"}  # of the others: content


@dataclass(frozen=True)
class FormSource:
    """Where forms come from: a device that took an event, or a file of one (`device` None: it is not known here).

    `signals`: signs that a machine sends what comes from there.
    """

    event: Event
    device: Device | None = None
    from_file: bool = False
    signals: frozenset[str] = frozenset()

    @property
    def by_link(self) -> bool:
        """Whether nobody signed in for the device."""
        return self.device is not None and self.device.issued_by == BY_LINK

    @property
    def earliest(self) -> date:
        """The first day on which anything can have been answered."""
        return (self.device.issued_at if self.device else self.event.starts_at).astimezone(LONDON).date()

    @property
    def skew_seconds(self) -> int:
        return (self.device.skew_seconds or 0) if self.device else 0


@dataclass(frozen=True)
class Arrived:
    """A form as it came: `content` is the opened form, or the sealed item where it could not be opened (`fault`).

    `sealed`: it still is. `plain`: it never was.
    """

    id: UUID
    content: Mapping[str, Any]
    sealed: bool = False
    plain: bool = False
    fault: tuple[str, str] | None = None

    @property
    def number(self) -> int | None:
        """Its number in the ledger of its device, where it has one that can be."""
        number: int | None = None if self.sealed else form_member(self.content, "number")
        return number

    @property
    def practice(self) -> bool:
        return not self.sealed and self.content.get("practice") is True


@dataclass(frozen=True, kw_only=True)
class FormPlace:
    """Where a form belongs: what its envelope says, or what staff chose instead. `day`: when it was answered.

    `left_out` are questions whose answers are not stored.
    """

    event: Event
    wave: Wave
    questionnaire: QuestionnaireVersion
    channel: str
    language: str
    day: date
    left_out: frozenset[str] = frozenset()


class Unacceptable(Exception):
    """A form that cannot be stored as it is. `reason` is one of `models.devices.REASONS`; `questions` are at fault.

    The sentence may name what a stranger sent: nothing that cannot be shown is left in it.
    """

    def __init__(self, reason: str, sentence: str, questions: Iterable[str] = ()) -> None:
        super().__init__(sentence)
        self.reason, self.questions = reason, frozenset(questions)
        self.sentence = one_line(sentence)


def validate_item(source: FormSource, arrived: Arrived, *, known: bool) -> CheckedSubmission | None:
    """Return the form checked for storing, or None for practice. `known`: a response with its id is stored already.

    Raises:
        Unacceptable: it must be kept for staff.

    """
    if arrived.fault:
        raise Unacceptable(*arrived.fault)
    if arrived.content.get("id") != str(arrived.id):
        raise Unacceptable("content", "The sealed form bears another number than its envelope.")
    if arrived.practice:
        return None
    if arrived.plain and source.from_file and not known:
        raise Unacceptable("seal", PLAIN_IN_FILE)
    form = _form(arrived.content)
    if source.device and source.device.practice:
        raise Unacceptable("practice", "The device was given out for practice, but this form says it is real.")
    return check_form(arrived, _place(source, form, known=known), source.signals)


def check_form(arrived: Arrived, place: FormPlace, signals: frozenset[str] = frozenset()) -> CheckedSubmission:
    """Return a form checked for storing at this place. Raises Unacceptable."""
    answers = form_member(arrived.content, "answers")
    if answers is None:
        raise Unacceptable("content", "The form has no answers that can be read.")
    submission = Submission(
        id=arrived.id,
        wave=place.wave,
        questionnaire=place.questionnaire,
        answers={id: answer for id, answer in answers.items() if id not in place.left_out},
        channel=place.channel,
        event=place.event,
        language=place.language,
        counted_on=place.day,
        signals=signals,
    )
    try:
        return check_submission(submission)
    except AnswerRefused as refusal:
        named = ", ".join(refusal.errors)
        sentence = f"Answers that the questionnaire does not offer ({named}). {str(refusal).rstrip('.')}."
        raise Unacceptable("answers", sentence, refusal.errors) from None
    except Refusal as refusal:
        raise Unacceptable("content", str(refusal)) from None


def _form(content: Mapping[str, Any]) -> Form:
    """Return a form of which every member is what it must be. Raises Unacceptable, naming the first that is not."""
    try:
        return convert(content, Form, "the form")
    except Malformed as fault:
        raise Unacceptable(REASONS_OF_MEMBERS.get(fault.member, "content"), str(fault)) from None


def _place(source: FormSource, form: Form, *, known: bool) -> FormPlace:
    """Where a form belongs by its own envelope. Raises Unacceptable."""
    _check_place(source, form)
    event = source.event
    wave = _wave(event, form)
    return FormPlace(
        event=event,
        wave=wave,
        questionnaire=_questionnaire(wave, form),
        channel=form.channel,
        language=form.language,
        day=_day(source, wave, form, known=known),
    )


def _check_place(source: FormSource, form: Form) -> None:
    """The pass of a device is for one event, and a kiosk's for one way of answering."""
    event = source.event
    if form.event.upper() != event.code:
        raise Unacceptable("event", f"The form names another event than {event.code}, which the device took with it.")
    if event.cancelled_at is not None:
        raise Unacceptable("event", f"The event {event.code} was cancelled.")
    allowed = CHANNELS[source.device.mode] if source.device else CHANNELS["officer"]
    if form.channel not in allowed:
        raise Unacceptable("content", f"This device may send answers that came by {' or '.join(allowed)} only.")
    if source.by_link and utc_now() < kiosk_hours(event)[0]:
        raise Unacceptable("day", f"{event.code} has not begun. A kiosk link takes answers from 2 hours before it.")


def _wave(event: Event, form: Form) -> Wave:
    wave = next((wave for wave in event.waves if wave.slug == form.wave), None)
    if wave is None:
        raise Unacceptable("wave", f"The form names a wave that the event {event.code} does not collect answers to.")
    if wave.survey != form.survey:
        raise Unacceptable("wave", f"The form names another survey than that of {wave.title}.")
    return wave


def _questionnaire(wave: Wave, form: Form) -> QuestionnaireVersion:
    try:
        return questionnaire_version(wave.survey, form.version)
    except NotFound:
        raise Unacceptable(
            "version", "The form was asked in a version of the questionnaire that is not known here."
        ) from None


def _day(source: FormSource, wave: Wave, form: Form, *, known: bool) -> date:
    now, event = today(), source.event
    if known:  # it will be recognised; nothing new can be stored, so that no day is too late
        return max(wave.opens_on, min(wave.closes_on, now))
    if wave.frozen_at is not None:
        raise Unacceptable("frozen", f"Figures of {wave.title} have been published, so that no answers can be added.")
    earliest = min(source.earliest, now)
    day = day_collected(wave, form.opened_on, skew_seconds=source.skew_seconds, earliest=earliest, latest=now)
    if day is None:
        raise Unacceptable("day", f"{wave.title} was not open on the day the form was opened.")
    if day > event.ends_at.astimezone(LONDON).date() + GRACE:
        raise Unacceptable("day", f"The event {event.code} was over on the day the form was opened.")
    if source.by_link and not _in_kiosk_hours(event, day):
        raise Unacceptable(
            "day", f"The form was not opened on a day of {event.code}, to which its kiosk link is bound."
        )
    return day


def _in_kiosk_hours(event: Event, day: date) -> bool:
    """A form says the day alone on which it was opened."""
    first, last = (moment.astimezone(LONDON).date() for moment in kiosk_hours(event))
    return first <= day <= last
