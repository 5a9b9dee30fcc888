"""Which survey a person is answering: its wave, its version of the questions, and the event that led there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext

from feedback.clock import LONDON, today
from feedback.errors import Closed, NotFound
from feedback.models import Event, QuestionnaireVersion, Wave
from feedback.queries.questionnaires import languages_of, questionnaire_in, questionnaire_version
from feedback.queries.waves import event_by_code, open_wave, wave_by_slug
from feedback.services.answers.bot_signals import bot_signals, refuse_past_ceiling, sent_from_elsewhere
from feedback.services.answers.opened_forms import LONGEST, OpenedAt, read_opened
from feedback.services.answers.submission import Submission
from feedback.templating import plain_date
from feedback.translation.languages import keep_to, language
from forms import Questionnaire

HONEYPOT = "website"  # the field that no person sees


class UnknownForm(NotFound):
    """What the page itself filled in names no form of this survey: it was changed on the way."""

    def __init__(self) -> None:
        super().__init__(gettext("We do not know this form. Check your answers, then send them again."))


@dataclass(frozen=True)
class SurveyRequest:
    """What is asked of whom; `event` is the one whose link was followed, if any."""

    wave: Wave
    questionnaire: QuestionnaireVersion
    event: Event | None

    def __post_init__(self) -> None:
        keep_to({spoken.code for spoken in languages_of(self.questionnaire)})

    @property
    def asked(self) -> Questionnaire:
        """The questions in the language of the page."""
        return questionnaire_in(self.questionnaire, language().code)

    @property
    def event_code(self) -> str:
        return self.event.code if self.event else ""

    def submission(self, response_id: UUID, answers: dict[str, object], opened: OpenedAt) -> Submission:
        """Return what is sent now, with the signs that a machine sends it. Raises Busy at the ceiling of the wave."""
        refuse_past_ceiling(self.wave)
        foreign = sent_from_elsewhere(request.headers, request.host)
        return Submission(
            id=response_id,
            wave=self.wave,
            questionnaire=self.questionnaire,
            answers=answers,
            channel="event_link" if self.event else "online",
            event=self.event,
            language=language().code,
            opened_on=opened.moment.astimezone(LONDON).date() if opened.moment else None,
            signals=bot_signals(honeypot=_field(HONEYPOT), opened=opened, answered=len(answers), foreign=foreign),
        )


def open_survey(survey: str) -> SurveyRequest:
    """Return the request of a person who opens `survey`: by an event's link (`?e=CODE`), by the link that staff use to
    try a wave (`?wave=SLUG`, also a test wave), or without either.

    Raises:
        NotFound: there is no such survey or event.
        Closed: it is not open.

    """
    code, slug = request.args.get("e", ""), request.args.get("wave", "")
    event = event_by_code(code) if code else None
    asked_there = next((wave for wave in event.waves if wave.survey == survey), event.wave) if event else None
    wave = asked_there or (wave_by_slug(slug) if slug else open_wave(survey))
    if wave.survey != survey:
        raise NotFound(gettext("This link belongs to another survey. Check the address."))
    check_open(wave)
    return SurveyRequest(wave, wave.questionnaire, event if event and not event.cancelled_at else None)


def link_given() -> dict[str, Any]:
    """Return what of a link's query this service itself puts there; anything else goes no further."""
    return {name: request.args[name] for name in ("e", "wave") if name in request.args}


def posted_form(survey: str) -> SurveyRequest:
    """Return the visit that a posted form names: the wave and the version that its page was made from.

    An event that is unknown by now costs nobody their answers; they count as online.

    Raises:
        UnknownForm: there is no such wave or version of this survey.

    """
    version = _field("version")
    try:
        wave = wave_by_slug(_field("wave"))
        asked = questionnaire_version(survey, int(version[:9]) if version.isdecimal() else 0)
    except NotFound:
        raise UnknownForm from None
    if wave.survey != survey:
        raise UnknownForm
    return SurveyRequest(wave, asked, known_event(_field("event"), wave))


def arriving_again(survey: str) -> SurveyRequest:
    """Return the request of a person whose form was made for something that is not there; raises as `open_survey`."""
    visit = open_survey(survey)
    return SurveyRequest(visit.wave, visit.questionnaire, known_event(_field("event"), visit.wave))


def known_event(code: str, wave: Wave) -> Event | None:
    """Return the event of this wave with `code`; None when there is none."""
    try:
        event = event_by_code(code) if code else None
    except NotFound:
        return None
    return event if event and event.offers(wave) else None


def _field(name: str) -> str:
    """Return a field that the page itself filled in; what holds a NUL was not written by a page."""
    value = request.form.get(name, "")
    return "" if "\0" in value else value


def check_open(wave: Wave) -> None:
    """Raise Closed with the day that the wave opens or closed, when it is not open today."""
    state = wave.state(today())
    if state == "coming":
        raise Closed(gettext("This survey is not open yet. It opens on %(day)s.", day=plain_date(wave.opens_on)))
    if state == "closed":
        raise Closed(
            gettext("This survey closed on %(day)s. Thank you for wanting to answer.", day=plain_date(wave.closes_on))
        )


def response_id() -> UUID:
    """Return the id that the form was given when it was opened."""
    try:
        id = UUID(_field("id"))
    except ValueError:
        raise UnknownForm from None
    if id.version != 4:
        raise UnknownForm
    return id


def opened_at(form_id: UUID) -> OpenedAt:
    """Return when the form was opened, as its page says."""
    return read_opened(opened_as_posted(), form_id)


def opened_as_posted() -> str:
    """Return what the page says of it, to be shown again."""
    return _field("opened")[:LONGEST]
