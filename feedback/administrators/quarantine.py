"""Deciding about forms that wait: what they say, putting them right, setting them aside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from feedback.administrators import blueprint
from feedback.channels import CHANNELS
from feedback.errors import Refusal
from feedback.models import QuarantinedForm
from feedback.queries.tablets.quarantine import (
    answers_of,
    count_alike,
    envelope_of,
    quarantined_by_id,
    versions_to_choose,
)
from feedback.queries.waves import event_by_code
from feedback.services.audit import record_alone
from feedback.services.tablets.quarantine_decisions import Correction, correct_and_accept, reject
from feedback.staff.access import actor, staff
from feedback.staff.forms import DateField, StaffForm, options

LONGEST_REASON = 300
REASON_RULES = [
    DataRequired("Enter the reason"),
    Length(max=LONGEST_REASON, message=f"The reason must be {LONGEST_REASON} characters or fewer"),
]
SAID = {
    "stored": "stored",
    "already_stored": "already received, so it counts once",
    "conflict": "kept for a decision, because different answers were received first",
}


class AcceptForm(StaffForm):
    event = StringField(
        "Event", [DataRequired("Enter the code of the event")], description="The short code of the event"
    )
    version = SelectField("Survey and version that was asked", validate_choice=False)
    day = DateField(
        "Day it was answered (optional)",
        called="the day it was answered",
        optional=True,
        description="Leave empty to use the day that the tablet recorded",
    )
    leave_out = BooleanField("Leave out answers that this version does not offer. They are kept here")
    alike = BooleanField("Do the same with the other forms of this event that are waiting for the same reason")
    reason = StringField("Reason", REASON_RULES, description="It is kept in the audit list")


class RejectForm(StaffForm):
    reason = StringField("Reason", REASON_RULES, description="For example, it was a trial of the tablet")


@blueprint.get("/held/<uuid:id>")
@staff("administrator")
def quarantined_form(id: UUID) -> ResponseReturnValue:
    held = quarantined_by_id(id)
    envelope = {
        name: CHANNELS.get(value, value) if name == "channel" else value for name, value in envelope_of(held).items()
    }
    return render_template("administrators/quarantined_form.html", held=held, envelope=envelope)


@blueprint.get("/held/<uuid:id>/answers")
@staff("administrator")
def quarantined_answers(id: UUID) -> ResponseReturnValue:
    held = quarantined_by_id(id)
    record_alone(actor(), "held answers viewed", held.event.code, why_held=held.reason)
    return render_template("administrators/quarantined_answers.html", held=held, lines=answers_of(held))


@blueprint.route("/held/<uuid:id>/put-right", methods=["GET", "POST"])
@staff("administrator")
def accept_form(id: UUID) -> ResponseReturnValue:
    held = quarantined_by_id(id)
    form = AcceptForm(about=held)
    _prepare(form, held)
    if form.validate_on_submit():
        try:
            outcomes = correct_and_accept(id, _correction(form), actor=actor())
        except Refusal as refusal:
            form.refuse("version", refusal)
        else:
            flash(", ".join(f"{count} {SAID[outcome]}" for outcome, count in outcomes.items()) + ".")
            return redirect(url_for("officers.quarantine"), 303)
    return render_template("administrators/accept_form.html", form=form, held=held, alike=count_alike(held))


@blueprint.route("/held/<uuid:id>/set-aside", methods=["GET", "POST"])
@staff("administrator")
def reject_form(id: UUID) -> ResponseReturnValue:
    held = quarantined_by_id(id)
    form = RejectForm(about=held)
    if form.validate_on_submit():
        try:
            reject(id, form.reason.data or "", actor=actor(), replacing=form.was_seen)
        except Refusal as refusal:
            form.refuse("reason", refusal)
        else:
            flash("Rejected. It is kept under previous decisions.")
            return redirect(url_for("officers.quarantine"), 303)
    return render_template("administrators/reject_form.html", form=form, held=held)


def _prepare(form: Any, held: QuarantinedForm) -> None:
    """Offer every version of every survey that may be meant, those of the event first."""
    form.offered = {f"{wave.slug}-{row.version}": (wave, row) for wave, row in versions_to_choose(held.event)}
    labels = {code: f"{wave.title}, version {row.version}" for code, (wave, row) in form.offered.items()}
    form.version.choices = options(labels)
    if not form.is_submitted():
        form.event.data = held.event.code


def _correction(form: Any) -> Correction:
    if form.version.data not in form.offered:
        raise Refusal("Select the survey and version that was asked.")
    wave, questionnaire = form.offered[form.version.data]
    return Correction(
        event=event_by_code(form.event.data),
        wave=wave,
        questionnaire=questionnaire,
        reason=form.reason.data,
        day=form.day.data,
        leave_out=form.leave_out.data,
        alike=form.alike.data,
    )
