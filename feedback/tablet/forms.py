"""A whole questionnaire in one language, as a tablet takes it along."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request
from werkzeug.wrappers import Response

from feedback.errors import NotFound
from feedback.models import QuestionnaireVersion
from feedback.places import Language
from feedback.queries.digests import questionnaire_by_digest
from feedback.queries.help_topics import lines_for
from feedback.queries.questionnaires import languages_of, questionnaire_in
from feedback.staff.access import everyone
from feedback.tablet import blueprint
from feedback.tablet.order import for_shared_devices
from feedback.tablet.packing import packed_pages
from feedback.tablet.staff_texts import words_for_residents
from feedback.templating import duration
from feedback.translation.languages import language_called, speaking

FORMAT = 1  # raised when what the app reads here changes its shape


@blueprint.get("/tablet/form/<digest>/<language>")
@everyone
def form(digest: str, language: str) -> Response:
    """Answer with a form that holds nothing of anybody; it is asked for again whenever the tablet is connected."""
    row, spoken = questionnaire_by_digest(digest), language_called(language)
    if spoken is None or spoken not in languages_of(row):
        raise NotFound("This survey is not offered in this language.")
    answer = jsonify(packed_form(row, spoken))
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


def packed_form(row: QuestionnaireVersion, spoken: Language) -> dict[str, Any]:
    """Return questions as HTML, made by the same macros as residents' pages, and as data that routing follows."""
    asked = questionnaire_in(row, spoken.code)
    with speaking(spoken.code):
        ordered = for_shared_devices(asked)
        help_lines = {page.id: lines_for(asked.survey, [page]) for page in asked.pages}
        html = render_template("tablet/form.html", asked=ordered, help_lines=help_lines)
        return {
            "format": FORMAT,
            "survey": asked.survey,
            "version": asked.version,
            "digest": row.digest,
            "language": {"code": spoken.code, "tag": spoken.tag, "direction": spoken.direction},
            "language_name": spoken.own_name,
            "english_name": spoken.name,
            "draft": spoken.state == "draft",
            "title": asked.title,
            "intro": asked.intro,
            "minutes": duration(asked.minutes),
            "words": words_for_residents(),
            "pages": packed_pages(asked),
            "html": html,
        }
