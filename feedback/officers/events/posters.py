"""The poster of an event: one QR code, large enough for a phone two metres away, and words in each language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.errors import Refusal
from feedback.officers import blueprint
from feedback.officers.addresses import NO_SITE, poster_link, public_site, short_link
from feedback.officers.qr import qr_code
from feedback.queries.questionnaires import questionnaire_of
from feedback.queries.waves import event_by_code
from feedback.staff.access import staff
from feedback.templating import duration
from feedback.translation.languages import languages_on, speaking
from feedback.translation.wording import place_here

SIZES = {"a4": "A4", "a5": "A5"}
MOST_LANGUAGES = 4


@dataclass(frozen=True)
class PosterWords:
    """What a poster says, in one language."""

    question: str
    scan: str
    takes: str
    anonymous: str
    no_report: str


def poster_words(code: str, minutes: float) -> PosterWords:
    """Return the words of a poster in the language with this code, for a survey that takes so many minutes."""
    with speaking(code):
        return PosterWords(
            question=gettext("How safe do you feel in %(place)s?", place=place_here().name),
            scan=gettext("Scan this with your phone, or type the address"),
            takes=duration(minutes),
            anonymous=gettext("You do not give your name."),
            no_report=gettext("This is not a way to report a crime. In danger, call 999."),
        )


@blueprint.get("/events/<code>/poster")
@staff("officer", "administrator")
def poster(code: str) -> ResponseReturnValue:
    event = event_by_code(code)
    if not public_site():
        raise Refusal(NO_SITE)
    size = request.args.get("size", "a4")
    wanted = request.args.getlist("in") or event.languages
    chosen = [language for language in languages_on() if language.code in wanted][:MOST_LANGUAGES]
    return render_template(
        "officers/poster.html",
        event=event,
        size=size if size in SIZES else "a4",
        sizes=SIZES,
        languages=chosen or languages_on()[:1],
        choices=languages_on(),
        poster_words=poster_words,
        minutes=min(questionnaire_of(wave.questionnaire).minutes for wave in event.waves),
        qr=qr_code(poster_link(event)),
        link=short_link(event).partition("://")[2],
        back=url_for(".event", code=event.code),
    )
