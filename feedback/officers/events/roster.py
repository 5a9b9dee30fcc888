"""Who works at an event."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectMultipleField

from feedback.officers import blueprint
from feedback.queries.events import event_with_roster, field_staff
from feedback.services.events import set_roster
from feedback.staff.access import actor, staff
from feedback.staff.forms import StaffForm, options


class RosterForm(StaffForm):
    officers = SelectMultipleField(
        "Who works there?", description="Officers and administrators with an open account", validate_choice=False
    )


@blueprint.route("/events/<code>/officers", methods=["GET", "POST"])
@staff("officer", "administrator")
def officers(code: str) -> ResponseReturnValue:
    event, people = event_with_roster(code), {str(user.id): user for user in field_staff()}
    form = RosterForm(data={"officers": [str(user.id) for user in event.officers]})
    form.officers.choices = options({id: user.name or user.email for id, user in people.items()})
    if form.validate_on_submit():
        set_roster(event, [people[id] for id in form.officers.data or () if id in people], actor=actor())
        flash("The roster has been changed.")
        return redirect(url_for(".event", code=event.code), 303)
    return render_template("officers/roster.html", form=form, event=event)
