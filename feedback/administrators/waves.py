"""Waves: the fielding periods of surveys. Made, extended and closed; a test wave can be deleted."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp, ValidationError

from analysis.vocabulary import METHODS
from feedback.administrators import blueprint
from feedback.clock import today
from feedback.errors import Refusal
from feedback.models import Wave
from feedback.queries import waves as reading
from feedback.queries.answers.counts import received
from feedback.queries.questionnaires import latest_questionnaire, questionnaire_of, surveys
from feedback.services.waves import fielding
from feedback.services.waves.lifecycle import LONGEST_SLUG, SLUG, NewWave
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm, DateField, RadioChoice, StaffForm, WholeNumberField, options

METHOD_HINTS = {
    "self_selected": "Links, posters, events. Figures are compared with other waves of the same kind only.",
    "sample": "Only people in the sample get the link",
}
PURPOSES = {"real": "Real answers", "test": "A test"}
PURPOSE_HINTS = {
    "real": "They are kept and never deleted from these pages",
    "test": "It is marked as a test, never counted, and can be deleted with all its answers",
}
LARGEST_TARGET = 10_000_000
TARGET_SENTENCE = "The target must be a whole number between 1 and 10,000,000"
SLUG_SENTENCE = "The short name must have small letters, numbers and hyphens only, such as community-safety-2026"


class WaveForm(StaffForm):
    survey = RadioChoice("Survey", wrong="Select a survey")
    title = StringField(
        "Title",
        [DataRequired("Enter a title"), Length(max=120, message="The title must be 120 characters or fewer")],
        description="Residents see it. For example, Community Safety Survey 2026",
    )
    slug = StringField(
        "Short name",
        [
            DataRequired("Enter a short name"),
            Regexp(SLUG.pattern + r"\Z", message=SLUG_SENTENCE),
            Length(max=LONGEST_SLUG, message=f"The short name must be {LONGEST_SLUG} characters or fewer"),
        ],
        description="Used in web addresses and file names. It cannot be changed. For example, community-safety-2026",
    )
    opens_on = DateField("First day", called="the first day", description="For example, 27 3 2027")
    closes_on = DateField("Last day", called="the last day", description="It takes answers until midnight")
    target = WholeNumberField(
        "Target (optional)",
        [Optional(), NumberRange(1, LARGEST_TARGET, TARGET_SENTENCE)],
        description="How many answers you are aiming for",
        wrong=TARGET_SENTENCE,
    )
    method = RadioChoice(
        "Who may answer?",
        choices=options(METHODS, METHOD_HINTS),
        default="self_selected",
        wrong="Select who may answer",
    )
    purpose = RadioChoice(
        "Purpose",
        choices=options(PURPOSES, PURPOSE_HINTS),
        default="real",
        wrong="Select a purpose",
    )

    def validate_closes_on(self, field: Any) -> None:
        if self.opens_on.data and field.data and field.data < self.opens_on.data:
            raise ValidationError("The last day must be the same as or after the first day")

    def wanted(self) -> NewWave:
        """Return the wave that this form describes, on the newest questionnaire of its survey."""
        chosen = {name: self.data[name] for name in ("slug", "title", "opens_on", "closes_on", "target", "method")}
        questionnaire = latest_questionnaire(self.survey.data)
        return NewWave(questionnaire=questionnaire, purpose=self.purpose.data, **chosen)


class ExtendForm(StaffForm):
    closes_on = DateField("New last day", called="the new last day", description="It takes answers until midnight")


class DeleteForm(StaffForm):
    slug = StringField("Short name of the wave", [DataRequired("Type the short name of the wave")])


@blueprint.get("/waves")
@staff("administrator")
def waves() -> ResponseReturnValue:
    return render_template("administrators/waves.html", waves=reading.waves(), surveys=_surveys())


@blueprint.route("/waves/make", methods=["GET", "POST"])
@staff("administrator")
def make_wave() -> ResponseReturnValue:
    form = WaveForm()
    form.survey.choices = options(_surveys())
    if form.validate_on_submit():
        try:
            wave = fielding.make_wave(form.wanted(), actor=actor())
        except fielding.Overlapping as refusal:
            form.refuse("opens_on", refusal)
        except Refusal as refusal:
            form.refuse("slug", refusal)
        else:
            return _done(wave, f"{wave.title} has been made.")
    return render_template("administrators/make_wave.html", form=form)


@blueprint.get("/waves/<slug>")
@staff("administrator")
def wave(slug: str) -> ResponseReturnValue:
    found = reading.wave_by_slug(slug)
    return render_template(
        "administrators/wave.html",
        wave=found,
        received=received(found),
        methods=METHODS,
        address=url_for("residents.survey", survey=found.survey, wave=found.slug, _external=True),
    )


@blueprint.route("/waves/<slug>/extend", methods=["GET", "POST"])
@staff("administrator")
def extend_wave(slug: str) -> ResponseReturnValue:
    found = reading.wave_by_slug(slug)
    form = ExtendForm(about=found)
    if form.validate_on_submit() and form.closes_on.data:
        try:
            fielding.move_last_day(found, form.closes_on.data, actor=actor())
        except Refusal as refusal:
            form.refuse("closes_on", refusal)
        else:
            return _done(found, f"{found.title} has a new last day.")
    return render_template("administrators/extend_wave.html", form=form, wave=found)


@blueprint.route("/waves/<slug>/close", methods=["GET", "POST"])
@staff("administrator")
def close_wave(slug: str) -> ResponseReturnValue:
    found = reading.wave_by_slug(slug)
    form = ConfirmForm(about=found)
    if form.validate_on_submit():
        fielding.close(found, actor=actor())
        tonight = found.closes_tonight(today())
        return _done(found, f"{found.title} {'closes at midnight' if tonight else 'has been closed'}.")
    return render_template("administrators/close_wave.html", form=form, wave=found, opened=found.opens_on == today())


@blueprint.route("/waves/<slug>/delete", methods=["GET", "POST"])
@staff("administrator")
def delete_wave(slug: str) -> ResponseReturnValue:
    found = reading.wave_by_slug(slug)
    fielding.refuse_unless_test(found)
    form, title = DeleteForm(about=found), found.title
    if form.validate_on_submit():
        try:
            count = fielding.delete(found, form.slug.data or "", actor=actor())
        except Refusal as refusal:
            form.refuse("slug", refusal)
        else:
            flash(f"{title} has been deleted with {count} answer{'' if count == 1 else 's'}.")
            return redirect(url_for(".waves"), 303)
    return render_template("administrators/delete_wave.html", form=form, wave=found, received=received(found))


def _surveys() -> dict[str, str]:
    return {survey: questionnaire_of(latest_questionnaire(survey)).title for survey in surveys()}


def _done(wave: Wave, sentence: str) -> Response:
    flash(sentence)
    return redirect(url_for(".wave", slug=wave.slug), 303)
