"""People with an account: add them, change their roles, reset a password, close and open their account."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Length

from feedback.administrators import blueprint
from feedback.errors import Refusal
from feedback.models import User
from feedback.models.staff import ROLES
from feedback.queries import staff as reading
from feedback.services.staff import accounts as writing
from feedback.staff.access import actor, staff
from feedback.staff.forms import CheckboxChoices, ConfirmForm, StaffForm, options

ROLE_HINTS = {
    "administrator": "Manages people, waves, help lines and the audit list, and sees results",
    "analyst": "Sees results and makes the workbook",
    "officer": "Sees the events of open waves and how many answers they received",
    "reviewer": "Reads comments that may say somebody is in danger, and decides what happens. "
    "Must be trained in safeguarding",
}


class PersonForm(StaffForm):
    name = StringField(
        "Name",
        [DataRequired("Enter the person's name"), Length(max=100, message="The name must be 100 characters or fewer")],
    )
    roles = CheckboxChoices(
        "Roles",
        wrong="Select at least one role",
        description="Select all that apply",
        choices=options({role: role.capitalize() for role in ROLES}, ROLE_HINTS),
    )


class NewPersonForm(PersonForm):
    email = EmailField(
        "Email address",
        [DataRequired("Enter the person's email address"), Length(max=200, message="The email address is too long")],
        description="They sign in with it. No email is sent.",
    )


@blueprint.get("/people")
@staff("administrator")
def people() -> ResponseReturnValue:
    return render_template("administrators/people.html", people=reading.people(), roles_of=reading.roles_of)


@blueprint.route("/people/add", methods=["GET", "POST"])
@staff("administrator")
def add_person() -> ResponseReturnValue:
    form = NewPersonForm()
    if form.validate_on_submit():
        try:
            user, password = writing.add_person(
                email=form.email.data or "", name=form.name.data or "", roles=form.roles.data or [], actor=actor()
            )
        except Refusal as refusal:
            form.refuse("email", refusal)
        else:
            return _show_once(user, password)
    return render_template("administrators/add_person.html", form=form)


@blueprint.route("/people/<int:id>", methods=["GET", "POST"])
@staff("administrator")
def person(id: int) -> ResponseReturnValue:
    user = reading.person(id)
    form = PersonForm(data={"name": user.name, "roles": reading.roles_of(user)})
    if form.validate_on_submit():
        try:
            writing.change_person(user, name=form.name.data or "", roles=form.roles.data or [], actor=actor())
        except Refusal as refusal:
            form.refuse("roles", refusal)
        else:
            flash(f"{user.name} has been changed.")
            return redirect(url_for(".people"), 303)
    return render_template("administrators/person.html", form=form, person=user, own=user.email == actor())


@blueprint.route("/people/<int:id>/reset", methods=["GET", "POST"])
@staff("administrator")
def reset_password(id: int) -> ResponseReturnValue:
    user = reading.person(id)
    form = ConfirmForm(about=user)
    if form.validate_on_submit():
        return _show_once(user, writing.reset_password(user, actor=actor()))
    return render_template("administrators/reset_password.html", form=form, person=user)


@blueprint.route("/people/<int:id>/deactivate", methods=["GET", "POST"])
@staff("administrator")
def deactivate(id: int) -> ResponseReturnValue:
    user = reading.person(id)
    form = ConfirmForm(about=user)
    if form.validate_on_submit():
        writing.deactivate(user, actor=actor())
        flash(f"The account of {user.name or user.email} is closed.")
        return redirect(url_for(".people"), 303)
    return render_template("administrators/deactivate.html", form=form, person=user)


@blueprint.route("/people/<int:id>/reactivate", methods=["GET", "POST"])
@staff("administrator")
def reactivate(id: int) -> ResponseReturnValue:
    user = reading.person(id)
    form = ConfirmForm(about=user)
    if form.validate_on_submit():
        writing.reactivate(user, actor=actor())
        flash(f"The account of {user.name or user.email} is open again.")
        return redirect(url_for(".people"), 303)
    return render_template("administrators/reactivate.html", form=form, person=user)


@blueprint.get("/people/<int:id>/password")
@staff("administrator")
def one_time_password(id: int) -> ResponseReturnValue:
    """Show a password that was just made, once; opened again, the page has forgotten it."""
    user = reading.person(id)
    kept = session.pop("one_time_password", {})
    if kept.get("id") != id:
        return redirect(url_for(".person", id=id))
    return render_template("administrators/one_time_password.html", person=user, password=kept["password"])


def _show_once(user: User, password: str) -> Response:
    session["one_time_password"] = {"id": user.id, "password": password}
    return redirect(url_for(".one_time_password", id=user.id), 303)
