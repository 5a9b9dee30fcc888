"""You said, we did: recording what was done about what people said."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from feedback.administrators import blueprint
from feedback.models import Action
from feedback.places import current_place
from feedback.queries import actions as reading
from feedback.services import actions as writing
from feedback.staff.access import actor, staff
from feedback.staff.forms import CheckboxChoices, ConfirmForm, DateField, RadioChoice, StaffForm, codes_of, options

WHOLE_PLACE = "all"
STATUSES = {
    "planned": "Planned",
    "under_way": "Under way",
    "done": "Done",
    "cannot": "We cannot do this",
}
STATUS_HINTS = {"cannot": "Say why under “What we did”. People accept a reason better than silence."}
ADDRESS = r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(/[^\s<>\"]*)?\Z"


def _length(most: int, what: str) -> Length:
    return Length(max=most, message=f"{what} must be {most} characters or fewer")


class ActionForm(StaffForm):
    title = StringField(
        "Title",
        [DataRequired("Enter a title"), _length(120, "The title")],
        description="For example, Brighter lights on the path to the station",
    )
    theme = RadioChoice("Which theme is it about?", wrong="Select a theme")
    wards = CheckboxChoices("Where?", wrong="Select at least one ward, or the whole city")
    said = TextAreaField(
        "What people said (optional)",
        [_length(600, "What people said")],
        description="In the partnership’s own words. Never a quotation: somebody may recognise who wrote it",
    )
    did = TextAreaField(
        "What we did",
        [DataRequired("Enter what was done, is planned, or why it cannot be done"), _length(1200, "What we did")],
        description="Short sentences that anybody can read",
    )
    status = RadioChoice(
        "What progress has been made?",
        choices=options(STATUSES, STATUS_HINTS),
        wrong="Select what progress has been made",
    )
    owner = StringField(
        "Who is responsible?",
        [DataRequired("Enter who is responsible"), _length(120, "Who is responsible")],
        description="An organisation or team, not a person’s name",
    )
    due_on = DateField("Planned for (optional)", called="the day it is planned for", optional=True)
    done_on = DateField("Done on", called="the day it was done", optional=True, description="Only when it is done")
    evidence = StringField(
        "Link to more information (optional)",
        [
            Optional(),
            Regexp(ADDRESS, message="Enter a web address that begins with https://"),
            _length(300, "The link"),
        ],
        description="A public page that shows it, beginning with https://",
    )

    def offer(self) -> ActionForm:
        """Fill the choices that come from the questionnaires and the place."""
        self.theme.choices = options(reading.themes())
        place = current_place()
        wards = {ward.code: ward.name for ward in place.wards()}
        self.wards.choices = options({WHOLE_PLACE: f"The whole of {place.name}", **wards})
        return self

    @property
    def values(self) -> dict[str, object]:
        chosen = [code for code in self.wards.data or () if code in codes_of(self.wards)]
        texts = {name: (self.data[name] or "").strip() for name in ("said", "did", "evidence")}
        return {**self.data, **texts, "wards": [] if WHOLE_PLACE in chosen else chosen}


@blueprint.get("/actions")
@staff("administrator", "analyst")
def actions() -> ResponseReturnValue:
    return render_template(
        "administrators/actions.html",
        actions=reading.actions(),
        themes=reading.themes(),
        statuses=STATUSES,
        places=places_of,
    )


@blueprint.route("/actions/add", methods=["GET", "POST"])
@staff("administrator", "analyst")
def add_action() -> ResponseReturnValue:
    form = ActionForm().offer()
    if form.validate_on_submit():
        try:
            added = writing.add_action(form.values, actor=actor())
        except writing.NotADay as refusal:
            form.refuse("done_on", refusal)
        else:
            flash(f"{added.title} has been recorded. Residents cannot see it yet.")
            return redirect(url_for(".action", id=added.id), 303)
    return render_template("administrators/change_action.html", form=form, action=None)


@blueprint.get("/actions/<uuid:id>")
@staff("administrator", "analyst")
def action(id: UUID) -> ResponseReturnValue:
    found = reading.action(id)
    return render_template(
        "administrators/action.html",
        action=found,
        themes=reading.themes(),
        statuses=STATUSES,
        places=places_of,
        form=ConfirmForm(about=found),
    )


@blueprint.route("/actions/<uuid:id>/change", methods=["GET", "POST"])
@staff("administrator", "analyst")
def change_action(id: UUID) -> ResponseReturnValue:
    found = reading.action(id)
    form = ActionForm(data=_shown(found)).offer()
    if form.validate_on_submit():
        try:
            writing.change_action(found, form.values, actor=actor())
        except writing.NotADay as refusal:
            form.refuse("done_on", refusal)
        else:
            flash(f"{found.title} has been saved.")
            return redirect(url_for(".action", id=id), 303)
    return render_template("administrators/change_action.html", form=form, action=found)


@blueprint.post("/actions/<uuid:id>/publish")
@staff("administrator", "analyst")
def publish_action(id: UUID) -> ResponseReturnValue:
    found = reading.action(id)
    if ConfirmForm(about=found).validate_on_submit():
        writing.publish_action(found, actor=actor())
        flash(f"Everybody can now read {found.title}.")
    return redirect(url_for(".action", id=id), 303)


@blueprint.post("/actions/<uuid:id>/unpublish")
@staff("administrator", "analyst")
def unpublish_action(id: UUID) -> ResponseReturnValue:
    found = reading.action(id)
    if ConfirmForm(about=found).validate_on_submit():
        writing.unpublish_action(found, actor=actor())
        flash(f"{found.title} is no longer on the public pages. You can publish it again.")
    return redirect(url_for(".action", id=id), 303)


@blueprint.route("/actions/<uuid:id>/delete", methods=["GET", "POST"])
@staff("administrator", "analyst")
def delete_action(id: UUID) -> ResponseReturnValue:
    found = reading.action(id)
    form, title = ConfirmForm(about=found), found.title
    if form.validate_on_submit():
        writing.delete_action(found, actor=actor())
        flash(f"{title} has been deleted.")
        return redirect(url_for(".actions"), 303)
    return render_template("administrators/delete_action.html", form=form, entry=found)


def _shown(found: Action) -> dict[str, object]:
    """What the form shows of an action that is there."""
    stored = {name: getattr(found, name) for name in writing.EDITABLE}
    return {**stored, "wards": found.wards or [WHOLE_PLACE]}


def places_of(found: Action) -> str:
    """Return where an action is meant, in words."""
    place = current_place()
    return ", ".join(place.ward_name(code) for code in found.wards) or f"The whole of {place.name}"
