"""What waits for a reviewer, one text at a time, and what was decided."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from feedback.errors import NotFound
from feedback.keyword_screening import word_lists
from feedback.places import current_place
from feedback.queries import safeguarding as reading
from feedback.reviewers import blueprint
from feedback.services.safeguarding import queue as writing
from feedback.services.safeguarding.queue import BY_STAFF, LONGEST_NOTE, Decision, NoPassedTo
from feedback.staff.access import actor, staff
from feedback.staff.forms import RadioChoice, StaffForm, options

OUTCOMES = {
    "passed_on": "I have told a service that can help",
    "released": "Nobody is in danger: release this comment to analysts",
    "kept_out": "Nothing more can be done, but others should not read this comment",
}
HINTS = {
    "passed_on": "The comment stays hidden from everybody but reviewers",
    "released": "It then appears in lists of comments like any other",
    "kept_out": "For example, because it names somebody or says too much about one person",
}


class DecisionForm(StaffForm):
    outcome = RadioChoice(
        "What should happen to this comment?",
        wrong="Select what should happen to this comment",
        choices=options(OUTCOMES, HINTS),
    )
    passed_to = StringField(
        "Who did you tell?",
        [Length(max=100, message="Who you told must be 100 characters or fewer")],
        description="Only if you told a service, such as the police on 999 or adult safeguarding",
    )
    note = TextAreaField(
        "Note",
        [Length(max=LONGEST_NOTE, message=f"The note must be {LONGEST_NOTE} characters or fewer")],
        description="Why you made this decision. Do not repeat the comment. Only reviewers see this note",
    )


@blueprint.get("/")
@staff("reviewer")
def home() -> ResponseReturnValue:
    return render_template(
        "reviewers/home.html",
        waiting=reading.waiting(),
        in_forms=reading.waiting_in_forms(),
        decided=reading.decided(),
        reviewers=reading.reviewers(),
        reasons=reasons(),
        outcomes=OUTCOMES,
    )


@blueprint.get("/words")
@staff("reviewer", "administrator")
def words() -> ResponseReturnValue:
    languages = {language.code: language.name for language in current_place().languages}
    return render_template("reviewers/words.html", lists=word_lists(), languages=languages)


@blueprint.route("/<uuid:id>", methods=["GET", "POST"])
@staff("reviewer")
def text(id: UUID) -> ResponseReturnValue:
    review = reading.words_of(id).review
    form = DecisionForm(about=review)
    if form.validate_on_submit():
        try:
            writing.decide(id, _decision(form), actor(), replacing=form.was_seen and review.outcome is not None)
        except NoPassedTo as refusal:
            form.refuse("passed_to", refusal)
        except NotFound as refusal:
            form.refuse("outcome", refusal)
        else:
            flash("Your decision is saved.")
            return redirect(url_for(".home"), 303)
    held = writing.open_words(id, actor())
    return render_template("reviewers/text.html", form=form, held=held, reasons=reasons(), outcomes=OUTCOMES)


def _decision(form: DecisionForm) -> Decision:
    return Decision(outcome=form.outcome.data, passed_to=form.passed_to.data or "", note=form.note.data or "")


def reasons() -> dict[str, str]:
    """Return the reasons for holding a text, in words, by code."""
    of_lists = {group.code: group.label for words in reversed(word_lists()) for group in words.groups}
    return {**of_lists, BY_STAFF: "Reported by a member of staff"}
