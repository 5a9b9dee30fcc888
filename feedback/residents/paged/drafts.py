"""The journey of one person through a paged survey: what the encrypted draft holds, and the cookie that opens it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn
from uuid import UUID

from flask import abort, after_this_request, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from feedback.models.types import utc_now
from feedback.queries.answers.receipts import code_of_response
from feedback.queries.questionnaires import questionnaire_version
from feedback.queries.waves import wave_by_slug
from feedback.residents.survey_request import SurveyRequest, known_event
from feedback.services.answers.drafts import (
    DraftLost,
    OpenDraft,
    find_draft,
    open_draft,
    purge_drafts,
    response_of_cookie,
    save_draft,
)
from feedback.services.answers.opened_forms import OpenedAt, read_moment
from feedback.services.answers.receipts import seal_receipt
from feedback.services.answers.resume_codes import draft_of_code, keep_for_later
from forms import Page, Questionnaire

COOKIE = "draft"
INTERRUPTION = "before"  # among the pages seen: the page that explains the way out before the first that needs it


@dataclass(frozen=True)
class Journey:
    """What was asked and answered so far. `given` keeps answers that a later change made moot, should it be undone."""

    visit: SurveyRequest
    draft: OpenDraft

    @property
    def survey(self) -> str:
        return self.visit.wave.survey

    @cached_property
    def asked(self) -> Questionnaire:
        return self.visit.asked

    @property
    def form_id(self) -> UUID:
        return self.draft.response_id

    @property
    def given(self) -> dict[str, Any]:
        return dict(self.draft.content.get("given", {}))

    @property
    def seen(self) -> list[str]:
        return list(self.draft.content.get("seen", []))

    @property
    def opened(self) -> OpenedAt:
        """When the journey began: the service itself put it into the draft, which only its own key opens."""
        return OpenedAt(read_moment(self.draft.content["opened"]), signed=True)

    @property
    def shared(self) -> bool:
        """Whether others use the device too: answers about harm and the person are not kept before they are sent."""
        return bool(self.draft.content.get("shared"))

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers to what these answers lead to: what would be sent now."""
        return self.asked.clean(self.given, strict=False)

    @cached_property
    def route(self) -> tuple[Page, ...]:
        """The pages that these answers lead to; on a shared device without those that come last."""
        late = self.asked.only_sent if self.shared else ()
        return tuple(page for page in self.asked.route(self.answers) if page not in late)

    def last_route(self, late_answers: Mapping[str, Any]) -> tuple[Page, ...]:
        """The pages that come last on a shared device, when they have been answered so far with `late_answers`."""
        late = self.asked.only_sent if self.shared else ()
        return tuple(page for page in self.asked.route({**self.answers, **late_answers}) if page in late)

    def with_answers(self, page: Page, answers: Mapping[str, Any], *, passed: bool = True) -> Journey:
        """Keep the answers of a page in the draft, in place of what was given there before.

        Who has not `passed` the page comes back to it.
        On a shared device nothing is kept of the pages that come last there.
        """
        if self.shared and page in self.asked.only_sent:
            return self
        asked_here = {question.id for question in page.questions}
        others = {key: value for key, value in self.given.items() if key not in asked_here}
        content = {
            **self.draft.content,
            "given": {**others, **answers},
            "seen": list(dict.fromkeys([*self.seen, page.id] if passed else self.seen)),
        }
        return self._keeping(content)

    def on_shared_device(self) -> Journey:
        """Go on where others use the device too: what was answered to the pages that come last there is given up."""
        late = {question.id for page in self.asked.only_sent for question in page.questions}
        pages = {page.id for page in self.asked.only_sent}
        content = {
            **self.draft.content,
            "shared": True,
            "given": {key: value for key, value in self.given.items() if key not in late},
            "seen": [page for page in self.seen if page not in pages],
        }
        return self._keeping(content)

    def stayed(self) -> Journey:
        """Keep the answers as they are for as long again."""
        return self._keeping(self.draft.content)

    def passing(self, pages: Iterable[str]) -> Journey:
        """Remember pages as seen that were read or passed over."""
        content = {**self.draft.content, "seen": list(dict.fromkeys([*self.seen, *pages]))}
        return self._keeping(content)

    def _keeping(self, content: Mapping[str, Any]) -> Journey:
        """Keep this in the draft, and a cookie as young; where it was sent or left meanwhile, lead the person on."""
        try:
            journey = Journey(self.visit, save_draft(self.draft, content))
        except DraftLost:
            _lead_on(self.survey)
        after_this_request(lambda response: with_cookie(response, journey))
        return journey


def kept_for_later(journey: Journey) -> tuple[str, Journey]:
    """Return a code that opens this journey on any device for a week, and the journey under its new key."""
    code, draft = keep_for_later(journey.draft)
    return code, Journey(journey.visit, draft)


def journey_of_code(code: str, survey: str) -> Journey | None:
    """Return the journey of this survey that a code opens; None when it opens none."""
    try:
        return _journey(draft_of_code(code), survey)
    except DraftLost:
        return None


def begin_journey(visit: SurveyRequest, *, shared: bool = False) -> Journey:
    """Open a draft for this visit; those of others that have expired are deleted on the way."""
    purge_drafts()
    content = {
        "wave": visit.wave.slug,
        "version": visit.questionnaire.version,
        "event": visit.event_code,
        "shared": shared,
        "opened": utc_now().isoformat(timespec="seconds"),
    }
    return Journey(visit, open_draft(visit.wave, content))


def find_journey(survey: str) -> Journey | None:
    """Return the unfinished journey that this browser's cookie opens; None when it opens none of this survey."""
    return _journey(_draft(), survey)


def _journey(draft: OpenDraft | None, survey: str) -> Journey | None:
    if draft is None:
        return None
    wave = wave_by_slug(draft.content["wave"])
    if wave.survey != survey:
        return None
    event = known_event(draft.content["event"], wave)
    return Journey(SurveyRequest(wave, questionnaire_version(survey, draft.content["version"]), event), draft)


def the_journey(survey: str) -> Journey:
    """Return the journey in hand. Without one the person is led to the beginning, after sending to the receipt."""
    journey = _journey(_draft(), survey)
    if journey is None:
        _lead_on(survey)
    return journey


def _lead_on(survey: str) -> NoReturn:
    sent = response_of_cookie(request.cookies.get(COOKIE, ""))
    if sent and (code := code_of_response(sent)):
        again = 1 if request.method == "GET" else None
        abort(redirect(url_for("residents.done", survey=survey, receipt=seal_receipt(code), again=again), 303))
    abort(redirect(url_for("residents.begin", survey=survey, lost=1), 303))


def _draft() -> OpenDraft | None:
    try:
        return find_draft(request.cookies.get(COOKIE, ""))
    except DraftLost:
        return None


def with_cookie(response: Response, journey: Journey) -> Response:
    """Give the browser the key: sent back to this survey's pages only, out of scripts' reach, gone with the browser."""
    response.set_cookie(
        COOKIE,
        journey.draft.cookie,
        path=_cookie_path(journey.survey),
        secure=current_app.config["SETTINGS"].secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return response


def without_cookie(response: Response, survey: str) -> Response:
    response.delete_cookie(COOKIE, path=_cookie_path(survey), httponly=True, samesite="Lax")
    return response


def _cookie_path(survey: str) -> str:
    """Where the cookie is sent back to: the pages of a survey, in whatever language."""
    return url_for("residents.survey", survey=survey, lang=None)
