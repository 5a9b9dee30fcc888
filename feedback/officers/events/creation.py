"""Making an event in a minute, changing it, and making one like it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from feedback.models import User
from feedback.officers import blueprint
from feedback.officers.events.form import EventForm, usual_values, values_of
from feedback.places import current_place
from feedback.queries.events import partners, waves_to_ask
from feedback.queries.waves import event_by_code
from feedback.services.events import EventRefused, change_event, details_of, make_event, moved_to
from feedback.staff.access import actor, staff


@blueprint.route("/events/make", methods=["GET", "POST"])
@staff("officer", "administrator")
def make() -> ResponseReturnValue:
    like = event_by_code(request.args["like"]) if request.args.get("like") else None
    form = EventForm(data=values_of(moved_to(like, waves_to_ask())) if like else usual_values())
    form.offer()
    if not form.waves.choices:
        return render_template("officers/make_event.html", form=None, like=like)
    if form.validate_on_submit():
        try:
            event = make_event(form.details(), actor=actor(), officers=_oneself())
        except EventRefused as refused:
            form.show_faults(refused)
        else:
            flash(f"{event.title} has been made. Its code is {event.code}.")
            return redirect(url_for(".event", code=event.code), 303)
    return render_template("officers/make_event.html", form=form, like=like, partners=_partners())


@blueprint.route("/events/<code>/change", methods=["GET", "POST"])
@staff("officer", "administrator")
def change(code: str) -> ResponseReturnValue:
    event = event_by_code(code)
    form = EventForm(data=values_of(details_of(event)))
    form.offer(kept=tuple(event.waves))
    if form.validate_on_submit():
        try:
            change_event(event, form.details(), actor=actor())
        except EventRefused as refused:
            form.show_faults(refused)
        else:
            flash(f"{event.title} has been changed.")
            return redirect(url_for(".event", code=event.code), 303)
    return render_template("officers/change_event.html", form=form, event=event, partners=_partners())


def _oneself() -> list[User]:
    """Who makes an event works at it, unless somebody changes the roster."""
    return [current_user._get_current_object()]


def _partners() -> list[str]:
    place = current_place()
    return sorted({*partners(), place.council, place.police, place.partnership})
